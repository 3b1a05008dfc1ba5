"""What the sending, and whatever else runs beside the screens, tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from textual.message import Message

from tuimail.domain.events import Event, Summary


class Phase(StrEnum):
    """What the sending is doing."""

    IDLE = "idle"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    """What has not left is being taken back."""
    STOPPING = "stopping"
    """The message in flight ends; the rest stays queued."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the sending stands. Messages, not invoices."""

    phase: Phase = Phase.IDLE
    label: str = ""
    """What is being sent, for people."""
    messages: int = 0
    """How many there are to send."""
    done: int = 0
    """How many of them are settled: sent, refused, uncertain, put off or taken back."""
    ends_at: datetime | None = None
    """When it will be over at the account's pace; None while nobody can say."""
    waits_until: datetime | None = None
    """Until when nothing leaves, where that is longer than the account's usual pace: a quota, a server that is busy."""
    more: int = 0
    """Messages of later sends that wait for the end of this one."""

    @property
    def active(self) -> bool:
        """Whether messages may still leave."""
        return self.phase not in (Phase.IDLE, Phase.ENDED)

    @property
    def left(self) -> int:
        """How many messages have not been settled, later sends included."""
        return max(0, self.messages - self.done) + self.more


class SendingNews(Message):
    """The sending has gone on: at most four of these a second, however fast it is."""

    bubble = False

    def __init__(self, progress: Progress, events: tuple[Event, ...] = (), summary: Summary | None = None) -> None:
        super().__init__()
        self.progress = progress
        self.events = events
        """What happened since the last news, oldest first."""
        self.summary = summary
        """The counts, once it has ended."""


class JournalGrew(Message):
    """Lines were written to the journal, by this process or another one: what is shown may be out of date."""

    bubble = False

    def __init__(self, after: int, document_ids: frozenset[int], reload: bool) -> None:
        super().__init__()
        self.after = after
        """Id of the last line that was known before."""
        self.document_ids = document_ids
        """Documents whose state may have changed."""
        self.reload = reload
        """Whether invoices may have come or gone: an import, or more lines than are worth looking at."""
