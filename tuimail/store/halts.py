"""Accounts that are paused as a whole. While one is, none of its batches runs: what is queued is paused from the start.

So whoever claims messages need not ask, and what goes on with one of its batches ends the account's pause.
"""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.halt import Halt
from tuimail.store import journal
from tuimail.store.database import transaction
from tuimail.store.tables.account import AccountRow


def halt(account_id: int) -> Halt | None:
    """Who paused the account; None if nobody did."""
    row = AccountRow.get_or_none((AccountRow.id == account_id) & AccountRow.paused_at.is_null(False))
    return Halt(row.host, row.paused_by, row.paused_at) if row else None


def begin(account_id: int, owner: Owner, now: datetime) -> None:
    """Note it, unless the account is paused already; inside the transaction that pauses its batches."""
    _change(account_id, False, owner, now)


def end(account_id: int, owner: Owner, now: datetime) -> bool:
    """Note that it is over; False if the account was not paused."""
    return _change(account_id, True, owner, now)


def _change(account_id: int, paused: bool, owner: Owner, now: datetime) -> bool:
    values = {"paused_at": None, "paused_by": ""} if paused else {"paused_at": now, "paused_by": owner.operator}
    which = (AccountRow.id == account_id) & AccountRow.paused_at.is_null(not paused)
    kind = EventKind.ACCOUNT_RESUMED if paused else EventKind.ACCOUNT_PAUSED
    with transaction():
        changed = AccountRow.update(**values).where(which).execute()
        if changed:
            host = AccountRow.get_by_id(account_id).host
            journal.append([Event(kind, now, operator=owner.operator, host=owner.host, detail=host)])
    return bool(changed)
