"""The sender's own side of an engine: everything here runs on the loop of its thread, the writing included."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from tuimail.domain.account import Account, Lease, Owner
from tuimail.domain.errors import StoreError
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.mail import Batch, BatchState, Delivery
from tuimail.sending.composer import Composer, Files, date_of
from tuimail.sending.course import Course
from tuimail.sending.credentials import Credentials
from tuimail.sending.lane import Lane
from tuimail.sending.ledger import PATIENCE, Ledger
from tuimail.sending.link import RFC_TIMEOUTS, Timeouts
from tuimail.sending.shift import Shift, taken_over
from tuimail.store import accounts, batches, halts, limits, outbox

RECONNECT = (1.0, 5.0, 15.0, 60.0, 60.0)
"""Seconds before each new connection after one failed; after the last the rest stays queued."""
POLL_SECONDS = 1.0
"""How often a sender looks whether another session has paused, resumed or cancelled what it sends."""


@dataclass(frozen=True)
class Terms:
    """What a sender is given. Waits are seconds before each new try."""

    account: Account
    credentials: Credentials
    owner: Owner
    files: Files
    is_alive: Callable[[Owner], bool | None]
    now: Callable[[], datetime]
    timeouts: Timeouts = RFC_TIMEOUTS
    reconnect: Sequence[float] = RECONNECT
    patience: Sequence[float] = PATIENCE


class Sender:
    """Holds the account's lease and its connections between `open` and `close`."""

    def __init__(self, terms: Terms, course: Course) -> None:
        self._terms = terms
        self._course = course
        self._composer = Composer(terms.files)
        self.ledger = Ledger(self._tell_trouble, terms.patience)
        self.lanes = [
            Lane(terms.account, terms.credentials, terms.timeouts, self._enter_flight, terms.now)
            for _n in range(terms.account.connections)
        ]
        self._lease: Lease | None = None
        self._mended: list[Event] = []
        self._heart: asyncio.Task[None] | None = None
        self.shift: Shift | None = None

    async def open(self) -> None:
        """Take the lease, mend what a dead sender left, connect. Raises AccountBusy, ServerError, StoreError."""
        terms = self._terms
        acquire = partial(outbox.acquire, terms.account.id, terms.owner, terms.now(), terms.is_alive)
        lease, self._mended = await self.ledger.add(acquire)
        self._lease = lease
        self._heart = asyncio.create_task(self._beat(lease))
        try:
            connection = await self.lanes[0].connect()
            await self.ledger.add(partial(limits.note, terms.account, connection.capabilities.size or 0, terms.now()))
        except BaseException as error:
            await self.close(error)
            raise

    async def close(self, after: BaseException | None = None) -> None:
        """Take leave of the server and give the lease back; `after`: what ended it, if not its end."""
        if self._heart is not None:
            self._heart.cancel()
        await asyncio.gather(*(lane.quit() for lane in self.lanes))
        if self._lease is not None:
            lease, self._lease = self._lease, None
            # A store that fails here failed before, and that is what is told; the lease then runs out by itself.
            with contextlib.suppress(*((StoreError,) if after else ())):
                await self.ledger.add(partial(outbox.release, lease))

    async def work(self, batch_id: int) -> Summary:
        """Send a batch, or with 0 everything that waits on the account; how it ended. Raises StoreError."""
        mended, self._mended = self._mended, []
        self._course.put(*mended)
        self._course.batches = [batch_id] if batch_id else [b.id for b in await self.ledger.add(self._reopen)]
        watch = asyncio.create_task(self._watch(self._states()))
        self.shift = Shift(
            account=self._terms.account,
            lease=self._held,
            ledger=self.ledger,
            composer=self._composer,
            course=self._course,
            lanes=self.lanes,
            reconnect=self._terms.reconnect,
            idle=self._hold,
            pause=self.pause,
        )
        try:
            await self.shift.work(batch_id)
        finally:
            watch.cancel()
            self.shift = None
        return await self.ledger.add(self._close)

    async def pause(self) -> None:
        """Let nothing more leave until `unpause`; the message in flight ends."""
        for batch_id in self._course.batches:
            await self.ledger.add(partial(batches.pause, batch_id, self._terms.owner, self._terms.now()))
        await self._give_back()

    async def unpause(self) -> None:
        """Go on."""
        for batch_id in self._course.batches:
            await self.ledger.add(partial(batches.unpause, batch_id, self._terms.owner, self._terms.now()))
        self._course.wake()

    async def cancel(self) -> None:
        """Take back what has not left."""
        for batch_id in self._course.batches:
            cancel = partial(batches.cancel, batch_id, self._terms.owner, self._terms.now())
            self._course.put(*await self.ledger.add(cancel))
        await self._give_back()

    async def _give_back(self) -> None:
        if self.shift is not None:
            await self.shift.give_back()
        self._course.wake()

    @property
    def _held(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("a sender works only between `open` and `close`")
        return self._lease

    async def _enter_flight(self, delivery: Delivery, wire_sha256: str) -> bool:
        now = self._terms.now()
        dated = date_of(delivery)
        enter = partial(outbox.enter_flight, self._held, delivery.id, wire_sha256, now, dated=dated)
        return await self.ledger.add(enter)

    def _reopen(self) -> list[Batch]:
        found = batches.open_batches(self._terms.account.id)
        # Whoever paused the account did so after this was asked to go on, which ends every pause before it.
        if halts.halt(self._terms.account.id) is None:
            for batch in found:
                batches.unpause(batch.id, self._terms.owner, self._terms.now())
        return found

    def _close(self) -> Summary:
        for batch_id in self._course.batches:
            batches.finish(batch_id, self._terms.owner, self._terms.now())
        return replace(batches.summary(self._course.batches), detail=self._course.stopped)

    async def _hold(self) -> bool:
        """Nothing is due: stay while the batch is paused. False once there is nothing to stay for."""
        if not await self.ledger.add(partial(accounts.heartbeat, self._held, self._terms.now())):
            self._course.stop(taken_over())
            return False
        if not await self.ledger.add(self._paused):
            return False
        halt = await self.ledger.add(partial(halts.halt, self._terms.account.id))
        self._course.tell(EventKind.BATCH_PAUSED, detail=f"{halt.short()}." if halt else "")
        while not self._course.stopped:
            await self._course.sleep(POLL_SECONDS)
            if not await self.ledger.add(self._paused):
                self._course.tell(EventKind.BATCH_RESUMED)
                break
        return True

    async def _watch(self, seen: dict[int, BatchState]) -> None:
        """A sender that sleeps, between two messages or until a server is back, is to obey other sessions at once."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            # A store in trouble is told by whoever writes a message down.
            with contextlib.suppress(StoreError):
                found = self._states()
                if found != seen:
                    seen = found
                    await self._give_back()

    def _paused(self) -> bool:
        return BatchState.PAUSED in self._states().values()

    def _states(self) -> dict[int, BatchState]:
        """Of those batches of the run that are open."""
        found = batches.open_batches(self._terms.account.id)
        return {batch.id: batch.state for batch in found if batch.id in self._course.batches}

    async def _beat(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(accounts.HEARTBEAT_SECONDS)
            # A store in trouble is told by whoever writes a message down; the lease runs on for a while.
            with contextlib.suppress(StoreError):
                if not await self.ledger.add(partial(accounts.heartbeat, lease, self._terms.now())):
                    self._course.stop(taken_over())
                    return

    def _tell_trouble(self, error: StoreError, seconds: float) -> None:
        self._course.tell(EventKind.WAITING, detail=str(error))
        self._course.tell(EventKind.WAITING, seconds=seconds)
