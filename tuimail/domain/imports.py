"""What is kept about imports: how an export is read, and what the last one brought. `id` is 0 until it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "iso-8859-15", "cp850")
"""Those that billing software writes; the last one is that of MS-DOS."""
DELIMITERS = (";", "\t", ",", "|")
"""Those that part the cells of delimited text."""


class Dates(StrEnum):
    """Which comes first in `04/05/2026`; a year in front is read as such either way."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Decimals(StrEnum):
    """Which mark stands before the cents; the other one then parts thousands."""

    EITHER = "either"
    """Both are read; `1.234`, which may mean either, is refused."""
    COMMA = "comma"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class ImportProfile:
    """How the export of one billing software is read; recognised by its titles."""

    name: str
    titles: tuple[str, ...]
    """The columns' titles, folded, in their order."""
    reading: Mapping[str, str] = field(default_factory=dict)
    """What was said about encoding, delimiter, sheet, dates and numbers; what is not there is found by looking."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Folded title, or `#3` for the third column -> key of its field; empty: left aside."""
    operator: str = ""
    saved_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class LastImport:
    """The import that can be undone."""

    at: datetime
    operator: str
    files: tuple[str, ...]
    """Names, without their folders."""
    residents: int
    """How many it made or changed."""
    documents: int
    """Likewise."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back; each counts rows of the database."""

    residents_removed: int
    residents_restored: int
    documents_removed: int
    documents_restored: int
    structures_removed: int
