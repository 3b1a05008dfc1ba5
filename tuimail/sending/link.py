"""The wire under a conversation: an asyncio protocol that waits for replies and drains writes, within deadlines."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from dataclasses import dataclass, replace
from typing import Any, cast

from tuimail.domain.account import Account
from tuimail.sending.parser import Reply
from tuimail.sending.smtp import Client, Command


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait, as RFC 5321 (4.5.3.2) asks. They are long on purpose: a short one for the closing dot makes
    messages uncertain that were only slow."""

    connect: float = 30.0
    greeting: float = 300.0
    ehlo: float = 300.0
    tls: float = 60.0
    auth: float = 120.0
    mail: float = 300.0
    rcpt: float = 300.0
    data: float = 120.0
    block: float = 180.0
    """Without any byte of the body leaving."""
    dot: float = 600.0
    cancelled: float = 10.0
    """Still granted to the reply to the dot once the task is cancelled."""
    rset: float = 20.0
    quit: float = 2.0


RFC_TIMEOUTS = Timeouts()


def timeouts_of(account: Account) -> Timeouts:
    """Those that the account asks for; the closing dot keeps its ten minutes."""
    replies = dict.fromkeys(("greeting", "ehlo", "mail", "rcpt", "data"), account.reply_timeout)
    auth = min(account.reply_timeout, RFC_TIMEOUTS.auth)
    return replace(RFC_TIMEOUTS, connect=account.connect_timeout, auth=auth, **replies)


NOT_THE_LAST = 5.0
"""Seconds granted to an address of a host that has others."""


