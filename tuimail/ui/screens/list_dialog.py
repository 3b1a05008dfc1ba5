"""Boxes with a list that is read anew after each change, and a sentence on how that change went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, ParamSpec, TypeVar

from rich.text import Text
from textual.app import ComposeResult

from tuimail.domain.errors import TuimailError
from tuimail.store.database import in_writer
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.table_model import TableColumn

Result = TypeVar("Result")
P = ParamSpec("P")


class ListDialog(Dialog[Result]):
    """A list, what there is to know of the line under the cursor, and a sentence."""

    MOST_ROWS: ClassVar[int] = 12

    def columns(self) -> Sequence[TableColumn]:
        """Those of the list."""
        raise NotImplementedError

    def below(self) -> ComposeResult:
        """What stands between the list and the sentence."""
        yield from ()

    def content(self) -> ComposeResult:
        """List, what is below it, sentence."""
        yield RowList(cell_padding=0)
        yield from self.below()
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.table.set_columns(self.columns())
        self.read()
        self.table.focus()

    @property
    def table(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def show_rows(self, rows: Sequence[KnownRow], place: int | None = None) -> None:
        """Show these, the cursor on that one, or where it is."""
        self.table.styles.height = min(len(rows) + 2, self.MOST_ROWS)
        self.table.show_rows(rows, place)
        self.refresh_bindings()

    def load(self) -> None:
        """Read the list and show it; raises TuimailError where it cannot be read."""
        raise NotImplementedError

    def read(self) -> None:
        """Show the list as it is now; what was shown stays where it cannot be read."""
        with self.telling():
            self.load()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What an operator can be told of what goes wrong inside is said above the keys."""
        try:
            yield
        except TuimailError as error:
            self.say(told(error))

    async def change(self, function: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> bool:
        """Change what is kept and show it; False, told, if that could not be."""
        try:
            await in_writer(function, *arguments, **named)
            self.load()
        except TuimailError as error:
            self.say(told(error))
            return False
        return True
