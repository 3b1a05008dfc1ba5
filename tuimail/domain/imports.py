"""What is kept about imports: how an export is read, and what the last one brought. `id` is 0 until it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
