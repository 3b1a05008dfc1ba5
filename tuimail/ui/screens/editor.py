"""The editor of a document: its lines and dates by keyboard, totals that follow, nothing lost without a question."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain import drafting
from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.drafting import Recurring
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import kind_name
from tuimail.domain.money import SCALE, format_cents, format_rate, format_scaled
from tuimail.domain.periods import format_day
from tuimail.store import documents, residents
from tuimail.store import drafting as kept
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.prints import EDITOR
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.screens.line_fields import Dates, LineFields
from tuimail.ui.widgets.frame import BOLD, KeysLine, Lines, TitleLine
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start


class Editor(Leaving[Document]):
    """One document; the answer is what was kept, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(EDITOR), *bindings(PAGE)]

    def __init__(self, desk: Desk, document: Document) -> None:
        """`document` with id 0 is new, and numbered when it is kept."""
        super().__init__()
        self._desk, self._before = desk, document
        self._document = document
        self._lines = list(document.lines)
        self._resident = residents.resident(document.resident_id)
        recurring = kept.recurring([document.resident_id]).get(document.resident_id, ())
        self._coming_back = {_key(each.line): each.per_day for each in recurring}
        self._came_back = dict(self._coming_back)
        self._saving = False

    def compose(self) -> ComposeResult:
        """Facts, lines, totals."""
        yield TitleLine()
        yield Lines(2, id="facts")
        yield RowList(id="document-lines", cell_padding=0)
        yield Lines(id="totals")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Show the document."""
        document = self._document
        number = document.number or _("new")
        self.query_one(TitleLine).show(
            [*self._desk.path(document.structure_id), f"{kind_name(document.kind)} {number}"], document.period.label()
        )
        self._show(0)
        self.query_one(RowList).focus()

    def on_resize(self) -> None:
        """Columns follow the width."""
        wide = self.size.width >= 100
        self.query_one(RowList).set_columns(
            (
                TableColumn("heading", _("Heading"), 28 if wide else 12, gap=1),
                TableColumn("label", _("Line"), 12, gap=1, flexible=True),
                TableColumn("back", _("Comes back"), 9, gap=1),
                TableColumn("quantity", _("Quantity"), 9, "right", gap=1),
                TableColumn("price", _("Unit price"), 11, "right", gap=1),
                TableColumn("rate", _("VAT"), 7 if wide else 6, "right", gap=1),
                TableColumn("amount", _("Net"), 12 if wide else 11, "right", gap=1),
            )
        )

    def _show(self, row: int | None = None) -> None:
        document, dot = self._document, f" {signs().dot} "
        facts = [self._resident.name, _("dated {day}").format(day=format_day(document.issued_on))]
        if document.due_on:
            facts.append(_("due on {day}").format(day=format_day(document.due_on)))
        lines = self.query_one("#facts", Lines)
        lines.set_line((dot.join(facts), BOLD))
        joined = ""
        if document.related_id:
            joined = _("for invoice {number}").format(number=documents.document(document.related_id).number)
        lines.set_line(joined, row=1)
        rows = [(str(n), self._cells(each)) for n, each in enumerate(self._lines)]
        self.query_one(RowList).show_rows(rows, row)
        self._show_totals()
        self.refresh_bindings()

    def _cells(self, each: DocumentLine) -> dict[str, str]:
        per_day = self._coming_back.get(_key(each))
        back = "" if per_day is None else _("by day") if per_day else _("monthly")
        return {
            "heading": each.heading,
            "label": each.label,
            "back": back,
            "quantity": format_scaled(each.quantity),
            "price": format_scaled(each.unit_price, 2),
            "rate": format_rate(each.vat_bp),
            "amount": format_cents(each.amount),
        }

    def _show_totals(self) -> None:
        line = self.query_one("#totals", Lines)
        if not self._lines:
            line.set_line(_("No line yet: a adds one."))
            return
        found = drafting.with_lines(self._document, self._lines)
        figures = ((_("Net total"), found.net), (_("VAT"), found.vat), (_("Total"), found.gross))
        line.set_line(
            (f" {signs().dot} ".join(f"{word} {format_cents(n, currency=True)}" for word, n in figures), BOLD)
        )

    @property
    def _row(self) -> int:
        return min(self.query_one(RowList).cursor_row, len(self._lines) - 1)

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        changed = self._lines != list(self._before.lines) or self._coming_back != self._came_back
        return changed or self._document != self._before or (not self._before.id and bool(self._lines))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key; what was changed while the document is written would be lost."""
        if self._saving and action in _CHANGES:
            return False
        if action in ("change_line", "remove_line", "save"):
            return bool(self._lines)
        if action == "comes_back":
            return bool(self._lines) and self._document.kind is DocumentKind.INVOICE
        return super().check_action(action, parameters)

    # Commands

    def action_change_line(self) -> None:
        """Change the line under the cursor."""
        row = self._row
        self.app.push_screen(LineFields(self._lines[row]), lambda line: self._put(row, line))

    def action_add_line(self) -> None:
        """Add a line below the one under the cursor, under the same heading."""
        row = self._row
        like = self._lines[row] if self._lines else None
        empty = DocumentLine(like.heading if like else "", "", SCALE, 0, 0, like.vat_bp if like else 0)
        self.app.push_screen(LineFields(empty), lambda line: self._put(row + 1, line, new=True))

    def _put(self, row: int, line: DocumentLine | None, *, new: bool = False) -> None:
        if line is None:
            return
        if new:
            self._lines.insert(row, line)
        else:
            before = _key(self._lines[row])
            if before in self._coming_back:
                self._coming_back[_key(line)] = self._coming_back.pop(before)
            self._lines[row] = line
        self._show(row)

    def action_remove_line(self) -> None:
        """Take the line out; Esc without saving brings it back."""
        row = self._row
        self._coming_back.pop(_key(self._lines.pop(row)), None)
        self._show(max(0, row - 1))

    def action_comes_back(self) -> None:
        """Not, each month as it is, each month by the day."""
        each = self._lines[self._row]
        now = self._coming_back.get(_key(each))
        if now is None:
            self._coming_back[_key(each)] = False
        elif not now:
            self._coming_back[_key(each)] = True
        else:
            del self._coming_back[_key(each)]
        self._show(self._row)

    def action_dates(self) -> None:
        """Change the dates."""

        def changed(found: Document | None) -> None:
            if found is not None:
                self._document = found
                self._show()

        self.app.push_screen(Dates(self._document), changed)

    def action_save(self) -> None:
        """Keep the document."""
        self._saving = True
        start(self, self._save, exclusive=True)

    async def _save(self) -> None:
        owner, now = self._desk.office.owner, self._desk.now()
        try:
            wanted = drafting.with_lines(self._document, self._lines)
            saved = await in_writer(kept.keep, self._before, wanted, self._lines_coming_back(), owner, now)
        except TuimailError as error:
            self._saving = False
            self.app.push_screen(BadNews(error))
            return
        end(self, saved)

    def _lines_coming_back(self) -> list[Recurring] | None:
        if self._coming_back == self._came_back:
            return None
        keys = [(each, _key(each)) for each in self._lines]
        return [Recurring(each, self._coming_back[key]) for each, key in keys if key in self._coming_back]

    def action_back(self) -> None:
        """Go back; what was changed is asked about first."""
        if self._saving:
            return
        if not self.unsaved:
            self.dismiss(None)
            return
        sentences = (_("Enter: close and lose what was changed."), _("Esc: stay; F2 keeps it."))
        self.ask_to_lose(_("Not kept yet"), sentences, partial(end, self))


_CHANGES = ("change_line", "add_line", "remove_line", "comes_back", "dates", "save")


def _key(line: DocumentLine) -> tuple[str, str]:
    return line.heading, line.label
