"""The list of invoices, with a box before each and before each heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.coordinate import Coordinate
from textual.message import Message

from tuimail.domain.errors import TuimailError
from tuimail.domain.listing import InvoiceGroup, InvoiceIndex, InvoiceRow, empty_index
from tuimail.domain.selection import Selection
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import TABLE
from tuimail.ui.widgets.invoice_model import PAGE, Fetch, InvoiceModel, columns
from tuimail.ui.widgets.lazy_table import LazyTable


class InvoiceTable(LazyTable):
    """Invoices under their headings. Ticking goes to the `Selection` it was handed, which outlives what is shown."""

    BINDINGS = bindings(TABLE)

    class Ticked(Message):
        """Ticks have changed: look at the selection's totals."""

    class NotTickable(Message):
        """A box was pressed that is none: the invoice, or the whole group, has no address."""

        def __init__(self, invoice: InvoiceRow | None) -> None:
            super().__init__()
            self.invoice = invoice

    class RangeChanged(Message):
        """A range was begun (`anchor`: its invoice's number) or is over (None)."""

        def __init__(self, anchor: str | None) -> None:
            super().__init__()
            self.anchor = anchor

    class ReadFailed(Message):
        """Rows could not be read; they show as gone until the next `show`."""

        def __init__(self, error: TuimailError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, fetch: Fetch, *, id: str | None = None) -> None:  # noqa: A002
        self._read = fetch
        self._anchor: int | None = None
        index = empty_index()
        self._invoices = InvoiceModel(index, Selection(index), self._fetch)
        super().__init__(id=id, cell_padding=0)

    def show(self, index: InvoiceIndex, selection: Selection, document_id: int | None = None) -> None:
        """Show these invoices with these ticks; the cursor goes to that invoice, or stays on its own if it can."""
        self._end_range()
        self._invoices = InvoiceModel(index, selection, self._fetch)
        self._lay_out()
        row = None if document_id is None else self._invoices.locate(str(document_id))
        if row is None and not len(self.model):
            row = 1  # The first invoice, below its heading.
        self.load(self._invoices, row)

    @property
    def index(self) -> InvoiceIndex:
        """What is shown."""
        return self._invoices.index

    @property
    def current(self) -> InvoiceRow | None:
        """The invoice under the cursor; None on a heading or in an empty list."""
        return self._invoices.invoice(self.cursor_row) if len(self._invoices) else None

    @property
    def current_group(self) -> InvoiceGroup | None:
        """The group whose heading is under the cursor; None on an invoice."""
        if not len(self._invoices):
            return None
        place = self._invoices.place(self.cursor_row)
        return self.index.groups[place.group] if place.position is None else None

    def go_to(self, document_id: int) -> bool:
        """Put the cursor on that invoice; False if it is not shown."""
        row = self._invoices.locate(str(document_id))
        if row is not None:
            self.move_cursor(row=row)
        return row is not None

    def refresh_ids(self, ids: Iterable[int]) -> None:
        """Read these invoices again when they are looked at, and repaint those on screen."""
        changed = frozenset(ids)
        self._invoices.rows.drop(changed)
        for row in self.visible_rows():
            position = self._invoices.place(row).position
            if position is not None and self.index.ids[position] in changed:
                self.refresh_row(row)

    def action_tick(self) -> None:
        """Tick the invoice under the cursor, or untick it, and move on; on a heading, the whole group."""
        if self._anchor is not None:
            self.action_tick_range()
            return
        if not len(self._invoices):
            return
        place = self._invoices.place(self.cursor_row)
        selection = self._invoices.selection
        before = selection.ticks(self.index, place.group)
        if place.position is None:
            done = selection.toggle_group(self.index, place.group)
        else:
            done = selection.toggle(self.index, place.position)
        if not done:
            self.post_message(self.NotTickable(self.current))
        elif place.position is None:
            self._boxes_changed()
        else:
            self.refresh_cells("box", range(self.cursor_row, self.cursor_row + 1))
            if selection.ticks(self.index, place.group) is not before:
                heading = self._invoices.heading_of(place.group)
                self.refresh_cells("box", range(heading, heading + 1))
            self.post_message(self.Ticked())
            self.action_cursor_down()

    def action_tick_all(self) -> None:
        """Tick all that is shown."""
        self._end_range()
        self._invoices.selection.all(self.index)
        self._boxes_changed()

    def action_tick_none(self) -> None:
        """Untick everything, shown or not."""
        self._end_range()
        self._invoices.selection.none()
        self._boxes_changed()

    def action_tick_invert(self) -> None:
        """Untick what is ticked and tick the rest, of what is shown."""
        self._end_range()
        self._invoices.selection.invert(self.index)
        self._boxes_changed()

    def action_tick_only(self) -> None:
        """Tick the invoice under the cursor and no other."""
        self._end_range()
        invoice = self.current
        if invoice is None:
            return
        position = self._invoices.place(self.cursor_row).position
        if position is not None and self._invoices.selection.only(self.index, position):
            self._boxes_changed()
        else:
            self.post_message(self.NotTickable(invoice))

    def action_tick_range(self) -> None:
        """Begin a range here, or tick from where it began to here."""
        if not len(self._invoices):
            return
        if self._anchor is None:
            self._mark(self.cursor_row)
            self.refresh_bindings()
            invoice, group = self.current, self.current_group
            self.post_message(self.RangeChanged(invoice.number if invoice else group.title if group else ""))
            return
        reached = self._invoices.positions(self._invoices.marked)
        self._end_range()
        if reached:
            self._invoices.selection.put_range(self.index, reached[0], reached[-1])
        self._boxes_changed()

    def action_cancel_range(self) -> None:
        """Forget the range that was begun."""
        self._end_range()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the table's only while a range is being drawn."""
        if action == "cancel_range":
            return self._anchor is not None
        return super().check_action(action, parameters)

    def follow_size(self) -> None:
        """Columns follow the width."""
        self._lay_out()
        super().follow_size()

    def watch_cursor_coordinate(self, old_coordinate: Coordinate, new_coordinate: Coordinate) -> None:
        """A range being drawn follows the cursor."""
        super().watch_cursor_coordinate(old_coordinate, new_coordinate)
        if self._anchor is not None:
            self._mark(self._anchor)

    def _mark(self, anchor: int | None) -> None:
        before = self._invoices.marked
        here = self.cursor_row
        after = range(0) if anchor is None else range(min(anchor, here), max(anchor, here) + 1)
        self._anchor, self._invoices.marked = anchor, after
        changed = [row for row in self.visible_rows() if (row in before) != (row in after)]
        if len(changed) > 1:
            self.refresh_cells("box")
        elif changed:
            self.refresh_row(changed[0])

    def _end_range(self) -> None:
        if self._anchor is not None:
            self._mark(None)
            self.refresh_bindings()
            self.post_message(self.RangeChanged(None))

    def _boxes_changed(self) -> None:
        self.refresh_cells("box")
        self.post_message(self.Ticked())

    def _lay_out(self) -> None:
        width = self.container_size.width
        if width:
            index, rows = self.index, self._invoices.rows
            first = [rows.row(position) for position in range(min(len(index), PAGE))]
            sums = [group.net for group in index.groups]
            self.set_columns(columns(width, [row for row in first if row], sums))

    def _fetch(self, ids: Sequence[int]) -> Sequence[InvoiceRow]:
        try:
            return self._read(ids)
        except TuimailError as error:
            self.post_message(self.ReadFailed(error))
            return ()
