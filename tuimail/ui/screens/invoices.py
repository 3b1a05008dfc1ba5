"""The invoices of a month: the place where everything begins."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.listing import InvoiceCounts, InvoiceFilter, InvoiceRow
from tuimail.store import habits, residents, structures
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import INVOICES
from tuimail.ui.commands.model import Place
from tuimail.ui.desk import TO_ALL, Desk
from tuimail.ui.screens.invoice_filter import FilterActions
from tuimail.ui.screens.paper_actions import PaperActions
from tuimail.ui.view import InvoiceView
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.guide import first_steps, no_document, nothing_found, nothing_here
from tuimail.ui.widgets.invoice_table import InvoiceTable
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.sentences import about, packed
from tuimail.ui.widgets.words import counts_sentence, filter_name, filter_sentence, selection_sentence

DETAIL_LINES = 2
_NEED_INVOICES = frozenset(
    ("cycle_filter", "problems", "search", "send", "attach_all", "export", "shift_period", "send_failed")
)


class InvoicesScreen(FilterActions, PaperActions):
    """The list, what the row under the cursor stands for, and what is ticked."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(INVOICES)
    PLACE = Place.INVOICES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.view = InvoiceView()
        self._range: str | None = None
        """Where a range that is being drawn began."""
        self._counts = InvoiceCounts()
        self._row: list[str] = []

    def content(self) -> ComposeResult:
        """Counts, list, and what stands under it."""
        yield Lines(id="counts")
        yield Lines(id="notice")
        yield InvoiceTable(self.view.read)
        yield Prose("", id="guide")
        yield Lines(DETAIL_LINES, id="detail")

    @property
    def table(self) -> InvoiceTable:
        """The list."""
        return self.query_one(InvoiceTable)

    def begin(self) -> None:
        """Open on the newest month."""
        with self.telling():
            self.view.filter = habits.invoice_filter(self.desk.office.owner.operator)
            self.view.load()
        self.show_all()
        self.look_for_interrupted()

    def focus_list(self) -> None:
        """Keys go to the list."""
        self.set_focus(self.table if self.table.display else None)

    # What is shown

    def show_all(self, document_id: int | None = None) -> None:
        """Show the view as it is now, with the cursor on that invoice or where it was."""
        view = self.view
        period = view.period.label() if view.period else ""
        path = self.desk.path(view.structure_id)
        if view.kind is not DocumentKind.INVOICE:
            path = [*path, kinds_name(view.kind)]
        self.query_one(TitleLine).show(path, period, self.desk.office.owner.operator)
        empty = not len(view.shown)
        self.table.display = not empty
        self.query_one("#detail").display = not empty
        guide = self.query_one("#guide", Prose)
        guide.display = empty
        if empty:
            guide.update(self._guide())
        self.table.show(view.shown, view.selection, document_id)
        self.show_counts()
        self.show_row()
        self.say()
        if not self.searching:
            self.focus_list()
        self.refresh_bindings()

    def _guide(self) -> Text:
        view = self.view
        if view.period is None:
            return first_steps()
        if view.narrowed and len(view.whole):
            return nothing_found(view.search)
        if view.kind is not DocumentKind.INVOICE:
            return no_document(view.kind, view.period)
        name = structures.structure(view.structure_id).name if view.structure_id else ""
        return nothing_here(view.period, name, view.newest)

    def show_counts(self) -> None:
        """How many invoices stand where, and what hides some of them."""
        self._counts = self.view.count()
        self._lay_out_counts()

    def _lay_out_counts(self) -> None:
        view = self.view
        line = self.query_one("#counts", Lines)
        if view.period is None:
            line.set_line("")
        else:
            counts = counts_sentence(self._counts)
            if view.search:
                counts = ngettext("{n} found", "{n} found", len(view.shown))
            shown = filter_sentence(view.filter, view.search)
            if not view.search and cell_len(counts) + cell_len(shown) > (line.size.width or self.app.size.width) - 4:
                shown = filter_name(view.filter)
            line.set_line(counts, right=(shown,))

    def show_row(self) -> None:
        """Spell out the row under the cursor."""
        row, group = self.table.current, self.table.current_group
        self._row = []
        with self.telling():
            if row is not None:
                self._row = self._about(row)
            elif group is not None:
                self._row = [
                    group.title,
                    ngettext("{n} invoice", "{n} invoices", group.count),
                    ngettext("{n} without an address", "{n} without an address", group.count - group.reachable_count),
                    ngettext("{n} message", "{n} messages", group.messages),
                ]
        self._lay_out_row()

    def _lay_out_row(self) -> None:
        lines = self.query_one("#detail", Lines)
        for number, text in enumerate(packed(self._row, lines.size.width - 2, DETAIL_LINES)):
            lines.set_line(text, row=number)

    def _about(self, row: InvoiceRow) -> list[str]:
        enclosed = [e.attachment.name for e in self.desk.enclosed if e.document_id == row.id]
        return about(row, residents.resident(row.resident_id), enclosed)

    def say_usual(self, line: Lines) -> None:
        """What is ticked, and what goes along; while a range is drawn, how it is ended."""
        if self._range is not None:
            sentence = _("Range from {number}: move, then v or Space ticks it, Esc gives it up.")
            line.set_line(sentence.format(number=self._range))
            return
        view = self.view
        if view.period is None:
            line.set_line("")
            return
        selection = view.selection
        totals = selection.totals()
        hidden = totals.invoices - selection.count_in(view.shown) if view.narrowed else 0
        line.set_line(selection_sentence(totals, len(view.whole), hidden), right=(self._enclosed(),))

    def _enclosed(self) -> str:
        everybody = sum(1 for enclosure in self.desk.enclosed if enclosure.document_id == TO_ALL)
        single = len(self.desk.enclosed) - everybody
        parts = []
        if everybody:
            parts.append(ngettext("{n} file to all", "{n} files to all", everybody))
        if single:
            parts.append(ngettext("{n} file to one", "{n} files to one", single))
        return _("attached: {files}").format(files=", ".join(parts)) if parts else ""

    # What the list tells

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self.show_row()
        self.say()

    def on_data_table_row_selected(self) -> None:
        """Enter: open the card."""
        self.action_card()

    def on_invoice_table_ticked(self) -> None:
        """Say what is ticked now."""
        self.say()

    def on_invoice_table_not_tickable(self, message: InvoiceTable.NotTickable) -> None:
        """Say why that box is none."""
        if message.invoice is None:
            self.say(_("Nobody in this group has an address."))
        else:
            self.say(
                _("{resident} cannot be ticked: {reason}").format(
                    resident=message.invoice.resident, reason=message.invoice.problem
                )
            )

    def on_invoice_table_range_changed(self, message: InvoiceTable.RangeChanged) -> None:
        """Say how a range is ended."""
        self._range = message.anchor
        self.say()

    def on_invoice_table_read_failed(self, message: InvoiceTable.ReadFailed) -> None:
        """Say why rows are missing."""
        self.say(str(message.error))

    def on_resize(self) -> None:
        """What stands around the list is laid out for the width."""
        self.call_after_refresh(self._lay_out_counts)
        self.call_after_refresh(self._lay_out_row)

    def sending_ended(self) -> None:
        """Messages may be left queued."""
        self.look_for_interrupted()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:
        """Show what these invoices have become; the rows stay where they are."""
        if not self.desk.sending.active:
            self.look_for_interrupted()
        if reload or self.view.period is None:
            self.view.load()
            self.show_all()
            return
        self.table.refresh_ids(document_ids)
        self.show_counts()
        if self.table.current is not None and self.table.current.id in document_ids:
            self.show_row()

    def action_returns(self) -> None:
        """What came back."""
        from tuimail.ui.screens.returns import open_returns

        open_returns(self)

    # Period, filter, search

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        allowed = super().check_action(action, parameters)
        if not allowed or self.searching:
            return allowed
        view = self.view
        if action in _NEED_INVOICES:
            return view.period is not None
        if action in ("resend", "preview", "attach", "exclude"):
            return bool(self.table.display)
        if action in (
            "month_end",
            "to_post",
            "brought",
            "print_out",
            "accounting_copy",
            "choose_kind",
            "new_document",
            "prepare_month",
        ):
            return view.period is not None
        if action == "choose_structure":
            return view.period is not None and view.several_homes
        if action == "resume":
            return view.period is not None
        if action == "mails":
            return self.desk.demo is not None
        if action == "clear":
            return view.narrowed or self.panel_can_close
        return allowed

    def action_shift_period(self, months: int) -> None:
        """Another month."""
        with self.telling():
            if self.view.shift(months):
                self.show_all()
            else:
                self.say(
                    _("There are no invoices before this month.")
                    if months < 0
                    else _("There are no invoices after this month.")
                )

    def search_changed(self) -> None:
        """Show what is found."""
        self.view.search = self.search_text
        current = self.table.current
        with self.telling():
            self.view.narrow()
            self.show_all(self.view.best() if self.search_text else current.id if current else None)

    def clear_filter(self) -> None:
        """Put the counts of a send that has ended away, or else show all."""
        if not self.close_panel():
            self.view.filter = InvoiceFilter.ALL
            self.keep_filter()
            self.narrow()

    def narrow(self) -> None:
        """Apply the filter and the search anew; the cursor stays with its invoice."""
        current = self.table.current
        with self.telling():
            self.view.narrow()
        self.show_all(current.id if current else None)
        if len(self.view.shown) and self.table.current is None:
            self.table.go_to(self.view.shown.ids[0])
