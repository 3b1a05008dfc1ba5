"""The connection test: what a send does before its first message, one step after the other, with what each says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from time import perf_counter

from tuimail.domain.account import Account, Security
from tuimail.domain.addresses import domain_of
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_day
from tuimail.domain.settings import foreign_sender, is_here
from tuimail.sending import refusals, smtp
from tuimail.sending.connection import Connection, Rejected
from tuimail.sending.credentials import Credentials
from tuimail.sending.link import Link, Timeouts, timeouts_of
from tuimail.sending.message import build, make_message_id
from tuimail.sending.opening import Opening, guarded, secret_of, tls_context
from tuimail.sending.parser import Capabilities, Reply
from tuimail.sending.replies import queue_id
from tuimail.sending.smtp import Stage, harmless

PATIENCE = 60.0
"""Seconds that a test waits for a reply at most: somebody looks on."""
SOON_DAYS = 14


class Step(StrEnum):
    """The steps; which come first depends on the account."""

    NAME = "name"
    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    SENDER = "sender"
    SIZE = "size"
    MAIL = "mail"

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return {
            Step.NAME: _("Name"),
            Step.CONNECT: _("Connection"),
            Step.GREETING: _("Greeting"),
            Step.TLS: _("TLS"),
            Step.AUTH: _("Sign-in"),
            Step.SENDER: _("Sender"),
            Step.SIZE: _("Size"),
            Step.MAIL: _("Mail"),
        }[self]


def steps_of(account: Account, mail_to: str = "") -> tuple[Step, ...]:
    """The steps of that account's test, in order."""
    first = (Step.NAME, Step.CONNECT)
    talk = (Step.TLS, Step.GREETING) if account.security is Security.TLS else (Step.GREETING, Step.TLS)
    return (*first, *talk, Step.AUTH, Step.SENDER, Step.SIZE, *((Step.MAIL,) if mail_to else ()))


