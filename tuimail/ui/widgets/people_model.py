"""People in the panes of a list that is being put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style

from tuimail.domain.audience import Person, PersonKey, role_label
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import objection
from tuimail.domain.people import Role
from tuimail.domain.text import fold
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

COLUMNS = (TableColumn("name", "", 12, flexible=True, gap=1), TableColumn("role", "", 9, gap=1))
_LEFT_OUT = Style(color="yellow")
_TAKEN = Style(dim=True)


def key_of(person: Person) -> str:
    """A person's key as a table's."""
    resident_id, role, number = person.key
    return f"{resident_id}/{role}/{number}"


class PeopleModel:
    """People in their order; who cannot be written to stands out, who is chosen already stands back."""

    def __init__(
        self,
        people: Sequence[Person] = (),
        unwilling: frozenset[str] = frozenset(),
        chosen: frozenset[PersonKey] = frozenset(),
    ) -> None:
        self.people = people
        self._unwilling, self._chosen = unwilling, chosen

    def __len__(self) -> int:
        return len(self.people)

    def key(self, row: int) -> str:
        """The person's key."""
        return key_of(self.people[row])

    def locate(self, key: str) -> int | None:
        """Where that person stands."""
        return next((row for row, person in enumerate(self.people) if key_of(person) == key), None)

    def cells(self, row: int) -> Mapping[str, Cell]:
        """Name and quality."""
        person = self.people[row]
        if person.key in self._chosen:
            style = _TAKEN
        elif objection(person, self._unwilling):
            style = _LEFT_OUT
        else:
            return {"name": person.name, "role": role_label(person.role)}
        mark = _("chosen") if style is _TAKEN else _("no mail")
        return {"name": Styled(person.name, style), "role": Styled(mark, style)}


def holding(people: Sequence[Person], text: str) -> Sequence[Person]:
    """Those of whom every word of `text` is in name, resident, room, unit or address; accents and case ignored."""
    words = fold(text).split()
    if not words:
        return people
    return [person for person in people if all(word in fold(_searched(person)) for word in words)]


def _searched(person: Person) -> str:
    return f"{person.name} {person.resident} {person.room} {person.unit} {person.address}"


def gone_sentence(count: int) -> str:
    """That some of those chosen are not there any more: nobody stands in their place."""
    return ngettext(
        "{n} of them is known no more: nobody takes their place.",
        "{n} of them are known no more: nobody takes their place.",
        count,
    )


def described(person: Person) -> str:
    """Who that is, and to whom."""
    parts = [role_label(person.role)]
    if person.link:
        parts[0] = _("{who} “{link}”").format(who=parts[0], link=person.link)
    if person.role is not Role.RESIDENT:
        parts.append(_("of {resident}").format(resident=person.resident))
    return f"{person.name} · {' '.join(parts)}"


def where(person: Person) -> str:
    """Where the resident lives."""
    if not person.room:
        return person.structure
    return _("{home}, room {room}").format(home=person.structure, room=person.room)
