"""The send of another session, followed on this one's screen as if it were its own: bar, forecast, log."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING

from tuimail.config import process
from tuimail.domain.events import Event
from tuimail.domain.ongoing import Ongoing
from tuimail.store import batches, journal
from tuimail.store.database import in_writer
from tuimail.ui.messages import Phase, Progress, SendingNews

if TYPE_CHECKING:
    from textual.worker import Worker

LOOK_SECONDS = 0.5
"""Between two looks at what the other session wrote down."""
Spawn = Callable[[Callable[[], Coroutine[None, None, None]]], "Worker[None]"]
_LATEST = 20
"""Lines of the log from before this session looked."""


class Attached:
    """Follows one batch at a time. `spawn` starts work that ends with the interface; `tell` gets the news."""

    def __init__(self, spawn: Spawn, tell: Callable[[SendingNews], object]) -> None:
        self._spawn, self._tell = spawn, tell
        self.other: Ongoing | None = None
        """Who sends, as it was when last looked at; None if nobody else does."""
        self.progress = Progress()
        self._batch_id = 0
        self._worker: Worker[None] | None = None

    @property
    def active(self) -> bool:
        """Whether another session's send is on the screen and goes on."""
        return self.progress.active

    def look(self, other: Ongoing | None) -> None:
        """Take notice of how far it is now; None: nobody else sends."""
        self.other = other
        if other is not None and other.batch_id:
            self.progress = _progress(other)
            if other.batch_id != self._batch_id:
                self._begin(other.batch_id)
            self._tell(SendingNews(self.progress))

    def _begin(self, batch_id: int) -> None:
        if self._worker is not None:
            self._worker.cancel()
        self._batch_id = batch_id
        self._worker = self._spawn(partial(self._follow, batch_id))

    async def _follow(self, batch_id: int) -> None:
        from tuimail.sending.following import follow

        before = await in_writer(_before, batch_id)
        self._tell(SendingNews(self.progress, tuple(before)))
        after = before[-1].id if before else 0
        async for event in follow(batch_id, process.is_alive, after=after, seconds=LOOK_SECONDS):
            self._tell(SendingNews(self.progress, (event,)))
        summary = await in_writer(batches.summary, [batch_id])
        self.progress = Progress(Phase.ENDED, self.progress.label, self.progress.messages, self.progress.messages)
        self.other, self._batch_id, self._worker = None, 0, None
        self._tell(SendingNews(self.progress, (), summary))


def _before(batch_id: int) -> list[Event]:
    return list(journal.events(batch_id=batch_id, last=_LATEST))


def _progress(other: Ongoing) -> Progress:
    return Progress(
        phase=Phase.PAUSED if other.paused else Phase.SENDING,
        label=other.label,
        messages=other.total,
        done=other.done,
        ends_at=other.ends_at,
        more=other.behind,
    )
