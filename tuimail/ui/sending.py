"""The sends of this process, one after the other.

The engine runs as a task of the event loop that outlives the interface.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tuimail.domain.account import Account
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.events import Summary
from tuimail.domain.i18n import _
from tuimail.domain.mail import Batch
from tuimail.domain.outgoing import Outgoing
from tuimail.store import batches
from tuimail.store.database import in_background, in_writer
from tuimail.ui.messages import Phase, Progress, SendingNews
from tuimail.ui.news import News

if TYPE_CHECKING:
    from tuimail.office import Office
    from tuimail.sending.engine import Engine

Spawn = Callable[[Coroutine[Any, Any, Any], str], "asyncio.Task[Any]"]
"""Starts work that outlives the interface."""


class Sending:
    """Everything this process sends. `tell` gets the news; `fail` what no operator should ever meet."""

    def __init__(
        self,
        office: Office,
        spawn: Spawn,
        tell: Callable[[SendingNews], object],
        fail: Callable[[Exception], object],
        now: Callable[[], datetime],
    ) -> None:
        self._office = office
        self._spawn = spawn
        self._news = News(tell, now)
        self._fail = fail
        self._now = now
        self._engine: Engine | None = None
        self._opening = asyncio.Lock()
        """Held until a send has begun: what goes on by itself and what a key asks for never begin two at once."""
        self._later: deque[tuple[Batch, int]] = deque()
        self.behind: set[int] = set()
        """Batches that were queued here and go on by themselves: once another session's send, or this one's from
        another account, has ended."""
        self._running: frozenset[int] = frozenset()

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self._news.progress

    @property
    def active(self) -> bool:
        """Whether messages may still leave."""
        return self.progress.active

    @property
    def batch_ids(self) -> frozenset[int]:
        """The batches that are being sent, or wait here for their turn."""
        later = {batch.id for batch, _messages in self._later}
        return frozenset(later | self._running)

    async def start(
        self,
        outgoing: Outgoing[Batch | None],
        attachments: Sequence[tuple[int, Attachment]] = (),
        queueing: Callable[[], object] = lambda: None,
    ) -> bool:
        """Queue what is ready (its PDFs made) and begin, or go on with it after what is being sent.

        False: it is queued, and goes on by itself later. Raises TuimailError, with nothing queued: the server is not
        there, another sender holds the account. May be cancelled until it calls `queueing`.
        """
        async with self._opening:
            if not self.active:
                opened = await self._open(outgoing.account)
                queueing()
                queued: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._spawn(self._send(opened, queued, outgoing, attachments), "sending")
                await asyncio.shield(queued)
                return True
        queueing()
        appended: bool = await asyncio.shield(self._spawn(self._append(outgoing, attachments), "queue"))
        return appended

    async def queue_behind(
        self, outgoing: Outgoing[Batch | None], attachments: Sequence[tuple[int, Attachment]] = ()
    ) -> int:
        """Queue what is ready behind the send of another session; how many messages that are.

        Raises TuimailError, with nothing queued.
        """
        queued: int = await asyncio.shield(self._spawn(self._behind(outgoing, attachments), "queue"))
        return queued

    async def resume(self, account: Account, label: str, batch_id: int = 0) -> bool:
        """Go on with everything that waits on the account, or with that batch. Raises TuimailError as `start` does.

        False: something is being sent meanwhile, and that goes on.
        """
        async with self._opening:
            if self.active:
                return False
            async with await self._open(account) as opening:
                found = await in_writer(batches.open_batches, account.id)
                ids = [batch_id] if batch_id else [batch.id for batch in found]
                summary = await in_writer(batches.summary, ids)
                opened = opening.pop_all()
            self.behind.difference_update(ids)
            self._news.begin(label, summary.queued + summary.deferred)
            self._spawn(self._go_on(opened, batch_id), "sending")
            return True

    async def take_along(self, batch: Batch) -> bool:
        """Send that batch, queued already, after what is being sent; False if nothing is, from its account: it goes on
        by itself later."""
        messages = await self._waiting(batch)
        ends = not self.active or self.progress.phase is Phase.STOPPING
        if ends or self._news.account is None or self._news.account.id != batch.account_id:
            self.behind.add(batch.id)
            return False
        self._later.append((batch, messages))
        self._news.change(more=self.progress.more + messages)
        return True

    async def pause(self) -> None:
        """Let nothing more leave; the message in flight ends."""
        if self._engine is not None and self.progress.phase is Phase.SENDING:
            self._news.change(phase=Phase.PAUSED)
            await self._engine.pause()

    async def unpause(self) -> None:
        """Go on."""
        if self._engine is not None and self.progress.phase is Phase.PAUSED:
            self._news.change(phase=Phase.SENDING)
            await self._engine.unpause()

    async def cancel(self) -> None:
        """Take back what has not left, later sends included."""
        if self._engine is None:
            return
        self._news.change(phase=Phase.CANCELLING)
        later = [batch for batch, _messages in self._later]
        self._later.clear()
        await self._engine.cancel()
        for batch in later:
            events = await in_writer(batches.cancel, batch.id, self._office.owner, self._now())
            self._news.add(events)

    def stop(self) -> None:
        """End after the message in flight; the rest stays queued."""
        if self._engine is not None:
            self._later.clear()
            self._news.change(phase=Phase.STOPPING, more=0)
            self._engine.stop()

    async def _open(self, account: Account) -> AsyncExitStack:
        engine = await in_background(self._office.engine, account)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(engine)
            self._engine, self._news.account = engine, account
            stack.callback(self._closed)
            return stack.pop_all()

    def _closed(self) -> None:
        self._engine = None

    async def _append(self, outgoing: Outgoing[Batch | None], attachments: Sequence[tuple[int, Attachment]]) -> bool:
        batch = await self._queue(outgoing, attachments)
        if await self.take_along(batch):
            return True
        # From here on it is in the outbox: what goes wrong now must not look as if it were not.
        with suppress(TuimailError):
            return await self.resume(outgoing.account, batch.label, batch.id)
        return False

    async def _behind(self, outgoing: Outgoing[Batch | None], attachments: Sequence[tuple[int, Attachment]]) -> int:
        batch = await self._queue(outgoing, attachments)
        self.behind.add(batch.id)
        return await self._waiting(batch)

    async def _queue(self, outgoing: Outgoing[Batch | None], attachments: Sequence[tuple[int, Attachment]]) -> Batch:
        """Write the batch to the outbox; raises BadInput if another send has taken all of it meanwhile."""
        batch = await self._office.queue(outgoing, attachments)
        if batch is None:
            raise BadInput(
                _("Nothing is left to send: another send has taken all of it meanwhile."),
                _("Look at the list: it shows where each invoice stands."),
            )
        return batch

    @staticmethod
    async def _waiting(batch: Batch) -> int:
        """How many messages of it wait; 0 where the store does not tell: it is queued all the same."""
        try:
            return (await in_writer(batches.summary, [batch.id])).queued
        except TuimailError:
            return 0

    async def _send(
        self,
        opened: AsyncExitStack,
        queued: asyncio.Future[None],
        outgoing: Outgoing[Batch | None],
        attachments: Sequence[tuple[int, Attachment]],
    ) -> None:
        async with opened:
            try:
                batch = await self._queue(outgoing, attachments)
            except Exception as error:  # noqa: BLE001
                queued.set_exception(error)
                return
            self._news.begin(batch.label, await self._waiting(batch))
            queued.set_result(None)
            summary = await self._run(batch.id)
        await self._next(summary)

    async def _go_on(self, opened: AsyncExitStack, batch_id: int) -> None:
        async with opened:
            summary = await self._run(batch_id)
        await self._next(summary)

    async def _next(self, summary: Summary) -> None:
        """Begin the next send that waits, or end with these counts."""
        account = self._news.account
        if not self._later or summary.detail or account is None:
            self._end(summary)
            return
        batch, messages = self._later.popleft()
        self._news.follow(batch.label, messages)
        try:
            opened = await self._open(account)
        except TuimailError as error:
            self._end(replace(await in_writer(batches.summary, [batch.id]), detail=str(error)))
            return
        async with opened:
            after = await self._run(batch.id)
        await self._next(_sum(summary, after))

    async def _mail_counts(self, batch_ids: Sequence[int]) -> None:
        """Mail what these came to to the operator who wants it; what became of that is a line of the log."""
        try:
            told = await self._office.mail_counts(batch_ids)
        except Exception as error:  # noqa: BLE001
            self._fail(error)
            return
        if told:
            self._news.say(told)

    async def _run(self, batch_id: int) -> Summary:
        """Send; whatever goes wrong is in the summary's sentence."""
        engine = self._engine
        summary = Summary()
        if engine is None:
            return summary
        found = [] if batch_id else await in_writer(batches.open_batches, engine.account.id)
        self._running = frozenset([batch_id] if batch_id else [batch.id for batch in found])
        try:
            async for item in engine.run(batch_id):
                if isinstance(item, Summary):
                    summary = item
                else:
                    self._news.note(item)
        except TuimailError as error:
            summary = Summary(detail=str(error))
        except Exception as error:  # noqa: BLE001
            self._fail(error)
            summary = Summary(detail=_("The sending has stopped: what had not left stays queued."))
        if self._running:
            self._spawn(self._mail_counts(sorted(self._running)), "counts")
        return summary

    def _end(self, summary: Summary) -> None:
        self._later.clear()
        self._news.end(summary)


def _sum(first: Summary, then: Summary) -> Summary:
    names = ("invoices", "sent", "failed", "uncertain", "deferred", "blocked", "cancelled", "queued")
    counts = {name: getattr(first, name) + getattr(then, name) for name in names}
    return Summary(**counts, detail=then.detail)
