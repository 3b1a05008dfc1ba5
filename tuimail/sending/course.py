"""What steers a sender, and what it tells: shared by the engine, the sender on its thread and its lanes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from tuimail.domain.events import Event, EventKind


class Course:
    """Whether to go on, and where what happens is told. All but `stopped` belongs to the sender's loop."""

    def __init__(self, now: Callable[[], datetime], outlet: Callable[[Event], object]) -> None:
        self.now = now
        self._outlet = outlet
        self.batches: list[int] = []
        """What the present run is about."""
        self.stopped = ""
        """Why nothing more is begun, in a sentence; empty while it goes on."""
        self.delivering = 0
        """Messages on their way to the server, for who looks on from another thread."""
        self._woken = asyncio.Event()
        self._stirred = asyncio.Event()

    def put(self, *events: Event) -> None:
        """Tell these."""
        for event in events:
            self._outlet(event)

    def tell(self, kind: EventKind, *, seconds: float = 0.0, detail: str = "") -> None:
        """Tell what does not stand in the journal; `seconds`: how long it will last."""
        now = self.now()
        until = now + timedelta(seconds=seconds) if seconds else None
        batch_id = self.batches[0] if len(self.batches) == 1 else 0
        self.put(Event(kind, now, batch_id=batch_id, until=until, detail=detail))

    def stop(self, why: str) -> None:
        """Begin nothing more. The first reason given is the one that is told."""
        self.stopped = self.stopped or why
        self.wake()

    def wake(self) -> None:
        """End every sleep: something was changed from outside."""
        self._woken.set()
        self.stir()

    def stir(self) -> None:
        """Let whoever waits for messages, or for room for them, look again."""
        self._stirred.set()

    async def stirring(self) -> None:
        """Until `stir` or `wake` is called."""
        self._stirred.clear()
        await self._stirred.wait()

    async def sleep(self, seconds: float) -> None:
        """Sleep, unless `wake` is called or there is nothing more to sleep for."""
        self._woken.clear()
        if self.stopped:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), max(seconds, 0.0))
