"""Following a batch that another process sends, by what it writes down."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from tuimail.domain.account import Owner
from tuimail.domain.events import Event
from tuimail.domain.mail import BatchState
from tuimail.store import accounts, batches, journal
from tuimail.store.database import in_writer

LOOK_SECONDS = 1.0
"""Between two looks into the journal."""


async def follow(
    batch_id: int,
    is_alive: Callable[[Owner], bool | None],
    *,
    after: int = 0,
    stop: asyncio.Event | None = None,
    seconds: float = LOOK_SECONDS,
) -> AsyncIterator[Event]:
    """The journal's lines of a batch with an id above `after`, as they are written.

    Ends once the batch is through or taken back, once nobody sends from its account any more (then whoever follows may
    send it), or once `stop` is set.
    """
    stop = stop or asyncio.Event()
    while True:
        lines, goes_on = await in_writer(_look, batch_id, after, is_alive)
        for line in lines:
            after = line.id
            yield line
        if not goes_on or stop.is_set():
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def _look(batch_id: int, after: int, is_alive: Callable[[Owner], bool | None]) -> tuple[list[Event], bool]:
    # First whether it goes on: a line that is written between the two looks must not be missed.
    batch = batches.batch(batch_id)
    held = accounts.holder(batch.account_id, datetime.now(UTC))
    goes_on = (
        batch.state in (BatchState.RUNNING, BatchState.PAUSED) and held is not None and is_alive(held[0]) is not False
    )
    return list(journal.events(batch_id=batch_id, after=after)), goes_on
