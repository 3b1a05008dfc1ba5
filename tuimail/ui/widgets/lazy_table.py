"""A `DataTable` of any length: it asks a model for the rows in view and keeps none of them.

Keys, look and messages are those of Textual's table. What differs is where the rows are (in the model), and what a
key costs a slow line: the cursor jumps half a page at the edge, and the mouse repaints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn, Self, cast

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.geometry import Region, Size
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.widgets import DataTable
from textual.widgets.data_table import Row, RowKey

from tuimail.ui.widgets.row_paint import Paint
from tuimail.ui.widgets.table_model import (
    Cell,
    LazyCells,
    LazyLocations,
    LazyRows,
    NoRows,
    OrderedRows,
    TableColumn,
    TableModel,
)

PRIVATE_NAMES = ("_data", "_row_locations", "_total_row_height", "_scroll_cursor_into_view")
"""What this replaces inside `DataTable`: the reason why textual's version is pinned."""


class WholeCells(ScrollBarRender):
    """A scrollbar without the eighths of a block that a console font may lack."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class LazyTable(DataTable[Cell]):
    """Rows one line high from a `TableModel`, one row under the cursor, no fixed rows, columns or row labels."""

    DEFAULT_CSS = """
    LazyTable {
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    _model: TableModel = NoRows()

    def __init__(self, *, id: str | None = None, cell_padding: int = 1, **options: Any) -> None:  # noqa: A002
        super().__init__(id=id, cursor_type="row", cell_padding=cell_padding, **options)
        # A table under the mouse would be repainted at each of its moves.
        self.auto_links = False
        self.hover_coordinate = Coordinate(-1, -1)
        self.table_columns: tuple[TableColumn, ...] = ()
        self._paint: Paint | None = None
        self._fitted = Size()
        self._install(NoRows())

    @property
    def model(self) -> TableModel:
        """Where the rows come from."""
        return self._model

    def _install(self, model: TableModel) -> None:
        self._model = model
        self.rows = cast(Any, LazyRows(model))
        self._data = cast(Any, LazyCells(model))
        self._row_locations = cast(Any, LazyLocations(model))

    def set_columns(self, columns: Sequence[TableColumn]) -> None:
        """Show these columns; rows, cursor and scroll position stay."""
        if tuple(columns) == self.table_columns:
            return
        model, row, top = self._model, self.cursor_row, self.scroll_y
        self._install(NoRows())
        super().clear(columns=True)
        self.table_columns = tuple(columns)
        for column in columns:
            label = Text(column.label, justify=column.justify, overflow="ellipsis", no_wrap=True)
            self.add_column(label, width=column.width, key=column.key)
        self.load(model, row)
        self.scroll_to(y=top, animate=False, force=True)

    def load(self, model: TableModel, row: int | None = None) -> None:
        """Show other rows, with the cursor on `row`, or on the row it was on if that is still there."""
        if row is None:
            here = self.cursor_row
            key = self._model.key(here) if 0 <= here < len(self._model) else None
            found = model.locate(key) if key is not None else None
            row = here if found is None else found
        self._install(model)
        self._fit()
        # Not scrolled yet: where the cursor may go depends on the new height.
        with self.prevent(DataTable.RowHighlighted):
            self.cursor_coordinate = Coordinate(row, 0)
        self._scroll_cursor_into_view()
        self.refresh()
        if len(model):
            key_now = RowKey(model.key(self.cursor_row))
            self.post_message(DataTable.RowHighlighted(self, self.cursor_row, key_now))

    def clear(self, columns: bool = False) -> Self:
        """Show no rows, and no columns if asked."""
        if columns:
            self.set_columns(())
        self.load(NoRows(), 0)
        return self

    def _fit(self) -> None:
        """Give the flexible column what the others leave, and scrolling the size of all rows."""
        columns = self.ordered_columns
        fixed = sum(c.get_render_width(self) for c in columns)
        for spec, column in zip(self.table_columns, columns, strict=True):
            if spec.flexible:
                left = self.inner_size.width - (fixed - column.width)
                fixed += max(spec.width, left) - column.width
                column.width = max(spec.width, left)
        self.virtual_size = Size(fixed, len(self._model) + (self.header_height if self.show_header else 0))

    def on_mount(self) -> None:
        """The scrollbar is drawn in whole cells."""
        self.vertical_scrollbar.renderer = WholeCells  # type: ignore[misc]

    def on_resize(self, _event: events.Resize) -> None:
        """Textual tells most changes of size."""
        self.follow_size()

    def follow_size(self) -> None:
        """The flexible column and the cursor follow the table's size."""
        self._fitted = self.container_size
        self._fit()
        self._scroll_cursor_into_view()

    @property
    def ordered_rows(self) -> list[Row]:
        """The rows in order; made when they are looked at."""
        return cast("list[Row]", OrderedRows(self._model, range(len(self._model))))

    @property
    def _total_row_height(self) -> int:
        return len(self._model)

    @property
    def inner_size(self) -> Size:
        """What the rows and the header have: without border and scrollbar."""
        # As it was at the last layout. `size` would lay out anew where something has changed since, and nobody would
        # then be told of their new size.
        return self.container_size - (self.scrollbar_size_vertical, 0)

    @property
    def _top(self) -> int:
        """Lines above the first row that do not scroll."""
        return self.header_height if self.show_header else 0

    def visible_rows(self) -> range:
        """The rows on screen."""
        first = self.scroll_offset.y
        height = self.inner_size.height - self._top
        return range(min(first, len(self._model)), min(first + max(height, 0), len(self._model)))

    def row_at(self, y: int) -> int | None:
        """Which row a line of the table shows (0 is its first line), or None."""
        row = y - self._top + self.scroll_offset.y
        return row if y >= self._top and row < len(self._model) else None

    def refresh_row(self, row_index: int) -> Self:
        """Repaint a row, if it is on screen."""
        if row_index in self.visible_rows():
            y = self._top + row_index - self.scroll_offset.y
            self.refresh(Region(0, y, self.inner_size.width, 1))
        return self

    def refresh_cells(self, key: str, rows: range | None = None) -> None:
        """Repaint one column in some rows, or in all of them, as far as they are on screen."""
        seen = self.visible_rows()
        rows = seen if rows is None else range(max(rows.start, seen.start), min(rows.stop, seen.stop))
        x = -self.scroll_offset.x
        for spec, column in zip(self.table_columns, self.ordered_columns, strict=True):
            width = column.get_render_width(self)
            if spec.key == key and rows:
                y = self._top + rows.start - self.scroll_offset.y
                self.refresh(Region(x, y, width, len(rows)).intersection(self.inner_size.region))
            x += width

    def refresh_coordinate(self, coordinate: Coordinate) -> Self:
        """Repaint a cell's row, if it is on screen."""
        return self.refresh_row(coordinate.row)

    def validate_hover_coordinate(self, _value: Coordinate) -> Coordinate:
        """Nothing follows the mouse."""
        return Coordinate(-1, -1)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on the row; on the cursor's row it selects."""
        event.prevent_default()
        offset = event.get_content_offset(self)
        row = None if offset is None else self.row_at(offset.y)
        if row is None:
            return
        event.stop()
        if row == self.cursor_row:
            self.action_select_cursor()
        else:
            self.move_cursor(row=row)

    def _scroll_cursor_into_view(self, animate: bool = False) -> None:  # noqa: ARG002
        """Half a page at once: a step a line would repaint the whole table each time."""
        height = self.inner_size.height - self._top
        row, first = self.cursor_row, self.scroll_offset.y
        if height > 0 and not first <= row < first + height:
            last = max(0, len(self._model) - height)
            self.scroll_to(y=min(max(0, row - height // 2), last), animate=False, force=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """What a part of the table shows; styles and widths are worked out once."""
        if self._fitted != self.container_size:
            # No resize is told if somebody asked for a size between a change and its layout.
            self.call_next(self.follow_size)
        self._paint = Paint(self)
        try:
            return super().render_lines(crop)
        finally:
            self._paint = None

    def render_line(self, y: int) -> Strip:
        """What one line of the table shows."""
        paint = self._paint or Paint(self)
        if self.show_header and y < self.header_height:
            return paint.strip({c.key: c.label for c in paint.columns}, paint.header, Style(), Style())
        row = y - self._top + self.scroll_offset.y
        if row >= len(self._model):
            return Strip.blank(paint.width, paint.base)
        over, front = (paint.cursor, paint.cursor_front) if row == paint.cursor_row else (Style(), Style())
        return paint.strip(self._model.cells(row), paint.rows[row % 2], over, front)

    def add_row(self, *_cells: Any, **_options: Any) -> NoReturn:
        """Rows come from the model."""
        raise NotImplementedError("rows come from the model: load() another one")

    add_rows = remove_row = sort = update_cell = update_cell_at = add_row
