"""Pausing all that an account sends, now and later, and going on with it."""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.store import batches, halts
from tuimail.store.database import transaction


def pause(account_id: int, owner: Owner, now: datetime) -> None:
    """Let nothing more leave from the account until `unpause`, whoever queues it; the message in flight ends."""
    with transaction():
        halts.begin(account_id, owner, now)
        for batch in batches.open_batches(account_id):
            batches.pause(batch.id, owner, now)


def unpause(account_id: int, owner: Owner, now: datetime) -> bool:
    """Let everything of the account go on; False if nothing of it was paused."""
    with transaction():
        halted = halts.end(account_id, owner, now)
        changed = [batches.unpause(batch.id, owner, now) for batch in batches.open_batches(account_id)]
    return halted or any(changed)
