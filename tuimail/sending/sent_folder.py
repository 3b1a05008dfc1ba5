"""Looking for messages in the Sent folder by their Message-ID. What is found is proposed; it decides nothing.

Not every server keeps what was sent by SMTP: to find a message proves that it left, not to find it proves nothing.
"""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from datetime import UTC, datetime
from time import mktime

from imap_tools import BaseMailBox
from imap_tools.folder import FolderInfo

from tuimail.domain.account import ImapAccount
from tuimail.domain.i18n import _
from tuimail.domain.imap import Finding, SentFolder
from tuimail.domain.text import fold
from tuimail.sending.mailbox import MailboxError

_NAMES = frozenset(
    fold(name)
    for name in (
        "Sent",
        "Sent Items",
        "Sent Mail",
        "Sent Messages",
        "Envoyé",
        "Envoyés",
        "Éléments envoyés",
        "Messages envoyés",
        "Courrier envoyé",
        "Courriers envoyés",
        "Objets envoyés",
        "Mails envoyés",
    )
)
"""What the folder is called by servers that do not mark it."""


def sent_folder(mailbox: BaseMailBox, account: ImapAccount) -> SentFolder:
    """Open the Sent folder, to read only: the account's, the one that the server marks, or one of a usual name.

    Raises MailboxError if there is none.
    """
    folders = mailbox.folder.list()
    name = account.sent_folder or _marked(folders) or _usual(folders)
    if not name or (account.sent_folder and name not in [folder.name for folder in folders]):
        raise MailboxError(
            _("There is no folder {name} on {host}.").format(name=name or _("for sent mail"), host=account.host),
            _("Name it: tuimail imap set --sent-folder NAME. There are: {names}.").format(
                names=", ".join(folder.name for folder in folders[:12]) or "-"
            ),
        )
    _status, answer = mailbox.folder.set(name, readonly=True)
    return SentFolder(name, int(answer[0] or 0))


def look_for(mailbox: BaseMailBox, account: ImapAccount, message_ids: Sequence[str]) -> list[Finding]:
    """Whether each of these messages is in the Sent folder, in their order. Raises MailboxError."""
    folder = sent_folder(mailbox, account).name
    return [_look_for(mailbox, folder, message_id) for message_id in message_ids]


def is_there(mailbox: BaseMailBox, message_id: str) -> bool:
    """Whether that message is in the folder that is open."""
    return bool(_uids(mailbox, message_id))


def _uids(mailbox: BaseMailBox, message_id: str) -> list[str]:
    quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
    # A server may take the text for a part of a longer one; a Message-ID with its brackets is none.
    return mailbox.uids(f'HEADER Message-ID "{quoted}"')


def _look_for(mailbox: BaseMailBox, folder: str, message_id: str) -> Finding:
    found = _uids(mailbox, message_id)
    return Finding(message_id, folder, bool(found), _kept_at(mailbox, found[0]) if found else None)


def _kept_at(mailbox: BaseMailBox, uid: str) -> datetime | None:
    _status, answer = mailbox.client.uid("FETCH", uid, "(INTERNALDATE)")
    for part in answer:
        text = part[0] if isinstance(part, tuple) else part
        moment = imaplib.Internaldate2tuple(text) if isinstance(text, bytes) else None
        if moment is not None:
            return datetime.fromtimestamp(mktime(moment), UTC)
    return None


def _marked(folders: Sequence[FolderInfo]) -> str:
    return next((folder.name for folder in folders if "\\sent" in map(str.lower, folder.flags)), "")


def _usual(folders: Sequence[FolderInfo]) -> str:
    for folder in folders:
        own = folder.name.rpartition(folder.delim)[2] if folder.delim else folder.name
        if fold(own) in _NAMES and "\\noselect" not in map(str.lower, folder.flags):
            return folder.name
    return ""
