"""Replies of a mail server, put together from bytes however they come (RFC 5321, 4.2)."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from tuimail.domain.i18n import _
from tuimail.domain.text import has_control

LONGEST_LINE = 2048
"""Bytes of one reply line before the server is taken for broken; the standard allows 512."""
MOST_LINES = 100
"""Lines of one reply before the server is taken for broken."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered to one command."""

    code: int
    """200 to 599."""
    enhanced: str
    """The enhanced status code such as `5.1.1`; empty if the server gave none."""
    lines: tuple[str, ...]
    """The text after the code, enhanced code included, fit for a terminal."""
    raw: bytes

    @property
    def text(self) -> str:
        """The whole reply as it came, a line each, fit for a terminal."""
        last = len(self.lines) - 1
        return "\n".join(f"{self.code}{' ' if n == last else '-'}{line}".rstrip() for n, line in enumerate(self.lines))

    @property
    def brief(self) -> str:
        """The reply in one line, at most 300 characters, for a sentence."""
        return f"{self.code} {' '.join(self.lines)}"[:300].strip(" .")

    @property
    def status(self) -> str:
        """The enhanced status code, or the three digits where the server gives no other."""
        return self.enhanced or str(self.code)

    @property
    def positive(self) -> bool:
        """2xx: done."""
        return 200 <= self.code < 300

    @property
    def negative(self) -> bool:
        """4xx or 5xx: refused, for now or for good."""
        return self.code >= 400


class ProtocolError(Exception):
    """The server left the protocol: nothing it says on this connection can be trusted any more.

    `what` is the fault in a few words of the interface's language, without a full stop; `reply` is what it said
    out of turn, if that was a reply at all.
    """

    def __init__(self, what: str, reply: Reply | None = None) -> None:
        super().__init__(what)
        self.reply = reply


_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
# As the standard has it, with IronPort's hash, or at the end of the sentence as qmail writes it.
_ENHANCED = re.compile(r"(?:#?|.*\(#)([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")


class ReplyParser:
    """Puts replies together from bytes however they are cut."""

    def __init__(self) -> None:
        self._rest = b""
        self._code = b""
        self._texts: list[bytes] = []
        self._raw: list[bytes] = []
        self.replies: deque[Reply] = deque()
        """Whole replies, oldest first, for the reader to take."""

    @property
    def partial(self) -> bool:
        """Whether the beginning of a reply waits for its end."""
        return bool(self._rest or self._raw)

    def feed(self, data: bytes) -> None:
        """Take in what arrived. Raises ProtocolError on anything but replies; those before it are kept."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._take(line)
        if len(self._rest) > LONGEST_LINE:
            raise ProtocolError(_("a line without end"))

    def _take(self, line: bytes) -> None:
        match = _LINE.fullmatch(line.removesuffix(b"\r"))
        if match is None or len(line) > LONGEST_LINE:
            raise ProtocolError(_("“{text}” is no reply").format(text=_readable(line[:200])))
        code, mark, text = match.groups()
        if self._raw and code != self._code:
            raise ProtocolError(_("a reply that changes its code: “{text}”").format(text=_readable(line[:200])))
        self._code = code
        self._texts.append(text or b"")
        self._raw.append(line)
        if mark == b"-":
            if len(self._raw) >= MOST_LINES:
                raise ProtocolError(_("a reply without end"))
            return
        raw = b"\n".join(self._raw) + b"\n"
        texts = _readable(b"\n".join(self._texts)).split("\n")
        self.replies.append(Reply(int(code), _enhanced(texts, done=code[:1] == b"2"), tuple(texts), raw))
        self._texts, self._raw = [], []


def _enhanced(texts: list[str], done: bool) -> str:
    for text in texts:
        found = _ENHANCED.match(text)
        if found and found[1].startswith("2") == done:
            return found[1]
    return ""


def _readable(raw: bytes) -> str:
    """UTF-8 or else Latin-1, without what could steer a terminal."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if text.isprintable():
        return text
    return "".join("\ufffd" if c not in "\n\t" and has_control(c) else c for c in text).replace("\t", " ")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the server announced in answer to EHLO."""

    size: int | None = None
    """The largest message in bytes; 0: no fixed limit; None: SIZE is not known to the server."""
    pipelining: bool = False
    starttls: bool = False
    dsn: bool = False
    eight_bit: bool = False
    enhanced_codes: bool = False
    auth: tuple[str, ...] = ()
    """Names of the authentication mechanisms, in capitals."""

    @classmethod
    def parse(cls, reply: Reply) -> Capabilities:
        """Read the lines after the first; what is not known is skipped."""
        words: dict[str, list[str]] = {}
        for line in reply.lines[1:]:
            # The form `AUTH=LOGIN` was written before the standard and is still met.
            keyword, *arguments = re.sub(r"^AUTH=", "AUTH ", line.upper()).split() or [""]
            words.setdefault(keyword, []).extend(arguments)
        size = None
        if "SIZE" in words:
            size = next((int(word) for word in words["SIZE"] if word.isascii() and word.isdigit()), 0)
        return cls(
            size=size,
            pipelining="PIPELINING" in words,
            starttls="STARTTLS" in words,
            dsn="DSN" in words,
            eight_bit="8BITMIME" in words,
            enhanced_codes="ENHANCEDSTATUSCODES" in words,
            auth=tuple(dict.fromkeys(words.get("AUTH", ()))),
        )
