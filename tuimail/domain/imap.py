"""The account by which an association's own mail is read, checked before it is kept, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

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


def usual_imap_security(port: int) -> Security | None:
    """How servers protect that port by custom; None where there is none."""
    return {993: Security.TLS, 143: Security.STARTTLS}.get(port)


def checked_imap_account(account: ImapAccount) -> ImapAccount:
    """The account as it is kept; raises BadInput for what no mail could be read with."""
    host = checked_host(account.host)
    user, folder = account.user.strip(), clean(account.sent_folder)
    if not user:
        raise BadInput(_("IMAP needs a user: nobody's mail is read without one."), _("Give the user's name."))
    if has_control(user) or has_control(folder):
        raise BadInput(_("A name holds a line break or control character."), _("Type it again."))
    return replace(account, host=host, user=user, sent_folder=folder)


def imap_changes(before: ImapAccount | None, after: ImapAccount) -> str:
    """What is different, for the journal; empty if nothing is. Never a password."""
    names = {
        "host": _("server"),
        "port": _("port"),
        "security": _("security"),
        "user": _("user"),
        "ca_file": _("certificates"),
        "sent_folder": _("Sent folder"),
    }
    return sentence(differences(before, after, names))
