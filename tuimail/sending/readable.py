"""A message as a text to read: every header, the text, and the name, size and SHA-256 of each attachment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser

from tuimail.domain.i18n import _

_NOT_FOR_PEOPLE = ("content-type", "content-transfer-encoding", "mime-version")


def as_text(content: bytes) -> str:
    """The message for people; `content` is what goes over the wire."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    return "\n".join((*_headers(message), "", *_text(message), "", *_files(message)))


def _headers(message: EmailMessage) -> Iterator[str]:
    for name, raw in message.raw_items():
        if name.casefold() not in _NOT_FOR_PEOPLE:
            yield f"{name}: {_decoded(raw)}"


def _decoded(raw: object) -> str:
    # The parser of the standard library would part an encoded word that stands in two pieces.
    try:
        text = str(make_header(decode_header(str(raw))))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        text = str(raw)
    return " ".join(text.split())


def _text(message: EmailMessage) -> list[str]:
    body = message.get_body(("plain",))
    return body.get_content().rstrip().splitlines() if body else []


def _files(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = part.get_filename() or "?"
            size = _("{n} bytes").format(n=len(content))
            yield _("Attached: {file}").format(file=f"{name}, {part.get_content_type()}, {size}")
            yield f"  SHA-256 {hashlib.sha256(content).hexdigest()}"
