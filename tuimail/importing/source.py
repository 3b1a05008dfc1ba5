"""What was read from a file: sheets of rows of cells, each row with its line number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

Cell = str | int | float | bool | date | datetime | time | timedelta
"""A cell as the file has it: text from a text file, typed from a spreadsheet; empty text where nothing stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record."""

    line: int
    """Where it begins in the file, counted from 1; in a spreadsheet its row number."""
    cells: tuple[Cell, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.strip() if isinstance(cell, str) else True for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells merged into one; rows are counted from 1, columns from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file: the only one of a text file, one of several of a spreadsheet."""

    name: str
    """Empty for a text file."""
    rows: tuple[Row, ...]
    cut_line: int = 0
    """Line of a last record that no line end follows: it may have been cut off. 0: there is none."""
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    """`utf-8`, `cp1252`, `utf-16-le` or `utf-16-be`; empty for a spreadsheet."""
    delimiter: str = ""
    """What separates cells in a text file; empty for a spreadsheet."""
