"""What a send is begun with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from tuimail.domain.account import Account, Owner
from tuimail.domain.billing import Attachment
from tuimail.domain.mail import Batch

Queued = TypeVar("Queued", bound=Batch | None, covariant=True)


class Outgoing(Protocol[Queued]):
    """Messages that are ready and stand in no outbox yet: they are queued once the server is there."""

    @property
    def account(self) -> Account:
        """From which they leave."""
        ...

    def queue(self, attachments: Sequence[tuple[int, Attachment]], owner: Owner, now: datetime) -> Queued:
        """Write them to the outbox; None if another send has taken all of them meanwhile.

        `attachments`: files that go along, each with the id of its document, or 0 for every message.
        """
        ...
