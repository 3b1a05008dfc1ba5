"""The text of a PDF's page as an eye reads it: line by line from the top, whatever order it was written in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_SAME_LINE = 0.35
"""Part of a text's height that it shares with others on its line."""
_WORD = 0.18
"""Part of a line's height that parts two words."""
_GLYPH = 0.45
"""The same beside a single character, whose own sides are bare: there is much room around a 1."""
_CELL = 1.0
"""Part of a line's height that parts two columns."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that was written at once; points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def middle(self) -> float:
        """Halfway up."""
        return (self.bottom + self.top) / 2


def lines(text_page: Any) -> list[list[Piece]]:
    """The pieces of a pdfium text page, from the top, each line from the left."""
    pieces = []
    for number in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(number)
        text = " ".join(text_page.get_text_bounded(left, bottom, right, top).split())
        if text:
            pieces.append(Piece(left, bottom, right, top, text))
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.middle, piece.left)):
        tallest = max(found[-1], key=lambda other: other.top - other.bottom) if found else piece
        overlap = min(piece.top, tallest.top) - max(piece.bottom, tallest.bottom)
        if found and overlap > _SAME_LINE * min(piece.top - piece.bottom, tallest.top - tallest.bottom):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in found]


def text(text_page: Any) -> str:
    """The text of a pdfium text page, a line a line, with a tab between what stands in two columns."""
    return "\n".join(_joined(line) for line in lines(text_page))


def _joined(line: list[Piece]) -> str:
    height = max(piece.top - piece.bottom for piece in line)
    told = line[0].text
    for before, piece in pairwise(line):
        gap = (piece.left - before.right) / height
        word = _GLYPH if 1 in (len(before.text), len(piece.text)) else _WORD
        told += ("\t" if gap > _CELL else " " if gap > word else "") + piece.text
    return told
