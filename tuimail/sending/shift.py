"""One run of a sender: messages are taken ahead, leave by one lane or several, and what the answers ask for is done."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tuimail.domain.account import Account, Lease
from tuimail.domain.errors import NotSettled, ServerError, StoreError
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, DeliveryState, Wait
from tuimail.domain.periods import format_moment
from tuimail.sending.composer import Composer
from tuimail.sending.connection import ConnectionFailed
from tuimail.sending.course import Course
from tuimail.sending.lane import Lane
from tuimail.sending.ledger import Ledger
from tuimail.sending.results import Message, Result
from tuimail.sending.stock import Stock
from tuimail.store import accounts, outbox

LONGEST_WAIT = 20 * 60.0
"""Seconds. A wait beyond this (a quota, as a rule) ends the run: the rest stays queued for `resume`."""
AHEAD = 8
"""Messages that are taken at once where nothing paces them."""
MOST_COMPLAINTS = 5
"""Complaints in a row after which the server is left alone."""


def taken_over() -> str:
    """Why a sender that lost its lease stops."""
    return _("Another session has taken over this account.")


@dataclass(eq=False)
class Shift:
    """Sends what waits, until nothing is left or it is stopped.

    `idle` is asked when nothing is due; False: there is nothing to stay for. `pause` pauses the batches.
    """

    account: Account
    lease: Lease
    ledger: Ledger
    composer: Composer
    course: Course
    lanes: Sequence[Lane]
    reconnect: Sequence[float]
    """Seconds before each new connection after one failed; after the last the rest stays queued."""
    idle: Callable[[], Awaitable[bool]]
    pause: Callable[[], Awaitable[None]]

    def __post_init__(self) -> None:
        self._stock = Stock(self.composer, self.course.stir, self._fail)
        self._under_way = 0
        """Deliveries taken and neither settled nor given back."""
        self._running_out = False
        """Nothing is left to be taken, unless something comes back."""
        self._returns = 0
        """How often something was settled or given back."""
        self._working = 0
        """Lanes that have not ended."""
        self._settling: set[asyncio.Future[Event | None]] = set()
        self._failure: BaseException | None = None
        self._over = False
        self._lost = 0
        """Connections in a row on which nothing got an answer."""
        self._complaints = 0
        self._paced = self.account.paced
        """Messages leave one at a time, each settled before the next is taken."""

    async def work(self, batch_id: int) -> None:
        """Send one batch, or with 0 all that waits on the account. Raises StoreError."""
        if (await self.ledger.add(partial(accounts.pacing, self.account.id))).slow_gap:
            self._paced = True
        lanes = self.lanes[:1] if self._paced else self.lanes
        self.ledger.crowded = len(lanes) > 1
        self.ledger.meanwhile = self._meanwhile
        self._working = len(lanes)
        tasks = [asyncio.create_task(self._take(batch_id))]
        tasks += [asyncio.create_task(self._serve(lane)) for lane in lanes]
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for error in filter(None, (task.exception() for task in done)):
            self._fail(error)
        await asyncio.wait(tasks)
        if self._settling:
            await asyncio.wait(self._settling)
        # A store that fails here failed before.
        with contextlib.suppress(*((StoreError,) if self._failure else ())):
            await self.give_back()
        self._stock.close()
        if self._failure is not None:
            raise self._failure

    def _fail(self, error: BaseException) -> None:
        """End the run: it cannot write down what it does."""
        self._failure = self._failure or error
        self.course.stop(str(error) or repr(error))

    async def give_back(self) -> None:
        """Give back what was taken ahead; of a batch that was cancelled, it is cancelled."""
        if given := await self._stock.recall():
            await self._put_back(given)

    # Taking.

    async def _take(self, batch_id: int) -> None:
        """Keep messages ready for the lanes until nothing is left that may leave."""
        while await self._room():
            now, returns = self.course.now(), self._returns
            taken = await self.ledger.add(partial(self._claim, batch_id, now), linger=len(self._stock) > 0)
            if isinstance(taken, list):
                self._under_way += len(taken)
                self._stock.add(taken)
            elif isinstance(taken, Wait):
                # Counted from the same reading of the clock: it may be set back at any time.
                await self._wait((taken.until - now).total_seconds())
            elif self._under_way or returns != self._returns:
                # What is under way may come back, and what came back since was not seen.
                if returns == self._returns and not self.course.stopped:
                    self._running_out = True
                    await self.course.stirring()
                    self._running_out = False
            elif not await self.idle():
                break
        self._over = True
        self.course.stir()

    def _claim(self, batch_id: int, now: datetime) -> list[Delivery] | Wait | None:
        found: list[Delivery] | Wait | None = None
        if not self._paced:
            found = outbox.claim_ahead(self.lease, self.account, now, batch_id, AHEAD)
        if not found:
            taken = outbox.claim(self.lease, self.account, now, batch_id)
            found = [taken] if isinstance(taken, Delivery) else taken
        if isinstance(found, list):
            for learnt in {delivery.batch_id for delivery in found if not self.composer.knows(delivery.batch_id)}:
                self.composer.learn(learnt)
        return found

    async def _room(self) -> bool:
        """Wait until another message is wanted. False: none will be."""
        while not self.course.stopped:
            if len(self._stock) < self._stock.hungry + self._ahead:
                return True
            await self.course.stirring()
        return False

    def _stir_taking(self) -> None:
        """Something was taken or has come back: it is of no interest as long as there is enough."""
        if self._running_out or len(self._stock) < self._stock.hungry + self._ahead:
            self.course.stir()

    @property
    def _ahead(self) -> int:
        """Messages composed before a lane asks for them."""
        return 0 if self._paced else self._working + 1

    def _meanwhile(self) -> None:
        """While the disk is at work."""
        self._stock.compose(self._ahead)

    async def _wait(self, seconds: float) -> None:
        if seconds > LONGEST_WAIT:
            until = self.course.now() + timedelta(seconds=seconds)
            sentence = _("The server takes nothing before {time}: the rest stays queued (tuimail resume).")
            self.course.stop(sentence.format(time=format_moment(until)))
            return
        if seconds > self.account.gap + 0.5:
            self.course.tell(EventKind.WAITING, seconds=seconds)
        await self.course.sleep(seconds)

    # Sending.

    async def _serve(self, lane: Lane) -> None:
        """Send one message after another by this lane."""
        try:
            while (message := await self._next()) is not None:
                if not await self._connected(lane):
                    self._stock.put_first(message)
                    break
                if not await self._one(lane, message):
                    break
        finally:
            self._working -= 1
            self.course.stir()

    async def _next(self) -> Message | None:
        """The next message; None if this lane shall end."""
        self._stock.hungry += 1
        if len(self._stock) < self._stock.hungry:
            self.course.stir()
        try:
            while not self.course.stopped and not (self._paced and self._working > 1):
                self._stock.compose(0)
                if message := self._stock.take():
                    return message
                if self._over:
                    break
                await self.course.stirring()
        finally:
            self._stock.hungry -= 1
            self._stir_taking()
        return None

    async def _connected(self, lane: Lane) -> bool:
        while not lane.connected:
            if self.course.stopped:
                return False
            self.course.tell(EventKind.CONNECTING)
            try:
                await lane.connect()
            except ConnectionFailed as error:
                if not await self._go_on_after(lane, error.sentence):
                    return False
            except (ServerError, NotSettled) as error:
                if self._working == 1:
                    await self.pause()
                    self.course.stop(str(error))
                return False
        return True

    async def _one(self, lane: Lane, message: Message) -> bool:
        """One try of one message, and what follows from it. False: this lane ends."""
        self.course.delivering += 1
        try:
            result = await lane.deliver(message)
        finally:
            self.course.delivering -= 1
        if result is None:
            await self._put_back([message.delivery])
            return True
        if lane.proven:
            self._lost = 0
        settled = self._settle(result)
        if result.outcome.state is DeliveryState.SENT and not self._paced:
            return True
        await settled
        if result.slow_down or result.not_before:
            await self._slow_down()
        elif lane.proven:
            self._complaints = 0
        if result.pause:
            await self.pause()
        if result.stop:
            self.course.stop(result.stop)
        return not result.lost or await self._go_on_after(lane, result.lost)

    def _settle(self, result: Result) -> asyncio.Future[Event | None]:
        write = partial(
            outbox.settle,
            self.lease,
            self.account,
            result.delivery,
            result.outcome,
            self.course.now(),
            slow_down=result.slow_down,
            not_before=result.not_before,
        )
        # With a message ready its barrier comes in a moment, and may share the trip to the disk.
        lingers = result.outcome.state is DeliveryState.SENT and len(self._stock) > 0 and not self._paced
        settled = self.ledger.add(write, linger=lingers)
        self._settling.add(settled)
        if settled.done():
            self._settled(settled)
        else:
            settled.add_done_callback(self._settled)
        return settled

    def _settled(self, settled: asyncio.Future[Event | None]) -> None:
        self._settling.discard(settled)
        self._under_way -= 1
        self._returns += 1
        if settled.cancelled():
            return
        if (error := settled.exception()) is not None:
            self._fail(error)
        elif (event := settled.result()) is None:
            self.course.stop(taken_over())
        else:
            self.course.put(event)
        self._stir_taking()

    async def _put_back(self, deliveries: Sequence[Delivery]) -> None:
        events = await self.ledger.add(partial(outbox.put_back, self.lease, deliveries, self.course.now()))
        self._under_way -= len(deliveries)
        self._returns += 1
        if events is None:
            self.course.stop(taken_over())
        else:
            self.course.put(*events)
        self.course.stir()

    # Troubles.

    async def _slow_down(self) -> None:
        """The account goes on by one lane, at the pace that the outbox has set."""
        self._paced = True
        await self.give_back()
        self._complaints += 1
        if self._complaints > MOST_COMPLAINTS:
            sentence = _("{host} keeps asking for a slower pace: the rest stays queued (tuimail resume).")
            self.course.stop(sentence.format(host=self.account.host))

    async def _go_on_after(self, lane: Lane, lost: str) -> bool:
        """Rest after a connection was lost, for longer each time. False: this lane ends."""
        if self._working > 1:
            # The others go on: a connection more than the server wants is not missed.
            if not lane.proven:
                return False
        else:
            self._lost += 1
            if self._lost > len(self.reconnect):
                self.course.stop(_("{reason} The rest stays queued (tuimail resume).").format(reason=lost))
                return False
        seconds = self.reconnect[max(self._lost - 1, 0)]
        self.course.tell(EventKind.CONNECTING, detail=lost)
        self.course.tell(EventKind.WAITING, seconds=seconds)
        await self.course.sleep(seconds)
        return True
