"""The PDFs that were brought from elsewhere: what waits for a look, and what became of the rest."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.brought import Brought, BroughtState, page_ranges
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.listing import InvoiceRow
from tuimail.domain.periods import Period
from tuimail.store import brought, listing
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.prints import BROUGHT
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.bring import Bring, Give
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.screens.look_held import LookHeld
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn
from tuimail.ui.work import start

_YELLOW = Style(color="yellow")
_GREEN = Style(color="green")


class BroughtScreen(SteadyScreen[None]):
    """The account of a month's PDFs, a row each."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(BROUGHT), *bindings(PAGE)]

    def __init__(self, desk: Desk, period: Period) -> None:
        super().__init__()
        self.desk, self.period = desk, period
        self._all = False
        self._items: list[Brought] = []

    def compose(self) -> ComposeResult:
        """Counts, list, what stands under it."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="pdfs", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(id="detail")
        yield Lines(id="said")
        yield KeysLine()

    @property
    def table(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        """Show what waits."""
        self.query_one(TitleLine).show(
            [*self.desk.path(), _("PDFs brought")], self.period.label(), self.desk.office.owner.operator
        )
        self.refresh_list()

    def on_resize(self) -> None:
        """Columns follow the width."""
        wide = self.size.width >= 100
        self.table.set_columns(
            (
                TableColumn("state", _("State"), 12, gap=1),
                TableColumn("number", _("No."), 9, gap=1),
                TableColumn("resident", _("Resident"), 24 if wide else 18, gap=1),
                TableColumn("why", _("Why"), 20, gap=1, flexible=True),
                TableColumn("pages", _("Pages"), 10, gap=1),
                *((TableColumn("file", _("File"), 26, gap=1),) if wide else ()),
            )
        )

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody may have decided something."""
        if self.is_current:
            self.refresh_list()

    def on_screen_resume(self) -> None:
        """Decisions were taken meanwhile."""
        if self.is_mounted:
            self.refresh_list()

    def refresh_list(self) -> None:
        """Read the list again; the cursor stays."""
        try:
            everything = brought.brought(self.period)
            rows = _documents(everything)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        held = [item for item in everything if item.state is BroughtState.HELD]
        self._items = everything if self._all else held
        pages = sum(len(item.pages) for item in everything)
        dot = f" {signs().dot} "
        counts = (
            ngettext("{n} PDF brought", "{n} PDFs brought", len(everything)),
            ngettext("{n} page", "{n} pages", pages),
            ngettext("{n} waits for a look", "{n} wait for a look", len(held)),
        )
        shown = pgettext("pdfs", "all") if self._all else pgettext("pdfs", "waiting")
        self.query_one("#counts", Lines).set_line(dot.join(counts), right=(_("Filter: {name}").format(name=shown),))
        self.table.show_rows([_row(item, rows.get(item.document_id or 0)) for item in self._items])
        empty = not self._items
        self.table.display = not empty
        guide = self.query_one("#guide", Prose)
        guide.display = empty
        if empty:
            guide.update(_guide(bool(everything)))
        else:
            self.table.focus()
        self._show_row()
        self.refresh_bindings()

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()
        self.refresh_bindings()

    def _show_row(self) -> None:
        item = self.current
        self.query_one("#detail", Lines).set_line(
            "" if item is None else " · ".join(filter(None, (item.where, item.sentence))).replace("·", signs().dot)
        )

    @property
    def current(self) -> Brought | None:
        """The PDF under the cursor."""
        key = self.table.current_key if self._items else None
        return next((item for item in self._items if str(item.id) == key), None)

    def say(self, sentence: str) -> None:
        """Say this above the keys."""
        self.query_one("#said", Lines).set_line(sentence)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        item = self.current if self.is_mounted and action in ("look", "give", "aside", "hold_again") else None
        if action == "look":
            return item is not None
        if action in ("give", "aside"):
            return item is not None and item.state is BroughtState.HELD
        if action == "hold_again":
            return item is not None and item.state in (BroughtState.CONFIRMED, BroughtState.ASIDE)
        return super().check_action(action, parameters)

    def action_cycle_filter(self) -> None:
        """What waits, or all."""
        self.say("")
        self._all = not self._all
        self.refresh_list()

    def action_look(self) -> None:
        """Look at the PDF under the cursor."""
        item = self.current
        if item is not None:
            ids = [each.id for each in self._items]
            self.app.push_screen(LookHeld(self.desk, ids, ids.index(item.id)))

    def action_give(self) -> None:
        """Say whose it is."""
        if item := self.current:
            self.app.push_screen(Give(self.desk, item), lambda sentence: self._decided(sentence))

    def action_aside(self) -> None:
        """Ask, then put it aside."""
        if item := self.current:
            sentences = (item.where, _("It is nobody's: nothing is sent with it. z takes that back."))
            self.app.push_screen(
                Question(_("Put this PDF aside"), sentences),
                lambda yes: self._run(self.desk.office.prints.put_aside(item.id)) if yes else None,
            )

    def action_hold_again(self) -> None:
        """Take a decision back."""
        if item := self.current:
            self._run(self.desk.office.prints.hold_again(item.id))

    def _run(self, decision: Coroutine[Any, Any, Brought]) -> None:
        start(self, partial(self._decide, decision))

    async def _decide(self, decision: Coroutine[Any, Any, Brought]) -> None:
        try:
            await decision
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
        self.refresh_list()

    def _decided(self, sentence: str | None) -> None:
        self.refresh_list()
        self.say(sentence or "")

    def action_bring(self) -> None:
        """Take PDFs."""
        self.app.push_screen(Bring(self.desk, self.period, Path.home()), self._decided)

    def action_back(self) -> None:
        """Back to the invoices."""
        self.dismiss()


def _documents(items: Sequence[Brought]) -> dict[int, InvoiceRow]:
    return {row.id: row for row in listing.rows(sorted({item.document_id for item in items if item.document_id}))}


def _row(item: Brought, row: InvoiceRow | None) -> KnownRow:
    words: dict[BroughtState, Cell] = {
        BroughtState.MATCHED: Styled(pgettext("pdf", "matched"), _GREEN),
        BroughtState.HELD: Styled(pgettext("pdf", "waiting"), _YELLOW),
        BroughtState.CONFIRMED: Styled(pgettext("pdf", "confirmed"), _GREEN),
        BroughtState.ASIDE: pgettext("pdf", "put aside"),
        BroughtState.REPLACED: pgettext("pdf", "replaced"),
    }
    return str(item.id), {
        "state": words[item.state],
        "number": row.number if row else "",
        "resident": row.resident if row else "",
        "why": item.sentence if item.state is not BroughtState.MATCHED else "",
        "pages": page_ranges(item.pages),
        "file": item.source,
    }


def _guide(some: bool) -> Text:
    if some:
        return Text(_("No PDF waits for a look. f shows all that were brought."))
    text = Text(_("No PDF was brought for this month.") + "\n\n", "bold")
    text.append(
        _("I takes the PDFs that your billing program made: a folder of them, or one print run for all.")
        + "\n"
        + _("Each is matched by the invoice's number and the resident's name, both in its text."),
        "not bold",
    )
    return text
