"""What happened while an operator was not looking: told in one screen at the next start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tuimail.domain.events import Summary
from tuimail.domain.mail import Batch


@dataclass(frozen=True, slots=True)
class AwaySend:
    """A send of which something became of messages meanwhile, or of which messages were left, and where it stands."""

    batch: Batch
    counts: Summary

    @property
    def interrupted(self) -> bool:
        """Whether messages of it are queued that nobody sends."""
        return self.counts.queued > 0


@dataclass(frozen=True, slots=True)
class Away:
    """What there is to tell. Sends that go on right now are not in it: they are shown as they go on."""

    since: datetime | None
    """When this operator last looked; None: never before."""
    sends: tuple[AwaySend, ...] = ()
    """Newest first."""
    uncertain: int = 0
    """All messages that wait for a decision, whenever they came to it."""

    @property
    def queued(self) -> int:
        """Messages that were left and that nobody sends."""
        return sum(send.counts.queued for send in self.sends)

    @property
    def worth_telling(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.sends)