class Link(asyncio.Protocol):
    """One TCP connection, under TLS or not; used by one task at a time. Deadlines are times of the loop."""

    def __init__(self) -> None:
        self.client = Client()
        self._loop = asyncio.get_running_loop()
        self._tcp: asyncio.Transport
        self._transport: asyncio.Transport
        """What is written to: `_tcp` itself, or TLS on top of it."""
        self._arrivals = select.poll()
        self._waiter: asyncio.Future[None] | None = None
        self._full = False
        self._ended = False
        self._lost = False
        self._error: Exception | None = None

    @classmethod
    async def connect(cls, host: str, port: int, patience: float) -> Link:
        """A link to the first address of `host` that answers within `patience` seconds.

        Raises socket.gaierror or UnicodeError where the name leads nowhere, TimeoutError or another OSError where
        nobody answers.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(patience):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _name, address in found[:-1]:
            # A dead first address (IPv6 without a route, as a rule) must not eat the patience for the next one.
            try:
                return await cls._connect(socket.socket(family, kind, protocol), address, min(patience, NOT_THE_LAST))
            except OSError:
                continue
        family, kind, protocol, _name, address = found[-1]
        return await cls._connect(socket.socket(family, kind, protocol), address, patience)

    @classmethod
    async def _connect(cls, sock: socket.socket, address: tuple[object, ...], patience: float) -> Link:
        loop = asyncio.get_running_loop()
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(patience):
                await loop.sock_connect(sock, address)
            return (await loop.create_connection(cls, sock=sock))[1]
        except BaseException:
            sock.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether something can still be said and understood."""
        return not (self._ended or self.client.broken or self._transport.is_closing())

    @property
    def secured(self) -> bool:
        """Whether the wire is under verified TLS."""
        return self._transport is not self._tcp

    @property
    def certificate(self) -> dict[str, Any]:
        """The server's verified certificate as `ssl.SSLSocket.getpeercert` gives it; empty without TLS."""
        found = self._transport.get_extra_info("ssl_object")
        return dict(found.getpeercert() or {}) if found is not None else {}

    @property
    def protocol(self) -> str:
        """Such as `TLSv1.3`; empty without TLS."""
        found = self._transport.get_extra_info("ssl_object")
        return str(found.version() or "") if found is not None else ""

    def address(self, whose: str) -> str:
        """The IP address of one end: `peername` or `sockname`."""
        return str(self._tcp.get_extra_info(whose, ("",))[0])

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._tcp = self._transport = cast("asyncio.Transport", transport)
        # No water mark: a write counts as drained when the kernel has all of it.
        self._tcp.set_write_buffer_limits(high=0)
        self._arrivals.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        self.client.receive(data)
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self._lost = True
        self._error = exc
        self._wake()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._wake()

    # What a connection calls.

    async def start_tls(self, context: ssl.SSLContext, host: str, patience: float) -> None:
        """Go on under TLS with a server that proves to be `host`: from the first byte, or after its reply to STARTTLS.

        What was said before counts no more. Raises ProtocolError if the server goes on in clear, OSError
        (TimeoutError and ssl.SSLError are such) if the handshake fails.
        """
        await self.settle()
        self.client = self.client.renewed()
        async with asyncio.timeout(patience):
            secured = await self._loop.start_tls(
                self._tcp,
                self,
                context,
                server_hostname=host,
                ssl_handshake_timeout=2 * patience,
                ssl_shutdown_timeout=1.0,
            )
        if secured is None:
            raise ConnectionAbortedError
        self._transport = secured
        secured.set_write_buffer_limits(high=1, low=0)

    def send(self, *commands: Command) -> None:
        """Write `commands` at once. Raises ProtocolError or OSError where nothing was written."""
        lines = self.client.issue(*commands)
        self._require_open()
        self._transport.write(lines)

    async def reply(self, deadline: float) -> Reply:
        """The reply to the oldest command without one. Raises TimeoutError, ProtocolError, OSError."""
        while (reply := self.client.take()) is None:
            self._require_sense()
            await self._wait(deadline)
        return reply

    async def pour(self, body: bytes, patience: float) -> None:
        """Write `body` and wait until the kernel has all of it.

        Raises TimeoutError when nothing moves for `patience` seconds, ProtocolError when the server says
        something meanwhile, OSError when the connection is lost.
        """
        # Under TLS asyncio does not say when the wire is free again, except to a writer that has more to write.
        for block in (body,) if not self.secured else (body[:-1], body[-1:]):
            self._require_sense()
            self._transport.write(block)
            unsent = self._unsent()
            while self._full:
                try:
                    await self._wait(self._loop.time() + patience)
                except TimeoutError:
                    if self._unsent() >= unsent:
                        raise
                    unsent = self._unsent()
                self._require_sense()

    async def settle(self) -> None:
        """Let what has already arrived be read. Raises ProtocolError or OSError if that ends the conversation."""
        for _round in range(10):
            if not self.alive or not self._arrivals.poll(0):
                break
            await asyncio.sleep(0)
        self._require_sense()

    async def close(self, patience: float) -> None:
        """Close in good order, or after `patience` seconds without ceremony."""
        self._transport.close()
        deadline = self._loop.time() + patience
        try:
            while not self._lost:
                await self._wait(deadline)
        except TimeoutError:
            self.abort()

    def abort(self) -> None:
        """Close now; what the kernel does not have yet is thrown away."""
        self._ended = True
        # Before Python 3.11.5 a TLS transport that was closed from both ends cannot be aborted any more.
        if not self._lost:
            self._transport.abort()

    def _unsent(self) -> int:
        waiting = self._tcp.get_write_buffer_size()
        if self.secured:
            waiting += self._transport.get_write_buffer_size()
        return waiting

    def _require_sense(self) -> None:
        if self.client.broken is not None:
            raise self.client.broken
        self._require_open()

    def _require_open(self) -> None:
        if self._ended or self._transport.is_closing():
            raise self._error or ConnectionAbortedError

    async def _wait(self, deadline: float) -> None:
        """Until asyncio calls, or TimeoutError at `deadline`."""
        self._waiter = self._loop.create_future()
        timer = self._loop.call_at(deadline, _expire, self._waiter)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())
