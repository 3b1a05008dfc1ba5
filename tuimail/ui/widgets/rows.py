"""Rows of a form: a label, then fields to type in and other controls."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from tuimail.ui.widgets.prose import Prose

LABEL = 19
"""Cells of a row's label."""


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
