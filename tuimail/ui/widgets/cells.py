"""Texts in cells of the terminal."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from tuimail.ui.look import signs


def fit(text: str, width: int, justify: str = "left") -> str:
    """`text` in exactly `width` cells, cut short with a sign if it is longer; control characters become spaces."""
    text = printable(text)
    length = cell_len(text)
    if length > width:
        cut = signs().cut
        return set_cell_size(text, max(0, width - len(cut))) + cut[:width]
    blank = " " * (width - length)
    return blank + text if justify == "right" else text + blank


def printable(text: str) -> str:
    """`text` with a space for each character that would do something else to a terminal than show itself."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
