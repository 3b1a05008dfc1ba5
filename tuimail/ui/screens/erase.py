"""Erasing a resident who left long ago: what goes, what stays, and the name typed before it is done."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.people import Resident
from tuimail.domain.text import fold
from tuimail.office.people import YEARS, Erased, People
from tuimail.store import erasure
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import ERASE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose


def check_erasable(people: People, person: Resident, desk: Desk) -> None:
    """Raise BadInput for who may not be erased yet."""
    today = desk.now().astimezone().date()
    erasure.check(person, today)
    if person.id not in {each.id for each in people.gone(YEARS, today)}:
        raise BadInput(
            _("{name} has not been gone for {years} years.").format(name=person.name, years=YEARS),
            _("Accounts are kept so long. If you may erase sooner: tuimail residents erase --gone-for."),
        )


class Erase(Dialog[Erased]):
    """The question. The answer is what was erased, once it is."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ERASE)

    def __init__(self, desk: Desk, person: Resident) -> None:
        self._desk, self._person = desk, person
        self._traces = erasure.traces(person.id)
        super().__init__(_("Erase {name}").format(name=person.name))

    def content(self) -> ComposeResult:
        """What goes and what stays, the name to type, a sentence."""
        counts = ngettext(
            "Stays: {n} invoice with number and amounts, and every count and proof of the journal.",
            "Stay: {n} invoices with numbers and amounts, and every count and proof of the journal.",
            self._traces.documents,
        ).format(n=self._traces.documents)
        sentences = (
            _("Goes for good: the card, the guardian, the relatives, all addresses, and the names in the journal."),
            counts,
            _("Backups and exported files are not touched. It cannot be undone."),
        )
        yield Prose("\n".join(sentences), classes="sentences")
        label = Lines()
        label.set_line(_("Type the last name to erase:"))
        yield label
        yield Field()
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_accept(self) -> None:
        """Erase, if the name was typed."""
        typed = fold(self.query_one(Field).value)
        if typed not in (fold(self._person.last_name), fold(self._person.name)):
            self.say(_("That is not the name: nothing was erased."))
        else:
            self.run_worker(self._erase(), exclusive=True)

    async def _erase(self) -> None:
        try:
            erased = await in_writer(self._desk.office.people.erase, self._person.id, self._desk.now())
        except TuimailError as error:
            self.say(told(error))
        else:
            self.dismiss(erased)
