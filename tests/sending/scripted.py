"""A mail server that does what a test says at each step, and remembers all it was told.

It makes the faults that real servers do not make on demand, and is the oracle for what was accepted.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import cast


@dataclass(frozen=True)
class Say:
    """Answer `text`: one reply or several, lines separated by CRLF; the last CRLF is added."""

    text: str | bytes

    @property
    def raw(self) -> bytes:
        return (self.text.encode() if isinstance(self.text, str) else self.text) + b"\r\n"


@dataclass(frozen=True)
class Raw:
    """Send exactly these bytes."""

    raw: bytes


@dataclass(frozen=True)
class Trickle:
    """Answer byte by byte, each in a packet of its own."""

    text: str


@dataclass(frozen=True)
class Drop:
    """Close the connection (FIN), after the last words `say` if any."""

    say: str = ""


@dataclass(frozen=True)
class Reset:
    """Break the connection (RST)."""


@dataclass(frozen=True)
class Hang:
    """Say nothing and read nothing any more, after the last words `say` if any."""

    say: str = ""


@dataclass(frozen=True)
class Hold:
    """Wait for `until`, then do `then`."""

    until: asyncio.Event
    then: Action


@dataclass(frozen=True)
class Accept:
    """At `dot`: take the message, then do `then` instead of answering 250."""

    then: Action


@dataclass(frozen=True)
class After:
    """At `body`: do `then` once `count` bytes of it have come, and go on reading if that leaves a connection."""

    count: int
    then: Action


@dataclass(frozen=True)
class Slowly:
    """At `body`: read it in blocks of `block` bytes, one each turn of the loop."""

    block: int


Action = Say | Raw | Trickle | Drop | Reset | Hang | Hold | Accept | After | Slowly
Script = Mapping[str, Action | Sequence[Action]]

POLITE: Script = {
    "greeting": Say("220 scripted.example ESMTP"),
    "ehlo": Say("250-scripted.example\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 ENHANCEDSTATUSCODES"),
    "helo": Say("250 scripted.example"),
    "starttls": Say("220 2.0.0 go ahead"),
    "auth": Say("235 2.7.0 welcome"),
    "mail": Say("250 2.1.0 ok"),
    "rcpt": Say("250 2.1.5 ok"),
    "data": Say("354 go on"),
    "dot": Say("250 2.0.0 Ok: queued as 4F9D1954"),
    "rset": Say("250 2.0.0 ok"),
    "quit": Say("221 2.0.0 bye"),
    "unknown": Say("500 5.5.2 what?"),
}


def offering(*keywords: str) -> Say:
    """An answer to EHLO that announces `keywords`."""
    lines = ["scripted.example", *keywords]
    return Say("\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{line}" for n, line in enumerate(lines)))


@dataclass
class Received:
    """A message the server has taken."""

    sender: str
    recipient: str
    data: bytes
    """As it was before dots were doubled, without the closing dot."""

    @cached_property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.data, policy=default))


@dataclass
class Conversation:
    """What one client said."""

    commands: list[str] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    """Every byte, as the server reads it: under TLS, decrypted."""
    secured: bool = False

    def holds_secret(self, *secrets: str) -> bool:
        """Whether one of `secrets` came over the wire, plain or in base64 wherever it stands in it."""
        decoded = bytearray()
        for word in bytes(self.received).split():
            with contextlib.suppress(ValueError):
                decoded += base64.b64decode(word, validate=True) + b" "
        return any(secret.encode() in place for secret in secrets for place in (self.received, decoded))


class _Gone(Exception):
    pass


class Server:
    """`async with Server(script) as server`. `script` says what differs from a polite server; steps are `connect`,
    `greeting`, `ehlo`, `helo`, `starttls`, `auth`, `mail`, `rcpt`, `data`, `body`, `dot`, `rset`, `quit`.

    A list of actions is used up one at a time over all conversations; its last one stays.
    """

    def __init__(
        self, script: Script | None = None, *, tls: ssl.SSLContext | None = None, implicit: bool = False
    ) -> None:
        self._script = {step: list(_as_list(action)) for step, action in {**POLITE, **(script or {})}.items()}
        self._tls = tls
        self._implicit = implicit
        self._reached: dict[str, asyncio.Event] = {}
        self._end = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.conversations: list[Conversation] = []
        self.accepted: list[Received] = []

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._tls if self._implicit else None
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._end.set()
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def left(self) -> None:
        """Until every conversation so far has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def refuse(self) -> None:
        """Take no further connection; those that are open go on."""
        self._server.close()

    async def reached(self, step: str) -> None:
        """Until a client has come to `step` (or an After has been done: `after`) since the last call for it."""
        event = self._reached.setdefault(step, asyncio.Event())
        await event.wait()
        event.clear()

    @property
    def commands(self) -> list[str]:
        """The commands of all conversations."""
        return [command for conversation in self.conversations for command in conversation.commands]

    def times_accepted(self, message_id: str) -> int:
        """How often the message was taken."""
        return sum(received.message["Message-ID"] == message_id for received in self.accepted)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        conversation = Conversation(secured=self._implicit)
        self.conversations.append(conversation)
        try:
            await _Talk(self, conversation, reader, writer).run()
        except (_Gone, OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    def mark(self, step: str) -> None:
        self._reached.setdefault(step, asyncio.Event()).set()

    def next_action(self, step: str) -> Action | None:
        self.mark(step)
        actions = self._script.get(step)
        if not actions:
            return None
        return actions.pop(0) if len(actions) > 1 else actions[0]


class _Talk:
    """One conversation."""

    def __init__(
        self,
        server: Server,
        conversation: Conversation,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.server = server
        self.conversation = conversation
        self.reader = reader
        self.writer = writer
        self.rest = b""
        self.envelope = ["", ""]

    async def run(self) -> None:
        await self.do("connect")
        await self.do("greeting")
        while True:
            line = await self.line()
            self.conversation.commands.append(line)
            verb = line.split(" ")[0].split(":")[0].lower()
            if verb == "auth":
                await self.auth(line)
            elif verb == "data":
                if await self.do("data") == 354:
                    await self.body()
            elif verb == "starttls":
                await self.do("starttls")
                if self.server._tls is not None:
                    await self.writer.start_tls(self.server._tls)
                    self.conversation.secured = True
            elif verb in ("mail", "rcpt"):
                if await self.do(verb) in (250, 251):
                    self.envelope[verb == "rcpt"] = line.partition("<")[2].partition(">")[0]
            else:
                await self.do(verb if verb in ("ehlo", "helo", "rset", "quit") else "unknown")
                if verb == "quit":
                    raise _Gone

    async def auth(self, line: str) -> None:
        if line.upper() == "AUTH LOGIN":
            for prompt in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                await self.act(Say(f"334 {prompt}"))
                self.conversation.commands.append(await self.line())
        await self.do("auth")

    async def body(self) -> None:
        action = self.server.next_action("body")
        data = bytearray(b"\r\n")
        while not data.endswith(b"\r\n.\r\n"):
            if isinstance(action, After) and len(data) - 2 >= action.count:
                await self.act(action.then)
                self.server.mark("after")
                action = None
            elif action is not None and not isinstance(action, (After, Slowly)):
                await self.act(action)
                action = None
            if isinstance(action, Slowly):
                data += await self.some(action.block)
                await asyncio.sleep(0)
            else:
                data += await self.some(65536)
        clear = bytes(data[:-3]).replace(b"\r\n..", b"\r\n.")[2:]
        received = Received(*self.envelope, clear)
        action = self.server.next_action("dot")
        if isinstance(action, Hold):
            await action.until.wait()
            action = action.then
        if isinstance(action, Accept) or _raw(action).startswith(b"2"):
            self.server.accepted.append(received)
        if isinstance(action, Accept):
            action = action.then
        await self.act(action)

    async def line(self) -> str:
        while b"\n" not in self.rest:
            self.rest += await self._read(65536)
        line, _newline, self.rest = self.rest.partition(b"\n")
        return line.rstrip(b"\r").decode("latin-1")

    async def some(self, count: int) -> bytes:
        if self.rest:
            data, self.rest = self.rest[:count], self.rest[count:]
            return data
        return await self._read(count)

    async def _read(self, count: int) -> bytes:
        data = await self.reader.read(count)
        if not data:
            raise _Gone
        self.conversation.received += data
        return data

    async def do(self, step: str) -> int:
        """Act as the script says; the code said, or 0."""
        action = self.server.next_action(step)
        await self.act(action)
        raw = _raw(action.then if isinstance(action, Hold) else action)
        return int(raw[:3]) if raw[:3].isdigit() else 0

    async def act(self, action: Action | None) -> None:
        match action:
            case Say() | Raw():
                self.writer.write(action.raw)
                await self.writer.drain()
            case Trickle():
                for byte in _raw(action):
                    self.writer.write(bytes([byte]))
                    await self.writer.drain()
                    await asyncio.sleep(0)
            case Drop(say):
                if say:
                    self.writer.write(say.encode() + b"\r\n")
                self.writer.close()
                raise _Gone
            case Reset():
                sock = self.writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise _Gone
            case Hang(say):
                if say:
                    self.writer.write(say.encode() + b"\r\n")
                self.writer.transport.pause_reading()
                await self.server._end.wait()
                raise _Gone
            case Hold(until, then):
                await until.wait()
                await self.act(then)


def _raw(action: Action | None) -> bytes:
    if isinstance(action, (Say, Raw)):
        return action.raw
    return action.text.encode() + b"\r\n" if isinstance(action, Trickle) else b""


def _as_list(action: Action | Sequence[Action]) -> Sequence[Action]:
    return action if isinstance(action, Sequence) else [action]
