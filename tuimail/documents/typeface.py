"""The page's two fonts: where they are, how wide a text is, where it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
MM_PER_PT = 25.4 / 72


def read_font(bold: bool) -> TTFont:
    """The font file, opened anew; raises DocumentError if it is not there or damaged."""
    # Here, not above: the application's start does not have the time to import it.
    from fontTools.ttLib import TTFont, TTLibError

    path = FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf"
    try:
        return TTFont(path, recalcTimestamp=False, lazy=True)
    except (OSError, TTLibError) as error:
        raise DocumentError(
            _("The font {path} cannot be read.").format(path=path), _("Install tuimail again: it comes with its fonts.")
        ) from error


@cache
def _widths(bold: bool) -> Mapping[int, float]:
    """Thousandths of the size that each character takes, by code."""
    font = read_font(bold)
    advances, scale = font["hmtx"].metrics, 1000 / font["head"].unitsPerEm
    return {code: advances[name][0] * scale for code, name in font.getBestCmap().items()}


def is_drawn(character: str) -> bool:
    """Whether the fonts have `character`."""
    return ord(character) in _widths(False)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Millimetres that `text` takes at `size` points. Every character must be one that the fonts have."""
    widths = _widths(bold)
    return sum([widths[ord(c)] for c in text]) * size / 1000 * MM_PER_PT


def wrapped(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines of at most `width` millimetres at `size` points.

    Breaks at spaces and line ends, and within a word only where the word alone is too long.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrapped_paragraph(paragraph, width, size, bold)
    return lines


def _wrapped_paragraph(text: str, width: float, size: float, bold: bool) -> list[str]:
    if width_of(text, size, bold) <= width:
        return [text]
    space = width_of(" ", size, bold)
    lines: list[str] = []
    line = ""
    used = 0.0
    for word in filter(None, text.split(" ")):
        for position, piece in enumerate(_broken_word(word, width, size, bold)):
            length = width_of(piece, size, bold)
            if line and position == 0 and used + space + length <= width:
                line += " " + piece
                used += space + length
            else:
                if line:
                    lines.append(line)
                line, used = piece, length
    return [*lines, line]


def _broken_word(word: str, width: float, size: float, bold: bool) -> list[str]:
    if width_of(word, size, bold) <= width:
        return [word]
    pieces: list[str] = []
    piece = ""
    used = 0.0
    for character in word:
        length = width_of(character, size, bold)
        if piece and used + length > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece += character
        used += length
    return [*pieces, piece]


def fitted(
    texts: Sequence[str], width: float, height: float, sizes: Sequence[float], leading: float, bold: bool = False
) -> tuple[float, list[str]]:
    """The first of `sizes` (points, falling) at which `texts` fit in `width` x `height` mm, and their lines there.

    A line takes its size times `leading`. What does not fit at the last size either is cut with an ellipsis, before the
    last line if there is room for one: an address keeps its city.
    """
    size, lines = sizes[0], list(texts)
    for size in sizes:
        lines = [line for text in texts for line in wrapped(text, width, size, bold)]
        if len(lines) * size * leading * MM_PER_PT <= height:
            return size, lines
    room = max(1, int(height / (size * leading * MM_PER_PT)))
    end = lines[-1:] if room > 2 else []
    kept = lines[: room - len(end)]
    while kept[-1] and width_of(kept[-1] + "…", size, bold) > width:
        kept[-1] = kept[-1][:-1]
    return size, [*kept[:-1], kept[-1] + "…", *end]
