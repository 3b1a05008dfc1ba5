"""The month-end sheet: what became of every document of a month, the sum, and what does not add up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.month_end import Entry, MonthEnd
from tuimail.domain.periods import Period
from tuimail.store import documents, structures
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.month_end import MONTH_END
from tuimail.ui.desk import Desk
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.disposing import ask_to_exclude, ask_to_take_back
from tuimail.ui.screens.paths import FileOut, written_to
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets import month_rows
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.month_rows import Sheet
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.sentences import packed
from tuimail.ui.work import start

_DETAIL_LINES = 2


class MonthEndScreen(SteadyScreen[None]):
    """Totals, the equation, and below them what is open, all documents, or the sends."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(MONTH_END), *bindings(PAGE)]
    DEFAULT_CSS = """
    MonthEndScreen Prose { padding: 0 1; }
    """

    def __init__(
        self,
        desk: Desk,
        period: Period,
        structure_id: int | None,
        kind: DocumentKind,
        open_card: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._desk, self._period, self._structure_id, self._kind = desk, period, structure_id, kind
        self._open_card = open_card
        self._sheet: MonthEnd | None = None
        self._shown = Sheet.OPEN

    def compose(self) -> ComposeResult:
        """Totals, equation, list, the row under the cursor, what was done last."""
        yield TitleLine()
        yield Prose("", id="totals")
        yield Prose("", id="verdict")
        yield Lines(id="counts")
        yield RowList(id="entries", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(_DETAIL_LINES, id="detail")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Count at once."""
        self._say("")
        self.query_one(RowList).focus()
        self.load()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self._columns()

    def on_screen_resume(self) -> None:
        """What happened meanwhile."""
        if self._sheet is not None:
            self.load()

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody has sent, posted or decided."""
        if self.is_current and self._sheet is not None:
            self.load()

    # What is shown

    def load(self) -> None:
        """Count again."""
        start(self, self._load, group="load", exclusive=True)

    async def _load(self) -> None:
        ends = self._desk.office.month_ends
        try:
            self._sheet = await in_background(ends.sheet, self._period, self._structure_id, self._kind)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        self._show(self._sheet)

    def _show(self, sheet: MonthEnd) -> None:
        path = [*self._desk.path(self._structure_id)[-1:], _("month-end sheet")]
        self.query_one(TitleLine).show(path, self._period.label(), self._desk.office.owner.operator)
        self.query_one("#totals", Prose).update(month_rows.totals(sheet))
        self.query_one("#verdict", Prose).update(month_rows.verdict(sheet))
        table = self.query_one(RowList)
        if self._shown is Sheet.SENDS:
            rows = [month_rows.send_row(number, send) for number, send in enumerate(sheet.sends)]
        else:
            rows = [month_rows.document_row(entry) for entry in self._entries(sheet)]
        self._columns()
        table.show_rows(rows, max(0, min(table.cursor_row, len(rows) - 1)))
        table.display = bool(rows)
        guide = self.query_one("#guide", Prose)
        guide.display = not rows
        guide.update(self._nothing())
        self.query_one("#counts", Lines).set_line(
            _("{what}: {n}").format(what=self._shown.label, n=len(rows)),
            right=(_("to be posted: {n}").format(n=len(sheet.to_post)),),
        )
        if rows:
            self.set_focus(table)
        self._show_row()
        self.refresh_bindings()

    def _entries(self, sheet: MonthEnd) -> list[Entry]:
        return sheet.unfinished if self._shown is Sheet.OPEN else list(sheet.entries)

    def _nothing(self) -> str:
        return {
            Sheet.OPEN: _("Nothing is open: every document was sent, posted, or excluded with a reason."),
            Sheet.ALL: _("There is no document this month."),
            Sheet.SENDS: _("Nothing was sent by mail."),
        }[self._shown]

    def _columns(self) -> None:
        sends = self._shown is Sheet.SENDS
        columns = month_rows.send_columns() if sends else month_rows.document_columns()
        self.query_one(RowList).set_columns(columns)

    def _show_row(self) -> None:
        lines, current = self.query_one("#detail", Lines), self._current
        parts = month_rows.about(current) if current else []
        if self._shown is Sheet.SENDS and self._sheet is not None and self._sheet.sends:
            parts = month_rows.about_send(self._sheet.sends[self.query_one(RowList).cursor_row])
        for number, text in enumerate(packed(parts, lines.size.width - 2, _DETAIL_LINES)):
            lines.set_line(text, row=number)

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()
        self.refresh_bindings()

    def _say(self, sentence: str) -> None:
        line = self.query_one("#said", Lines)
        line.set_line(sentence)
        line.display = bool(sentence)

    @property
    def _current(self) -> Entry | None:
        key = self.query_one(RowList).current_key
        if self._sheet is None or key is None or not key.isdigit():
            return None
        return next((entry for entry in self._sheet.entries if entry.document_id == int(key)), None)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if not self.is_mounted:
            return False
        if action in ("open_card", "exclude"):
            return self._current is not None
        if action == "take_back":
            return self._current is not None and self._current.decided is not None
        if action in ("write_pdf", "write_csv"):
            return self._sheet is not None
        if action == "choose_structure":
            return len(structures.structures()) > 1
        return super().check_action(action, parameters)

    def action_cycle_filter(self) -> None:
        """What is open, all documents, the sends."""
        self._shown = self._shown.next()
        if self._sheet is not None:
            self._show(self._sheet)

    def action_open_card(self) -> None:
        """Open the document's card."""
        if current := self._current:
            self._open_card(current.document_id)

    def action_exclude(self) -> None:
        """Say that the document is not to be sent, or take that back."""
        if current := self._current:
            ask_to_exclude(self, self._desk, [current.document_id], self._done)

    def action_take_back(self) -> None:
        """Take back that it was posted or excluded."""
        if current := self._current:
            ask_to_take_back(self, self._desk, [current.document_id], self._done)

    def _done(self, sentence: str) -> None:
        self._say(sentence)
        self.load()

    def action_to_post(self) -> None:
        """What goes by post."""
        from tuimail.ui.screens.to_post import ToPost

        screen = ToPost(self._desk, self._period, self._structure_id, self._kind, self._open_card)
        self.app.push_screen(screen)

    def action_write_pdf(self) -> None:
        """Write the sheet as a PDF."""
        self._write(_("Write the month-end sheet as a PDF"), ".pdf")

    def action_write_csv(self) -> None:
        """Write the sheet for a spreadsheet."""
        self._write(_("Write the month-end sheet for a spreadsheet"), ".csv")

    def _write(self, title: str, suffix: str) -> None:
        if self._sheet is None:
            return
        sheet = self._sheet

        def write(path: Path) -> str:
            self._desk.office.month_ends.write_sheet(sheet, path)
            return written_to(path)

        name = _("sheet-{period}").format(period=self._period) + suffix
        label = _("A PDF (.pdf), or a table for a spreadsheet (.csv):")
        self.app.push_screen(FileOut(title, label, Path.home() / name, write), lambda said: self._say(said or ""))

    def action_choose_structure(self) -> None:
        """Another home, or all."""
        rows = [("", _("All homes"), "")] + [(str(place.id), place.name, "") for place in structures.structures()]
        self.app.push_screen(Choose(_("Homes"), rows, str(self._structure_id or "")), self._chosen)

    def _chosen(self, key: str | None) -> None:
        if key is not None:
            self._structure_id = int(key) if key else None
            self.load()

    def action_shift_period(self, months: int) -> None:
        """Another month, among those that have documents."""
        period = self._period.shift(months)
        known = documents.periods(self._kind)
        if not known or not known[0] <= period <= known[-1]:
            self._say(_("There is no document this month."))
            return
        self._period = period
        self._say("")
        self.load()

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(None)
