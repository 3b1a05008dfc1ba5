"""What differs between two states of a card, for people; and joining what two operators changed at the same time.

A card's state is a frozen dataclass. Its fields are named by their path (`phone`, `address.city`) and come with a label
in the interface's language, in the order in which they are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.periods import format_day, format_moment

State = TypeVar("State")
Labels = Mapping[str, str]
"""Path of a field -> its label."""

_LONGEST = 80
"""Characters of a value that a sentence repeats."""


class Hidden(str):
    """A text that no sentence, journal or trace repeats, such as a password."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Hidden()"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was."""

    path: str
    label: str
    before: Any
    after: Any

    def sentence(self) -> str:
        """`téléphone 02 40 → 02 41`; of what is long, has several lines or is hidden only the label."""
        old, new = shown(self.before), shown(self.after)
        if isinstance(self.before, Hidden) or isinstance(self.after, Hidden):
            return self.label
        if any(len(text) > _LONGEST or "\n" in text for text in (old, new)):
            return self.label
        return f"{self.label} {old} → {new or '-'}" if old else f"{self.label} {new}"


class Changed(TuimailError):
    """Somebody else has saved the same card since it was opened; nothing of this save was kept.

    `theirs` is what the database holds now, `differences` what they changed since `before`, `operator` their Unix
    account (empty where it is not known, as after an import) and `at` when, if known.
    """

    def __init__(
        self,
        title: str,
        theirs: object,
        differences: Sequence[Difference],
        operator: str = "",
        at: datetime | None = None,
    ) -> None:
        who = operator or _("Somebody else")
        changes = sentence(differences)
        if at:
            told = _("{who} changed “{title}” on {time}: {changes}.").format(
                who=who, title=title, time=format_moment(at), changes=changes
            )
        else:
            told = _("{who} changed “{title}” meanwhile: {changes}.").format(who=who, title=title, changes=changes)
        super().__init__(told, _("Nothing you typed is lost: look at it, then save again."))
        self.theirs = theirs
        self.differences = tuple(differences)
        self.operator = operator
        self.at = at


def value_at(state: object, path: str) -> Any:
    """The value of a field; an empty text where `state` is None."""
    for name in path.split("."):
        state = getattr(state, name, "")
    return state


def with_value(state: State, path: str, value: object) -> State:
    """The state with another value of one field."""
    name, _dot, rest = path.partition(".")
    inner = with_value(getattr(state, name), rest, value) if rest else value
    return replace(state, **{name: inner})  # type: ignore[type-var]


def differences(before: object, after: object, labels: Labels) -> tuple[Difference, ...]:
    """The fields of `labels` that are not the same; `before` is None for what is new."""
    found = ((path, label, value_at(before, path), value_at(after, path)) for path, label in labels.items())
    return tuple(Difference(*each) for each in found if (each[2] or each[3]) and each[2] != each[3])


def sentence(found: Sequence[Difference]) -> str:
    """All of them, for the journal and for who is told."""
    return ", ".join(difference.sentence() for difference in found)


def merged(before: State, mine: State, theirs: State, labels: Labels) -> State:
    """`theirs` with what was changed in `mine` since `before`: where both changed the same field, mine."""
    joined = theirs
    for difference in differences(before, mine, labels):
        joined = with_value(joined, difference.path, difference.after)
    return joined


def conflicts(before: State, mine: State, theirs: State, labels: Labels) -> tuple[Difference, ...]:
    """The fields that both changed, and not to the same: `before` of each is theirs, `after` mine."""
    by_them = {difference.path for difference in differences(before, theirs, labels)}
    by_me = {difference.path for difference in differences(before, mine, labels)}
    return tuple(d for d in differences(theirs, mine, labels) if d.path in by_them & by_me)


def shown(value: object) -> str:
    """A value of a field for people; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, Hidden):
        return "•••" if value else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, datetime):
        return format_moment(value, year=True)
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, tuple):
        return " / ".join(map(shown, value))
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(filter(None, (shown(getattr(value, name)) for name in value.__dataclass_fields__)))
    return str(value)
