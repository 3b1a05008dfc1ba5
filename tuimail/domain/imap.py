"""The account by which an association's own mail is read, checked before it is kept, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.changes import differences, sentence
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.settings import checked_host
from tuimail.domain.text import clean, has_control

IMAP_PORT = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


@dataclass(frozen=True, slots=True)
class SentFolder:
    """A Sent folder that was opened."""

    name: str
    messages: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look into the Sent folder told of one message. That it is not there proves nothing."""

    message_id: str
    folder: str
    found: bool
    at: datetime | None = None
    """When the server put it there; None if it was not found, or the server does not tell."""


class Filing(StrEnum):
    """What became of a message that was to be put into the Sent folder."""

    FILED = "filed"
    """It was put there."""
    THERE = "there"
    """It was there already."""
    CHANGED = "changed"
    """It cannot be composed again as it went, and so never is put there."""


@dataclass(frozen=True, slots=True)
class Filed:
    """How many messages were put into the Sent folder, were there already, cannot be had as they went, and wait."""

    filed: int = 0
    there: int = 0
    changed: int = 0
    waiting: int = 0
    """Their PDF is not at hand now: the next run tries again."""

    @classmethod
    def of(cls, filing: Filing | None) -> Filed:
        """Of one message; None: it waits."""
        return cls(**{str(filing) if filing else "waiting": 1})

    def __add__(self, other: Filed) -> Filed:
        """Both together."""
        return Filed(
            self.filed + other.filed,
            self.there + other.there,
            self.changed + other.changed,
            self.waiting + other.waiting,
        )

    @property
    def done(self) -> int:
        """All that were looked at."""
        return self.filed + self.there + self.changed + self.waiting


def keeps_what_it_sends(host: str) -> bool:
    """Whether the mail service of that host puts what it sends into the Sent folder itself: Microsoft 365."""
    return host.lower().rstrip(".").endswith((".office365.com", ".outlook.com", ".office.com"))


def usual_imap_security(port: int) -> Security | None:
    """How servers protect that port by custom; None where there is none."""
    return {993: Security.TLS, 143: Security.STARTTLS}.get(port)


def checked_imap_account(account: ImapAccount) -> ImapAccount:
    """The account as it is kept; raises BadInput for what no mail could be read with."""
    host = checked_host(account.host)
    user, folder, returns = account.user.strip(), clean(account.sent_folder), clean(account.returns_folder)
    if not user:
        raise BadInput(_("IMAP needs a user: nobody's mail is read without one."), _("Give the user's name."))
    if any(map(has_control, (user, folder, returns))):
        raise BadInput(_("A name holds a line break or control character."), _("Type it again."))
    if account.copy_sent and keeps_what_it_sends(host):
        raise BadInput(
            _("{host} puts what it sends into the Sent folder itself.").format(host=host),
            _("Leave copies into the Sent folder off."),
        )
    return replace(account, host=host, user=user, sent_folder=folder, returns_folder=returns)


def imap_changes(before: ImapAccount | None, after: ImapAccount) -> str:
    """What is different, for the journal; empty if nothing is. Never a password."""
    names = {
        "host": _("server"),
        "port": _("port"),
        "security": _("security"),
        "user": _("user"),
        "ca_file": _("certificates"),
        "sent_folder": _("Sent folder"),
        "copy_sent": _("copy into the Sent folder"),
        "returns_folder": _("folder for returns"),
    }
    return sentence(differences(before, after, names))
