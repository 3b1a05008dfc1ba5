"""The outbox: each delivery's way from the press of Send to what the server answered.

    queued -> claimed -> inflight -> sent | deferred | failed | uncertain        cancelled only from queued or deferred

A delivery is inflight from the commit just before the final dot until the reply is written here; whoever dies in
between leaves it uncertain, and nothing but proof or an operator's decision takes it out of that. What waited when a
copy of the database was made is uncertain in the copy: the original may have sent it since. Every change of state
and its journal line are one transaction, and each asks whether this owner and epoch still hold the delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from peewee import SQL

from tuimail.domain.account import Account, Lease, Owner
from tuimail.domain.events import Event
from tuimail.domain.i18n import _
from tuimail.domain.mail import BatchState, Delivery, DeliveryState, Purpose, Settlement, Wait
from tuimail.domain.pacing import next_slot, slowed, succeeded
from tuimail.store import accounts, address_notes, copies, documents, journal
from tuimail.store.database import execute, transaction
from tuimail.store.delivery_rows import (
    COPIED,
    NAMES,
    delivery_of,
    delivery_read,
    event_of,
    never_tried,
    waited_in_a_copy,
)
from tuimail.store.tables.base import to_text
from tuimail.store.tables.outbox import BatchRow, DeliveryRow


def acquire(
    account_id: int, owner: Owner, now: datetime, is_alive: Callable[[Owner], bool | None]
) -> tuple[Lease, list[Event]]:
    """Become the account's only sender and mend what a dead one left: claimed is queued again, inflight is uncertain.

    In a copy all that waited is uncertain, but for what was never tried and is not due yet: nobody can have sent that.

    Returns the lease and what was mended. Raises AccountBusy while another one sends.
    """
    with transaction():
        lease = accounts.acquire(account_id, owner, now, is_alive)
        unsettled = DeliveryRow.state.in_([DeliveryState.CLAIMED, DeliveryState.INFLIGHT])
        waiting = SQL(_WAITS) & (DeliveryRow.account == account_id)
        copied = DeliveryRow.owner == COPIED
        DeliveryRow.update(owner="").where(waiting & copied & never_tried(now)).execute()
        return lease, _mend_all(waiting & (unsettled | copied), owner, now)


def _mend_all(which: Any, owner: Owner, now: datetime) -> list[Event]:
    left = list(DeliveryRow.select().where(which).order_by(DeliveryRow.id))
    events = [_mend(row, owner, now) for row in left]
    journal.append(events)
    documents.refresh_state(row.document_id for row in left)
    return events


def _mend(row: Any, owner: Owner, now: datetime) -> Event:
    if row.owner == COPIED:
        outcome = waited_in_a_copy()
    elif row.state == DeliveryState.CLAIMED:
        queued = Settlement(DeliveryState.QUEUED, detail=_("The sender was cut before the message left."))
        outcome = _unless_cancelled(queued, delivery_of(row))
    else:
        outcome = Settlement(
            DeliveryState.UNCERTAIN,
            detail=_("The sender was cut before the server's answer: perhaps sent, to be checked."),
        )
    DeliveryRow.update(state=outcome.state, detail=outcome.detail, owner="", next_at=None, updated_at=now).where(
        DeliveryRow.id == row.id
    ).execute()
    return event_of(delivery_of(row), outcome, owner, now)


def _unless_cancelled(outcome: Settlement, delivery: Delivery) -> Settlement:
    """Whoever cancelled the batch meanwhile wanted nothing more of it to leave: what comes back is cancelled too.

    So is a letter to whoever has unsubscribed meanwhile.
    """
    if outcome.state not in (DeliveryState.QUEUED, DeliveryState.DEFERRED):
        return outcome
    if execute(_CANCELLED, delivery.batch_id).fetchone():
        return replace(outcome, state=DeliveryState.CANCELLED, next_at=None)
    if delivery.purpose is Purpose.LETTER and execute(_SUPPRESSED, delivery.address.casefold()).fetchone():
        unsubscribed = _("wants no mailing: unsubscribed")
        return replace(outcome, state=DeliveryState.CANCELLED, next_at=None, detail=unsubscribed)
    return outcome


_CANCELLED = "SELECT 1 FROM batch WHERE id = ? AND state = 'cancelled'"
_SUPPRESSED = "SELECT 1 FROM suppression WHERE address = ?"


def claim(lease: Lease, account: Account, now: datetime, batch_id: int = 0) -> Delivery | Wait | None:
    """Take the next message that may leave now, of one batch or (0) of every running batch of the account.

    Wait: pacing lets nothing leave before that moment. None: nothing is due, or another sender has taken over.
    """
    with transaction():
        delivery = _next(account.id, now, batch_id)
        if delivery is None:
            return None
        state = accounts.pacing(account.id)
        at, taken = next_slot(account, state, accounts.windows(account, now), now)
        if at > now:
            return Wait(at)
        us = (lease.owner.id, lease.epoch)
        if not execute(_CLAIM, *us, to_text(now), delivery.id, str(delivery.state), account.id, *us).rowcount:
            return None
        accounts.save_pacing(account.id, taken)
        accounts.take_slot(account, now)
    return replace(delivery, state=DeliveryState.CLAIMED, attempt=delivery.attempt + 1, updated_at=now)


def claim_ahead(lease: Lease, account: Account, now: datetime, batch_id: int, most: int) -> list[Delivery]:
    """Take up to `most` messages that may leave at once, as `claim` would one after another.

    Empty unless the account knows no pacing at all; then, and where it is empty, `claim` tells why.
    """
    with transaction():
        state = accounts.pacing(account.id)
        if account.paced or state.slow_gap or (state.not_before or now) > now:
            return []
        us = (lease.owner.id, lease.epoch)
        which = (account.id, batch_id, most) if batch_id else (account.id, most)
        sql = _CLAIM_AHEAD.format(batch=_OF_BATCH if batch_id else _OF_ALL)
        rows = execute(sql, *us, to_text(now), *which, account.id, *us).fetchall()
        if rows:
            accounts.save_pacing(account.id, replace(state, last=now, since_pause=state.since_pause + len(rows)))
    return sorted(map(delivery_read, rows), key=lambda delivery: (delivery.purpose.rank, delivery.id))


def _next(account_id: int, now: datetime, batch_id: int) -> Delivery | None:
    sql = _WAITING + (_OF_BATCH if batch_id else _OF_ALL)
    values = (account_id, batch_id) if batch_id else (account_id,)
    row = execute(sql + _FIRST_QUEUED, *values).fetchone()
    if row is None:
        row = execute(sql + _FIRST_DUE, *values, to_text(now)).fetchone()
    return None if row is None else delivery_read(row)


_WAITING = (
    f"SELECT {', '.join('d.' + name for name in NAMES)} FROM delivery d JOIN batch b ON b.id = d.batch_id"  # noqa: S608
    " WHERE d.account_id = ? AND b.state = 'running'"
)
_OF_BATCH = " AND d.batch_id = ?"
_WAITS = "state IN ('queued', 'claimed', 'inflight', 'deferred')"
_OF_ALL = f" AND d.{_WAITS}"
"""Word for word the condition of the index of what waits: without it SQLite would read the whole history."""
_FIRST_QUEUED = " AND d.state = 'queued' ORDER BY d.rank, d.id LIMIT 1"
_FIRST_DUE = " AND d.state = 'deferred' AND d.next_at <= ? ORDER BY d.rank, d.next_at, d.id LIMIT 1"
_CLAIM = (
    "UPDATE delivery SET state = 'claimed', owner = ?, epoch = ?, attempt = attempt + 1, updated_at = ?"
    " WHERE id = ? AND state = ?"
    " AND EXISTS (SELECT 1 FROM lease WHERE account_id = ? AND owner = ? AND epoch = ?)"
)


_CLAIM_AHEAD = (
    "UPDATE delivery SET state = 'claimed', owner = ?, epoch = ?,"  # noqa: S608
    " attempt = attempt + 1, updated_at = ? WHERE id IN"
    " (SELECT d.id FROM delivery d JOIN batch b ON b.id = d.batch_id"
    " WHERE d.account_id = ? AND b.state = 'running'{batch} AND d.state = 'queued' ORDER BY d.rank, d.id LIMIT ?)"
    " AND EXISTS (SELECT 1 FROM lease WHERE account_id = ? AND owner = ? AND epoch = ?)"
    f" RETURNING {', '.join(NAMES)}"
)


def next_due(account_id: int, batch_id: int = 0) -> datetime | None:
    """When the earliest deferred message is tried again; None if none waits."""
    query = (
        DeliveryRow.select(DeliveryRow.next_at)
        .join(BatchRow)
        .where((DeliveryRow.account == account_id) & (BatchRow.state == BatchState.RUNNING))
        .where(DeliveryRow.state == DeliveryState.DEFERRED)
    )
    if batch_id:
        query = query.where(DeliveryRow.batch == batch_id)
    row = query.order_by(DeliveryRow.next_at).first()
    return row.next_at if row else None


def enter_flight(
    lease: Lease, delivery_id: int, wire_sha256: str, now: datetime, *, dated: datetime | None = None
) -> bool:
    """The barrier: committed before the final dot is written. `dated`: what the message's Date header says.

    False: write no dot. Another sender has taken over, the batch was paused or cancelled, or whoever a letter is for
    has unsubscribed: `put_back` tells which.
    """
    with transaction():
        values = (wire_sha256, to_text(dated), to_text(now), delivery_id, lease.owner.id, lease.epoch)
        return bool(execute(_ENTER_FLIGHT, *values).rowcount)


_ENTER_FLIGHT = (
    "UPDATE delivery SET state = 'inflight', wire_sha256 = ?, dated = COALESCE(dated, ?), updated_at = ?"
    " WHERE id = ? AND owner = ? AND epoch = ? AND state = 'claimed'"
    " AND EXISTS (SELECT 1 FROM batch WHERE batch.id = delivery.batch_id AND batch.state = 'running')"
    " AND (purpose <> 'letter' OR NOT EXISTS (SELECT 1 FROM suppression WHERE address = lower(delivery.address)))"
)


def put_back(lease: Lease, deliveries: Sequence[Delivery], now: datetime) -> list[Event] | None:
    """Give back what was claimed and of which nothing has left: it waits as before, as if it had not been taken.

    What belongs to a batch that was cancelled meanwhile is cancelled, with a line that is returned. None: another
    sender has taken over.
    """
    events, ours = [], True
    with transaction():
        for delivery in deliveries:
            outcome = _unless_cancelled(Settlement(DeliveryState.QUEUED), delivery)
            held = (to_text(now), delivery.id, lease.owner.id, lease.epoch)
            if outcome.state is DeliveryState.QUEUED:
                found = execute(_PUT_BACK, *held).rowcount
            elif found := execute(_CANCEL, *held).rowcount:
                events.append(event_of(delivery, outcome, lease.owner, now))
            ours = ours and bool(found)
        journal.append(events)
        documents.refresh_state(event.document_id for event in events)
    return events if ours else None


_PUT_BACK = (
    "UPDATE delivery SET updated_at = ?, owner = '', attempt = attempt - 1,"
    " state = CASE WHEN next_at IS NULL THEN 'queued' ELSE 'deferred' END"
    " WHERE id = ? AND owner = ? AND epoch = ? AND state = 'claimed'"
)
_CANCEL = (
    "UPDATE delivery SET updated_at = ?, owner = '', state = 'cancelled', next_at = NULL"
    " WHERE id = ? AND owner = ? AND epoch = ? AND state = 'claimed'"
)


def settle(
    lease: Lease,
    account: Account,
    delivery: Delivery,
    outcome: Settlement,
    now: datetime,
    *,
    slow_down: bool = False,
    not_before: datetime | None = None,
) -> Event | None:
    """Write how a try ended, with its journal line, and let the account's pacing learn from it.

    `slow_down`: the server asked for it; `not_before`: a quota holds the whole account. None: another sender had taken
    over; only a late acceptance still counts then, and turns what is uncertain, or was decided since, into sent.
    """
    with transaction():
        outcome = _unless_cancelled(outcome, delivery)
        changes = (
            str(outcome.state),
            outcome.code,
            outcome.reply,
            outcome.detail,
            outcome.queue_id,
            to_text(outcome.next_at),
            to_text(now),
            delivery.id,
            lease.epoch,
        )
        settled = execute(_SETTLE + _STILL_OURS, *changes, lease.owner.id).rowcount
        if not settled and outcome.state == DeliveryState.SENT:
            settled = execute(_SETTLE + _LATE, *changes).rowcount
        if not settled:
            return None
        event = event_of(delivery, outcome, lease.owner, now)
        journal.append([event])
        if delivery.document_id:
            documents.refresh_state([delivery.document_id])
        address_notes.settled(delivery, outcome, now)
        if outcome.state is DeliveryState.SENT:
            copies.queue_copy(delivery, lease.owner, now)
        _learn(account, outcome, now, slow_down, not_before)
    return event


_SETTLE = (
    "UPDATE delivery SET state = ?, code = ?, reply = ?, detail = ?, queue_id = ?, next_at = ?, updated_at = ?,"
    " owner = '' WHERE id = ? AND epoch = ?"
)
_STILL_OURS = " AND owner = ? AND state IN ('claimed', 'inflight')"
_DECIDED = (
    "EXISTS (SELECT 1 FROM event WHERE event.delivery_id = delivery.id"
    " AND event.event IN ('marked-sent', 'marked-unsent') AND event.document_id {which})"
)
# Apart, so that the index of a document's lines serves where there is one.
_LATE = (
    " AND (state = 'uncertain' OR state IN ('failed', 'sent') AND CASE WHEN document_id IS NULL"
    f" THEN {_DECIDED.format(which='= 0')}"
    f" ELSE {_DECIDED.format(which='= delivery.document_id AND event.document_id <> 0')} END)"
)
"""The server's own word also outweighs what an operator believed meanwhile, of an invoice as of a letter."""


