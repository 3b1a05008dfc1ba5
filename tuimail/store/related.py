"""Documents that belong to others: the credit notes of an invoice, and the statements that go along."""

from __future__ import annotations

from collections.abc import Sequence

from tuimail.domain.billing import Document, DocumentKind
from tuimail.store import documents
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import DocumentRow


def credit_notes(invoice_ids: Sequence[int]) -> dict[int, list[Document]]:
    """The credit notes that correct these invoices, with their lines, oldest first; an invoice without is not in it."""
    found: list[int] = []
    for start in range(0, len(invoice_ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id).where(
            (DocumentRow.kind == DocumentKind.CREDIT_NOTE)
            & DocumentRow.related.in_(list(invoice_ids[start : start + CHUNK]))
        )
        found += [document_id for (document_id,) in query.tuples()]
    notes: dict[int, list[Document]] = {}
    for note in documents.documents(sorted(found)):
        notes.setdefault(note.related_id or 0, []).append(note)
    return notes


def statements(invoice_ids: Sequence[int]) -> list[Document]:
    """The disbursement statements joined to these invoices, with their lines, oldest first."""
    found: list[int] = []
    for start in range(0, len(invoice_ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id).where(
            (DocumentRow.kind == DocumentKind.DISBURSEMENTS)
            & DocumentRow.related.in_(list(invoice_ids[start : start + CHUNK]))
        )
        found += [document_id for (document_id,) in query.tuples()]
    return documents.documents(sorted(found))
