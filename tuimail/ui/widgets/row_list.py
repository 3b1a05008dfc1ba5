"""Short lists: every row is known, and Enter is for the screen to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tuimail.ui.widgets.lazy_table import LazyTable
from tuimail.ui.widgets.table_model import Cell

KnownRow = tuple[str, Mapping[str, Cell]]
"""A row's key, and its cells by column key."""


class KnownRows:
    """The model of a list whose rows are all at hand."""

    def __init__(self, rows: Sequence[KnownRow]) -> None:
        self._rows = rows
        self._places = {key: number for number, (key, _cells) in enumerate(rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, row: int) -> str:
        """The row's key."""
        return self._rows[row][0]

    def locate(self, key: str) -> int | None:
        """Where that key stands."""
        return self._places.get(key)

    def cells(self, row: int) -> Mapping[str, Cell]:
        """The row's cells."""
        return self._rows[row][1]


class RowList(LazyTable, inherit_bindings=False):
    """A list to walk through with the arrows; other keys are the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    def show_rows(self, rows: Sequence[KnownRow], row: int | None = None) -> None:
        """Show these rows, with the cursor on row number `row`, or where it was."""
        self.load(KnownRows(rows), row)

    @property
    def current_key(self) -> str | None:
        """The key of the row under the cursor; None in an empty list."""
        return self.model.key(self.cursor_row) if 0 <= self.cursor_row < len(self.model) else None
