"""Messages taken ahead: claimed, then composed on a thread of its own while the sender's waits for disk or server."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from tuimail.domain.errors import TuimailError
from tuimail.domain.mail import Delivery
from tuimail.sending.composer import Composer
from tuimail.sending.results import Message


class Stock:
    """What is between the outbox and the lanes, in the order in which it was taken.

    `stir` is called when something has become ready, `fail` with an error that is nobody's message's.
    """

    def __init__(self, composer: Composer, stir: Callable[[], None], fail: Callable[[BaseException], None]) -> None:
        self._composer = composer
        self._stir = stir
        self._fail = fail
        self._loop = asyncio.get_running_loop()
        self._helper = ThreadPoolExecutor(1, thread_name_prefix="tuimail-composer")
        self._claimed: deque[Delivery] = deque()
        self._composing = 0
        self._made: deque[Message | BaseException] = deque()
        """Filled by the helper."""
        self._ready: deque[Message] = deque()
        self.hungry = 0
        """Lanes that wait for a message."""

    def __len__(self) -> int:
        return len(self._claimed) + self._composing + len(self._ready)

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Take in what was claimed."""
        self._claimed.extend(deliveries)
        self.compose(0)

    def compose(self, ahead: int) -> None:
        """Have messages composed until there are so many more than lanes wait for."""
        while self._claimed and self._composing + len(self._ready) < self.hungry + ahead:
            self._composing += 1
            self._helper.submit(self._make, self._claimed.popleft())

    def take(self) -> Message | None:
        """The next message, if one is ready."""
        self._collect()
        return self._ready.popleft() if self._ready else None

    def put_first(self, message: Message) -> None:
        """Give a message back to the others."""
        self._ready.appendleft(message)

    async def recall(self) -> list[Delivery]:
        """Take all of it out again."""
        recalled = list(self._claimed)
        self._claimed.clear()
        while self._composing:
            await asyncio.sleep(0.001)
            self._collect()
        recalled[:0] = [message.delivery for message in self._ready]
        self._ready.clear()
        return recalled

    def close(self) -> None:
        """End the helper."""
        self._helper.shutdown(wait=False)

    def _make(self, delivery: Delivery) -> None:
        """Called on the helper's thread."""
        made: Message | BaseException
        try:
            made = Message(delivery, self._composer.compose(delivery))
        except TuimailError as error:
            made = Message(delivery, error)
        except BaseException as error:  # noqa: BLE001 - it ends the run
            made = error
        self._made.append(made)
        # A lane says that it is hungry before it looks for the last time.
        if self.hungry:
            self._loop.call_soon_threadsafe(self._collected)

    def _collected(self) -> None:
        self._collect()
        self._stir()

    def _collect(self) -> None:
        while self._made:
            made = self._made.popleft()
            self._composing -= 1
            if isinstance(made, Message):
                self._ready.append(made)
            else:
                self._fail(made)
