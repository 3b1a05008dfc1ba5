"""The text of a PDF's page as an eye reads it: line by line from the top, whatever order it was written in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_SAME_LINE = 0.5
"""Part of a text's height that it shares with others on its line."""
_MARK = 0.35
"""The same of a comma or a degree sign, which hang below and above."""
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

    def beside(self, other: Piece) -> bool:
        """Whether it is as high on the page as a taller one, so far that both are of one line."""
        height, taller = sorted((self.top - self.bottom, other.top - other.bottom))
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return overlap > height * (_MARK if height < taller / 2 else _SAME_LINE)

    def over(self, other: Piece) -> bool:
        """Whether it stands above or below the other one, and not beside it."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared > 0.5 * min(self.right - self.left, other.right - other.left)


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
        if found and piece.beside(tallest) and not any(piece.over(other) for other in found[-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in found]


def text(text_page: Any) -> str:
    """The text of a pdfium text page, a line a line, with a tab between what stands in two columns."""
    return "\n".join(_joined(line) for line in lines(text_page))


def cells(line: list[Piece]) -> list[Piece]:
    """The pieces of a line, with those that stand as near as words do made one."""
    found = line[:1]
    height = max(piece.top - piece.bottom for piece in line)
    for piece in line[1:]:
        before = found[-1]
        gap = (piece.left - before.right) / height
        if gap > _GLYPH:
            found.append(piece)
            continue
        word = _GLYPH if 1 in (len(before.text), len(piece.text)) else _WORD
        edges = min(before.bottom, piece.bottom), piece.right, max(before.top, piece.top)
        found[-1] = Piece(before.left, *edges, before.text + " " * (gap > word) + piece.text)
    return found


def _joined(line: list[Piece]) -> str:
    height = max(piece.top - piece.bottom for piece in line)
    told = line[0].text
    for before, piece in pairwise(line):
        gap = (piece.left - before.right) / height
        word = _GLYPH if 1 in (len(before.text), len(piece.text)) else _WORD
        told += ("\t" if gap > _CELL else " " if gap > word else "") + piece.text
    return told
