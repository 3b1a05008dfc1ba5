"""Documents with their lines; a document's state is what its deliveries add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tuimail.domain.billing import Document, DocumentKind, DocumentLine, DocumentState
from tuimail.domain.mail import DeliveryState
from tuimail.domain.periods import Period
from tuimail.domain.standing import Try, standing
from tuimail.store import bulk
from tuimail.store.database import execute, snapshot, transaction
from tuimail.store.residents import CHUNK
from tuimail.store.standing import tries
from tuimail.store.tables.billing import DocumentRow, LineRow
from tuimail.store.tables.dispositions import PinnedRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import ResidentRow

_PLAIN = ("number", "period", "issued_on", "due_on", "heading", "net", "vat", "gross", "paid")
_NUMBERING = ("structure", "kind", "year", "number")
_LINE = ("heading", "label", "quantity", "unit_price", "amount", "vat_bp")

COMMITTED = (DocumentState.QUEUED, DocumentState.SENT, DocumentState.PARTIAL, DocumentState.UNCERTAIN)
"""States in which somebody has, or may yet get by mail, the document as it stands; `commitment` knows all ways."""


def document(document_id: int) -> Document:
    """The document of that id with its lines; it must exist."""
    return documents([document_id])[0]


def documents(ids: Sequence[int]) -> list[Document]:
    """Those of `ids` with their lines, in that order."""
    found: dict[int, Document] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        found |= {d.id: d for d in _with_lines(DocumentRow.id.in_(chunk), LineRow.document.in_(chunk))}
    return [found[document_id] for document_id in ids]


def of_year(structure_id: int, kind: DocumentKind, year: int) -> dict[str, tuple[Document, DocumentState]]:
    """Every document of one numbering, by number, with its lines and state."""
    numbering = (DocumentRow.structure == structure_id) & (DocumentRow.kind == kind) & (DocumentRow.year == year)
    ids = DocumentRow.select(DocumentRow.id).where(numbering)
    with snapshot():
        found = _with_lines(numbering, LineRow.document.in_(ids))
        states = dict(bulk.select(DocumentRow.select(DocumentRow.id, DocumentRow.state).where(numbering)))
    return {d.number: (d, DocumentState(states[d.id])) for d in found}


def find(numbers: Sequence[str], period: Period, kind: DocumentKind = DocumentKind.INVOICE) -> dict[str, list[int]]:
    """Ids by number among the documents of a period; several where structures number alike."""
    found: dict[str, list[int]] = {number: [] for number in numbers}
    query = DocumentRow.select(DocumentRow.id, DocumentRow.number).where(
        (DocumentRow.period == period) & (DocumentRow.kind == kind) & DocumentRow.number.in_(list(numbers))
    )
    for row in query.order_by(DocumentRow.id):
        found[row.number].append(row.id)
    return found


def periods(kind: DocumentKind = DocumentKind.INVOICE) -> list[Period]:
    """The periods that have documents of that kind, oldest first."""
    query = DocumentRow.select(DocumentRow.period).where(DocumentRow.kind == kind).distinct()
    return [row.period for row in query.order_by(DocumentRow.period)]


def save_documents(found: Iterable[Document]) -> list[Document]:
    """Store new documents (`id` 0) and the new content of known ones, in one transaction; returns them with their ids.

    Whether a known one may still change is for the caller to ask (`commitment.committed`).
    """
    with transaction():
        found = list(found)
        names = _resident_keys({d.resident_id for d in found})
        for item in found:
            if item.id:
                values = _values(item, names[item.resident_id])
                DocumentRow.update(**values).where(DocumentRow.id == item.id).execute()
                LineRow.delete().where(LineRow.document == item.id).execute()
        rows = (_values(item, names[item.resident_id]) for item in found if not item.id)
        inserted = bulk.insert_returning(DocumentRow, rows, _NUMBERING)
        ids = {tuple(numbering): document_id for document_id, *numbering in inserted}
        saved = [item if item.id else replace(item, id=ids[_numbering(item)]) for item in found]
        bulk.insert(
            LineRow,
            (
                {name: getattr(line, name) for name in _LINE} | {"document": item.id, "position": position}
                for item in saved
                for position, line in enumerate(item.lines, 1)
            ),
        )
    return saved


def of_resident(resident_id: int) -> list[int]:
    """Ids of that resident's documents, oldest first."""
    query = DocumentRow.select(DocumentRow.id).where(DocumentRow.resident == resident_id)
    return [document_id for (document_id,) in query.order_by(DocumentRow.issued_on, DocumentRow.id).tuples()]


