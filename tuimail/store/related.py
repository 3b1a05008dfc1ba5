"""Documents that belong to others: which statements go along with an invoice."""

from __future__ import annotations

from collections.abc import Sequence

from tuimail.domain.billing import Document, DocumentKind
from tuimail.store import documents
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import DocumentRow


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
