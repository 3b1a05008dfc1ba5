"""A message as the bytes that go over the wire, put together thinly: one attachment encoded once serves many."""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from urllib.parse import quote

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.text import has_control
from tuimail.sending.smtp import check_address, harmless

CRLF = b"\r\n"
_BLOCK = Struct("76s" * 64)
"""Lines of base64."""


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment ready to be joined: `encoded` comes from `encode_attachment`."""

    name: str
    content_type: str
    encoded: bytes


@dataclass(frozen=True, slots=True)
class Formatted:
    """The text of a message once more, as HTML."""

    html: str
    picture: Part | None = None
    """What the HTML shows as `cid:logo`."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A whole message in strict CRLF lines of ASCII, the last one ended, before any dot is doubled."""

    chunks: tuple[bytes, ...]
    """The message, cut anywhere."""
    size: int
    """Bytes."""
    sha256: str
    """Of all the bytes, in hexadecimal."""

    @classmethod
    def of(cls, *chunks: bytes) -> Wire:
        """Count and hash `chunks`, which keep the promises above."""
        digest = sha256()
        for chunk in chunks:
            digest.update(chunk)
        return cls(chunks, sum(map(len, chunks)), digest.hexdigest())

    def __bytes__(self) -> bytes:
        return b"".join(self.chunks)


def encode_attachment(content: bytes) -> bytes:
    """`content` in base64, lines of 76 characters ended by CRLF: a third more bytes. Worth keeping between messages."""
    text = binascii.b2a_base64(content, newline=False)
    blocks = len(text) // _BLOCK.size * _BLOCK.size
    # Cutting a block of lines at once takes a third of the time of cutting line after line.
    lines = [CRLF.join(_BLOCK.unpack_from(text, at)) for at in range(0, blocks, _BLOCK.size)]
    lines += [text[at : at + 76] for at in range(blocks, len(text), 76)]
    return CRLF.join((*lines, b""))


def make_message_id(domain: str) -> str:
    """A Message-ID that no other message has, `<…@domain>`."""
    return _checked_id(f"<{secrets.token_hex(16)}@{domain}>")


