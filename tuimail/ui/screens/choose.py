"""A short list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import CHOOSE
from tuimail.ui.screens.dialog import Dialog
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn


class Choose(Dialog[str]):
    """The answer is the key of the row that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOOSE)

    def __init__(self, title: str, rows: Sequence[tuple[str, str, str]], current: str) -> None:
        """`rows`: key, name, remark."""
        super().__init__(title)
        self._rows, self._current = rows, current

    def content(self) -> ComposeResult:
        """The list."""
        table = RowList(cell_padding=0)
        table.show_header = False
        table.styles.height = min(len(self._rows), 14)
        yield table

    def on_mount(self) -> None:
        """Put the cursor on what is chosen now."""
        table = self.query_one(RowList)
        widest = max(len(remark) for _key, _name, remark in self._rows)
        table.set_columns(
            (
                TableColumn("name", "", 30, gap=1, flexible=True),
                TableColumn("remark", "", widest + 1, "right", gap=1),
            )
        )
        keys = [key for key, _name, _remark in self._rows]
        rows = [(key, {"name": name, "remark": remark}) for key, name, remark in self._rows]
        table.show_rows(rows, keys.index(self._current) if self._current in keys else 0)
        table.focus()

    def action_accept(self) -> None:
        """Take the one under the cursor."""
        self.dismiss(self.query_one(RowList).current_key)
