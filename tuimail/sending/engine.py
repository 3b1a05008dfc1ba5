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
    DeliveryState,
    Lease,
    Owner,
    Settlement,
    Wait,
)
from tuimail.domain.pacing import retry_at
from tuimail.domain.periods import format_moment
from tuimail.sending.composer import Composer, Files
from tuimail.sending.connection import Connection, ConnectionFailed, Rejected, Uncertain
from tuimail.sending.link import RFC_TIMEOUTS, Timeouts
from tuimail.sending.message import Wire
from tuimail.sending.replies import Action, Verdict, queue_id, sort, unacknowledged
from tuimail.store import accounts, batches, outbox
from tuimail.store.database import in_writer

RECONNECT = (1.0, 5.0, 15.0, 60.0, 60.0)
"""Seconds before each new connection after one failed; after the last the rest stays queued."""
QUICK_TRIES = 3
"""Tries of a message that a broken connection cut, before it is deferred like any other."""
LONGEST_WAIT = timedelta(minutes=20)
"""A wait beyond this (a quota, as a rule) ends the run: the rest stays queued for `resume`."""
QUOTA_PAUSE = timedelta(hours=1)
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
        try:
            self._batches = [batch_id] if batch_id else [b.id for b in await in_writer(self._reopen)]
            while not self._stopped:
                claimed = await in_writer(outbox.claim, self._held, self.account, self._now(), batch_id)
                if isinstance(claimed, Delivery):
                    await self._deliver(claimed)
                elif isinstance(claimed, Wait):
                    await self._wait(claimed.until)
                elif not await self._hold():
                    break
            self._items.put_nowait(await in_writer(self._close))
        finally:
            self._items.put_nowait(None)

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

    async def _deliver(self, delivery: Delivery) -> None:
        """One try of one message, whatever comes of it."""
        try:
            envelope = await in_writer(self._composer.compose, delivery)
        except TuimailError as error:
            await self._settle(delivery, Settlement(DeliveryState.FAILED, detail=str(error)))
            return
        try:
            connection = await self._connect()
            await connection.begin(envelope.sender, delivery.address, envelope.wire, envid=str(delivery.id))
        except Rejected as error:
            await self._refused(delivery, sort(error.stage, error.reply))
        except ConnectionFailed as error:
            await self._cut(delivery, error)
        except ServerError as error:
            await self._settle(delivery, Settlement(DeliveryState.QUEUED, detail=error.sentence))
            await self.pause()
            self.stop(str(error))
        else:
            await self._finish(connection, delivery, envelope.wire)

    async def _finish(self, connection: Connection, delivery: Delivery, wire: Wire) -> None:
        if not await in_writer(outbox.enter_flight, self._held, delivery.id, wire.sha256, self._now()):
            connection.abort()
            self.stop(_("Another session has taken over this account."))
            return
        delivery = replace(delivery, wire_sha256=wire.sha256)
        try:
            reply = await connection.finish()
        except Rejected as error:
            await self._refused(delivery, sort(error.stage, error.reply))
        except ConnectionFailed as error:
            await self._cut(delivery, error)
        except Uncertain as error:
            outcome = Settlement(
                DeliveryState.UNCERTAIN, reply=error.reply.text if error.reply else "", detail=unacknowledged()
            )
            await self._settle(delivery, outcome)
        else:
            self._lost_connections = 0
            outcome = Settlement(DeliveryState.SENT, reply.status, reply.text, queue_id(reply))
            await self._settle(delivery, outcome)

    async def _refused(self, delivery: Delivery, verdict: Verdict) -> None:
        now = self._now()
        state = DeliveryState.DEFERRED
        next_at: datetime | None = retry_at(delivery.attempt, now)
        if verdict.action is Action.QUOTA:
            next_at = now + QUOTA_PAUSE
        elif verdict.action is Action.FAIL:
            state, next_at = DeliveryState.FAILED, None
        elif verdict.action is Action.PAUSE:
            state, next_at = DeliveryState.QUEUED, None
        outcome = Settlement(state, verdict.code, verdict.reply, "", next_at, verdict.sentence(next_at, now))
        await self._settle(
            delivery,
            outcome,
            slow_down=verdict.action is Action.SLOW,
            not_before=next_at if verdict.action is Action.QUOTA else None,
        )
        if verdict.action is Action.PAUSE:
            await self.pause()
            self.stop(outcome.detail)

    async def _cut(self, delivery: Delivery, error: ConnectionFailed) -> None:
        """The connection failed before the dot: nothing was accepted, so the message is simply tried again."""
        now = self._now()
        code, reply = (error.reply.status, error.reply.text) if error.reply else ("", "")
        outcome = Settlement(DeliveryState.QUEUED, code, reply, detail=error.sentence)
        if delivery.attempt >= QUICK_TRIES:
            outcome = replace(outcome, state=DeliveryState.DEFERRED, next_at=retry_at(delivery.attempt, now))
        await self._settle(delivery, outcome, slow_down=error.reply is not None)
        if self._lost_connections >= len(self._reconnect):
            self.stop(_("{reason} The rest stays queued (tuimail resume).").format(reason=error.sentence))
            return
        await self._sleep(self._reconnect[self._lost_connections])
        self._lost_connections += 1

    async def _settle(
        self,
        delivery: Delivery,
        outcome: Settlement,
        *,
        slow_down: bool = False,
        not_before: datetime | None = None,
    ) -> None:
        event = await in_writer(
            outbox.settle,
            self._held,
            self.account,
            delivery,
            outcome,
            self._now(),
            slow_down=slow_down,
            not_before=not_before,
        )
        if event is None:
            self.stop(_("Another session has taken over this account."))
        else:
            self._items.put_nowait(event)

    def _tell(self, kind: EventKind, until: datetime | None = None) -> None:
        batch_id = self._batches[0] if len(self._batches) == 1 else 0
        self._items.put_nowait(Event(kind, self._now(), batch_id=batch_id, until=until))