def build(
    *,
    sender_name: str,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    parts: Sequence[Part] = (),
    reply_to: str = "",
    receipt: bool = False,
    formatted: Formatted | None = None,
    more_headers: Sequence[str] = (),
) -> Wire:
    """The message from one sender to one address; the same arguments give the same bytes.

    `more_headers` are whole lines of ASCII, folded by CRLF and a space where they are long.

    `text` is plain text with its keywords replaced; a `date` without a zone is taken for UTC; `receipt` asks the
    reader's program for a read receipt; `formatted` stands beside the text for programs that show it. Raises
    BadInput (BadAddress for an address) where a header would hold a line break or another control character, or an
    address something that is not ASCII.
    """
    check_address(sender)
    headers = [
        _mailbox("From", sender_name, sender),
        f"To: {check_address(recipient)}",
        _text_header("Subject", subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {_checked_id(message_id)}",
    ]
    if reply_to:
        headers.append(f"Reply-To: {check_address(reply_to)}")
    if receipt:
        headers.append(f"Disposition-Notification-To: {sender}")
    headers += more_headers
    headers += (
        "Auto-Submitted: auto-generated",
        # Never RN, NDR or DR: receipts and bounces are wanted.
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "MIME-Version: 1.0",
    )
    text_headers, body = _text(text, formatted, message_id)
    if not parts:
        return Wire.of(_block(*headers, *text_headers) + body)
    boundary = _boundary(message_id)
    between = f"--{boundary}\r\n".encode()
    multipart = f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"'
    chunks = [_block(*headers, multipart) + between + _block(*text_headers) + body + between]
    for part in parts:
        chunks += (_attachment_headers(part.name, part.content_type), part.encoded, between)
    chunks[-1] = f"--{boundary}--\r\n".encode()
    return Wire.of(*chunks)


_BASE64 = "Content-Transfer-Encoding: base64"
_Entity = tuple[tuple[str, ...], bytes]
"""Headers and the lines below them."""


def _boundary(message_id: str, of: str = "") -> str:
    # An equals sign and an underscore: no line of base64 can look like it.
    return f"=_{sha256(f'{of}{message_id}'.encode()).hexdigest()[:32]}"


def _text(text: str, formatted: Formatted | None, message_id: str) -> _Entity:
    """The plain text, first, and what says the same in HTML."""
    plain = _written("plain", text)
    if formatted is None:
        return plain
    html = _written("html", formatted.html)
    if (picture := formatted.picture) is not None:
        headers = (
            f"Content-Type: {picture.content_type}",
            f"Content-Disposition: inline;\r\n {_file_name(_checked('filename', picture.name))}",
            "Content-ID: <logo>",
            _BASE64,
        )
        html = _joined("related", [html, (headers, picture.encoded)], message_id)
    return _joined("alternative", [plain, html], message_id)


def _written(kind: str, text: str) -> _Entity:
    body = encode_attachment(_crlf(text).encode("utf-8", "replace"))
    return (f"Content-Type: text/{kind}; charset=utf-8", _BASE64), body


def _joined(kind: str, entities: Sequence[_Entity], message_id: str) -> _Entity:
    boundary = _boundary(message_id, kind)
    body = b"".join(f"--{boundary}\r\n".encode() + _block(*headers) + lines for headers, lines in entities)
    return (f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"',), body + f"--{boundary}--\r\n".encode()


def _block(*lines: str) -> bytes:
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _crlf(text: str) -> str:
    return re.sub(r"\r\n?|\n", "\r\n", text)


def _checked(header: str, value: str) -> str:
    if has_control(value) or not _encodable(value):
        raise BadInput(
            _(
                "“{value}” cannot stand in a message's header ({header}): it holds a line break or control character."
            ).format(value=harmless(value), header=header),
            _("Type it again."),
        )
    return value.strip()


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9._\[\]:-]+>")


def _checked_id(message_id: str) -> str:
    if len(message_id) > 250 or not _MESSAGE_ID.fullmatch(message_id):
        raise BadInput(
            _("“{value}” is not a Message-ID.").format(value=harmless(message_id)), _("Correct the sender's address.")
        )
    return message_id


# What may stand in a header as it is: short enough for its line, and nothing that reads as an encoded word.
_PLAIN_TEXT = re.compile(r"(?!.*=\?)[ -~]{0,66}")
_PLAIN_NAME = re.compile(r"(?!.*=\?)[ -~]{1,60}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


@lru_cache(maxsize=512)
def _text_header(header: str, value: str) -> str:
    value = _checked(header, value)
    if not _PLAIN_TEXT.fullmatch(value):
        value = _encoded(header, value)
    return f"{header}: {value}"


@lru_cache(maxsize=512)
def _mailbox(header: str, name: str, address: str) -> str:
    name = _checked(header, name)
    if not name:
        return f"{header}: {address}"
    if not _PLAIN_NAME.fullmatch(name):
        # On a line of its own: a long name must not push the address past the end.
        return f"{header}: {_encoded(header, name)}\r\n <{address}>"
    if not _ATOMS.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{header}: {name} <{address}>"


def _encoded(header: str, value: str) -> str:
    """Encoded words (RFC 2047), folded."""
    return Header(value, "utf-8", maxlinelen=75, header_name=header).encode(linesep="\r\n")


_PLAIN_FILE_NAME = re.compile(r"(?! )(?!.*  )(?!.* $)[A-Za-z0-9 !#$&+,.;=@_()\[\]{}~-]{1,50}")


@lru_cache(maxsize=512)
def _attachment_headers(name: str, content_type: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+", content_type):
        raise BadInput(_("“{value}” is not a content type.").format(value=harmless(content_type)), _("Correct it."))
    name = _checked("filename", name)
    if not name:
        raise BadInput(_("An attachment has no name."), _("Give it one."))
    return _block(f"Content-Type: {content_type}", f"Content-Disposition: attachment;\r\n {_file_name(name)}", _BASE64)


def _file_name(name: str) -> str:
    """The `filename` parameter, in the form of RFC 2231 where plain ASCII does not do."""
    if _PLAIN_FILE_NAME.fullmatch(name):
        return f'filename="{name}"'
    characters = [quote(c, safe="") for c in name]
    pieces = [""]
    for character in characters:
        if len(pieces[-1]) + len(character) > 50:
            pieces.append("")
        pieces[-1] += character
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    first = f"filename*0*=utf-8''{pieces[0]}"
    return ";\r\n ".join([first, *(f"filename*{n}*={piece}" for n, piece in enumerate(pieces[1:], 1))])
