"""Messages that do not leave, or only to the operator: looked at, written to a folder, sent as a test.

Everything here works on a message that is composed already (`Composed`), of whatever it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from tuimail.domain.account import Account
from tuimail.domain.addresses import domain_of
from tuimail.domain.csv_text import csv_table
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.mail import NewBatch
from tuimail.domain.text import clean
from tuimail.sending.composer import Composer, Files
from tuimail.sending.connection import Connection
from tuimail.sending.credentials import Credentials
from tuimail.sending.link import timeouts_of
from tuimail.sending.message import Wire, build, make_message_id
from tuimail.sending.parser import Reply

TEST_MARK = "[Essai]"
"""Before the subject of a test: whoever reads it later must not take it for an invoice."""
LIST_NAME = "messages.csv"
_LONGEST_NAME = 80
_SHOWN = ("From", "To", "Subject", "Date", "Reply-To", "Disposition-Notification-To", "Message-ID")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as its bytes, and what it is about."""

    name: str
    """For people and file names: number and resident, or whom a letter is for."""
    sender: str
    recipient: str
    wire: Wire
    message_id: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """An attachment as a mail program lists it."""

    name: str
    media_type: str
    size: int
    """Bytes of the file itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a mail program would show it."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    """Empty where there is only the text."""
    parts: tuple[ShownPart, ...]
    size: int
    """Bytes on the wire."""


def messages(new: NewBatch, files: Files) -> Iterator[Composed]:
    """The messages that this batch would send, in its order. Raises TuimailError for one that cannot be made."""
    composer = Composer(files)
    composer.take(0, {wording.structure_id: wording for wording in new.wordings}, list(new.attachments))
    for each in new.deliveries:
        envelope = composer.compose(each.as_delivery())
        name = f"{each.number} {each.resident}"
        yield Composed(name, envelope.sender, each.address, envelope.wire, each.message_id)


def shown(message: Composed) -> Shown:
    """What stands in the bytes of a message, read back from them."""
    parsed = BytesParser(policy=policy.default).parsebytes(bytes(message.wire))
    headers = tuple((name, str(parsed[name])) for name in _SHOWN if parsed[name])
    return Shown(
        headers,
        _content(parsed.get_body(("plain",))),
        _content(parsed.get_body(("html",))),
        tuple(_part(each) for each in parsed.iter_attachments()),
        message.wire.size,
    )


def _content(part: object) -> str:
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def _part(part: EmailMessage) -> ShownPart:
    content = part.get_payload(decode=True)
    size = len(content) if isinstance(content, bytes) else 0
    return ShownPart(part.get_filename() or "", part.get_content_type(), size)


def rehearse(
    found: Iterable[Composed],
    folder: Path,
    write: Callable[[Path, bytes], None],
    progress: Callable[[int], None] | None = None,
) -> tuple[int, int]:
    """Write each message as an .eml file into `folder`, which is new or empty, and a list of them; how many, and bytes.

    `write` puts a file there whole or not at all. The list, `messages.csv`, is the last: where it is not there the
    rehearsal was cut. Raises BadInput for a folder with something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            _("{folder} is not an empty folder.").format(folder=folder),
            _("Name a new folder: a rehearsal never mixes with other files."),
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows: list[Sequence[str]] = []
    size = 0
    for number, message in enumerate(found, 1):
        name = f"{number:04d} {_file_name(message.name)}.eml"
        write(folder / name, bytes(message.wire))
        rows.append((name, message.recipient, message.name, str(message.wire.size), message.wire.sha256))
        size += message.wire.size
        if progress is not None:
            progress(number)
    write(folder / LIST_NAME, b"".join(csv_table(("file", "to", "about", "bytes", "sha256"), rows)))
    return len(rows), size


def _file_name(text: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_." else "-" for c in clean(text))
    return kept.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(" .") or "message"


@dataclass(frozen=True, slots=True)
class Tested:
    """A message that went to the operator alone."""

    composed: Composed
    reply: Reply


async def send_test(account: Account, credentials: Credentials, message: Composed) -> Tested:
    """Send one message to its recipient at once, past the outbox. Raises TuimailError as a connection does."""
    connection = await Connection.open(account, credentials, timeouts=timeouts_of(account))
    try:
        await connection.begin(message.sender, message.recipient, message.wire)
        return Tested(message, await connection.finish())
    finally:
        await connection.quit()


def as_test(new: NewBatch, files: Files, to: str) -> Composed:
    """The first message of a batch, to the operator's own address and marked as a test. No receipt is asked for."""
    first = new.deliveries[0]
    wordings = [replace(each, subject=f"{TEST_MARK} {each.subject}", receipt=False) for each in new.wordings]
    message_id = make_message_id(domain_of(first.message_id.strip("<>")))
    one = replace(
        new, wordings=tuple(wordings), deliveries=(replace(first, address=to, message_id=message_id),), blocked=()
    )
    return next(messages(one, files))


def note_to(to: str, sender: str, sender_name: str, subject: str, text: str) -> Composed:
    """A plain message of the program to the operator."""
    message_id = make_message_id(domain_of(sender))
    wire = build(
        sender_name=sender_name,
        sender=sender,
        recipient=to,
        subject=subject,
        text=text,
        message_id=message_id,
        date=datetime.now(UTC),
    )
    return Composed(subject, sender, to, wire, message_id)
