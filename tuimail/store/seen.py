"""How far each operator has seen the journal, and what became of sends since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tuimail.domain.away import Away, AwaySend
from tuimail.domain.events import EventKind
from tuimail.domain.mail import Batch, BatchState
from tuimail.store import batches, decisions
from tuimail.store.database import execute, snapshot, transaction
from tuimail.store.tables.base import from_text, to_text

_TOLD = (
    EventKind.SENT,
    EventKind.FAILED,
    EventKind.UNCERTAIN,
    EventKind.DEFERRED,
    EventKind.REQUEUED,
    EventKind.CANCELLED,
    EventKind.BATCH_PAUSED,
    EventKind.BATCH_CANCELLED,
)


def mark(operator: str, event_id: int, now: datetime) -> None:
    """The operator has seen the journal up to that line; never back."""
    with transaction():
        moment = to_text(now)
        changed = execute(
            "UPDATE seen SET event_id = max(event_id, ?), at = ? WHERE operator = ?", event_id, moment, operator
        )
        if not changed.rowcount:
            execute("INSERT INTO seen (operator, event_id, at) VALUES (?, ?, ?)", operator, event_id, moment)


def marker(operator: str) -> tuple[int, datetime] | None:
    """The last line that the operator has seen, and when; None if never any."""
    row = execute("SELECT event_id, at FROM seen WHERE operator = ?", operator).fetchone()
    if row is None:
        return None
    at = from_text(row[1])
    return None if at is None else (int(row[0]), at)


def away(operator: str, sending: Collection[int]) -> Away:
    """What there is to tell that operator. `sending`: accounts that somebody sends from now."""
    with snapshot():
        known = marker(operator)
        concerned = _changed_since(known[0]) if known else set()
        left = {batch.id: batch for account_id in _accounts() for batch in _interrupted(account_id)}
        found = []
        for batch_id in sorted(concerned | set(left), reverse=True):
            batch = left.get(batch_id) or batches.batch(batch_id)
            if batch.account_id in sending and batch.state in (BatchState.RUNNING, BatchState.PAUSED):
                continue
            found.append(AwaySend(batch, batches.summary([batch_id])))
        return Away(known[1] if known else None, tuple(found), decisions.count_uncertain())


def _changed_since(event_id: int) -> set[int]:
    marks = ", ".join("?" * len(_TOLD))
    sql = f"SELECT DISTINCT batch_id FROM event WHERE id > ? AND batch_id > 0 AND event IN ({marks})"  # noqa: S608
    return {int(row[0]) for row in execute(sql, event_id, *map(str, _TOLD)).fetchall()}


def _accounts() -> list[int]:
    return [int(row[0]) for row in execute("SELECT id FROM account").fetchall()]


def _interrupted(account_id: int) -> list[Batch]:
    """Batches with queued messages."""
    return [batch for batch in batches.open_batches(account_id) if batches.summary([batch.id]).queued]
