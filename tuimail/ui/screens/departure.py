"""Dialogs of the residents' list: a departure with its day, and writing a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.resident_card import archived, parse_day, show_day
from tuimail.office.people import People
from tuimail.store import cards
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import DEPARTURE, GIVE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field, PathField
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


class GiveFile(Dialog[str]):
    """Where to write a file that only this account reads. The answer is a sentence for the list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GIVE)

    def __init__(self, title: str, target: Path, people: People, content: Callable[[], bytes]) -> None:
        super().__init__(title)
        self._target, self._people, self._content = target, people, content
        self._sure = ""

    def content(self) -> ComposeResult:
        """The path, what it could be, a sentence."""
        label = Lines()
        label.set_line(_("Write to this file:"))
        yield label
        yield PathField(str(self._target))
        yield Prose("", id="names")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(PathField).focus()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_complete(self) -> None:
        """Complete the path as far as it is certain."""
        names = self.query_one(PathField).complete()
        self.query_one("#names", Prose).update(Text("  ".join(names[:12])))

    def action_accept(self) -> None:
        """Write; over a file that is there only once it was asked for twice."""
        path = self.query_one(PathField).path
        if path is None:
            self.say(_("Type the path of a file."))
        elif path.exists() and str(path) != self._sure:
            self._sure = str(path)
            self.say(_("{path} is there already: Enter once more writes over it.").format(path=path))
        else:
            self.run_worker(self._write(path), exclusive=True)

    async def _write(self, path: Path) -> None:
        try:
            content = await in_background(self._content)
            self._people.write(content, path, force=str(path) == self._sure)
        except TuimailError as error:
            self.say(told(error))
        else:
            self.dismiss(_("Written to {path}.").format(path=path))
