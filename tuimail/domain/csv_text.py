"""Tables as CSV that a French spreadsheet opens without a question, and takes nothing of for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

MARK = b"\xef\xbb\xbf"
"""The byte order mark: without it a spreadsheet reads accents wrong."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_IGNORED = "".join(map(chr, range(33))) + "\u00a0"
"""What a spreadsheet may drop before it looks for a formula."""


class Figure(str):
    """A cell that is a number and stays one, its sign included."""

    __slots__ = ()


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula; `original` takes back what this puts before it."""
    if isinstance(cell, Figure):
        return cell
    return f"'{cell}" if _seems(cell) else cell


def original(cell: str) -> str:
    """The cell as it was before `harmless`, whatever it was; an apostrophe that somebody wrote stays."""
    return cell[1:] if cell.startswith("'") and _seems(cell) else cell


def _seems(cell: str) -> bool:
    """Whether a spreadsheet may take the cell for a formula, or it reads like one that was kept from it."""
    # Behind any apostrophes: if they stood bare, one of somebody's own would be taken for ours on the way back.
    told = cell.lstrip("'")
    return told.lstrip(_IGNORED).startswith(_FORMULA) or told.startswith(("\t", "\r", "\n"))


def csv_table(titles: Iterable[str], rows: Iterable[Iterable[str]], delimiter: str = ";") -> Iterator[bytes]:
    """A line of titles, then the rows, as UTF-8 with its mark, to be written one line after the other."""
    writer = csv.writer(_Back(), delimiter=delimiter, lineterminator="\r\n")
    mark = MARK
    for cells in chain((titles,), rows):
        line: str = writer.writerow([harmless(cell) for cell in cells])
        yield mark + line.encode("utf-8", "replace")
        mark = b""


class _Back:
    """Gives what is written to it back to who writes: `writerow` answers with the line."""

    def write(self, text: str) -> str:
        return text
