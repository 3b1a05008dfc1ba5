"""What a list of people asks for: criteria that add up, read aloud as a sentence, and kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tuimail.domain.audience import FIELDS, Field, Kind, Person, parse_value, role_label
from tuimail.domain.errors import BadInput
from tuimail.domain.filter_text import compile_filter
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.people import Role
from tuimail.domain.periods import format_day

Test = Callable[[Person], bool]


class Operator(StrEnum):
    """How a field is compared."""

    IS = "is"
    IS_NOT = "is-not"
    HOLDS = "holds"
    AT_LEAST = "at-least"
    """Also: on or after a day."""
    AT_MOST = "at-most"
    """Also: on or before a day."""
    UNKNOWN = "unknown"
    """Nothing is known."""
    YES = "yes"
    NO = "no"


OPERATORS = {
    Kind.TEXT: (Operator.IS, Operator.IS_NOT, Operator.HOLDS, Operator.UNKNOWN),
    Kind.ROLE: (Operator.IS, Operator.IS_NOT),
    Kind.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST, Operator.UNKNOWN),
    Kind.DAY: (Operator.AT_LEAST, Operator.AT_MOST, Operator.UNKNOWN),
    Kind.FACT: (Operator.YES, Operator.NO),
}
"""What can be asked of each kind of field, the usual first."""

_WITHOUT_VALUE = (Operator.UNKNOWN, Operator.YES, Operator.NO)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is asked. `values`: as they are typed; with several, one of them is enough."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()

    @property
    def needs_value(self) -> bool:
        """Whether the operator compares with something."""
        return self.operator not in _WITHOUT_VALUE

    def sentence(self) -> str:
        """For people, such as `âge : au moins 80`."""
        known = FIELDS.get(self.field)
        if known is None:
            return _("{field}: no longer known").format(field=self.field)
        if self.operator is Operator.YES:
            return known.label
        if self.operator is Operator.NO:
            return _("not: {fact}").format(fact=known.label)
        values = _(" or ").join(_spoken(known, value) for value in self.values)
        words = {
            Operator.IS: _("{field}: {value}"),
            Operator.IS_NOT: _("{field} other than {value}"),
            Operator.HOLDS: _("{field} holding “{value}”"),
            Operator.AT_LEAST: _("{field} from {value}"),
            Operator.AT_MOST: _("{field} up to {value}"),
            Operator.UNKNOWN: _("{field} not known"),
        }[self.operator]
        return words.format(field=known.label, value=values)

    def test(self, today: date) -> Test:
        """What it asks of a person; raises BadInput for a field or a value that makes no sense."""
        known = FIELDS.get(self.field)
        if known is None or self.operator not in OPERATORS[known.kind]:
            raise BadInput(
                _("The list asks for “{field}”, which is no longer known.").format(field=self.field),
                _("Take this criterion out of the list, or choose another."),
            )
        read = known.read
        if self.operator is Operator.YES:
            return lambda person: bool(read(person, today))
        if self.operator is Operator.NO:
            return lambda person: not read(person, today)
        if self.operator is Operator.UNKNOWN:
            return lambda person: read(person, today) in (None, "")
        if not self.values:
            raise BadInput(
                _("Nothing was given for “{field}”.").format(field=known.label), _("Give a value, or leave it out.")
            )
        wanted = tuple(parse_value(known, value) for value in self.values)
        return _comparison(self.operator, read, wanted, today)


def _comparison(operator: Operator, read: Any, wanted: tuple[Any, ...], today: date) -> Test:
    if operator is Operator.IS:
        several = frozenset(wanted)
        return lambda person: read(person, today) in several
    if operator is Operator.IS_NOT:
        several = frozenset(wanted)
        return lambda person: read(person, today) not in several
    if operator is Operator.HOLDS:
        return lambda person: any(text in read(person, today) for text in wanted)
    if operator is Operator.AT_LEAST:
        least = min(wanted)
        return lambda person: (found := read(person, today)) is not None and found >= least
    most = max(wanted)
    return lambda person: (found := read(person, today)) is not None and found <= most


def _spoken(field: Field, value: str) -> str:
    try:
        parsed = parse_value(field, value)
    except BadInput:
        return value
    if isinstance(parsed, Role):
        return role_label(parsed)
    return format_day(parsed) if isinstance(parsed, date) else value


@dataclass(frozen=True, slots=True)
class Criteria:
    """All that a list asks for. No criterion: everybody."""

    each: tuple[Criterion, ...] = ()
    any_is_enough: bool = False
    """Whether one criterion that holds is enough; otherwise all must hold."""
    own: str = ""
    """An own filter (see `domain/filter_text.py`) that must hold as well."""

    def sentence(self) -> str:
        """For people: `structure : EHPAD Saint-Éloi et âge à partir de 80`."""
        joined = (_(" or ") if self.any_is_enough else _(" and ")).join(c.sentence() for c in self.each)
        if self.own.strip():
            if not joined:
                return self.own.strip()
            joined = f"({joined})" if self.any_is_enough and len(self.each) > 1 else joined
            return joined + _(" and ") + f"({self.own.strip()})"
        return joined or pgettext("audience", "everybody")

    def test(self, today: date) -> Test:
        """What is asked of a person; raises BadInput (FilterError for the own filter)."""
        tests = [criterion.test(today) for criterion in self.each]
        own = compile_filter(self.own) if self.own.strip() else None
        join: Callable[[Iterable[bool]], bool] = any if self.any_is_enough and tests else all
        if own is None:
            return lambda person: join(test(person) for test in tests)
        return lambda person: own(person, today) and join(test(person) for test in tests)

    def matching(self, people: Sequence[Person], today: date) -> list[Person]:
        """Those of `people` of whom it holds, in their order."""
        test = self.test(today)
        return [person for person in people if test(person)]

    def without(self, index: int) -> Criteria:
        """The same without one criterion."""
        return replace(self, each=self.each[:index] + self.each[index + 1 :])

    def with_criterion(self, criterion: Criterion, index: int | None = None) -> Criteria:
        """The same with one more criterion, or with that one in place of another."""
        if index is None:
            return replace(self, each=(*self.each, criterion))
        return replace(self, each=(*self.each[:index], criterion, *self.each[index + 1 :]))

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(
            {
                "any": self.any_is_enough,
                "own": self.own,
                "each": [[c.field, str(c.operator), list(c.values)] for c in self.each],
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Criteria:
        """What `to_json` wrote. A field that no longer exists stays: `test` tells of it."""
        kept = json.loads(text or "{}")
        each = tuple(
            Criterion(name, Operator(operator), tuple(values)) for name, operator, values in kept.get("each", ())
        )
        return cls(each, bool(kept.get("any")), kept.get("own", ""))


def why(criteria: Criteria, person: Person, today: date) -> str:
    """Which criteria put this person in the list, in a sentence."""
    held = [criterion.sentence() for criterion in criteria.each if criterion.test(today)(person)]
    if criteria.own.strip():
        held.append(criteria.own.strip())
    return _(" and ").join(held) or pgettext("audience", "everybody")
