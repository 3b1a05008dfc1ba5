"""The departure of a resident, with its day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.resident_card import archived, parse_day, show_day
from tuimail.store import cards
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import DEPARTURE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose


class Departure(Dialog[date]):
    """The day on which a resident left. The answer is that day, once it is noted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DEPARTURE)

    def __init__(self, desk: Desk, resident_id: int, today: date) -> None:
        self._desk, self._resident_id, self._today = desk, resident_id, today
        self._card = cards.card(resident_id)
        super().__init__(_("Departure of {name}").format(name=f"{self._card.last_name} {self._card.first_name}"))

    def content(self) -> ComposeResult:
        """What it means, the day, a sentence."""
        sentence = _("The resident stands among those gone from the day after. Invoices and history stay.")
        yield Prose(sentence, classes="sentences")
        label = Lines()
        label.set_line(_("Day of departure:"))
        yield label
        yield Field(show_day(self._today))
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_accept(self) -> None:
        """Note it."""
        try:
            day = parse_day(self.query_one(Field).value)
        except TuimailError as error:
            self.say(told(error))
            return
        if day is None:
            self.say(_("Type the day, such as 31/10/2026."))
        else:
            self.run_worker(self._note(day), exclusive=True)

    async def _note(self, day: date) -> None:
        people = self._desk.office.people
        try:
            await in_writer(people.save, self._resident_id, self._card, archived(self._card, day), self._desk.now())
        except TuimailError as error:
            self.say(told(error))
        else:
            self.dismiss(day)
