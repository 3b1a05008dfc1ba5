"""What comes back about a message after the server took it: bounces (RFC 3464) and read receipts (RFC 8098)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuimail.domain.i18n import pgettext


class ReturnKind(StrEnum):
    """What a report says of one address."""

    BOUNCED = "bounced"
    """The message did not reach it, for good."""
    DELAYED = "delayed"
    """A server on the way goes on trying."""
    DELIVERED = "delivered"
    """A server further on has it; whether anybody reads it is not said."""
    READ = "read"
    """It was shown to somebody."""
    UNREAD = "unread"
    """It was deleted, or handled by a program, without being shown."""

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return {
            ReturnKind.BOUNCED: pgettext("return", "came back"),
            ReturnKind.DELAYED: pgettext("return", "delayed"),
            ReturnKind.DELIVERED: pgettext("return", "delivered"),
            ReturnKind.READ: pgettext("return", "read"),
            ReturnKind.UNREAD: pgettext("return", "deleted unread"),
        }[self]


@dataclass(frozen=True, slots=True)
class Report:
    """What one message of the mailbox says of one address. Nothing in it is believed before it is matched."""

    kind: ReturnKind
    message_id: str
    """Of the message it is about, with its brackets; empty if it does not say."""
    envid: str
    """The envelope's id that was given along; empty if it does not say."""
    address: str
    """Whom it is about, as the report has it."""
    code: str = ""
    """The enhanced status code, such as 5.1.1."""
    why: str = ""
    """The words of the server that gave up, on one line."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A report as it lies in the mailbox."""

    uid: int
    key: str
    """Tells it from all others, also when it is met again under another number."""
    at: datetime
    sender: str
    subject: str
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """A report on one address as it is kept. Without `delivery_id` it could not be matched with any message."""

    id: int
    kind: ReturnKind
    at: datetime
    address: str
    """Where our message went; of an unmatched one, what the report says."""
    code: str
    why: str
    sender: str
    subject: str
    delivery_id: int = 0
    document_id: int = 0
    number: str = ""
    resident: str = ""
    message_id: str = ""

    @property
    def matched(self) -> bool:
        """Whether it is known which message it is about."""
        return bool(self.delivery_id)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one look into a mailbox brought."""

    looked_at: int = 0
    """Messages that were new in the folder, reports or not."""
    returns: tuple[Return, ...] = ()
    """What was not known before."""
    moved: int = 0

    def __add__(self, other: Harvest) -> Harvest:
        """Both together."""
        return Harvest(self.looked_at + other.looked_at, self.returns + other.returns, self.moved + other.moved)

    def count(self, kind: ReturnKind) -> int:
        """Those of that kind that were matched."""
        return sum(1 for found in self.returns if found.kind is kind and found.matched)

    @property
    def unmatched(self) -> int:
        """Those that belong to no message of ours."""
        return sum(1 for found in self.returns if not found.matched)


def envid_of(message_id: str) -> str:
    """What is given to servers as the envelope's id (RFC 3461): nobody who has not seen the message can guess it."""
    return message_id.strip("<>").partition("@")[0][:100]
