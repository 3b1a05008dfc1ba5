"""Putting what was sent into the Sent folder, for servers that do not do so themselves. It never changes "sent"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from imap_tools import BaseMailBox

from tuimail.domain.account import ImapAccount, Owner
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.imap import Filed, Filing
from tuimail.domain.mail import Delivery
from tuimail.sending.as_sent import AsSent
from tuimail.sending.composer import Files
from tuimail.sending.sent_folder import is_there, sent_folder
from tuimail.store import sent_copies


def file_all(
    mailbox: BaseMailBox,
    account: ImapAccount,
    deliveries: Sequence[Delivery],
    files: Files,
    owner: Owner,
    progress: Callable[[int, int], None] | None = None,
) -> Filed:
    """Put each of these into the Sent folder, unless it is there; each is noted as soon as it is known.

    Raises MailboxError where there is no such folder.
    """
    folder = sent_folder(mailbox, account).name
    composed = AsSent(files)
    total = Filed()
    for number, delivery in enumerate(deliveries, 1):
        filing = _file(mailbox, folder, delivery, composed)
        if filing is not None:
            sent_copies.note(delivery, filing, folder, owner, datetime.now(UTC))
        total += Filed.of(filing)
        if progress is not None:
            progress(number, len(deliveries))
    return total


def _file(mailbox: BaseMailBox, folder: str, delivery: Delivery, composed: AsSent) -> Filing | None:
    # First: a run that was cut after the server had taken it, or a server that keeps what it sends.
    if is_there(mailbox, delivery.message_id):
        return Filing.THERE
    try:
        content = composed.content(delivery)
    except BadInput:
        return Filing.CHANGED
    except TuimailError:
        # Its PDF is not at hand today.
        return None
    if content is None:
        return Filing.CHANGED
    mailbox.append(content, folder, dt=delivery.dated or delivery.updated_at, flag_set=["\\Seen"])
    return Filing.FILED
