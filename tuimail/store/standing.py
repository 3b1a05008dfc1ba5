"""The messages about documents, as far as it takes to say where each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tuimail.store import bulk
from tuimail.store.database import execute


class Tried(NamedTuple):
    """A message about a document, as `domain.standing` looks at it."""

    batch_id: int
    address: str
    role: str
    recipient_name: str
    state: str
    detail: str
    code: str
    updated_at: str = ""
    """As it is stored."""


def tries(document_ids: Sequence[int]) -> dict[int, list[Tried]]:
    """By document, oldest first; those without a message are not in it."""
    found: dict[int, list[Tried]] = defaultdict(list)
    for document_id, *values in _read(_TRIES, document_ids):
        found[document_id].append(Tried(*values))
    return found


def troubled(document_ids: Sequence[int]) -> dict[int, list[Tried]]:
    """The same of those alone of which a message was refused or cancelled."""
    return tries([document_id for (document_id,) in _read(_TROUBLED, document_ids)])


def _read(sql: str, document_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(document_ids), bulk.CHUNK):
        chunk = document_ids[start : start + bulk.CHUNK]
        yield from execute(sql.format(marks=", ".join("?" * len(chunk))), *chunk)


# Asked at each message that is sent: peewee would take longer to write it than SQLite to answer.
_TRIES = f"SELECT document_id, {', '.join(Tried._fields)} FROM delivery WHERE document_id IN ({{marks}}) ORDER BY id"  # noqa: S608
_TROUBLED = (
    "SELECT DISTINCT document_id FROM delivery WHERE document_id IN ({marks}) AND state IN ('failed', 'cancelled')"
)
