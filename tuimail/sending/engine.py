"""The sender: takes deliveries from the outbox one by one, has the server accept them, and tells what happened.

Three commits a message: the claim, the barrier just before the final dot, and the answer. Whatever cuts the sender
before the barrier is safe to try again; whatever cuts it after leaves the message uncertain, never sent twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tuimail.domain.errors import ServerError, StoreError, TuimailError
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _
from tuimail.domain.models import (
    Account,
    Batch,
    BatchState,
    Delivery,
    Lease,
    Owner,
    Wait,
)
from tuimail.domain.periods import format_moment
from tuimail.sending import results
from tuimail.sending.composer import Composer, Files
from tuimail.sending.connection import Connection, ConnectionFailed, Rejected, Uncertain
from tuimail.sending.link import RFC_TIMEOUTS, Timeouts
from tuimail.sending.results import Message, Result
from tuimail.store import accounts, batches, outbox
from tuimail.store.database import in_writer

RECONNECT = (1.0, 5.0, 15.0, 60.0, 60.0)
"""Seconds before each new connection after one failed; after the last the rest stays queued."""
LONGEST_WAIT = timedelta(minutes=20)
"""A wait beyond this (a quota, as a rule) ends the run: the rest stays queued for `resume`."""
POLL_SECONDS = 1.0
"""How often a paused sender looks whether another session has let it go on."""


class Engine:
    """One sender for one account. As a context manager it holds the account's lease and a connection.

    Entering raises AccountBusy or ServerError; nothing is queued before both are there.
    """

    def __init__(
        self,
        account: Account,
        password: str | None,
        owner: Owner,
        files: Files,
        is_alive: Callable[[Owner], bool | None],
        *,
        timeouts: Timeouts = RFC_TIMEOUTS,
        reconnect: tuple[float, ...] = RECONNECT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self._password = password
        self._owner = owner
        self._is_alive = is_alive
        self._timeouts = timeouts
        self._reconnect = reconnect
        self._now = now
        self._composer = Composer(files)
        self._connection: Connection | None = None
        self._lease: Lease | None = None
        self._mended: list[Event] = []
        self._heart: asyncio.Task[None] | None = None
        self._items: asyncio.Queue[Event | Summary | None] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._stopped = ""
        """Why the run ends before its time, in a sentence; empty while it goes on."""
        self._batches: list[int] = []
        self._lost_connections = 0

    async def __aenter__(self) -> Engine:
        lease, self._mended = await in_writer(outbox.acquire, self.account.id, self._owner, self._now(), self._is_alive)
        self._lease = lease
        self._heart = asyncio.create_task(self._beat(lease))
        try:
            await self._connect()
        except BaseException:
            await self.__aexit__(*sys.exc_info())
            raise
        return self

    async def __aexit__(self, *exception: Any) -> None:
        if self._heart is not None:
            self._heart.cancel()
        if self._connection is not None:
            await self._connection.quit()
            self._connection = None
        if self._lease is not None:
            lease, self._lease = self._lease, None
            # A store that fails here failed before, and that is what is told; the lease then runs out by itself.
            with contextlib.suppress(*((StoreError,) if exception[0] else ())):
                await in_writer(outbox.release, lease)

    async def run(self, batch_id: int = 0) -> AsyncIterator[Event | Summary]:
        """Send a batch, or with 0 everything that waits on the account; the Summary is the last item.

        Whoever stops listening stops the sender: the message in flight ends, the rest stays queued.
        """
        for event in self._mended:
            yield event
        worker = asyncio.create_task(self._work(batch_id))
        try:
            while (item := await self._items.get()) is not None:
                yield item
            await worker
        finally:
            self.stop()
            await asyncio.shield(worker)

    def stop(self, why: str = "") -> None:
        """End after the message in flight; the rest stays queued. Safe in a signal handler of the event loop."""
        self._stopped = self._stopped or why or _("Stopped: the rest stays queued (tuimail resume).")
        self._wake.set()

    async def pause(self) -> None:
        """Let nothing more leave until `unpause`; the message in flight ends."""
        for batch_id in self._batches:
            await in_writer(batches.pause, batch_id, self._owner, self._now())
        self._wake.set()

    async def unpause(self) -> None:
        """Go on."""
        for batch_id in self._batches:
            await in_writer(batches.unpause, batch_id, self._owner, self._now())
        self._wake.set()

    async def cancel(self) -> None:
        """Take back what has not left."""
        for batch_id in self._batches:
            for event in await in_writer(batches.cancel, batch_id, self._owner, self._now()):
                self._items.put_nowait(event)
        self._wake.set()

    async def _work(self, batch_id: int) -> None:
        result: Result | None = None
        try:
            self._batches = [batch_id] if batch_id else [b.id for b in await in_writer(self._reopen)]
            while result is not None or not self._stopped:
                go_on = not self._stopped and (result is None or not result.holds)
                event, taken = await in_writer(self._turn, result, batch_id, go_on)
                if result is not None:
                    await self._told(event, result)
                    result = None
                if isinstance(taken, Message):
                    # What was taken and is not delivered is queued again when the lease is given back.
                    result = None if self._stopped else await self._deliver(taken)
                elif isinstance(taken, Wait):
                    await self._wait(taken.until)
                elif go_on and not await self._hold():
                    break
            self._items.put_nowait(await in_writer(self._close))
        finally:
            self._items.put_nowait(None)

    def _turn(self, result: Result | None, batch_id: int, go_on: bool) -> tuple[Event | None, Message | Wait | None]:
        """Write how the last try ended and take the next message: one trip to the writing thread."""
        event = None
        if result is not None:
            event = outbox.settle(
                self._held,
                self.account,
                result.delivery,
                result.outcome,
                self._now(),
                slow_down=result.slow_down,
                not_before=result.not_before,
            )
        if not go_on or (result is not None and event is None):
            return event, None
        claimed = outbox.claim(self._held, self.account, self._now(), batch_id)
        if not isinstance(claimed, Delivery):
            return event, claimed
        try:
            return event, Message(claimed, self._composer.compose(claimed))
        except TuimailError as error:
            return event, Message(claimed, error)

    async def _told(self, event: Event | None, result: Result) -> None:
        if event is None:
            self.stop(_("Another session has taken over this account."))
            return
        self._items.put_nowait(event)
        if result.pause:
            await self.pause()
        if result.stop:
            self.stop(result.stop)
        if result.rest:
            await self._sleep(result.rest)

    @property
    def _held(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("the engine sends only inside `async with`")
        return self._lease

    def _reopen(self) -> list[Batch]:
        found = batches.open_batches(self.account.id)
        for batch in found:
            batches.unpause(batch.id, self._owner, self._now())
        return found

    def _close(self) -> Summary:
        for batch_id in self._batches:
            batches.finish(batch_id, self._owner, self._now())
        return replace(batches.summary(self._batches), detail=self._stopped)

    async def _hold(self) -> bool:
        """Nothing is due: stay while the batch is paused. False once there is nothing to stay for."""
        states = {b.id: b.state for b in await in_writer(batches.open_batches, self.account.id)}
        if not any(states.get(batch_id) is BatchState.PAUSED for batch_id in self._batches):
            return False
        self._tell(EventKind.BATCH_PAUSED)
        while not self._stopped:
            await self._sleep(POLL_SECONDS)
            states = {b.id: b.state for b in await in_writer(batches.open_batches, self.account.id)}
            if not any(states.get(batch_id) is BatchState.PAUSED for batch_id in self._batches):
                self._tell(EventKind.BATCH_RESUMED)
                break
        return True

    async def _wait(self, until: datetime) -> None:
        seconds = (until - self._now()).total_seconds()
        if until - self._now() > LONGEST_WAIT:
            self.stop(
                _("The server takes nothing before {time}: the rest stays queued (tuimail resume).").format(
                    time=format_moment(until)
                )
            )
            return
        if seconds > self.account.gap + 0.5:
            self._tell(EventKind.WAITING, until=until)
        await self._sleep(seconds)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, unless a pause, a cancel or a stop wants attention."""
        self._wake.clear()
        if self._stopped:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), max(seconds, 0.0))

    async def _beat(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(accounts.HEARTBEAT_SECONDS)
            if not await in_writer(accounts.heartbeat, lease, self._now()):
                self.stop(_("Another session has taken over this account."))
                return

    async def _connect(self) -> Connection:
        if self._connection is not None and self._connection.is_usable:
            return self._connection
        if self._connection is not None:
            self._connection.abort()
            self._tell(EventKind.CONNECTING)
        self._connection = await Connection.open(self.account, self._password, timeouts=self._timeouts)
        return self._connection

    async def _deliver(self, message: Message) -> Result | None:
        """One try of one message. None: the delivery is no longer ours to write about."""
        delivery, envelope = message.delivery, message.envelope
        if isinstance(envelope, TuimailError):
            return results.unfit(delivery, envelope)
        try:
            connection = await self._connect()
            await connection.begin(envelope.sender, delivery.address, envelope.wire, envid=str(delivery.id))
        except Rejected as error:
            return results.refused(delivery, error, self._now())
        except ConnectionFailed as error:
            return self._cut(delivery, error)
        except ServerError as error:
            return results.held(delivery, error)
        wire = envelope.wire
        if not await in_writer(outbox.enter_flight, self._held, delivery.id, wire.sha256, self._now()):
            connection.abort()
            self.stop(_("Another session has taken over this account."))
            return None
        return await self._finish(connection, replace(delivery, wire_sha256=wire.sha256))

    async def _finish(self, connection: Connection, delivery: Delivery) -> Result:
        try:
            reply = await connection.finish()
        except Rejected as error:
            return results.refused(delivery, error, self._now())
        except ConnectionFailed as error:
            return self._cut(delivery, error)
        except Uncertain as error:
            return results.uncertain(delivery, error)
        self._lost_connections = 0
        return results.sent(delivery, reply)

    def _cut(self, delivery: Delivery, error: ConnectionFailed) -> Result:
        result = results.cut(delivery, error, self._now())
        lost, self._lost_connections = self._lost_connections, self._lost_connections + 1
        if lost < len(self._reconnect):
            return replace(result, rest=self._reconnect[lost])
        return replace(result, stop=_("{reason} The rest stays queued (tuimail resume).").format(reason=error.sentence))

    def _tell(self, kind: EventKind, until: datetime | None = None) -> None:
        batch_id = self._batches[0] if len(self._batches) == 1 else 0
        self._items.put_nowait(Event(kind, self._now(), batch_id=batch_id, until=until))