@dataclass(frozen=True, slots=True)
class Probed:
    """How one step went."""

    step: Step
    seconds: float
    found: str = ""
    """What it has shown, in a sentence."""
    reply: str = ""
    """What the server said, as it came; empty where nothing is said."""
    error: TuimailError | None = None
    """What is wrong and what to do next; the test ends with it."""
    warning: str = ""
    """What is not wrong and should be known."""
    limit: int | None = None
    """Of the step that asks for it: bytes of a message at most, 0 where the server names no limit."""

    @property
    def ok(self) -> bool:
        """Whether the test goes on."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Sample:
    """Who the messages come from, and the one mail that the test may send."""

    sender: str = ""
    sender_name: str = ""
    mail_to: str = ""
    """Empty: nothing is written to anyone."""


async def probe(
    account: Account,
    credentials: Credentials,
    sample: Sample,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Probed]:
    """Each step as it ends; the first that fails is the last. Whoever stops listening ends the conversation."""
    patient = replace(account, reply_timeout=min(account.reply_timeout, PATIENCE))
    test = _Probe(patient, credentials, sample, timeouts_of(patient), now)
    try:
        for step in steps_of(account, sample.mail_to):
            began = perf_counter()
            try:
                result = await test.run(step)
            except TuimailError as error:
                reply = getattr(error, "reply", None)
                said = reply.text if isinstance(reply, Reply) else ""
                yield Probed(step, perf_counter() - began, reply=said, error=error)
                return
            yield replace(result, seconds=perf_counter() - began)
    finally:
        await test.end()


class _Probe:
    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        sample: Sample,
        timeouts: Timeouts,
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._credentials = credentials
        self._sample = sample
        self._timeouts = timeouts
        self._now = now
        self._context: ssl.SSLContext | None = None
        self._link: Link | None = None
        self._offered = Capabilities()

    async def run(self, step: Step) -> Probed:
        """Do it; raises TuimailError."""
        steps: dict[Step, Callable[[], Awaitable[Probed]]] = {
            Step.NAME: self._name,
            Step.CONNECT: self._connect,
            Step.GREETING: self._greeting,
            Step.TLS: self._tls,
            Step.AUTH: self._auth,
            Step.SENDER: self._sender,
            Step.SIZE: self._size,
            Step.MAIL: self._mail,
        }
        return await steps[step]()

    async def end(self) -> None:
        """Take leave of the server."""
        if self._link is not None:
            await Connection(self._link, self._offered, self._account.host, self._timeouts).quit()

    @property
    def _here(self) -> Link:
        if self._link is None:
            raise RuntimeError("a step before the connection")
        return self._link

    @property
    def _opening(self) -> Opening:
        return Opening(self._here, self._account, self._timeouts)

    async def _name(self) -> Probed:
        # Read first: a file of authorities that is none should be told before anybody is called.
        self._context = tls_context(self._account)
        host, port = self._account.host, self._account.port
        try:
            async with asyncio.timeout(self._timeouts.connect):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
        except (OSError, UnicodeError) as error:
            raise refusals.unreachable(error, host, port) from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        count = ngettext("{n} address", "{n} addresses", len(addresses))
        shown = ", ".join(addresses[:3])
        return Probed(Step.NAME, 0, _("{host}: {count} ({addresses})").format(host=host, count=count, addresses=shown))

    async def _connect(self) -> Probed:
        host, port = self._account.host, self._account.port
        try:
            self._link = await Link.connect(host, port, self._timeouts.connect)
        except (OSError, UnicodeError) as error:
            raise refusals.unreachable(error, host, port) from error
        address = self._link.address("peername")
        return Probed(Step.CONNECT, 0, _("port {port} of {address}").format(port=port, address=address))

    async def _greeting(self) -> Probed:
        greeting = await self._opening.greeting()
        self._offered = await self._opening.hello()
        return Probed(Step.GREETING, 0, _("a mail server answers"), greeting.text)

    async def _tls(self) -> Probed:
        if self._context is None:
            found = _("none: the account asks for no encryption")
            listened = "" if is_here(self._account.host) else _("Whoever listens on the network can read the messages.")
            return Probed(Step.TLS, 0, found, warning=listened)
        if self._account.security is Security.STARTTLS:
            self._offered = await self._opening.upgrade(self._context, self._offered)
        else:
            await self._opening.start_tls(self._context)
        return _certificate(self._here, self._now())

    async def _auth(self) -> Probed:
        account = self._account
        if not account.user:
            found = _("none: the account has no user")
            if self._offered.auth:
                found = _("none: the account has no user, and the server offers {offered}").format(
                    offered=", ".join(self._offered.auth)
                )
            return Probed(Step.AUTH, 0, found)
        secret = await secret_of(account, self._credentials)
        reply = await self._opening.sign_in(secret, self._offered.auth)
        return Probed(Step.AUTH, 0, _("{user} is let in").format(user=account.user), reply.text)

    async def _sender(self) -> Probed:
        sender = self._sample.sender
        if not sender:
            return Probed(Step.SENDER, 0, _("not tried: no sender is codified yet"))
        with guarded(self._here, Stage.MAIL, self._account.host):
            self._here.send(smtp.mail(sender, 1000, "", self._offered))
            reply = await self._here.reply(asyncio.get_running_loop().time() + self._timeouts.mail)
            if reply.negative:
                raise Rejected(reply, Stage.MAIL)
            self._here.send(smtp.RSET)
            await self._here.reply(asyncio.get_running_loop().time() + self._timeouts.rset)
        found = _("{sender} is accepted").format(sender=sender)
        return Probed(Step.SENDER, 0, found, reply.text, warning=foreign_sender(sender, self._account))

    async def _size(self) -> Probed:
        size = self._offered.size
        if not size:
            return Probed(Step.SIZE, 0, _("the server tells no limit"), limit=0)
        found = _("messages up to {size:.0f} MB").format(size=size / 1_000_000)
        if size < 1_000_000:
            found = _("messages up to {size:.0f} kB").format(size=size / 1000)
        return Probed(Step.SIZE, 0, found, limit=size)

    async def _mail(self) -> Probed:
        to, sender = self._sample.mail_to, self._sample.sender or self._account.user
        wire = build(
            sender_name=self._sample.sender_name,
            sender=sender,
            recipient=to,
            subject=_("Test of the mail account"),
            text=_("This message shows that the mail account of tuimail works. Nothing has to be done."),
            message_id=make_message_id(domain_of(sender)),
            date=self._now(),
        )
        connection = Connection(self._here, self._offered, self._account.host, self._timeouts)
        await connection.begin(sender, to, wire)
        reply = await connection.finish()
        name = queue_id(reply)
        found = _("sent to {address}").format(address=to)
        if name:
            found = _("sent to {address}, queued as {name}").format(address=to, name=name)
        return Probed(Step.MAIL, 0, found, reply.text)


def _certificate(link: Link, now: datetime) -> Probed:
    """Whose certificate it is and until when."""
    held = link.certificate
    names = [value for kind, value in held.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    common = [value for part in held.get("subject", ()) for name, value in part if name == "commonName"]
    subject = (common or names or ["?"])[0]
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(held["notAfter"]), UTC)
    found = _("{protocol}, {subject}, valid until {day}").format(
        protocol=link.protocol, subject=harmless(subject), day=format_day(until.astimezone().date())
    )
    left = (until - now).days
    soon = ngettext("The certificate expires in {n} day.", "The certificate expires in {n} days.", left)
    return Probed(Step.TLS, 0, found, warning=soon if left < SOON_DAYS else "")
