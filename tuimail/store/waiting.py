"""What waits on an account: whose turn it is, until when, and an operator's wish not to wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import Batch, Delivery, DeliveryState, Settlement
from tuimail.domain.pacing import next_slot
from tuimail.store import accounts, batches, journal, outbox
from tuimail.store.database import execute, snapshot, transaction
from tuimail.store.delivery_rows import delivery_of, event_of
from tuimail.store.tables.base import to_text
from tuimail.store.tables.outbox import DeliveryRow


def retry_now(account_id: int, owner: Owner, now: datetime) -> list[Event]:
    """Let every deferred message of the account be tried again at once; returns a line for each.

    An operator's wish outweighs the pause that the server imposed, but not the account's own limits, nor the hour that
    a letter was written for.
    """
    with transaction():
        state = accounts.pacing(account_id)
        if state.not_before is not None:
            accounts.save_pacing(account_id, replace(state, not_before=None))
        deferred = (DeliveryRow.account == account_id) & (DeliveryRow.state == DeliveryState.DEFERRED)
        later = deferred & (DeliveryRow.next_at > now) & (DeliveryRow.attempt > 0)
        rows = list(DeliveryRow.select().where(later).order_by(DeliveryRow.id))
        DeliveryRow.update(next_at=now).where(later).execute()
        events = [_retried(delivery_of(row), owner, now) for row in rows]
        journal.append(events)
    return events


def _retried(delivery: Delivery, owner: Owner, now: datetime) -> Event:
    detail = _("To be tried again at once, by {operator}.").format(operator=owner.operator)
    outcome = Settlement(DeliveryState.DEFERRED, delivery.code, delivery.reply, next_at=now, detail=detail)
    return replace(event_of(delivery, outcome, owner, now), event=EventKind.RETRY_ASKED)


def next_departure(account: Account, now: datetime) -> datetime | None:
    """The earliest moment (`now` or later) when a message of a running batch may leave; None if none waits."""
    with snapshot():
        due = now if _first(account.id, _QUEUED) else outbox.next_due(account.id)
        if due is None:
            return None
        slot, _state = next_slot(account, accounts.pacing(account.id), accounts.windows(account, now), now)
    return max(due, slot)


def scheduled(account_id: int) -> int:
    """How many letters of running batches wait for the hour that they were written for."""
    return int(execute(_SCHEDULED, account_id).fetchone()[0])


_SCHEDULED = (
    "SELECT count(*) FROM delivery d JOIN batch b ON b.id = d.batch_id WHERE d.account_id = ? AND b.state = 'running'"
    " AND d.state IN ('queued', 'claimed', 'inflight', 'deferred') AND d.state = 'deferred' AND d.attempt = 0"
    " AND d.purpose = 'letter'"
)


def next_batch(account_id: int, now: datetime, after: int = 0) -> Batch | None:
    """The running batch whose turn it is, as `outbox.claim` takes messages; of those with an id above `after`."""
    with snapshot():
        batch_id = _first(account_id, _QUEUED, after) or _first(account_id, _DUE, after, to_text(now))
        return batches.batch(batch_id) if batch_id else None


def due_batch(account_id: int, now: datetime) -> int:
    """The running batch of the first deferred message whose time has come; 0 if none has."""
    return _first(account_id, _DUE, 0, to_text(now))


def _first(account_id: int, which: str, after: int = 0, *values: object) -> int:
    row = execute(_BATCH_OF + which, account_id, after, *values).fetchone()
    return int(row[0]) if row else 0


_BATCH_OF = (
    "SELECT b.id FROM delivery d JOIN batch b ON b.id = d.batch_id"
    " WHERE d.account_id = ? AND b.id > ? AND b.state = 'running'"
    " AND d.state IN ('queued', 'claimed', 'inflight', 'deferred')"
)
_QUEUED = " AND d.state = 'queued' ORDER BY d.rank, d.id LIMIT 1"
_DUE = " AND d.state = 'deferred' AND d.next_at <= ? ORDER BY d.rank, d.next_at, d.id LIMIT 1"


def in_hand(account_id: int) -> int:
    """How many messages of the account some sender has taken and not settled: alive, or cut in the middle."""
    return int(execute(_IN_HAND, account_id).fetchone()[0])


_IN_HAND = (
    "SELECT count(*) FROM delivery WHERE account_id = ? AND state IN ('claimed', 'inflight')"
    " AND state IN ('queued', 'claimed', 'inflight', 'deferred')"
)
