"""Text over several lines, broken between words but never at a no-break space: `12 €` and `« Fille »` stay whole."""

from __future__ import annotations

from rich.console import Console
from rich.containers import Lines
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

# Breaking lines is Rich's, for which a no-break space is a space like any other: another character takes its place.
_KEEP = {"\u00a0": "\ue000", "\u202f": "\ue001"}
_HIDE = str.maketrans(_KEEP)
_SHOW = str.maketrans({stand_in: space for space, stand_in in _KEEP.items()})


class Prose(Widget):
    """As high as its text needs at the width it is given. What looks like markup is shown as it is."""

    DEFAULT_CSS = """
    Prose { height: auto; width: 1fr; }
    """

    def __init__(self, text: str | Text = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._said = text

    def update(self, text: str | Text) -> None:
        """Say something else."""
        if text != self._said:
            self._said = text
            self.refresh(layout=True)

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Lines that the text takes."""
        return len(self._lines(width))

    @property
    def lines_needed(self) -> int:
        """Lines that the text takes at the width it has now."""
        return len(self._lines(self.content_size.width))

    def render(self) -> Text:
        """The text in lines."""
        return Text("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Text]:
        text = self._said.copy() if isinstance(self._said, Text) else Text(self._said)
        return list(wrapped(text, width, self.app.console))


def wrapped(text: Text, width: int, console: Console) -> Lines:
    """The lines of a text, broken as `Prose` does; none for an empty text."""
    if not text.plain or width <= 0:
        return Lines()
    text.plain = text.plain.translate(_HIDE)
    lines = text.wrap(console, width)
    for line in lines:
        line.plain = line.plain.translate(_SHOW)
    return lines
