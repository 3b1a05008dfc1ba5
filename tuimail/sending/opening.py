"""From an account to a session: connect, greet, secure, sign in."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from tuimail.domain.account import Account, ImapAccount, Security
from tuimail.domain.errors import NotSettled, os_reason
from tuimail.domain.i18n import _
from tuimail.sending import failures, refusals, smtp, unauthenticated, unprotected
from tuimail.sending.credentials import Credentials, Token
from tuimail.sending.link import Link, Timeouts
from tuimail.sending.parser import Capabilities, ProtocolError, Reply
from tuimail.sending.smtp import Command, Stage


async def open_session(account: Account, credentials: Credentials, timeouts: Timeouts) -> tuple[Link, Capabilities]:
    """A link on which messages can begin, and what its server offers; see Connection.open for the errors."""
    secret = await secret_of(account, credentials)
    context = tls_context(account)
    try:
        link = await Link.connect(account.host, account.port, timeouts.connect)
    except (OSError, UnicodeError) as error:
        raise refusals.unreachable(error, account.host, account.port) from error
    opening = Opening(link, account, timeouts)
    try:
        capabilities = await opening.greet(context)
        if account.user:
            await opening.sign_in(secret, capabilities.auth)
    except BaseException:
        link.abort()
        raise
    return link, capabilities


async def secret_of(account: Account, credentials: Credentials) -> str | Token:
    """What is said to the server: the password, or a token fetched now. Raises NotSettled where there is neither."""
    secret = await credentials() if callable(credentials) else credentials
    if account.user and secret is None:
        raise NotSettled(
            _("The password of {user} is not known.").format(user=account.user),
            _("Give it once in the account's settings."),
        )
    return secret or ""


@contextmanager
def guarded(link: Link, stage: Stage, host: str) -> Iterator[None]:
    """Before the dot every failure ends the connection, so that nothing can be accepted afterwards."""
    try:
        yield
    except ProtocolError as error:
        link.abort()
        reply = error.reply
        if stage is Stage.BODY and reply is not None and reply.negative and reply.code != 421:
            raise failures.Rejected(reply, stage) from error
        raise refusals.broken_off(error, stage, host, reply) from error
    except OSError as error:
        link.abort()
        raise refusals.broken_off(error, stage, host) from error
    except BaseException:
        link.abort()
        raise


class Opening:
    """The conversation until messages can begin, step by step. Whoever fails at a step aborts the link."""

    def __init__(self, link: Link, account: Account, timeouts: Timeouts) -> None:
        self._link = link
        self._account = account
        self._host = account.host
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()

    async def greet(self, context: ssl.SSLContext | None) -> Capabilities:
        """All of it but signing in, as the account wants it."""
        if context is not None and self._account.security is Security.TLS:
            await self.start_tls(context)
        await self.greeting()
        capabilities = await self.hello()
        if context is not None and self._account.security is Security.STARTTLS:
            capabilities = await self.upgrade(context, capabilities)
        return capabilities

    async def greeting(self) -> Reply:
        """The server's first words."""
        greeting = await self._reply(Stage.GREETING, self._timeouts.greeting)
        self._require(greeting.code == 220, greeting, Stage.GREETING)
        return greeting

    async def upgrade(self, context: ssl.SSLContext, capabilities: Capabilities) -> Capabilities:
        """STARTTLS; what the server offers under TLS."""
        if not capabilities.starttls:
            raise unprotected.tls_not_offered(self._host)
        reply = await self._ask(smtp.STARTTLS, self._timeouts.ehlo)
        self._require(reply.code == 220, reply, Stage.STARTTLS)
        await self.start_tls(context)
        # What was announced in clear may have been written by anybody.
        return await self.hello()

    async def sign_in(self, secret: str | Token, offered: tuple[str, ...]) -> Reply:
        """AUTH with what the server offers; the reply that lets us in."""
        protected = self._link.secured or is_loopback(self._link.address("peername"))
        if not protected and (isinstance(secret, Token) or not self._account.clear_allowed):
            raise unauthenticated.password_in_clear(self._host)
        user = self._account.user
        if isinstance(secret, Token):
            return await self._sign_in_with_token(user, secret, offered)
        if "PLAIN" in offered:
            commands: tuple[Command, ...] = (smtp.auth_plain(user, secret),)
        elif "LOGIN" in offered:
            commands = smtp.auth_login(user, secret)
        else:
            raise unauthenticated.authentication_not_offered(self._host, offered)
        for command in commands:
            reply = await self._ask(command, self._timeouts.auth)
            self._require(reply.code == (235 if command is commands[-1] else 334), reply, Stage.AUTH)
        return reply

    async def _sign_in_with_token(self, user: str, token: Token, offered: tuple[str, ...]) -> Reply:
        if "XOAUTH2" not in offered:
            raise unauthenticated.token_not_offered(self._host, offered)
        reply = await self._ask(smtp.auth_xoauth2(user, token.value), self._timeouts.auth)
        if reply.code == 334:
            # The refusal's reasons; the server waits for an empty line before it refuses.
            refusal = await self._ask(smtp.AUTH_GIVE_UP, self._timeouts.auth)
            raise unauthenticated.token_refused(reply, refusal, self._host)
        self._require(reply.code == 235, reply, Stage.AUTH)
        return reply

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """The handshake; the server proves that it is the account's."""
        with guarded(self._link, Stage.TLS, self._host):
            try:
                await self._link.start_tls(context, self._host, self._timeouts.tls)
            except ssl.SSLError as error:
                raise unprotected.tls_failed(error, self._host) from error
            except ProtocolError as error:
                raise unprotected.clear_text(self._host) from error

    async def hello(self) -> Capabilities:
        """EHLO, or HELO for those that know no better."""
        name = _own_name(self._link.address("sockname"))
        reply = await self._ask(smtp.ehlo(name), self._timeouts.ehlo)
        capabilities = Capabilities.parse(reply)
        if reply.code in (500, 502, 504, 550):
            reply = await self._ask(smtp.ehlo(name, "HELO"), self._timeouts.ehlo)
            capabilities = Capabilities()
        self._require(reply.code == 250, reply, Stage.EHLO)
        return capabilities

    async def _ask(self, command: Command, patience: float) -> Reply:
        with guarded(self._link, command.stage, self._host):
            self._link.send(command)
        reply = await self._reply(command.stage, patience)
        return without_echo(reply, command) if command.stage is Stage.AUTH else reply

    async def _reply(self, stage: Stage, patience: float) -> Reply:
        with guarded(self._link, stage, self._host):
            return await self._link.reply(self._loop.time() + patience)

    def _require(self, hoped_for: bool, reply: Reply, stage: Stage) -> None:
        if not hoped_for:
            raise refusals.opening_refused(reply, stage, self._host)


