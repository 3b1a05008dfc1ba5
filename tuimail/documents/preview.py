"""A PDF as text laid out on a terminal, whoever made it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

from tuimail.documents import reading_order
from tuimail.documents.reading_order import Piece
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

_FIGURES = re.compile(r"[-+\u2212]?\d[\d\s.,]*(?:\s?[€%])?")
_AMOUNT = re.compile(r"[-+\u2212]?\d[\d\s.]*(?:[.,]\d+)(?:\s?[€%])?|[-+\u2212]?\d[\d\s]*\s?[€%]")
_EDGE = 2.5
"""Points within which figures end at the same place: a 1 ends before a 4."""
_NARROWEST = 12
"""Characters that a text keeps at least where it is wrapped."""


@dataclass(slots=True)
class _Cell:
    text: str
    start: int
    """Column where it stands, from 0."""
    lines: list[str]


def page_texts(content: bytes, columns: int) -> list[str]:
    """The text of each page in lines of at most `columns` characters, words where they stand on the page.

    Raises BadFile for what is not a PDF that can be read.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            return [laid_out(document[number], columns) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise BadFile(_("This PDF cannot be read."), _("Make it again, or open it with another program.")) from error


def laid_out(page: Any, columns: int) -> str:
    """The text of a pdfium page in lines of at most `columns` characters.

    Figures end where they end on the page, so that columns of amounts stay columns; a text that has no room before
    them goes on in the next line.
    """
    lines = [reading_order.cells(line) for line in reading_order.lines(page.get_textpage())]
    if not lines:
        return ""
    margin = min(piece.left for line in lines for piece in line)
    scale = columns / max(page.get_width() - 2 * margin, 1.0)
    edges = _edges(lines)
    shown: list[str] = []
    previous = lines[0][0]
    for line in lines:
        if previous.bottom - line[0].bottom > 2.2 * (line[0].top - line[0].bottom) + 4:
            shown.append("")
        previous = line[0]
        cells = []
        for piece in line:
            end = next((last for first, last in edges if first <= piece.right <= last + 1), None)
            column = (piece.left - margin) * scale if end is None else (end - margin) * scale - len(piece.text)
            cells.append(_Cell(piece.text, max(0, round(column)), []))
        shown += _rows(cells, columns)
    return "\n".join(shown)


def _edges(lines: list[list[Piece]]) -> list[tuple[float, float]]:
    """Where amounts, or figures of several lines, end, from and to: what ends there too is set to the right."""
    found: list[list[Piece]] = []
    figures = [piece for line in lines for piece in line if _FIGURES.fullmatch(piece.text)]
    for piece in sorted(figures, key=lambda piece: piece.right):
        if found and piece.right - found[-1][0].right < _EDGE:
            found[-1].append(piece)
        else:
            found.append([piece])
    kept = (edge for edge in found if len(edge) > 1 or _AMOUNT.fullmatch(edge[0].text))
    return [(edge[0].right, edge[-1].right) for edge in kept]


def _rows(cells: list[_Cell], columns: int) -> list[str]:
    """The lines that one line of the page takes: figures stay whole, a text without room for it is wrapped."""
    room = columns
    for number in range(len(cells) - 1, -1, -1):
        cell, before = cells[number], cells[:number]
        # What stands to the left gives way, as far as it may be wrapped itself.
        least = sum(_narrowest(other) + 1 for other in before)
        free = _end(before[-1]) + 2 if before and not _FIGURES.fullmatch(cell.text) else 0
        wanted = min(cell.start, max(free, room - len(cell.text)))
        cell.start = max(0, min(max(least, wanted), room - _narrowest(cell)))
        width = max(room - cell.start, 1)
        cell.lines = [cell.text] if len(cell.text) <= width else textwrap.wrap(cell.text, width)
        # Figures at the end of a label are not those of the next column.
        figures, label = _FIGURES.fullmatch(cell.text), before and not _FIGURES.fullmatch(before[-1].text)
        room = cell.start - (2 if figures and label else 1)
    rows = [""] * max((len(cell.lines) for cell in cells), default=0)
    for cell in cells:
        for number, text in enumerate(cell.lines):
            rows[number] = rows[number].ljust(cell.start) + text
    return rows


def _narrowest(cell: _Cell) -> int:
    """Characters that a cell needs at least."""
    return len(cell.text) if _FIGURES.fullmatch(cell.text) else min(len(cell.text), _NARROWEST)


def _end(cell: _Cell) -> int:
    return cell.start + len(cell.text)
