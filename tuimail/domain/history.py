"""What was sent of a document or to a resident, and the message as it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, Wording


@dataclass(frozen=True, slots=True)
class Sending:
    """One message to one address, with who asked for it and when."""

    delivery: Delivery
    operator: str
    host: str
    asked_at: datetime
    label: str
    """What the send was about, for people."""
    queue_id: str = ""
    """The server's own name for it."""


class Sameness(StrEnum):
    """Whether a message that was composed again is the one that left."""

    SAME = "same"
    DIFFERENT = "different"
    NEVER_LEFT = "never-left"

    @property
    def sentence(self) -> str:
        """For people."""
        return {
            Sameness.SAME: _("These are the bytes that left: their SHA-256 is the one that was kept."),
            Sameness.DIFFERENT: _(
                "Beware: composed again, the message is not byte for byte the one that left; its SHA-256 differs."
            ),
            Sameness.NEVER_LEFT: _("It never left: this is what it would say."),
        }[self]


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message composed again from what was frozen when it was queued, the kept PDF and the kept attachments."""

    sending: Sending
    wording: Wording
    content: bytes
    sameness: Sameness
    sha256: str
    """Of `content`."""
