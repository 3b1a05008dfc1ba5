"""Batches: one press of Send, written in one transaction, then paused, resumed, cancelled or ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from tuimail.domain.account import Owner
from tuimail.domain.billing import Attachment, DocumentState
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.mail import (
    LIVE_STATES,
    Batch,
    BatchState,
    DeliveryState,
    NewBatch,
    NewDelivery,
    Purpose,
    Settlement,
    Wording,
)
from tuimail.store import bulk, copies, documents, halts, journal
from tuimail.store.database import execute, transaction
from tuimail.store.delivery_rows import COPIED, delivery_of, event_of, never_tried, waited_in_a_copy
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import AttachmentRow, BatchRow, DeliveryRow, WordingRow


def queue(new: NewBatch, owner: Owner, now: datetime) -> Batch | None:
    """Write a batch with its deliveries, wordings, attachments and journal lines in one transaction.

    A message that is already on its way to the same address for the same document is not queued again, nor, unless
    `new.resend`, one that was sent or is uncertain: two presses of Send give one message. None if nothing is left.
    """
    with transaction():
        taken = _taken(new.deliveries)
        if new.resend:
            taken = {key: state for key, state in taken.items() if state in LIVE_STATES}
        asked = {_key(d): d for d in reversed(new.deliveries)}
        wanted = [d for key, d in reversed(asked.items()) if key not in taken]
        if not wanted and not new.blocked:
            return None
        in_batch = {d.document_id for d in wanted if d.document_id} | {b.document_id for b in new.blocked}
        row = BatchRow.create(
            account=new.account_id,
            state=_first_of_batch(new.account_id) if wanted else BatchState.DONE,
            operator=owner.operator,
            host=owner.host,
            created_at=now,
            label=new.label,
            invoices=len(in_batch),
            blocked=len(new.blocked),
        )
        bulk.insert(WordingRow, (_wording_values(row.id, wording) for wording in new.wordings))
        bulk.insert(AttachmentRow, (_attachment_values(row.id, *pair) for pair in new.attachments))
        bulk.insert(DeliveryRow, (_delivery_values(row, delivery, now) for delivery in wanted))
        ids = dict(
            DeliveryRow.select(DeliveryRow.message_id, DeliveryRow.id).where(DeliveryRow.batch == row.id).tuples()
        )
        journal.append(_events(row, new, wanted, ids, owner, now))
        waiting = sorted({d.document_id for d in wanted if d.document_id})
        for start in range(0, len(waiting), CHUNK):
            DocumentRow.update(state=DocumentState.QUEUED).where(
                DocumentRow.id.in_(waiting[start : start + CHUNK])
            ).execute()
    return _batch(row)


_Key = tuple[str, int, str]
"""What makes two messages one and the same: their purpose, what they are about, and their address."""


def _key(delivery: NewDelivery) -> _Key:
    about = {
        Purpose.DOCUMENT: delivery.document_id,
        Purpose.COPY: delivery.copy_of,
        Purpose.LETTER: delivery.mailing_id,
    }[delivery.purpose]
    return delivery.purpose, about, delivery.address


def _taken(deliveries: Iterable[NewDelivery]) -> dict[_Key, DeliveryState]:
    """Where what is asked for stands already."""
    asked = list(deliveries)
    found: dict[_Key, DeliveryState] = {
        (Purpose.DOCUMENT, *key): state
        for key, state in outcomes({d.document_id for d in asked if d.purpose is Purpose.DOCUMENT}).items()
    }
    mailings = sorted({d.mailing_id for d in asked if d.purpose is Purpose.LETTER})
    for mailing_id in mailings:
        query = DeliveryRow.select(DeliveryRow.address, DeliveryRow.state).where(
            (DeliveryRow.mailing_id == mailing_id) & DeliveryRow.state.in_(_TAKEN)
        )
        for address, state in query.order_by(DeliveryRow.id).tuples():
            found[Purpose.LETTER, mailing_id, address] = DeliveryState(state)
    return found


_TAKEN = [*LIVE_STATES, DeliveryState.SENT, DeliveryState.UNCERTAIN]


def outcomes(document_ids: Iterable[int]) -> dict[tuple[int, str], DeliveryState]:
    """Where each document stands with each address it was queued for: on its way, uncertain or sent.

    An address to which everything failed or was cancelled is not in it.
    """
    found: dict[tuple[int, str], DeliveryState] = {}
    ids = sorted(document_ids)
    for start in range(0, len(ids), CHUNK):
        query = (
            DeliveryRow.select(DeliveryRow.document, DeliveryRow.address, DeliveryRow.state)
            .where(DeliveryRow.document.in_(ids[start : start + CHUNK]) & DeliveryRow.state.in_(_TAKEN))
            .order_by(DeliveryRow.id)
        )
        for document_id, address, state in query.tuples():
            found[document_id, address] = DeliveryState(state)
    return found


def _events(
    row: Any, new: NewBatch, wanted: Sequence[NewDelivery], ids: dict[str, int], owner: Owner, now: datetime
) -> Iterable[Event]:
    common: dict[str, Any] = {"at": now, "batch_id": row.id, "operator": owner.operator, "host": owner.host}
    yield Event(EventKind.BATCH_STARTED, detail=new.label, **common)
    for blocked in new.blocked:
        yield Event(
            EventKind.BLOCKED,
            document_id=blocked.document_id,
            number=blocked.number,
            period=str(blocked.period),
            resident=blocked.resident,
            detail=blocked.reason,
            **common,
        )
    for delivery in wanted:
        yield Event(
            EventKind.QUEUED,
            delivery_id=ids[delivery.message_id],
            document_id=delivery.document_id,
            number=delivery.number,
            period=str(delivery.period),
            resident=delivery.resident,
            recipient=delivery.address,
            role=str(delivery.role),
            message_id=delivery.message_id,
            pdf_sha256=delivery.pdf.sha256 if delivery.pdf else "",
            state=str(_first_state(delivery)),
            until=delivery.not_before,
            **common,
        )


def pause(batch_id: int, owner: Owner, now: datetime) -> None:
    """Let nothing more of the batch leave until `unpause`; the message in flight ends."""
    _change(batch_id, BatchState.RUNNING, BatchState.PAUSED, EventKind.BATCH_PAUSED, owner, now)


def unpause(batch_id: int, owner: Owner, now: datetime) -> bool:
    """Go on with a paused batch, and where its account is paused with all of that; False if it was not paused."""
    with transaction():
        changed = _change(batch_id, BatchState.PAUSED, BatchState.RUNNING, EventKind.BATCH_RESUMED, owner, now)
        account_id = batch(batch_id).account_id
        if changed and halts.end(account_id, owner, now):
            for other in open_batches(account_id):
                unpause(other.id, owner, now)
    return changed


def _change(batch_id: int, before: BatchState, after: BatchState, kind: EventKind, owner: Owner, now: datetime) -> bool:
    with transaction():
        changed = BatchRow.update(state=after).where((BatchRow.id == batch_id) & (BatchRow.state == before)).execute()
        if changed:
            journal.append([Event(kind, now, batch_id=batch_id, operator=owner.operator, host=owner.host)])
    return bool(changed)


def cancel(batch_id: int, owner: Owner, now: datetime) -> list[Event]:
    """Take back what has not left: queued and deferred become cancelled; returns a line for each."""
    with transaction():
        changed = (
            BatchRow.update(state=BatchState.CANCELLED)
            .where((BatchRow.id == batch_id) & BatchRow.state.in_([BatchState.RUNNING, BatchState.PAUSED]))
            .execute()
        )
        if not changed:
            return []
        events = [Event(EventKind.BATCH_CANCELLED, now, batch_id=batch_id, operator=owner.operator, host=owner.host)]
        waiting = (DeliveryRow.batch == batch_id) & DeliveryRow.state.in_(
            [DeliveryState.QUEUED, DeliveryState.DEFERRED]
        )
        copied = waiting & (DeliveryRow.owner == COPIED) & ~never_tried(now)
        rows = []
        # In a copy nobody knows whether what waited has left since: it must not count as never sent.
        for which, outcome in ((copied, waited_in_a_copy()), (waiting, Settlement(DeliveryState.CANCELLED))):
            found = list(DeliveryRow.select().where(which).order_by(DeliveryRow.id))
            detail = outcome.detail or DeliveryRow.detail
            DeliveryRow.update(state=outcome.state, detail=detail, next_at=None, updated_at=now).where(which).execute()
            events += [event_of(delivery_of(row), outcome, owner, now) for row in found]
            rows += found
        journal.append(events)
        documents.refresh_state(row.document_id for row in rows)
    return events


def finish(batch_id: int, owner: Owner, now: datetime) -> Summary:
    """The batch's counts; once nothing of it is on its way any more it is done, and the journal says so."""
    with transaction():
        counts = summary([batch_id])
        if not execute(_STILL_OPEN, batch_id).fetchone():
            changed = (
                BatchRow.update(state=BatchState.DONE)
                .where((BatchRow.id == batch_id) & (BatchRow.state == BatchState.RUNNING))
                .execute()
            )
            if changed:
                journal.append(
                    [
                        Event(
                            EventKind.BATCH_ENDED,
                            now,
                            batch_id=batch_id,
                            operator=owner.operator,
                            host=owner.host,
                            detail=counts.sentence(),
                        )
                    ]
                )
    return counts