def _learn(account: Account, outcome: Settlement, now: datetime, slow_down: bool, not_before: datetime | None) -> None:
    before = accounts.pacing(account.id)
    accepted = outcome.state == DeliveryState.SENT and not (slow_down or not_before)
    if accepted and not (account.paced or before.slow_gap or before.complaints):
        # Without any pacing another success teaches nothing: `claim_ahead` has noted its moment.
        return
    state = replace(before, last=now)
    if slow_down:
        state = slowed(state, account, now)
    elif outcome.state == DeliveryState.SENT:
        state = succeeded(state, account)
    if not_before is not None:
        state = replace(state, not_before=max(not_before, state.not_before or not_before))
    accounts.save_pacing(account.id, state)


def release(lease: Lease, now: datetime | None = None) -> list[Event]:
    """End as a sender: what was claimed and never left is queued again, then the lease is given back.

    Returns what was queued again.
    """
    ours = (DeliveryRow.owner == lease.owner.id) & (DeliveryRow.epoch == lease.epoch)
    with transaction():
        events = _mend_all(ours & (DeliveryRow.state == DeliveryState.CLAIMED), lease.owner, now or datetime.now(UTC))
        accounts.release(lease)
    return events


def deliveries(*, document_id: int = 0, batch_id: int = 0, states: Sequence[DeliveryState] = ()) -> list[Delivery]:
    """Deliveries of a document or of a batch, oldest first."""
    query = DeliveryRow.select()
    if document_id:
        query = query.where(DeliveryRow.document == document_id)
    if batch_id:
        query = query.where(DeliveryRow.batch == batch_id)
    if states:
        query = query.where(DeliveryRow.state.in_(list(states)))
    return [delivery_of(row) for row in query.order_by(DeliveryRow.id)]
