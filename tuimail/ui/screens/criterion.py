"""Asking for a criterion: the field, how it is compared, and with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.app import App

from tuimail.domain.audience import FIELDS, Field, Kind, Person, parse_value, role_label
from tuimail.domain.criteria import OPERATORS, Criterion, Operator
from tuimail.domain.i18n import _
from tuimail.domain.people import Role
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import asked
from tuimail.ui.screens.several import Ask, Several

_MOST_VALUES = 200
"""Above so many different values one types instead of choosing."""


async def ask_criterion(
    app: App[object], people: Sequence[Person], before: Criterion | None = None
) -> Criterion | None:
    """Ask step by step; None if the operator gives up at one of them."""
    fields = [(field.key, field.label, "") for field in FIELDS.values()]
    key = await asked(app, Choose(_("Criterion"), fields, before.field if before else ""))
    if key is None:
        return None
    field = FIELDS[key]
    operators = [(str(o), operator_words(field, o), "") for o in OPERATORS[field.kind]]
    chosen = await asked(app, Choose(field.label, operators, str(before.operator) if before else ""))
    if chosen is None:
        return None
    criterion = Criterion(field.key, Operator(chosen))
    if not criterion.needs_value:
        return criterion
    values = await _ask_values(app, field, criterion.operator, people, before)
    return None if values is None else Criterion(field.key, criterion.operator, values)


def operator_words(field: Field, operator: Operator) -> str:
    """How that comparison is called for that field."""
    day = field.kind is Kind.DAY
    return {
        Operator.IS: _("is"),
        Operator.IS_NOT: _("is not"),
        Operator.HOLDS: _("holds the text"),
        Operator.AT_LEAST: _("on or after a day") if day else _("at least"),
        Operator.AT_MOST: _("on or before a day") if day else _("at most"),
        Operator.UNKNOWN: _("is not known"),
        Operator.YES: _("yes"),
        Operator.NO: _("no"),
    }[operator]


async def _ask_values(
    app: App[object], field: Field, operator: Operator, people: Sequence[Person], before: Criterion | None
) -> tuple[str, ...] | None:
    same = before is not None and before.field == field.key
    known = before.values if same and before is not None else ()
    words = operator_words(field, operator)
    if operator in (Operator.IS, Operator.IS_NOT) and (choices := _choices(field, people)):
        return await asked(app, Several(f"{field.label} · {words}", choices, known))
    typed = await asked(app, Ask(field.label, words, known[0] if known else "", lambda text: parse_value(field, text)))
    return None if typed is None else (typed,)


def _choices(field: Field, people: Sequence[Person]) -> list[tuple[str, str, str]]:
    """The values there are, with how many people have each; none if there are too many to choose from."""
    if field.kind is Kind.ROLE:
        counts = Counter(person.role for person in people)
        roles = (Role.RESIDENT, Role.GUARDIAN, Role.RELATIVE)
        return [(str(role), role_label(role), str(counts[role])) for role in roles]
    if field.key in ("name", "resident", "room", "address"):
        return []
    values = Counter(str(getattr(person, field.key)) for person in people)
    values.pop("", None)
    if not values or len(values) > _MOST_VALUES:
        return []
    return [(value, value, str(count)) for value, count in sorted(values.items())]