_LEAST_ECHO = 4
"""Characters from which on something repeated is no accident."""


def without_echo(reply: Reply, command: Command) -> Reply:
    """The reply without what a talkative server repeats of the credentials in `command`: replies are shown and kept."""
    said = command.line.decode("ascii").split()[-1:]
    for word in tuple(said):
        with suppress(ValueError):
            said += base64.b64decode(word, validate=True).decode("utf-8", "replace").replace("\1", "\0").split("\0")
    # A token's credential begins with `auth=Bearer `.
    known = [part.rpartition(" ")[2] for part in said]
    secrets = sorted((word for word in known if len(word) >= _LEAST_ECHO), key=len, reverse=True)
    lines = reply.lines
    for word in secrets:
        lines = tuple(line.replace(word, "***") for line in lines)
    return reply if lines == reply.lines else replace(reply, lines=lines, raw=b"")


def tls_context(account: Account | ImapAccount) -> ssl.SSLContext | None:
    """What verifies the server; None for an account without encryption. Raises NotSettled for a bad CA file."""
    if account.security is Security.NONE:
        return None
    ca_file = account.ca_file
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise NotSettled(
                _("The authority file {path} cannot be read ({reason}).").format(path=ca_file, reason=os_reason(error)),
                _("Correct it in the account's settings."),
            ) from error
    return context


_FULL_NAME = re.compile(r"(?!localhost)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.I)


def _own_name(address: str) -> str:
    """How this machine introduces itself: its full name if it has one, else `address` as a literal.

    The name is the configured one: to look it up in the DNS can take long and proves nothing to the server.
    """
    name = socket.gethostname()
    if len(name) <= 255 and _FULL_NAME.fullmatch(name):
        return name
    plain = address.partition("%")[0]
    return f"[IPv6:{plain}]" if ":" in plain else f"[{plain or '127.0.0.1'}]"


def is_loopback(address: str) -> bool:
    """Whether what is said to that address never leaves this machine."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
