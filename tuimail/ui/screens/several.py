"""Small dialogs that ask for values: several out of a list, or a text that is checked before it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import ASK
from tuimail.ui.commands.mailings import SEVERAL
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.table_model import TableColumn

_MOST_ROWS = 14


class Several(Dialog[tuple[str, ...]]):
    """The answer is the keys of the rows that were ticked, or of the one under the cursor if none is."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SEVERAL)

    def __init__(self, title: str, rows: Sequence[tuple[str, str, str]], ticked: Sequence[str] = ()) -> None:
        """`rows`: key, name, remark."""
        super().__init__(title)
        self._choices = rows
        self._ticked = {key for key in ticked if key in {row[0] for row in rows}}

    def content(self) -> ComposeResult:
        """The list."""
        table = RowList(cell_padding=0)
        table.show_header = False
        table.styles.height = min(max(1, len(self._choices)), _MOST_ROWS)
        yield table

    def on_mount(self) -> None:
        """Show what is ticked."""
        widest = max((len(remark) for _key, _name, remark in self._choices), default=0)
        table = self.query_one(RowList)
        table.set_columns(
            (
                TableColumn("box", "", 4, gap=1),
                TableColumn("name", "", 30, gap=1, flexible=True),
                TableColumn("remark", "", widest + 1, "right", gap=1),
            )
        )
        self._show(0)
        table.focus()

    def _show(self, row: int | None = None) -> None:
        self.query_one(RowList).show_rows([self._row(*choice) for choice in self._choices], row)

    def _row(self, key: str, name: str, remark: str) -> KnownRow:
        return key, {"box": "[x]" if key in self._ticked else "[ ]", "name": name, "remark": remark}

    def action_tick(self) -> None:
        """Tick the row under the cursor, or untick it, and move on."""
        table = self.query_one(RowList)
        if table.current_key is not None:
            self._ticked ^= {table.current_key}
            self._show()
            table.action_cursor_down()

    def action_accept(self) -> None:
        """Take what is ticked."""
        here = self.query_one(RowList).current_key
        ticked = tuple(key for key, _name, _remark in self._choices if key in self._ticked)
        if ticked or here is not None:
            self.dismiss(ticked or (here or "",))


class Ask(Dialog[str]):
    """A text, answered without the spaces around it; None if it was given up.

    `check` raises TuimailError for what cannot be taken, and then the dialog stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASK)

    def __init__(
        self, title: str, label: str, value: str = "", check: Callable[[str], object] = str, help_text: str = ""
    ) -> None:
        super().__init__(title)
        self._label, self._value, self._check, self._help = label, value, check, help_text

    def content(self) -> ComposeResult:
        """Label, field, help, sentence."""
        yield Prose(self._label)
        yield Field(self._value)
        if self._help:
            yield Prose(self._help, id="help")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self) -> None:
        """What was said is about another text."""
        self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """Take the text, or say what is wrong with it and put the cursor there."""
        field = self.query_one(Field)
        try:
            self._check(field.value)
        except TuimailError as error:
            self.query_one("#said", Prose).update(told(error))
            position = getattr(error, "position", None)
            if position is not None:
                field.cursor_position = position
            return
        self.dismiss(field.value.strip())
