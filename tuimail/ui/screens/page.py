"""A text on the whole screen, to scroll through: help, a PDF's text, a line of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, TitleLine
from tuimail.ui.widgets.prose import Prose


class Page(SteadyScreen[None]):
    """A title and a text; Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PAGE)

    def __init__(self, path: Sequence[str], text: Text) -> None:
        super().__init__()
        self._path, self._text = path, text

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield TitleLine()
        with VerticalScroll():
            yield Prose(self._text)
        yield KeysLine()

    def on_mount(self) -> None:
        """Say where one is; the arrows scroll."""
        self.query_one(TitleLine).show(self._path)
        self.query_one(VerticalScroll).focus()
        self.begin()

    def retitle(self, path: Sequence[str]) -> None:
        """Say that one is elsewhere."""
        self._path = path
        self.query_one(TitleLine).show(path)

    def begin(self) -> None:
        """The page is there."""

    @property
    def text_width(self) -> int:
        """Cells of a line of the text."""
        return self.query_one(VerticalScroll).scrollable_content_region.width - 1

    def show(self, text: Text) -> None:
        """Show another text."""
        self._text = text
        self.query_one(Prose).update(text)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()