_STILL_OPEN = (
    "SELECT 1 FROM delivery WHERE batch_id = ? AND state IN ('queued', 'claimed', 'inflight', 'deferred') LIMIT 1"
)


def summary(batch_ids: Sequence[int]) -> Summary:
    """What these batches came to so far."""
    query = DeliveryRow.select(DeliveryRow.state, fn.COUNT(DeliveryRow.id)).group_by(DeliveryRow.state)
    query = query.where(DeliveryRow.purpose != Purpose.COPY)
    states = Counter(dict(query.where(DeliveryRow.batch.in_(list(batch_ids))).tuples()))
    copied = [copies.count(batch_id) for batch_id in batch_ids]
    rows = list(BatchRow.select().where(BatchRow.id.in_(list(batch_ids))))
    return Summary(
        invoices=sum(row.invoices for row in rows),
        blocked=sum(row.blocked for row in rows),
        sent=states[DeliveryState.SENT],
        failed=states[DeliveryState.FAILED],
        uncertain=states[DeliveryState.UNCERTAIN],
        deferred=states[DeliveryState.DEFERRED],
        cancelled=states[DeliveryState.CANCELLED],
        queued=sum(states[s] for s in (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.INFLIGHT)),
        copies=sum(sent for sent, _failed in copied),
        copies_failed=sum(failed for _sent, failed in copied),
    )


