"""Every message about a document or a resident, with who asked for it."""

from __future__ import annotations

from tuimail.domain.history import Sending
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.store.delivery_rows import delivery_of
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import BatchRow, DeliveryRow


def sendings(
    *, document_id: int = 0, resident_id: int = 0, delivery_id: int = 0, message_id: str = ""
) -> list[Sending]:
    """The messages of one document, of one resident, of that number or Message-ID, the newest first."""
    query = DeliveryRow.select(DeliveryRow, BatchRow).join(BatchRow)
    if document_id:
        query = query.where(DeliveryRow.document == document_id)
    if resident_id:
        query = query.switch(DeliveryRow).join(DocumentRow).where(DocumentRow.resident == resident_id)
    if delivery_id:
        query = query.where(DeliveryRow.id == delivery_id)
    if message_id:
        query = query.where(DeliveryRow.message_id == message_id)
    return [
        Sending(
            delivery=delivery_of(row),
            operator=row.batch.operator,
            host=row.batch.host,
            asked_at=row.batch.created_at,
            label=row.batch.label,
            queue_id=row.queue_id,
        )
        for row in query.order_by(DeliveryRow.id.desc())
    ]


def last_successes(resident_id: int) -> dict[str, Delivery]:
    """The last message about that resident that each address took, by address in lower case."""
    query = (
        DeliveryRow.select()
        .join(DocumentRow)
        .where((DocumentRow.resident == resident_id) & (DeliveryRow.state == DeliveryState.SENT))
        .order_by(DeliveryRow.updated_at, DeliveryRow.id)
    )
    return {row.address.casefold(): delivery_of(row) for row in query}
