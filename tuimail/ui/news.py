"""What a send tells the screens: gathered, and passed on four times a second at most, so that no speed of it can flood
them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tuimail.domain.account import Account
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.pacing import forecast
from tuimail.domain.people import Role
from tuimail.ui.messages import Phase, Progress, SendingNews

NEWS_SECONDS = 0.25
"""The least time between two news."""
LONG_WAIT = timedelta(seconds=30)
"""A wait beyond this is told in place of the end, which it moves."""

_SETTLED = frozenset(
    (EventKind.SENT, EventKind.FAILED, EventKind.DEFERRED, EventKind.UNCERTAIN, EventKind.CANCELLED),
)


class News:
    """How far the sends of this process are; `tell` gets it."""

    def __init__(self, tell: Callable[[SendingNews], object], now: Callable[[], datetime]) -> None:
        self._tell = tell
        self._now = now
        self._events: list[Event] = []
        self._due: asyncio.TimerHandle | None = None
        self._settled: set[int] = set()
        self._began: datetime | None = None
        self.account: Account | None = None
        """From which is sent."""
        self.progress = Progress()

    def begin(self, label: str, messages: int) -> None:
        """A send of so many messages has begun."""
        self._settled.clear()
        self._began = self._now()
        self.change(phase=Phase.SENDING, label=label, messages=messages, done=0, more=0)

    def follow(self, label: str, messages: int) -> None:
        """The next of those that were to follow begins."""
        progress = self.progress
        self.change(
            label=label, messages=progress.messages + messages, more=progress.more - messages, phase=Phase.SENDING
        )

    def end(self, summary: Summary) -> None:
        """Nothing more leaves."""
        self.progress = replace(self.progress, phase=Phase.ENDED, ends_at=None, more=0)
        self._pass_on(summary)

    def note(self, event: Event) -> None:
        """Something has happened."""
        self._events.append(event)
        if event.event is EventKind.REQUEUED:
            self._settled.discard(event.delivery_id)
        elif event.event in _SETTLED and event.role != Role.COPY:
            self._settled.add(event.delivery_id)
        phase = self.progress.phase
        if event.event is EventKind.BATCH_PAUSED and phase is Phase.SENDING:
            phase = Phase.PAUSED
        elif event.event is EventKind.BATCH_RESUMED and phase is Phase.PAUSED:
            phase = Phase.SENDING
        waits = self.progress.waits_until
        if event.event in _SETTLED:
            waits = None
        elif event.event is EventKind.WAITING:
            waits = event.until if event.until and event.until > self._now() + LONG_WAIT else waits
        done = min(len(self._settled), self.progress.messages)
        self.progress = replace(self.progress, phase=phase, done=done, waits_until=waits)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(NEWS_SECONDS, self._pass_on)

    def add(self, events: Iterable[Event]) -> None:
        """What is told with the next news and counts for nothing else."""
        self._events += events

    def say(self, sentence: str) -> None:
        """A line of the log, at once."""
        self._tell(SendingNews(self.progress, (Event(EventKind.WAITING, self._now(), detail=sentence),)))

    def change(self, **changes: Any) -> None:
        """The progress has changed."""
        self.progress = replace(self.progress, **changes)
        self._pass_on()

    def _pass_on(self, summary: Summary | None = None) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self.progress.active:
            self.progress = replace(self.progress, ends_at=self._forecast())
        events, self._events = tuple(self._events), []
        self._tell(SendingNews(self.progress, events, summary))

    def _forecast(self) -> datetime | None:
        progress, account = self.progress, self.account
        if account is None or progress.phase is not Phase.SENDING:
            return None
        now = self._now()
        each = 0.3
        if progress.done and self._began is not None and not account.gap:
            each = (now - self._began).total_seconds() / progress.done
        return now + timedelta(seconds=forecast(account, progress.left, progress.done, each))
