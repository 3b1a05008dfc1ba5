"""The sends of other sessions, as a second operator sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tuimail.domain.account import Account, Owner
from tuimail.domain.mail import LIVE_STATES, BatchState
from tuimail.domain.ongoing import Ongoing
from tuimail.domain.pacing import forecast, next_slot
from tuimail.store import accounts, batches
from tuimail.store.database import execute, snapshot
from tuimail.store.tables.base import to_text


def ongoing(account: Account, now: datetime, is_alive: Callable[[Owner], bool | None]) -> Ongoing | None:
    """Who sends from the account and how far it is; None if nobody does. Cheap enough to be asked every second.

    `is_alive` says True, False, or None where it cannot know (another host): then the lease is believed.
    """
    with snapshot():
        held = accounts.holder(account.id, now)
        if held is None or is_alive(held[0]) is False:
            return None
        holder, since = held
        found = Ongoing(account.id, holder.operator, holder.host, since, now)
        live = Counter(dict(execute(_LIVE_BY_BATCH, account.id).fetchall()))
        batch_id = _under_way(account.id) or min(live, default=0)
        if not batch_id:
            return found
        batch = batches.batch(batch_id)
        states = Counter(dict(execute(_STATES, batch_id).fetchall()))
        left = sum(states[state] for state in LIVE_STATES)
        paused = batch.state is BatchState.PAUSED
        return replace(
            found,
            batch_id=batch_id,
            label=batch.label,
            done=states.total() - left,
            total=states.total(),
            behind=live.total() - live[batch_id],
            paused=paused,
            ends_at=None if paused or not left else _end(account, left, since, batch_id, now),
        )


def _under_way(account_id: int) -> int:
    """The batch of the message that the sender has in its hands, if it has one."""
    row = execute(_IN_HAND, account_id).fetchone()
    return int(row[0]) if row else 0


_IN_HAND = (
    "SELECT batch_id FROM delivery WHERE account_id = ? AND state IN ('claimed', 'inflight')"
    " AND state IN ('queued', 'claimed', 'inflight', 'deferred') ORDER BY id LIMIT 1"
)
_LIVE_BY_BATCH = (
    "SELECT d.batch_id, count(*) FROM delivery d JOIN batch b ON b.id = d.batch_id"
    " WHERE d.account_id = ? AND d.state IN ('queued', 'claimed', 'inflight', 'deferred')"
    " AND b.state IN ('running', 'paused') GROUP BY d.batch_id"
)
_STATES = "SELECT state, count(*) FROM delivery WHERE batch_id = ? GROUP BY state"


def _end(account: Account, left: int, since: datetime, batch_id: int, now: datetime) -> datetime:
    state = accounts.pacing(account.id)
    slot, _taken = next_slot(account, state, accounts.windows(account, now), now)
    slowed = replace(account, gap=max(account.gap, state.slow_gap))
    if slowed.gap:
        return slot + timedelta(seconds=forecast(slowed, left, state.since_pause))
    # Without a gap the server sets the pace: what it was so far is the best guess.
    (sent,) = execute(_SENT_SINCE, batch_id, to_text(since)).fetchone()
    each = (now - since).total_seconds() / sent if sent else 0.0
    return slot + timedelta(seconds=forecast(slowed, left, state.since_pause, each))


_SENT_SINCE = "SELECT count(*) FROM delivery WHERE batch_id = ? AND state = 'sent' AND updated_at >= ?"
