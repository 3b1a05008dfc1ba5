"""The demonstration's mail server: on loopback, it takes every message and keeps it as a file."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from tuimail.demo.people import GONE
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.received import ReceivedMail

_MOST = 50_000_000
"""Bytes of a message."""


class DemoBox:
    """A mail server in a thread of its own. Use as a context manager; see `domain.received.ReceivedBox`."""

    def __init__(self, folder: Path) -> None:
        """Take a free port of the loopback interface, and `folder`, which is made, for the messages."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._socket.getsockname()
        self._messages: list[ReceivedMail] = []
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="tuimail-demo-mail", daemon=True
        )

    def __enter__(self) -> DemoBox:
        # Whoever connects before the thread serves waits in the socket's queue: no need to wait for it here.
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ready.wait()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._socket.close()

    def messages(self) -> list[ReceivedMail]:
        """Everything received so far, oldest first."""
        with self._lock:
            return list(self._messages)

    def read(self, path: Path) -> str:
        """A message for people; raises BadInput for a file that is not one of those received."""
        if path not in {mail.path for mail in self.messages()}:
            raise BadInput(_("{path} is not a message of this box.").format(path=path), _("Choose one of the list."))
        message = _parsed(path.read_bytes())
        titles = {"From": pgettext("header", "From"), "To": _("To"), "Subject": _("Subject"), "Date": _("Date")}
        lines = [
            _("{title}: {value}").format(title=title, value=_header(message, name))
            for name, title in titles.items()
            if message[name]
        ]
        body = message.get_body(("plain",))
        lines += ["", *(body.get_content().rstrip().splitlines() if body else [])]
        for part in message.iter_attachments():
            content = part.get_payload(decode=True) or b""
            size = len(content) if isinstance(content, bytes) else 0
            lines += [
                "",
                _("Attached: {name} ({kind}, {size} kB)").format(
                    name=part.get_filename() or "?", kind=part.get_content_type(), size=round(size / 1000)
                ),
            ]
        return "\n".join(lines)

    async def _serve(self) -> None:
        try:
            from aiosmtpd.smtp import SMTP

            # Without a handler of its own it would write over the screen.
            logging.getLogger("mail").addHandler(logging.NullHandler())
            loop = asyncio.get_running_loop()

            def session() -> SMTP:
                return SMTP(self, hostname="demo.example", ident="tuimail demo", data_size_limit=_MOST, loop=loop)

            server = await loop.create_server(session, sock=self._socket)
            self._loop = loop
        finally:
            self._ready.set()
        await self._ended.wait()
        server.close()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Called by aiosmtpd: everybody is known but those who have gone."""
        if address.endswith(f"@{GONE}"):
            return "550 5.1.1 Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by aiosmtpd: keep the message."""
        content: bytes = envelope.content
        message = _parsed(content)
        recipient = ", ".join(envelope.rcpt_tos)
        with self._lock:
            number = len(self._messages) + 1
            path = self.folder / f"{number:04d}-{_file_safe(recipient)}.eml"
            path.write_bytes(content)
            names = tuple(part.get_filename() or "?" for part in message.iter_attachments())
            self._messages.append(
                ReceivedMail(
                    path=path,
                    at=datetime.now(UTC),
                    sender=envelope.mail_from or "",
                    recipient=recipient,
                    subject=_header(message, "Subject"),
                    attachments=names,
                    size=len(content),
                )
            )
        return f"250 2.0.0 Ok: queued as {number:04d}"


def _parsed(content: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(content)


def _header(message: EmailMessage, name: str) -> str:
    """A header for people: the parser would part an encoded word that stands in two pieces."""
    raw = {key.casefold(): value for key, value in message.raw_items()}.get(name.casefold(), "")
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        text = str(raw)
    return " ".join(text.split())


def _file_safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "@.-_" else "_" for c in text)[:100]
