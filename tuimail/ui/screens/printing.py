"""Where documents go on paper: a printer of this machine, or a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import DocumentError, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import PRINT
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.making import Made, Progress
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.paths import shortened, there_already
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start

_FILE = "file"


class Print(Dialog[str]):
    """Choose a printer, or the file where there is one to be written. The answer is a sentence for the list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PRINT)

    def __init__(self, desk: Desk, document_ids: Sequence[int], title: str, out: Path | None) -> None:
        """`out`: the file that can be written instead. Raises DocumentError where there is neither."""
        super().__init__(title)
        self._desk, self._ids, self._what, self._out = desk, document_ids, title, out
        self._printers = desk.office.prints.printers()
        if not self._printers and out is None:
            raise DocumentError(
                _("This machine knows no printer."), _("x writes the invoices as PDF: print them where there is one.")
            )
        self._busy = False
        self._replace = False

    def content(self) -> ComposeResult:
        """How many, the places, a sentence."""
        count = ngettext(
            "{n} document, in the order of the list.", "{n} documents, in the order of the list.", len(self._ids)
        )
        yield Prose(count, id="facts")
        table = RowList(cell_padding=0)
        table.show_header = False
        table.styles.height = min(len(self._rows()), 12)
        yield table
        yield Prose("", id="said")

    def _rows(self) -> list[tuple[str, dict[str, str]]]:
        rows = [(f"p{n}", {"name": _("Printer {name}").format(name=name)}) for n, name in enumerate(self._printers)]
        if self._out is not None:
            rows.append((_FILE, {"name": _("One PDF: {path}").format(path=shortened(self._out))}))
        return rows

    def on_mount(self) -> None:
        """The first is the default."""
        table = self.query_one(RowList)
        table.set_columns((TableColumn("name", "", 30, gap=1, flexible=True),))
        table.show_rows(self._rows(), 0)
        table.focus()

    def on_data_table_row_highlighted(self) -> None:
        """Another place."""
        if not self._busy:
            self._replace = False
            self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """Print, or write; a file that is there is replaced at the second Enter only."""
        key = self.query_one(RowList).current_key
        if self._busy or key is None:
            return
        said = self.query_one("#said", Prose)
        # Path.exists raises where one may not look; the writing tells that.
        there = key == _FILE and self._out is not None and os.path.exists(self._out)  # noqa: PTH110
        if there and self._out is not None and not self._replace:
            self._replace = True
            said.update(there_already(self._out))
            return
        self._busy = True
        said.update(_("One moment…"))
        start(self, partial(self._do, key), exclusive=True)

    def on_made(self, message: Made) -> None:
        """Many documents take a while."""
        if self._busy:
            self.query_one("#said", Prose).update(message.sentence)

    async def _do(self, key: str) -> None:
        prints = self._desk.office.prints
        try:
            if key == _FILE and self._out is not None:
                count = await in_background(prints.export, self._ids, self._out, Progress(self))
                sentence = ngettext("{n} document written to {path}", "{n} documents written to {path}", count)
                sentence = sentence.format(path=shortened(self._out))
            else:
                name = self._printers[int(key[1:])]
                await in_background(prints.print_out, self._ids, self._what, name, Progress(self))
                sentence = ngettext("{n} document sent to {printer}", "{n} documents sent to {printer}", len(self._ids))
                sentence = sentence.format(printer=name)
        except TuimailError as error:
            self.query_one("#said", Prose).update(told(error))
            return
        finally:
            self._busy = False
        end(self, sentence)

    def action_back(self) -> None:
        """Close, unless something is being printed."""
        if not self._busy:
            self.dismiss("")
