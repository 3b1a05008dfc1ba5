"""Rows of a form: a label, then fields to type in, numbers that the arrows change, and other controls."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.prose import Prose

LABEL = 19
"""Cells of a row's label."""


class NumberField(Field):
    """A number that the arrows up and down change; what is typed instead is the form's to judge."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(1)", show=False),
        Binding("down", "step(-1)", show=False),
    ]

    def __init__(self, value: str, *, least: int, most: int, width: int = 8, **options: Any) -> None:
        super().__init__(value, **options)
        self._least, self._most = least, most
        self.styles.width = width

    def action_step(self, by: int) -> None:
        """One more or one less, within what makes sense."""
        try:
            number = float(self.value.replace(",", "."))
        except ValueError:
            number = self._least - by
        number = min(max(number + by, self._least), self._most)
        self.value = f"{number:g}" if number < 100_000 else str(int(number))
        self.cursor_position = len(self.value)


class Row(Horizontal):
    """A label and its controls on one line; words between them are plain texts."""

    DEFAULT_CSS = """
    Row { height: 1; width: 1fr; }
    Row .label { text-style: bold; }
    Row .word { width: auto; padding: 0; }
    Row Field { width: 1fr; }
    """

    def __init__(self, label: str, *parts: Widget | str, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label, self._parts = label, parts

    def compose(self) -> ComposeResult:
        """The label, then the parts."""
        label = Prose(self._label, classes="label")
        label.styles.width = LABEL
        yield label
        for part in self._parts:
            if isinstance(part, str):
                word = Prose(part, classes="word")
                word.styles.width = cell_len(part) + 2
                yield word
            else:
                yield part
