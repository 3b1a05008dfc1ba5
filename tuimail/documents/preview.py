"""A PDF as text laid out on a terminal, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

_SAME_LINE = 0.6
"""Part of a character's height within which two of them stand on one line."""


@dataclass(frozen=True, slots=True)
class _Piece:
    left: float
    bottom: float
    top: float
    text: str


def page_texts(content: bytes, columns: int) -> list[str]:
    """The text of each page in lines of at most about `columns` characters, words where they stand on the page.

    Raises BadFile for what is not a PDF that can be read.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            return [laid_out(document[number], columns) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise BadFile(_("This PDF cannot be read."), _("Make it again, or open it with another program.")) from error


def laid_out(page: Any, columns: int) -> str:
    """The text of a pdfium page in lines of about `columns` characters."""
    text_page = page.get_textpage()
    pieces = []
    for number in range(text_page.count_rects()):
        left, bottom, right, top = text_page.get_rect(number)
        text = " ".join(text_page.get_text_bounded(left, bottom, right, top).split())
        if text:
            pieces.append(_Piece(left, bottom, top, text))
    if not pieces:
        return ""
    margin = min(piece.left for piece in pieces)
    width = max(page.get_width() - 2 * margin, 1.0)
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.bottom, piece.left)):
        if lines and lines[-1][0].bottom - piece.bottom < (piece.top - piece.bottom) * _SAME_LINE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    shown: list[str] = []
    previous = lines[0][0]
    for line in lines:
        if previous.bottom - line[0].bottom > 2.2 * (line[0].top - line[0].bottom) + 4:
            shown.append("")
        previous = line[0]
        shown.append(_line(line, margin, columns / width))
    return "\n".join(shown)


def _line(pieces: list[_Piece], margin: float, scale: float) -> str:
    text = ""
    for piece in sorted(pieces, key=lambda piece: piece.left):
        column = round((piece.left - margin) * scale)
        text = text.ljust(column) if len(text) < column else f"{text}  " if text else ""
        text += piece.text
    return text
