"""The ways in which a single invoice leaves: sent and proven by the program itself, or handed to another program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _


class Method(StrEnum):
    """How an invoice leaves. Only the first one can prove that it was sent."""

    SMTP = "smtp"
    EML = "eml"
    """A draft beside the mail program, which opens it and sends it."""
    SENDMAIL = "sendmail"
    """The machine's own mail system."""
    XDG_EMAIL = "xdg-email"
    """The desktop's mail program, with the message in its composer."""

    @property
    def label(self) -> str:
        """For people."""
        return {
            Method.SMTP: _("the mail account of tuimail"),
            Method.EML: _("a draft (.eml file)"),
            Method.SENDMAIL: _("the sendmail command of this machine"),
            Method.XDG_EMAIL: _("the mail program of the desktop"),
        }[self]

    @property
    def event(self) -> EventKind:
        """What the journal calls it, where the program does not send itself."""
        return {
            Method.EML: EventKind.DRAFT_WRITTEN,
            Method.SENDMAIL: EventKind.HANDED_OVER,
            Method.XDG_EMAIL: EventKind.HANDED_OVER,
        }[self]


@dataclass(frozen=True, slots=True)
class Handed:
    """One message that was handed over, or could not be. It never counts as sent."""

    address: str
    message_id: str
    sentence: str
    """What exactly was done, or why it was not."""
    done: bool = True
