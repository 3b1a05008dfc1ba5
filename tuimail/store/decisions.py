"""What operators decide about messages of which nobody knows whether they arrived.

A delivery leaves `uncertain` here by a decision with a name and a reason in the journal: it was sent, or it was not and
a new message, with a Message-ID of its own, is queued in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import SQL

from tuimail.domain.account import Owner
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import LIVE_STATES, Batch, Delivery, DeliveryState, NewBatch, Purpose, Settlement
from tuimail.domain.periods import Period
from tuimail.domain.text import clean
from tuimail.store import batches, copies, documents, journal
from tuimail.store.database import execute, transaction
from tuimail.store.delivery_rows import delivery_of, event_of
from tuimail.store.residents import CHUNK
from tuimail.store.tables.outbox import DeliveryRow


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the messages that somebody has decided about."""

    events: tuple[Event, ...]
    """A line for each that was uncertain until now."""
    batches: tuple[Batch, ...] = ()
    """The new messages, one batch for each that the old ones were of."""
    unqueued: tuple[Delivery, ...] = ()
    """Not sent, but no new message was queued: a later one to the same address is on its way, sent or uncertain."""
    settled: tuple[Delivery, ...] = ()
    """Left as they are: they were not uncertain any more, somebody was faster."""


def uncertain(period: Period | None = None) -> list[Delivery]:
    """The messages of which nobody knows whether they arrived, oldest first."""
    query = DeliveryRow.select().where(DeliveryRow.id.in_(SQL(f"({_IDS})")))
    if period:
        query = query.where(DeliveryRow.period == period)
    return [delivery_of(row) for row in query.order_by(DeliveryRow.id)]


def count_uncertain() -> int:
    """How many messages wait for a decision; cheap enough to be asked at every start."""
    return int(execute(f"SELECT count(*) FROM ({_IDS})").fetchone()[0])  # noqa: S608


_IDS = "SELECT id FROM delivery WHERE state = 'uncertain'"
"""Word for word the condition of their index: without it SQLite would read the whole history."""


def mark_sent(message_ids: Sequence[str], owner: Owner, now: datetime, why: str = "") -> Decided:
    """Believe that these messages arrived. Raises BadInput for a Message-ID that does not exist; then none is changed.

    Each counts as sent at the moment when it became uncertain.
    """
    detail = _said(_("Marked as sent by {operator}."), _("Marked as sent by {operator}: {why}"), owner, why)
    with transaction():
        open_ones, settled = _named(message_ids)
        events = [_decide(d, EventKind.MARKED_SENT, DeliveryState.SENT, detail, owner, now) for d in open_ones]
        journal.append(events)
        documents.refresh_state(d.document_id for d in open_ones)
    return Decided(tuple(events), settled=settled)


def send_again(
    message_ids: Sequence[str], owner: Owner, now: datetime, new_message_id: Callable[[str], str], why: str = ""
) -> Decided:
    """Believe that these messages did not arrive, and queue new ones with the same text, PDF and attached files.

    `new_message_id` makes one from the sender's address. Raises BadInput as `mark_sent` does.
    """
    detail = _said(_("Marked as not sent by {operator}."), _("Marked as not sent by {operator}: {why}"), owner, why)
    with transaction():
        open_ones, settled = _named(message_ids)
        events = [_decide(d, EventKind.MARKED_UNSENT, DeliveryState.FAILED, detail, owner, now) for d in open_ones]
        journal.append(events)
        newest = {(d.purpose, d.document_id or d.mailing_id or d.copy_of, d.address): d for d in open_ones}
        wanted = [d for d in newest.values() if not _has_successor(d)]
        queued = [
            batch
            for batch_id in sorted({d.batch_id for d in wanted})
            if (batch := _queue(batch_id, [d for d in wanted if d.batch_id == batch_id], owner, now, new_message_id))
        ]
        documents.refresh_state(d.document_id for d in open_ones)
    unqueued = tuple(d for d in newest.values() if d not in wanted)
    return Decided(tuple(events), tuple(queued), unqueued, settled)


def _said(plainly: str, with_reason: str, owner: Owner, why: str) -> str:
    why = " ".join(clean(why).split())
    return (with_reason if why else plainly).format(operator=owner.operator, why=why)


def _named(message_ids: Sequence[str]) -> tuple[list[Delivery], tuple[Delivery, ...]]:
    """Those that are uncertain, oldest first, and the others."""
    wanted = list(dict.fromkeys(message_ids))
    found: dict[str, Delivery] = {}
    for start in range(0, len(wanted), CHUNK):
        query = DeliveryRow.select().where(DeliveryRow.message_id.in_(wanted[start : start + CHUNK]))
        found |= {row.message_id: delivery_of(row) for row in query}
    for message_id in wanted:
        if message_id not in found:
            raise BadInput(
                _("There is no message {message_id}.").format(message_id=message_id),
                _("See those that are uncertain: tuimail uncertain."),
            )
    by_age = sorted(found.values(), key=lambda d: d.id)
    open_ones = [d for d in by_age if d.state is DeliveryState.UNCERTAIN]
    return open_ones, tuple(d for d in by_age if d.state is not DeliveryState.UNCERTAIN)


def _decide(
    delivery: Delivery, kind: EventKind, state: DeliveryState, detail: str, owner: Owner, now: datetime
) -> Event:
    # The moment stays: it is when the message left, if it did.
    DeliveryRow.update(state=state, detail=detail).where(DeliveryRow.id == delivery.id).execute()
    outcome = Settlement(state, delivery.code, delivery.reply, detail=detail)
    return replace(event_of(delivery, outcome, owner, now), event=kind)


def _has_successor(delivery: Delivery) -> bool:
    states = [*LIVE_STATES, DeliveryState.SENT, DeliveryState.UNCERTAIN]
    about = {
        Purpose.DOCUMENT: DeliveryRow.document == delivery.document_id,
        Purpose.LETTER: DeliveryRow.mailing_id == delivery.mailing_id,
        Purpose.COPY: DeliveryRow.copy_of == delivery.copy_of,
    }[delivery.purpose]
    same: Any = about & (DeliveryRow.address == delivery.address)
    query = DeliveryRow.select(DeliveryRow.id).where(same & (DeliveryRow.id > delivery.id))
    return bool(query.where(DeliveryRow.state.in_(states)).exists())


def _queue(
    batch_id: int, old: Sequence[Delivery], owner: Owner, now: datetime, new_message_id: Callable[[str], str]
) -> Batch | None:
    """A batch like that one, of these messages alone."""
    before = batches.batch(batch_id)
    wordings = batches.wordings(batch_id)
    used, concerned = {d.structure_id for d in old}, {d.document_id for d in old} | {0}
    originals = copies.documents_of_originals(batch_id)
    concerned |= {originals[d.copy_of] for d in old if d.copy_of in originals}
    new = NewBatch(
        account_id=before.account_id,
        label=before.label,
        wordings=tuple(wordings[structure_id] for structure_id in sorted(used)),
        deliveries=tuple(d.again(new_message_id(wordings[d.structure_id].sender_email)) for d in old),
        attachments=tuple(pair for pair in batches.attachments(batch_id) if pair[0] in concerned),
        resend=True,
    )
    return batches.queue(new, owner, now)
