"""Reading reports on messages: RFC 3464 (and its 6533) for deliveries, RFC 8098 for receipts. All of it is hostile.

What is malformed gives fewer reports or none, never an error.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

from tuimail.domain.returns import Report, ReturnKind

LONGEST = 256 * 1024
"""Bytes of a report that are read: the returned message stands at its end, its headers first."""
_MOST_ADDRESSES = 50
_MOST_PARTS = 30
_LONGEST_WORDS = 300
_DELIVERY = ("message/delivery-status", "message/global-delivery-status")
_RECEIPT = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_BROKEN = (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the standard library's parser raises for what is no message."""


def is_report(content_type: str) -> bool:
    """Whether a message of that Content-Type header may be one of these reports."""
    lowered = " ".join(content_type.lower().split())
    return lowered.startswith("multipart/report")


def read_reports(content: bytes) -> tuple[Report, ...]:
    """What the message says, an address each; `content` may end anywhere."""
    try:
        return tuple(_reports(BytesParser(policy=compat32).parsebytes(content[:LONGEST])))
    except _BROKEN:
        return ()


def _reports(message: Message) -> Iterator[Report]:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)][:_MOST_PARTS]
    status = next((part for part in parts if part.get_content_type() in (*_DELIVERY, *_RECEIPT)), None)
    if status is None:
        return
    returned = next((part for part in parts if part.get_content_type() in _RETURNED), None)
    original = _original_id(returned) if returned is not None else ""
    blocks = _blocks(_body(status))
    if not blocks:
        return
    if status.get_content_type() in _DELIVERY:
        yield from _deliveries(blocks, original)
    else:
        yield from _receipts(blocks, original or _answered(message))


def _deliveries(blocks: list[Message], original: str) -> Iterator[Report]:
    envid = _value(blocks[0], "Original-Envelope-Id")
    for block in blocks[: _MOST_ADDRESSES + 1]:
        action = _value(block, "Action").lower()
        kind = _ACTIONS.get(action)
        if kind is None:
            continue
        why = _value(block, "Diagnostic-Code")
        code = _STATUS.search(_value(block, "Status")) or _STATUS.search(why)
        yield Report(
            kind,
            original,
            _plain_envid(envid),
            _address(_value(block, "Original-Recipient") or _value(block, "Final-Recipient")),
            code.group() if code else "",
            why.partition(";")[2].strip() if ";" in why else why,
        )


_ACTIONS = {
    "failed": ReturnKind.BOUNCED,
    "delayed": ReturnKind.DELAYED,
    "delivered": ReturnKind.DELIVERED,
    "relayed": ReturnKind.DELIVERED,
    "expanded": ReturnKind.DELIVERED,
}


def _receipts(blocks: list[Message], original: str) -> Iterator[Report]:
    # Some programs part the fields by an empty line.
    for block in blocks[:_MOST_ADDRESSES]:
        disposition = _value(block, "Disposition").lower()
        if not disposition:
            continue
        kind = ReturnKind.READ if "displayed" in disposition.partition(";")[2] else ReturnKind.UNREAD
        named = [_value(other, "Original-Message-ID") for other in blocks]
        found = next((m.group() for text in named if (m := _MESSAGE_ID.search(text))), "")
        recipients = [_value(other, "Original-Recipient") or _value(other, "Final-Recipient") for other in blocks]
        address = next(filter(None, map(_address, recipients)), "")
        yield Report(kind, found or original, "", address)
        return


def _answered(message: Message) -> str:
    """The one message that it says it answers."""
    for name in ("In-Reply-To", "References"):
        ids: set[str] = set(_MESSAGE_ID.findall(_value(message, name)))
        if len(ids) == 1:
            return ids.pop()
    return ""


def _original_id(returned: Message) -> str:
    headers = _blocks(_body(returned)[: 64 * 1024])
    found = _MESSAGE_ID.search(_value(headers[0], "Message-ID")) if headers else None
    return str(found.group()) if found else ""


def _body(part: Message) -> bytes:
    """What stands below the part's own headers, decoded: the parser takes parts of `message/…` to pieces."""
    content = part.as_bytes(policy=compat32).replace(b"\r\n", b"\n")
    body = content.partition(b"\n\n")[2]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        try:
            return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body)).replace(b"\r\n", b"\n")
        except binascii.Error:
            return b""
    return quopri.decodestring(body) if encoding == "quoted-printable" else body


def _blocks(body: bytes) -> list[Message]:
    """Groups of fields, parted by empty lines."""
    text = _decoded(body)
    pieces = [piece for piece in re.split(r"\n[ \t]*\n", text.strip("\n")) if piece.strip()]
    return [HeaderParser(policy=compat32).parsestr(piece) for piece in pieces[: _MOST_ADDRESSES + 1]]


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _value(block: Message, name: str) -> str:
    """A field on one line, without what a terminal would obey."""
    raw = next((value for key, value in block.raw_items() if key.lower() == name.lower()), "")
    text = str(raw).encode("utf-8", "surrogateescape")[:4000]
    shown = "".join(c if c.isprintable() else " " for c in _decoded(text))
    return " ".join(shown.split())[:_LONGEST_WORDS]


def _address(field: str) -> str:
    """`rfc822; paul@orange.example` or a bare address, without brackets."""
    text = field.rpartition(";")[2].strip().strip("<>").strip()
    return text[:254]


def _plain_envid(text: str) -> str:
    """Servers give it back as it was sent, in xtext, or decoded."""
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found.group(1), 16)), text)
