"""The PDF of each document as it was last sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tuimail.domain.mail import DeliveryState
from tuimail.store.residents import CHUNK
from tuimail.store.tables.outbox import DeliveryRow


@dataclass(frozen=True, slots=True)
class SentPdf:
    """What a family has got."""

    path: str
    """Inside the documents folder."""
    sha256: str
    at: datetime


def sent_pdfs(document_ids: Sequence[int]) -> dict[int, SentPdf]:
    """By document id; one that was never sent is not in it."""
    found: dict[int, SentPdf] = {}
    for start in range(0, len(document_ids), CHUNK):
        query = (
            DeliveryRow.select(
                DeliveryRow.document, DeliveryRow.pdf_path, DeliveryRow.pdf_sha256, DeliveryRow.updated_at
            )
            .where(DeliveryRow.document.in_(list(document_ids[start : start + CHUNK])))
            .where(DeliveryRow.state == DeliveryState.SENT)
            .order_by(DeliveryRow.id)
        )
        for document_id, path, sha256, at in query.tuples():
            found[document_id] = SentPdf(path, sha256, at)
    return found
