"""The engine: takes deliveries from the outbox, has the server accept them, and tells what happened.

A message is claimed, written to the server but for its closing dot, committed as in flight, ended with the dot, and
settled by what the server answers. Whatever cuts the engine before the commit is safe to try again; whatever cuts it
after leaves the message uncertain, never sent twice.

It works on a thread with a loop of its own: whoever holds it is not held up by the disk, nor it by whoever holds it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import Any, TypeVar

from tuimail.domain.account import Account, Owner
from tuimail.domain.errors import TuimailError
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.sending.composer import Files
from tuimail.sending.course import Course
from tuimail.sending.credentials import Credentials
from tuimail.sending.ledger import PATIENCE
from tuimail.sending.link import RFC_TIMEOUTS, Timeouts
from tuimail.sending.sender import RECONNECT, Sender, Terms
from tuimail.store.database import own_connection

T = TypeVar("T")

BUSY_SECONDS = 2.0
"""How long the loop of the sender may stand still for another program's lock, before it is told and tried again."""
RING_SECONDS = 0.01
"""How long an event may wait for others before whoever listens is woken: waking costs both threads."""
QUIET_SECONDS = 10.0
"""Whoever listens is told what is waited for when nothing happens for so long."""


class Engine:
    """One sender for one account. As a context manager it holds the account's lease and a connection.

    Entering raises AccountBusy or ServerError; nothing is queued before both are there.
    """

    course = Course

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
        self._terms = Terms(account, credentials, owner, files, is_alive, now, timeouts, reconnect, patience)
        self._items: asyncio.Queue[Event | None] = asyncio.Queue()
        self._arrived: deque[Event] = deque()
        self._rung = False
        self._heard = 0.0
        self._thread: Thread | None = None
        # Made on the sender's thread.
        self._sender: Sender
        self._course: Course
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event

    async def __aenter__(self) -> Engine:
        self._home = asyncio.get_running_loop()
        ready: asyncio.Future[None] = self._home.create_future()
        self._thread = Thread(target=self._live, args=(ready,), name="tuimail-sender", daemon=True)
        self._thread.start()
        try:
            await ready
            await self._there(self._sender.open())
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        try:
            await self._there(self._sender.close(error))
        finally:
            await self._leave()

    async def run(self, batch_id: int = 0) -> AsyncIterator[Event | Summary]:
        """Send a batch, or with 0 everything that waits on the account; the Summary is the last item.

        Whoever stops listening stops the sender: the message in flight ends, the rest stays queued. Raises StoreError
        where nothing can be written down any more: what was in flight then is uncertain for whoever goes on.
        """
        working = self._there(self._sender.work(batch_id))
        working.add_done_callback(self._worked)
        watch = asyncio.create_task(self._watch())
        try:
            while (event := await self._items.get()) is not None:
                yield event
            yield await working
        finally:
            watch.cancel()
            if not working.done():
                self.stop()
                await asyncio.wait([working])

    def stop(self, why: str = "") -> None:
        """End after the message in flight; the rest stays queued. Safe in a signal handler of the event loop."""
        # Without a loop, or with one that has ended, there is nothing left to stop.
        with contextlib.suppress(AttributeError, RuntimeError):
            stop = why or _("Stopped: the rest stays queued (tuimail resume).")
            self._loop.call_soon_threadsafe(self._course.stop, stop)

    async def pause(self) -> None:
        """Let nothing more leave until `unpause`; the message in flight ends."""
        await self._there(self._sender.pause())

    async def unpause(self) -> None:
        """Go on."""
        await self._there(self._sender.unpause())

    async def cancel(self) -> None:
        """Take back what has not left."""
        await self._there(self._sender.cancel())

    # The sender's thread, and the way there and back.

    def _live(self, ready: asyncio.Future[None]) -> None:
        try:
            with own_connection(BUSY_SECONDS):
                asyncio.run(self._serve(ready))
        except TuimailError as error:
            self._home.call_soon_threadsafe(_settle, ready, error)

    async def _serve(self, ready: asyncio.Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self._course = self.course(self._terms.now, self._hand_over)
        self._sender = Sender(self._terms, self._course)
        self._home.call_soon_threadsafe(_settle, ready, None)
        # Else nobody waits for this thread any more.
        if self._thread is not None:
            await self._end.wait()

    def _there(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _leave(self) -> None:
        if self._thread is not None:
            thread, self._thread = self._thread, None
            with contextlib.suppress(AttributeError, RuntimeError):
                self._loop.call_soon_threadsafe(self._end.set)
            await self._home.run_in_executor(None, thread.join)

    def _hand_over(self, event: Event) -> None:
        """Called on the sender's thread. Events that follow each other closely share one ring."""
        self._arrived.append(event)
        if not self._rung:
            self._rung = True
            self._loop.call_later(RING_SECONDS, self._home.call_soon_threadsafe, self._take_over)

    def _worked(self, _done: object) -> None:
        self._take_over()
        self._items.put_nowait(None)

    def _take_over(self) -> None:
        self._rung = False
        self._heard = self._home.time()
        while self._arrived:
            self._items.put_nowait(self._arrived.popleft())

    async def _watch(self) -> None:
        """Say what is waited for when nothing happens for long: once, until something does."""
        self._heard = self._home.time()
        told = 0.0
        while True:
            await asyncio.sleep(max(self._heard + QUIET_SECONDS - self._home.time(), QUIET_SECONDS / 10))
            if self._home.time() - self._heard < QUIET_SECONDS or told == self._heard:
                continue
            if sentence := self._waits_for():
                told = self._heard
                self._items.put_nowait(Event(EventKind.WAITING, self._terms.now(), detail=sentence))

    def _waits_for(self) -> str:
        seconds = int(QUIET_SECONDS)
        if self._sender.ledger.busy:
            return ngettext(
                "The disk has been busy for {n} second: waiting for it.",
                "The disk has been busy for {n} seconds: waiting for it.",
                seconds,
            )
        if self._course.delivering:
            return ngettext(
                "{host} has been silent for {n} second: waiting for its answer.",
                "{host} has been silent for {n} seconds: waiting for its answer.",
                seconds,
            ).format(host=self.account.host)
        return ""


def _settle(ready: asyncio.Future[None], error: TuimailError | None) -> None:
    """Unless whoever waited has gone meanwhile."""
    if ready.done():
        return
    if error is None:
        ready.set_result(None)
    else:
        ready.set_exception(error)
