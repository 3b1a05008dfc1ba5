"""The sender: takes deliveries from the outbox, has the server accept them, and tells what happened.

A message is claimed, written to the server but for its closing dot, committed as in flight, ended with the dot, and
settled by what the server answers. Whatever cuts the sender before the commit is safe to try again; whatever cuts it
after leaves the message uncertain, never sent twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tuimail.domain.account import Account, Lease, Owner
from tuimail.domain.errors import StoreError
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _
from tuimail.domain.mail import Batch, BatchState, Delivery
from tuimail.sending.composer import Composer, Files
from tuimail.sending.course import Course
from tuimail.sending.credentials import Credentials
from tuimail.sending.lane import Lane
from tuimail.sending.ledger import PATIENCE, Ledger
from tuimail.sending.link import RFC_TIMEOUTS, Timeouts
from tuimail.sending.shift import Shift, taken_over
from tuimail.store import accounts, batches, outbox
from tuimail.store.database import in_writer

RECONNECT = (1.0, 5.0, 15.0, 60.0, 60.0)
"""Seconds before each new connection after one failed; after the last the rest stays queued."""
POLL_SECONDS = 1.0
"""How often a sender looks whether another session has paused, resumed or cancelled what it sends."""


class Engine:
    """One sender for one account. As a context manager it holds the account's lease and a connection.

    Entering raises AccountBusy or ServerError; nothing is queued before both are there.
    """

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        owner: Owner,
        files: Files,
        is_alive: Callable[[Owner], bool | None],
        *,
        timeouts: Timeouts = RFC_TIMEOUTS,
        reconnect: Sequence[float] = RECONNECT,
        patience: Sequence[float] = PATIENCE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self._owner = owner
        self._is_alive = is_alive
        self._reconnect = reconnect
        self._patience = patience
        self._now = now
        self._composer = Composer(files)
        self._course = Course(now)
        self._lanes = [
            Lane(account, credentials, timeouts, self._enter_flight, now) for _n in range(account.connections)
        ]
        self._ledger: Ledger | None = None
        self._lease: Lease | None = None
        self._mended: list[Event] = []
        self._heart: asyncio.Task[None] | None = None
        self._shift: Shift | None = None

    async def __aenter__(self) -> Engine:
        self._ledger = Ledger(self._tell_trouble, self._patience)
        lease, self._mended = await in_writer(outbox.acquire, self.account.id, self._owner, self._now(), self._is_alive)
        self._lease = lease
        self._heart = asyncio.create_task(self._beat(lease))
        try:
            await self._lanes[0].connect()
        except BaseException:
            await self.__aexit__(*sys.exc_info())
            raise
        return self

    async def __aexit__(self, *exception: Any) -> None:
        if self._heart is not None:
            self._heart.cancel()
        await asyncio.gather(*(lane.quit() for lane in self._lanes))
        if self._lease is not None:
            lease, self._lease = self._lease, None
            # A store that fails here failed before, and that is what is told; the lease then runs out by itself.
            with contextlib.suppress(*((StoreError,) if exception[0] else ())):
                await in_writer(outbox.release, lease)

    async def run(self, batch_id: int = 0) -> AsyncIterator[Event | Summary]:
        """Send a batch, or with 0 everything that waits on the account; the Summary is the last item.

        Whoever stops listening stops the sender: the message in flight ends, the rest stays queued. Raises StoreError
        where nothing can be written down any more: what was in flight then is uncertain for whoever goes on.
        """
        mended, self._mended = self._mended, []
        for event in mended:
            yield event
        worker = asyncio.create_task(self._work(batch_id))
        try:
            while (item := await self._course.items.get()) is not None:
                yield item
            await worker
        finally:
            self.stop()
            await asyncio.shield(worker)

    def stop(self, why: str = "") -> None:
        """End after the message in flight; the rest stays queued. Safe in a signal handler of the event loop."""
        self._course.stop(why or _("Stopped: the rest stays queued (tuimail resume)."))

    async def pause(self) -> None:
        """Let nothing more leave until `unpause`; the message in flight ends."""
        for batch_id in self._course.batches:
            await in_writer(batches.pause, batch_id, self._owner, self._now())
        await self._give_back()

    async def unpause(self) -> None:
        """Go on."""
        for batch_id in self._course.batches:
            await in_writer(batches.unpause, batch_id, self._owner, self._now())
        self._course.wake()

    async def cancel(self) -> None:
        """Take back what has not left."""
        for batch_id in self._course.batches:
            self._course.put(*await in_writer(batches.cancel, batch_id, self._owner, self._now()))
        await self._give_back()

    async def _give_back(self) -> None:
        if self._shift is not None:
            await self._shift.give_back()
        self._course.wake()

    async def _work(self, batch_id: int) -> None:
        watch: asyncio.Task[None] | None = None
        try:
            self._course.batches = [batch_id] if batch_id else [b.id for b in await in_writer(self._reopen)]
            watch = asyncio.create_task(self._watch(await in_writer(self._states)))
            self._shift = Shift(
                account=self.account,
                lease=self._held,
                ledger=self._book,
                composer=self._composer,
                course=self._course,
                lanes=self._lanes,
                reconnect=self._reconnect,
                idle=self._hold,
                pause=self.pause,
            )
            await self._shift.work(batch_id)
            self._course.put(await in_writer(self._close))
        finally:
            if watch is not None:
                watch.cancel()
            self._shift = None
            self._course.put(None)

    @property
    def _held(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("the engine sends only inside `async with`")
        return self._lease

    @property
    def _book(self) -> Ledger:
        if self._ledger is None:
            raise RuntimeError("the engine sends only inside `async with`")
        return self._ledger

    async def _enter_flight(self, delivery: Delivery, wire_sha256: str) -> bool:
        return await self._book.add(partial(outbox.enter_flight, self._held, delivery.id, wire_sha256, self._now()))

    def _reopen(self) -> list[Batch]:
        found = batches.open_batches(self.account.id)
        for batch in found:
            batches.unpause(batch.id, self._owner, self._now())
        return found

    def _close(self) -> Summary:
        for batch_id in self._course.batches:
            batches.finish(batch_id, self._owner, self._now())
        return replace(batches.summary(self._course.batches), detail=self._course.stopped)

    async def _hold(self) -> bool:
        """Nothing is due: stay while the batch is paused. False once there is nothing to stay for."""
        if not await in_writer(accounts.heartbeat, self._held, self._now()):
            self._course.stop(taken_over())
            return False
        if not await in_writer(self._paused):
            return False
        self._course.tell(EventKind.BATCH_PAUSED)
        while not self._course.stopped:
            await self._course.sleep(POLL_SECONDS)
            if not await in_writer(self._paused):
                self._course.tell(EventKind.BATCH_RESUMED)
                break
        return True

    async def _watch(self, seen: dict[int, BatchState]) -> None:
        """A sender that sleeps, between two messages or until a server is back, is to obey other sessions at once."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            # A store in trouble is told by whoever writes a message down.
            with contextlib.suppress(StoreError):
                found = await in_writer(self._states)
                if found != seen:
                    seen = found
                    await self._give_back()

    def _paused(self) -> bool:
        return BatchState.PAUSED in self._states().values()

    def _states(self) -> dict[int, BatchState]:
        """Of those batches of the run that are open."""
        found = batches.open_batches(self.account.id)
        return {batch.id: batch.state for batch in found if batch.id in self._course.batches}

    async def _beat(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(accounts.HEARTBEAT_SECONDS)
            # A store in trouble is told by whoever writes a message down; the lease runs on for a while.
            with contextlib.suppress(StoreError):
                if not await in_writer(accounts.heartbeat, lease, self._now()):
                    self._course.stop(taken_over())
                    return

    def _tell_trouble(self, error: StoreError, seconds: float) -> None:
        self._course.tell(EventKind.WAITING, detail=str(error))
        self._course.tell(EventKind.WAITING, seconds=seconds)
