"""What `send` and `resume` share: an engine at work, the signals that end it, and whoever listens."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from tuimail.cli.followers import Follower, JsonFollower, Listener
from tuimail.cli.output import is_terminal, one_line, warn
from tuimail.config import process, secrets
from tuimail.domain.account import Account
from tuimail.domain.errors import AccountBusy, TuimailError
from tuimail.domain.events import EventKind, Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Batch, BatchState
from tuimail.office import Office
from tuimail.store import batches, ongoing, waiting
from tuimail.store.database import in_writer

if TYPE_CHECKING:
    from tuimail.sending.engine import Engine

P = ParamSpec("P")
T = TypeVar("T")

LOOK_SECONDS = 1.0
"""Between two looks at what another session does."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TOLD_BEFORE = (EventKind.BATCH_STARTED, EventKind.QUEUED, EventKind.BLOCKED)


class Interrupted(Exception):
    """A signal came while a server was being called: nothing was sent since."""


class Runs:
    """The sends of one command, one after the other; make it inside the event loop."""

    def __init__(self, office: Office, listener: Listener) -> None:
        self.office = office
        self.listener = listener
        self.stopped = asyncio.Event()
        self._engine: Engine | None = None
        self._muted = False

    @property
    def follower(self) -> Follower:
        """Whoever listens."""
        return self.listener.follower

    def tell(self, told: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call one of the follower's methods, unless there is nothing more to be told."""
        if not self._muted:
            self.listener.tell(told, *args, **kwargs)

    @asynccontextmanager
    async def connected(self, account: Account) -> AsyncIterator[Engine]:
        """An engine with the account and a connection. Raises AccountBusy, ServerError, NotSettled or Interrupted."""
        self.tell(self.follower.connects, account)
        async with AsyncExitStack() as stack:
            engine = await self._unless_stopped(stack.enter_async_context(self.office.engine(account)))
            self._engine = engine
            self._heed_signals()
            try:
                yield engine
            finally:
                self._engine = None

    async def send(self, account: Account, batch_id: int = 0) -> Summary:
        """Send a batch that is queued, or with 0 all that waits on the account; raises as `connected` does."""
        ids = [batch_id] if batch_id else [b.id for b in await in_writer(batches.open_batches, account.id)]
        left = await in_writer(batches.summary, ids)
        async with self.connected(account) as engine:
            return await self.work(engine, batch_id, left.queued + left.deferred)

    async def work(self, engine: Engine, batch_id: int, messages: int) -> Summary:
        """Have the engine send a batch, or with 0 all that waits; how it ended."""
        summary = Summary()
        self.tell(self.follower.begins, engine.account, messages)
        async for item in engine.run(batch_id):
            if isinstance(item, Summary):
                summary = item
            else:
                self.tell(self.follower.event, item)
        return summary

    async def send_behind(self, account: Account, after: int) -> None:
        """Go on with what others have queued meanwhile: the running batches with an id above `after`.

        Trouble is told and ends it: whoever queued the rest sees it wait. A program that reads has had its summary.
        """
        self._muted = isinstance(self.listener.follower, JsonFollower)
        while not self.stopped.is_set():
            batch = await in_writer(waiting.next_batch, account.id, datetime.now(UTC), after)
            if batch is None:
                return
            before = await in_writer(batches.summary, [batch.id])
            warn(
                ngettext(
                    "Going on with {n} message that {operator} has queued behind ({label}).",
                    "Going on with {n} messages that {operator} has queued behind ({label}).",
                    before.queued + before.deferred,
                ).format(operator=batch.operator, label=one_line(batch.label))
            )
            try:
                summary = await self.send(account, batch.id)
            except Interrupted:
                return
            except TuimailError as error:
                warn(str(error))
                return
            self.tell(self.follower.ends, summary)
            if summary.detail or summary == before:
                return

    async def send_in_turn(self, account: Account, batch: Batch, after: int) -> Summary:
        """Follow a batch that waits behind another session's send; send it here once nobody sends any more.

        `after`: the journal's last line before the batch was queued.
        """
        self._heed_signals()
        self.tell(self.follower.begins, account, (await in_writer(batches.summary, [batch.id])).queued)
        while not self.stopped.is_set():
            after = await self._follow(account, batch, after)
            if self.stopped.is_set() or not _is_open(await in_writer(batches.batch, batch.id)):
                break
            with suppress(AccountBusy, Interrupted):
                return await self.send(account, batch.id)
        summary = await in_writer(batches.summary, [batch.id])
        return (
            replace(summary, detail=_("Stopped: the rest stays queued (tuimail resume)."))
            if summary.queued
            else summary
        )

    async def _follow(self, account: Account, batch: Batch, after: int) -> int:
        from tuimail.sending.following import follow

        onlooker = asyncio.create_task(self._look_on(account, batch.id))
        try:
            async for event in follow(batch.id, process.is_alive, after=after, stop=self.stopped):
                after = event.id
                if event.event not in _TOLD_BEFORE:
                    self.tell(self.follower.event, event)
        finally:
            onlooker.cancel()
        return after

    async def _look_on(self, account: Account, batch_id: int) -> None:
        """Show who sends before us for as long as it is not our turn."""
        with suppress(TuimailError):
            while found := await in_writer(ongoing.ongoing, account, datetime.now(UTC), process.is_alive):
                if found.batch_id == batch_id:
                    return
                self.tell(self.follower.waits, found.sentence())
                await asyncio.sleep(LOOK_SECONDS)

    async def pause(self, seconds: float) -> None:
        """Let that time go by, or less if a signal ends the command."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), max(seconds, 0.0))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        """What it comes to; raises Interrupted if a signal comes first."""
        task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self.stopped.wait())
        try:
            await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Interrupted
            return task.result()
        finally:
            stopped.cancel()
            task.cancel()
            with suppress(asyncio.CancelledError, TuimailError):
                await task

    def _heed_signals(self) -> None:
        """Ctrl+C and a polite kill end the send after the message in flight; a closed terminal does not end it."""

        def stop() -> None:
            self.stopped.set()
            if self._engine is not None:
                self._engine.stop()
            warn(_("Stopping after the message in flight."))

        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, stop)
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            loop.add_signal_handler(signal.SIGHUP, lambda: None)


def ask_password(account: Account) -> None:
    """Somebody at a terminal is asked for a password that is not known."""
    if account.takes_password and is_terminal(sys.stdin) and secrets.password(account) is None:
        question = _("Password of {user} at {host}: ").format(user=account.user, host=account.host)
        if typed := getpass.getpass(question):
            secrets.remember(account, typed)


def finish(listener: Listener, summary: Summary, complete: bool) -> int:
    """Tell how it ended; the exit status."""
    listener.tell(listener.follower.ends, summary)
    if summary.detail:
        warn(summary.detail)
    if listener.lost is not None:
        raise listener.lost
    return 0 if complete else 1


def _is_open(batch: Batch) -> bool:
    return batch.state in (BatchState.RUNNING, BatchState.PAUSED)
