"""Erasing a resident who left long ago: what goes, what stays, and the name typed before it is done."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.people import Resident
from tuimail.domain.text import fold
from tuimail.office.people import YEARS, Erased, People
from tuimail.store import erasure
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import ERASE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.decision import Decision


def check_erasable(people: People, person: Resident, desk: Desk) -> None:
    """Raise BadInput for who may not be erased yet."""
    today = desk.now().astimezone().date()
    erasure.check(person, today)
    if person.id not in {each.id for each in people.gone(YEARS, today)}:
        raise BadInput(
            _("{name} has not been gone for {years} years.").format(name=person.name, years=YEARS),
            _("Accounts are kept so long. If you may erase sooner: tuimail residents erase --gone-for."),
        )


class Erase(Decision[Erased]):
    """The question. The answer is what was erased, once it is."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ERASE)

    def __init__(self, desk: Desk, person: Resident) -> None:
        self._desk, self._person = desk, person
        traces = erasure.traces(person.id)
        counts = ngettext(
            "Stays: {n} invoice with number and amounts, and every count and proof of the journal.",
            "Stay: {n} invoices with numbers and amounts, and every count and proof of the journal.",
            traces.documents,
        ).format(n=traces.documents)
        sentences = (
            _("Goes for good: the card, the guardian, the relatives, all addresses, and the names in the journal."),
            counts,
            _("Backups and exported files are not touched. It cannot be undone."),
        )
        super().__init__(_("Erase {name}").format(name=person.name), sentences, _("Type the last name to erase:"))

    async def do(self, typed: str) -> Erased:
        """Erase, if the name was typed."""
        if fold(typed) not in (fold(self._person.last_name), fold(self._person.name)):
            raise BadInput(_("That is not the name: nothing was erased."))
        return await in_writer(self._desk.office.people.erase, self._person.id, self._desk.now())
