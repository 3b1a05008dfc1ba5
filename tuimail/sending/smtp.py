"""The SMTP conversation without any I/O: bytes in, replies out; values in, commands out (RFC 5321)."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.errors import BadAddress, BadInput
from tuimail.domain.i18n import _
from tuimail.domain.text import has_control
from tuimail.sending.parser import Capabilities, ProtocolError, Reply, ReplyParser


class Stage(StrEnum):
    """Where in the conversation something happened, in order."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    TLS = "tls"
    AUTH = "auth"
    SIZE = "size"
    """The message is larger than the server announced; it was never asked."""
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    """The message is on its way, its closing dot is not: a cut here is safe."""
    DOT = "dot"
    """The closing dot was written: only the server's reply can tell what became of the message."""
    RSET = "rset"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Command:
    """A line to the server and the stage its reply belongs to."""

    stage: Stage
    line: bytes


STARTTLS = Command(Stage.STARTTLS, b"STARTTLS\r\n")
DATA = Command(Stage.DATA, b"DATA\r\n")
DOT = Command(Stage.DOT, b".\r\n")
AUTH_GIVE_UP = Command(Stage.AUTH, b"\r\n")
"""The empty line that a server waits for after it has told why it will refuse a token."""
RSET = Command(Stage.RSET, b"RSET\r\n")
QUIT = Command(Stage.QUIT, b"QUIT\r\n")

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[A-Za-z0-9.:]+\])")
_LONGEST_ADDRESS = 254


def check_address(address: str) -> str:
    """`address` if it can stand on an envelope as it is: ASCII, no space, no control, one @. Else BadAddress."""
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise BadAddress(
            _("The address “{text}” cannot be written on an envelope.").format(text=harmless(address)),
            _("Correct it."),
        )
    return address


def ehlo(name: str, verb: str = "EHLO") -> Command:
    """The greeting of a client called `name`: a domain name or an address literal."""
    return _command(Stage.EHLO, f"{verb} {name}")


def mail(sender: str, size: int, envid: str, offered: Capabilities) -> Command:
    """MAIL with the parameters the server knows; `size` is in bytes."""
    line = f"MAIL FROM:<{check_address(sender)}>"
    if offered.size is not None:
        line += f" SIZE={size}"
    if offered.dsn:
        line += " RET=HDRS" + (f" ENVID={_xtext(envid)}" if envid else "")
    return _command(Stage.MAIL, line)


def rcpt(recipient: str, offered: Capabilities) -> Command:
    """RCPT, asking for a report of failure or delay where the server knows how."""
    notify = " NOTIFY=FAILURE,DELAY" if offered.dsn else ""
    return _command(Stage.RCPT, f"RCPT TO:<{check_address(recipient)}>{notify}")


def auth_plain(user: str, password: str) -> Command:
    """AUTH PLAIN, all in one line (RFC 4616)."""
    return _command(Stage.AUTH, "AUTH PLAIN " + _credential("", user, password))


def auth_login(user: str, password: str) -> tuple[Command, Command, Command]:
    """AUTH LOGIN, then the user, then the password, each after a 334."""
    return (
        _command(Stage.AUTH, "AUTH LOGIN"),
        _command(Stage.AUTH, _credential(user)),
        _command(Stage.AUTH, _credential(password)),
    )


def auth_xoauth2(user: str, token: str) -> Command:
    """AUTH XOAUTH2, all in one line, as Google and Microsoft describe it."""
    if any(c < " " or c > "~" for c in token):
        raise BadInput(_("The token holds a character that cannot be sent."), _("Sign in again."))
    said = f"user={user}\1auth=Bearer {token}\1\1"
    return _command(Stage.AUTH, "AUTH XOAUTH2 " + base64.b64encode(said.encode()).decode())


def stuffed(chunks: Sequence[bytes]) -> bytes:
    """The message as it stands between DATA and the closing dot: dots at the start of a line are doubled.

    `chunks` is the message in strict CRLF lines, cut anywhere.
    """
    body = b"".join(chunks)
    # Base64 has no dot at all, and looking for one character costs far less than for the start of a line.
    if any(b"." in chunk and (chunk.startswith((b".", b"\n.")) or b"\r\n." in chunk) for chunk in chunks):
        body = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    return body


def _credential(*texts: str) -> str:
    try:
        if any("\0" in text for text in texts):
            raise ValueError("the separator of AUTH PLAIN")
        return base64.b64encode("\0".join(texts).encode()).decode()
    except ValueError as error:
        raise BadInput(
            _("The user or the password holds a character that cannot be sent."), _("Type it again.")
        ) from error


def _xtext(text: str) -> str:
    """RFC 3461, section 4."""
    return "".join(chr(byte) if 33 <= byte <= 126 and byte not in b"+=" else f"+{byte:02X}" for byte in text.encode())


def _command(stage: Stage, line: str) -> Command:
    if not line.isascii() or has_control(line):
        raise BadInput(
            _("“{text}” cannot be said to a mail server: it holds a line break or a foreign character.").format(
                text=harmless(line)
            ),
            _("Correct it."),
        )
    return Command(stage, line.encode("ascii") + b"\r\n")


def harmless(text: str) -> str:
    """The beginning of `text` as it can stand in a sentence on a terminal."""
    return "".join("?" if has_control(c) or unicodedata.category(c) == "Cs" else c for c in text[:200])


class Client:
    """Keeps commands and replies together, and notices when they no longer belong together."""

    def __init__(self) -> None:
        self._parser = ReplyParser()
        self._awaited = 1  # the greeting
        self.broken: ProtocolError | None = None
        """Set once and for all when the server leaves the protocol."""

    def renewed(self) -> Client:
        """What goes on under TLS. Raises ProtocolError if the server has already said more in clear."""
        if self.broken is not None:
            raise self.broken
        if self._parser.replies or self._parser.partial:
            raise ProtocolError(_("a reply in clear where TLS begins"))
        client = Client()
        client._awaited = self._awaited
        return client

    def issue(self, *commands: Command) -> bytes:
        """The bytes of `commands`, to be written at once. Raises ProtocolError if the conversation is broken."""
        if self.broken is not None:
            raise self.broken
        self._awaited += len(commands)
        return b"".join([command.line for command in commands])

    def receive(self, data: bytes) -> None:
        """Take in what arrived; what is wrong with it shows in `broken`."""
        if self.broken is not None:
            return
        replies = self._parser.replies
        try:
            self._parser.feed(data)
        except ProtocolError as error:
            self.broken = error
        if len(replies) > self._awaited:
            stray = replies[self._awaited]
            while len(replies) > self._awaited:
                replies.pop()
            self.broken = ProtocolError(_("a reply to nothing: “{text}”").format(text=stray.brief), stray)
        elif self._parser.partial and len(replies) == self._awaited and self.broken is None:
            self.broken = ProtocolError(_("the beginning of a reply to nothing"))

    def take(self) -> Reply | None:
        """The reply to the oldest command without one, or None as long as it has not come.

        Replies that came before the conversation broke are still given out.
        """
        if not self._parser.replies:
            return None
        self._awaited -= 1
        return self._parser.replies.popleft()
