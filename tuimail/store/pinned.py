"""The PDF of each document that left otherwise than by the mail account: it stays what the history opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.billing import KeptFile
from tuimail.store.database import transaction
from tuimail.store.residents import CHUNK
from tuimail.store.tables.dispositions import PinnedRow


class How(StrEnum):
    """The other way."""

    POSTED = "posted"
    HANDED_OVER = "handed-over"
    """As a draft, or to another mail program."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What somebody has got."""

    how: How
    path: str
    """Inside the documents folder; empty where there was no PDF to keep."""
    sha256: str


def pin(how: How, files: Mapping[int, KeptFile]) -> None:
    """These PDFs, by document id, have left that way; a later one takes the place of what left so before."""
    with transaction():
        # A row of its own each time: their order is that of leaving.
        unpin(list(files), how)
        for document_id, file in files.items():
            PinnedRow.insert(document=document_id, how=how, path=file.path, sha256=file.sha256).execute()


def unpin(document_ids: Sequence[int], how: How) -> None:
    """They have not left that way after all."""
    with transaction():
        for start in range(0, len(document_ids), CHUNK):
            chunk = list(document_ids[start : start + CHUNK])
            PinnedRow.delete().where(PinnedRow.document.in_(chunk) & (PinnedRow.how == how)).execute()


def pinned(document_ids: Sequence[int], how: How | None = None) -> dict[int, Pinned]:
    """By document id; the one that left last where there are two. Those that never left otherwise are not in it."""
    found: dict[int, Pinned] = {}
    for start in range(0, len(document_ids), CHUNK):
        query = PinnedRow.select().where(PinnedRow.document.in_(list(document_ids[start : start + CHUNK])))
        if how is not None:
            query = query.where(PinnedRow.how == how)
        for row in query.order_by(PinnedRow.id):
            found[row.document_id] = Pinned(How(row.how), row.path, row.sha256)
    return found
