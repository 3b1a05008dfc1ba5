"""Finding reports in a mailbox. It is left as it is: nothing is marked as read, and only `move` changes anything."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from time import mktime

from imap_tools import BaseMailBox, ImapToolsError

from tuimail.domain.account import ImapAccount
from tuimail.domain.i18n import _
from tuimail.domain.returns import Arrived
from tuimail.sending.mailbox import MailboxError
from tuimail.sending.reports import LONGEST, is_report, read_reports

INBOX = "INBOX"
STEP = 200
"""Messages whose headers are asked for at once."""
_HEADERS = "(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE MESSAGE-ID FROM SUBJECT DATE)])"
_LONGEST_HEADERS = 16_384
_UID = re.compile(rb"\bUID (\d+)")


@dataclass(frozen=True, slots=True)
class Look:
    """A piece of a folder that was looked through: up to `uid`."""

    uidvalidity: int
    uid: int
    messages: int
    arrived: tuple[Arrived, ...]


def look(mailbox: BaseMailBox, account: ImapAccount, after: tuple[int, int], since: date) -> Iterator[Look]:
    """Go through the inbox, a piece at a time, from what `after` (UIDVALIDITY, UID) leaves; the first time from
    `since`.

    Raises MailboxError where the folder to move to does not exist.
    """
    _check_target(mailbox, account)
    mailbox.folder.set(INBOX, readonly=not account.returns_folder)
    uidvalidity = _uidvalidity(mailbox.client)
    known, last = after
    if known == uidvalidity and last:
        # `N:*` always names the last message, even where its number is below N.
        uids = [uid for uid in _search(mailbox, f"UID {last + 1}:*") if uid > last]
    else:
        uids = _search(mailbox, f"SINCE {imap_date(since)}")
    for start in range(0, len(uids), STEP):
        piece = uids[start : start + STEP]
        yield Look(uidvalidity, piece[-1], len(piece), tuple(_reports(mailbox.client, piece)))


def move(mailbox: BaseMailBox, account: ImapAccount, uids: Sequence[int]) -> int:
    """Move these messages of the inbox to the account's folder for returns, if it has one; how many."""
    if not (account.returns_folder and uids):
        return 0
    mailbox.move([str(uid) for uid in uids], account.returns_folder)
    return len(uids)


def imap_date(day: date) -> str:
    """`05-Nov-2026`, in no language."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day:02}-{months[day.month - 1]}-{day.year:04}"


def _check_target(mailbox: BaseMailBox, account: ImapAccount) -> None:
    name = account.returns_folder
    if name and not mailbox.folder.exists(name):
        raise MailboxError(
            _("There is no folder {name} on {host}.").format(name=name, host=account.host),
            _("Make it, or leave returns where they are: tuimail imap set --returns-folder ''."),
        )


def _uidvalidity(client: imaplib.IMAP4) -> int:
    _kind, found = client.response("UIDVALIDITY")
    text = found[0] if found else None
    return int(text) if isinstance(text, bytes) and text.isdigit() else 0


def _search(mailbox: BaseMailBox, criteria: str) -> list[int]:
    return sorted(int(uid) for uid in mailbox.uids(criteria) if uid.isdigit())


def _reports(client: imaplib.IMAP4, uids: Sequence[int]) -> Iterator[Arrived]:
    for uid, described, headers in _fetch(client, ",".join(map(str, uids)), _HEADERS):
        fields = BytesHeaderParser(policy=compat32).parsebytes(headers[:_LONGEST_HEADERS])
        if not is_report(str(fields.get("Content-Type", ""))):
            continue
        content = next((body for _u, _d, body in _fetch(client, str(uid), f"(UID BODY.PEEK[]<0.{LONGEST}>)")), b"")
        if reports := read_reports(content):
            own_id = str(fields.get("Message-ID", "")).strip()
            yield Arrived(
                uid=uid,
                key=own_id if "@" in own_id else sha256(content).hexdigest(),
                at=_moment(described, str(fields.get("Date", ""))),
                sender=parseaddr(_shown(fields.get("From", "")))[1][:254],
                subject=_shown(fields.get("Subject", ""))[:200],
                reports=reports,
            )


def _fetch(client: imaplib.IMAP4, uids: str, what: str) -> Iterator[tuple[int, bytes, bytes]]:
    status, answer = client.uid("FETCH", uids, what)
    if status != "OK":
        raise ImapToolsError(str(answer[:1]))
    for number, piece in enumerate(answer):
        if not isinstance(piece, tuple):
            continue
        # Some servers tell the UID behind the text.
        tail = answer[number + 1] if number + 1 < len(answer) else b""
        described = piece[0] + (tail if isinstance(tail, bytes) else b"")
        if found := _UID.search(described):
            yield int(found.group(1)), described, piece[1]


def _moment(described: bytes, written: str) -> datetime:
    """When the server got it; what the message says of itself only where the server says nothing."""
    known = imaplib.Internaldate2tuple(described)
    if known is not None:
        return datetime.fromtimestamp(mktime(known), UTC)
    try:
        moment = parsedate_to_datetime(written)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return datetime.now(UTC)


def _shown(raw: object) -> str:
    text = str(raw)
    with suppress(HeaderParseError, LookupError, UnicodeError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def first_day(oldest: datetime | None, now: datetime) -> date:
    """From when on a mailbox is looked through the first time: since messages are sent, but not longer than a while."""
    return max((oldest or now) - timedelta(days=1), now - _LONGEST_AGO).date()


_LONGEST_AGO = timedelta(days=120)