def is_kept(document_id: int, pdf_sha256: str) -> bool:
    """Whether a PDF of that content was ever queued for that document and not taken back, or left otherwise.

    Then it stays as it is.
    """
    pinned = PinnedRow.select(PinnedRow.id).where(
        (PinnedRow.document == document_id) & (PinnedRow.sha256 == pdf_sha256)
    )
    return bool(
        pinned.exists()
        or DeliveryRow.select(DeliveryRow.id)
        .where((DeliveryRow.document == document_id) & (DeliveryRow.pdf_sha256 == pdf_sha256))
        .where(DeliveryRow.state != DeliveryState.CANCELLED)
        .exists()
    )


def refresh_state(document_ids: Iterable[int | None]) -> None:
    """Derive state and last send of these documents from their deliveries; called with each change of a delivery.

    0 and None, of messages that are about no document, are left out.
    """
    ids = sorted({found for found in document_ids if found})
    found = tries(ids)
    for document_id in ids:
        tried = found.get(document_id, ())
        last = max((each.updated_at for each in tried if each.state == DeliveryState.SENT), default=None)
        execute(_SET_STATE, str(derive_state(tried)), last, document_id)


_SET_STATE = "UPDATE document SET state = ?, last_sent = ? WHERE id = ?"


def derive_state(found: Iterable[Try]) -> DocumentState:
    """A document's state from its messages, oldest first, grouped by address.

    An address that ever got the document has it, unless a later delivery to it is still open or uncertain. One whose
    delivery was cancelled has not got it: the document is sent only in part if others have. Those that are superseded
    (`domain.standing`) do not count.
    """
    outcomes = {address.state for address in standing(found).values()}
    for state, document_state in (
        (DeliveryState.QUEUED, DocumentState.QUEUED),
        (DeliveryState.UNCERTAIN, DocumentState.UNCERTAIN),
    ):
        if state in outcomes:
            return document_state
    if DeliveryState.SENT in outcomes:
        return DocumentState.SENT if outcomes == {DeliveryState.SENT} else DocumentState.PARTIAL
    return DocumentState.FAILED if DeliveryState.FAILED in outcomes else DocumentState.UNSENT


def _numbering(item: Document) -> tuple[int, str, int, str]:
    return item.structure_id, str(item.kind), item.issued_on.year, item.number


def _values(item: Document, resident_key: str) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _PLAIN} | {
        "structure": item.structure_id,
        "resident": item.resident_id,
        "related": item.related_id,
        "kind": item.kind,
        "year": item.issued_on.year,
        "sort_key": resident_key,
    }


def _resident_keys(ids: set[int]) -> dict[int, str]:
    query = ResidentRow.select(ResidentRow.id, ResidentRow.sort_key)
    if len(ids) <= CHUNK:
        query = query.where(ResidentRow.id.in_(list(ids)))
    return dict(query.tuples())


def _with_lines(documents_where: Any, lines_where: Any) -> list[Document]:
    lines: dict[int, list[DocumentLine]] = defaultdict(list)
    # The same headings, labels and amounts come again and again: one of each is kept.
    known: dict[Any, Any] = {}
    columns = [getattr(LineRow, name) for name in _LINE]
    query = LineRow.select(LineRow.document, *columns).where(lines_where)
    for document_id, *values in bulk.select(query.order_by(LineRow.document, LineRow.position)):
        lines[document_id].append(DocumentLine(*(known.setdefault(value, value) for value in values)))
    columns = [getattr(DocumentRow, name) for name in ("id", "structure", "resident", "kind", "related", *_PLAIN)]
    query = DocumentRow.select(*columns).where(documents_where).order_by(DocumentRow.id)
    return [
        Document(
            structure_id=structure_id,
            resident_id=resident_id,
            kind=DocumentKind(kind),
            related_id=related_id,
            lines=tuple(lines[document_id]),
            id=document_id,
            **dict(zip(_PLAIN, values, strict=True)),
        )
        for document_id, structure_id, resident_id, kind, related_id, *values in query.tuples()
    ]


def last_sent(ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these documents was last accepted for anybody; those never sent are not in it."""
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id, DocumentRow.last_sent).where(
            DocumentRow.id.in_(list(ids[start : start + CHUNK])) & DocumentRow.last_sent.is_null(False)
        )
        found.update(query.tuples())
    return found