def batch(batch_id: int) -> Batch:
    """The batch of that id, which must exist."""
    return _batch(BatchRow.get_by_id(batch_id))


def open_batches(account_id: int) -> list[Batch]:
    """Batches of the account that still have something to send, oldest first."""
    query = BatchRow.select().where(
        (BatchRow.account == account_id) & BatchRow.state.in_([BatchState.RUNNING, BatchState.PAUSED])
    )
    return [_batch(row) for row in query.order_by(BatchRow.id)]


def wordings(batch_id: int) -> dict[int, Wording]:
    """What the batch's messages say, by structure id."""
    return {
        row.structure_id: Wording(
            row.structure_id,
            row.structure_name,
            row.sender_name,
            row.sender_email,
            row.reply_to,
            row.receipt,
            row.subject,
            row.body,
            row.copy_to,
            row.html,
            row.logo,
        )
        for row in WordingRow.select().where(WordingRow.batch == batch_id)
    }


def attachments(batch_id: int) -> list[tuple[int, Attachment]]:
    """The batch's attached files with the document each goes with; 0: with every message."""
    query = AttachmentRow.select().where(AttachmentRow.batch == batch_id).order_by(AttachmentRow.id)
    return [
        (row.document_id or 0, Attachment(row.name, row.media_type, row.sha256, row.size, row.path)) for row in query
    ]


def _wording_values(batch_id: int, wording: Wording) -> dict[str, Any]:
    return {
        "batch": batch_id,
        "structure": wording.structure_id,
        "structure_name": wording.structure,
        "sender_name": wording.sender_name,
        "sender_email": wording.sender_email,
        "reply_to": wording.reply_to,
        "receipt": wording.receipt,
        "subject": wording.subject,
        "body": wording.body,
        "copy_to": wording.copy_to,
        "html": wording.html,
        "logo": wording.logo,
    }


def _attachment_values(batch_id: int, document_id: int, attachment: Attachment) -> dict[str, Any]:
    return {
        "batch": batch_id,
        "document": document_id or None,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "sha256": attachment.sha256,
        "size": attachment.size,
        "path": attachment.path,
    }


def _first_of_batch(account_id: int) -> BatchState:
    return BatchState.PAUSED if halts.halt(account_id) else BatchState.RUNNING


def _first_state(new: NewDelivery) -> DeliveryState:
    return DeliveryState.DEFERRED if new.not_before else DeliveryState.QUEUED


def _delivery_values(row: Any, new: NewDelivery, now: datetime) -> dict[str, Any]:
    return {
        "batch": row.id,
        "account": row.account_id,
        "document": new.document_id or None,
        "structure": new.structure_id,
        "number": new.number,
        "period": new.period,
        "resident": new.resident,
        "address": new.address,
        "role": new.role,
        "recipient_name": new.recipient_name,
        "message_id": new.message_id,
        "pdf_path": new.pdf.path if new.pdf else "",
        "pdf_name": new.pdf.name if new.pdf else "",
        "pdf_sha256": new.pdf.sha256 if new.pdf else "",
        "issued_on": new.issued_on,
        "due_on": new.due_on,
        "gross": new.gross,
        "purpose": new.purpose,
        "rank": new.purpose.rank,
        "resident_of": new.resident_id or None,
        "person": new.person,
        "mailing_id": new.mailing_id or None,
        "copy_of": new.copy_of or None,
        "merge_values": new.merge_values,
        "files": new.files,
        "readers": new.readers,
        "state": _first_state(new),
        "next_at": new.not_before,
        "language": new.language,
        "updated_at": now,
    }


def _batch(row: Any) -> Batch:
    return Batch(
        account_id=row.account_id,
        state=BatchState(row.state),
        operator=row.operator,
        host=row.host,
        created_at=row.created_at,
        label=row.label,
        invoices=row.invoices,
        blocked=row.blocked,
        id=row.id,
    )
