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
    """The cell as text that no spreadsheet takes for a formula."""
    if isinstance(cell, Figure):
        return cell
    seems = cell.lstrip(_IGNORED).startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if seems else cell


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
