"""A small application around the invoice table, to be run in a terminal: `python table_app.py COUNT [FILE]`.

With FILE it has work that must be finished: once the terminal is gone, or `w` was pressed, FILE gets ten lines in a
second.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from textual.app import ComposeResult

import tuimail.ui  # noqa: F401
from tuimail.domain.billing import DocumentState
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import use_language
from tuimail.domain.listing import InvoiceIndex, InvoiceRow
from tuimail.domain.selection import Selection
from tuimail.ui.base import BaseApp, run
from tuimail.ui.commands.model import Place
from tuimail.ui.driver import TerminalLost
from tuimail.ui.messages import Phase, Progress
from tuimail.ui.widgets.frame import KeysLine, Lines, PlacesLine, TitleLine
from tuimail.ui.widgets.invoice_table import InvoiceTable
from tuimail.ui.widgets.send_panel import SendPanel
from tuimail.ui.widgets.words import counts_sentence, selection_sentence

SENT_AT = datetime(2026, 10, 27, 14, 50, tzinfo=UTC)


def invoice(document_id: int) -> InvoiceRow:
    sent = document_id % 3 == 0
    reachable = document_id % 10 != 4
    return InvoiceRow(
        id=document_id,
        structure_id=1,
        structure="EHPAD Saint-Éloi",
        heading="Frais de séjour au payant",
        number=f"{document_id:03d}",
        resident=f"BERNARD Paul {document_id}",
        room="104",
        net=200_000 + document_id,
        primary="paul.bernard@orange.example" if reachable else "",
        guardian="udaf@tutelle.example" if document_id % 4 == 0 and reachable else "",
        relative="",
        state=DocumentState.SENT if sent else DocumentState.UNSENT,
        reachable=reachable,
        delivered=int(sent),
        addresses=1,
        last_sent=SENT_AT if sent else None,
    )


def index(count: int) -> InvoiceIndex:
    headings = ("Frais de séjour au payant", "Débours")
    entries = []
    for i in range(1, count + 1):
        group = i * 2 // (count + 1)
        messages = 0 if i % 10 == 4 else 1 + (i % 4 == 0)
        entries.append((f"1:{group}", 1, headings[group], headings[group], i, 200_000 + i, messages))
    return InvoiceIndex.gather(entries)


class TableApp(BaseApp):
    """The list with the lines around it."""

    def __init__(self, count: int, work: Path | None = None) -> None:
        super().__init__()
        self.whole = index(count)
        self.selection = Selection(self.whole)
        self.work = work
        self.begin = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield TitleLine()
        yield PlacesLine()
        yield Lines(id="counts")
        yield InvoiceTable(self.fetch)
        yield Lines(2, id="detail")
        yield Lines(id="ticked")
        yield SendPanel()
        yield KeysLine()

    def fetch(self, ids: Sequence[int]) -> list[InvoiceRow]:
        return [invoice(document_id) for document_id in ids]

    def on_mount(self) -> None:
        self.query_one(TitleLine).show(("Les Tilleuls", "EHPAD Saint-Éloi"), "octobre 2026", "virginie")
        self.query_one(PlacesLine).show(Place.INVOICES)
        self.query_one("#counts", Lines).set_line(counts_sentence(self.whole.counts))
        table = self.query_one(InvoiceTable)
        table.show(self.whole, self.selection)
        table.focus()
        self.on_invoice_table_ticked()
        if self.work is not None:
            self.finish(self.go_on(self.work), "work")

    def on_invoice_table_ticked(self) -> None:
        said = selection_sentence(self.selection.totals(), len(self.whole))
        self.query_one("#ticked", Lines).set_line(said)

    def on_data_table_row_highlighted(self) -> None:
        found = self.query_one(InvoiceTable).current
        detail = self.query_one("#detail", Lines)
        detail.set_line(f"{found.resident}, ch. {found.room}, P {found.primary}" if found else "")

    def on_terminal_lost(self, event: TerminalLost) -> None:
        super().on_terminal_lost(event)
        event.prevent_default()
        self.begin.set()

    def key_w(self) -> None:
        self.begin.set()

    def key_p(self) -> None:
        progress = Progress(Phase.SENDING, messages=120, done=43)
        self.query_one(SendPanel).show(progress, [Event(EventKind.CONNECTING, SENT_AT)])
        self.query_one("#ticked", Lines).set_line("the panel is there")

    async def go_on(self, file: Path) -> None:
        await self.begin.wait()
        for step in range(10):
            await asyncio.sleep(0.1)
            if self.terminal_lost:
                print("something that nobody reads", flush=True)
            with file.open("a") as stream:
                stream.write(f"{step}\n")


if __name__ == "__main__":
    use_language("fr")
    sys.exit(run(TableApp(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)))
