"""How a lazy table draws a line: the same characters and styles as `DataTable`, in as few pieces as they allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

if TYPE_CHECKING:
    from tuimail.ui.widgets.lazy_table import LazyTable


class Paint:
    """Styles and widths that hold for one paint of the table."""

    def __init__(self, table: LazyTable) -> None:
        self.base = table.rich_style
        self.cursor_row = table.cursor_row if table.show_cursor and table.cursor_type == "row" else -1
        self.cursor = table.get_component_rich_style("datatable--cursor")
        self.cursor_front = Style.from_color(color=self.cursor.color)
        self.header = table.get_component_styles("datatable--header").rich_style
        self.rows = (self.base, self.base)
        if table.zebra_stripes:
            even, odd = (table.get_component_styles(f"datatable--{name}-row") for name in ("even", "odd"))
            self.rows = (even.rich_style, odd.rich_style)
        self.columns = table.table_columns
        self.padding = table.cell_padding
        widths = [column.get_render_width(table) for column in table.ordered_columns]
        self.widths = dict(zip((column.key for column in self.columns), widths, strict=True))
        self.total = sum(widths)
        self.width = table.container_size.width
        self.scroll_x = table.scroll_offset.x

    def strip(self, cells: Mapping[str, Cell], row: Style, over: Style, front: Style) -> Strip:
        """One line: `row` below everything, the cursor's style over it, its foreground over the cells' own."""
        runs: list[tuple[str, Style]] = []
        plain = row + over

        def add(text: str, style: Style) -> None:
            if runs and runs[-1][1] == style:
                runs[-1] = (runs[-1][0] + text, style)
            else:
                runs.append((text, style))

        spans: list[tuple[TableColumn, Cell, int]] = []
        for column in self.columns:
            cell = cells[column.key]
            if cell is None and spans:
                first, text, width = spans[-1]
                spans[-1] = (first, text, width + self.widths[column.key])
            else:
                spans.append((column, cell, self.widths[column.key]))
        for column, cell, width in spans:
            text, style = cell if isinstance(cell, Styled) else (cell or "", None)
            room = max(0, width - 2 * self.padding - column.gap)
            add(" " * self.padding, plain + front)
            add(fit(text, room, column.justify), plain + style + front if style else plain + front)
            add(" " * (column.gap + self.padding), plain + front)
        # The space after the last column, and a long row's part in view, as DataTable draws them.
        add(" " * max(0, self.width - self.total), plain)
        strip = Strip([Segment(text, style) for text, style in runs if text])
        if self.scroll_x or self.total > self.width:
            strip = strip.crop(self.scroll_x, self.scroll_x + self.width)
        return strip.adjust_cell_length(self.width, self.base)
