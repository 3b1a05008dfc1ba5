"""What an operator shows of the journal to somebody else: that it is whole, and its lines as a file."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.events import Event
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.seal import Head
from tuimail.office import journal_file
from tuimail.store import chain, journal
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.recovery import SEAL
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.paths import FileOut, shortened
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

_PAGE = 500


class Verify(Dialog[None]):
    """Whether every line is there and as it was written; a seal noted earlier proves that nothing was written anew."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SEAL)

    def __init__(self) -> None:
        super().__init__(_("Verify the journal"))

    def content(self) -> ComposeResult:
        """The verdict, then a field for a seal."""
        yield Prose(_("Looking at every line…"), id="verdict", classes="sentences")
        label = Lines()
        label.set_line(_("A seal noted on an earlier day, to compare with (may stay empty):"))
        yield label
        yield Field(id="seal")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(Field).focus()
        self.action_accept()

    def action_accept(self) -> None:
        """Look, against the seal that was typed."""
        start(self, partial(self._look, self.query_one(Field).value.strip()), exclusive=True)

    async def _look(self, typed: str) -> None:
        said, shown = self.query_one("#said", Prose), self.query_one("#verdict", Prose)
        said.update("")
        try:
            noted = Head.parse(typed) if typed else None
            verdict = await in_background(chain.verify, noted)
        except TuimailError as error:
            said.update(told(error))
            return
        text = Text(verdict.sentence(), "bold" if verdict.intact else "bold red")
        if verdict.intact:
            text.append("\n" + _("Its seal, worth noting elsewhere: {seal}").format(seal=verdict.head), "not bold")
            if noted is not None:
                text.append("\n" + _("The noted seal is in it: nothing was written anew since."), "not bold")
        shown.update(text)


def lines_out(ids: array[int], proposed: Path) -> FileOut:
    """Asks where these lines are written: for a program if the path ends in .json or .jsonl, else for a spreadsheet."""

    def lines() -> Iterator[Event]:
        for first in range(0, len(ids), _PAGE):
            yield from journal.read(ids[first : first + _PAGE])

    def write(path: Path) -> str:
        count = journal_file.write(lines(), path)
        written = ngettext("{n} line written to {path}", "{n} lines written to {path}", count)
        return written.format(path=shortened(path))

    title = ngettext("Write {n} line of the journal", "Write {n} lines of the journal", len(ids))
    return FileOut(title, _("For a spreadsheet (.csv), or for a program (.jsonl):"), proposed, write)
