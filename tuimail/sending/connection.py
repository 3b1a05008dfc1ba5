"""A conversation with a mail server, and one message at a time through it, its closing dot last and on its own."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

from tuimail.domain.account import Account
from tuimail.domain.i18n import _
from tuimail.sending import refusals, smtp
from tuimail.sending.credentials import Credentials
from tuimail.sending.failures import ConnectionFailed, Rejected, Uncertain
from tuimail.sending.link import RFC_TIMEOUTS, Link, Timeouts
from tuimail.sending.message import Wire
from tuimail.sending.opening import guarded, open_session
from tuimail.sending.parser import Capabilities, ProtocolError, Reply
from tuimail.sending.smtp import Command, Stage

__all__ = ["Connection", "ConnectionFailed", "Rejected", "Timeouts", "Uncertain"]


class Connection:
    """One signed-in session; made by `open`, used by one task at a time.

    A message is `begin` (everything but the dot), then the caller's commit, then `finish` (the dot and its reply) or
    `abort`. Every failure is a SmtpFailure. A task that was cancelled while `finish` waited is stopped at its next
    `begin` or `open`.
    """

    def __init__(self, link: Link, capabilities: Capabilities, host: str, timeouts: Timeouts) -> None:
        self.capabilities = capabilities
        self._link = link
        self._host = host
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._ready_for_dot = False

    @classmethod
    async def open(cls, account: Account, credentials: Credentials, *, timeouts: Timeouts = RFC_TIMEOUTS) -> Connection:
        """Connect, secure and sign in as `account` says.

        Raises ConnectionFailed where a later try may do, AccountRefused where somebody must change something,
        NotSettled without the password that the account needs. No byte of the password leaves the machine unless the
        wire is under verified TLS, or somebody has said by the host's name that it may.
        """
        _stop_if_cancelled()
        link, capabilities = await open_session(account, credentials, timeouts)
        return cls(link, capabilities, account.host, timeouts)

    @property
    def is_usable(self) -> bool:
        """Whether another message can begin: the server is there, in step, and not in the middle of a message."""
        return self._link.alive and not self._ready_for_dot

    async def begin(self, sender: str, recipient: str, wire: Wire, envid: str = "") -> None:
        """Send everything of one message but its closing dot; the server has accepted nothing yet.

        Raises Rejected where the server refuses (the connection stays usable if it can), ConnectionFailed where it
        is lost, BadAddress for an address that cannot stand on an envelope. Cancelled, the connection is closed.
        """
        _stop_if_cancelled()
        offered = self.capabilities
        commands = (
            smtp.mail(sender, wire.size, envid, offered),
            smtp.rcpt(recipient, offered),
            smtp.DATA,
        )
        if offered.size and wire.size > offered.size:
            raise Rejected(_too_large(wire.size, offered.size), Stage.SIZE)
        refusal = await self._announce(commands)
        if refusal is not None:
            if self.is_usable:
                await self.reset()
            raise refusal
        with self._guarded(Stage.BODY):
            await self._link.pour(smtp.stuffed(wire.chunks), self._timeouts.block)
        self._ready_for_dot = True

    async def finish(self) -> Reply:
        """Write the dot of the message begun and return the reply that accepts it (2xx).

        Raises Rejected for a 4xx or 5xx, ConnectionFailed if the connection turns out lost before the dot is
        written, Uncertain if it was written and no clear reply comes. A cancelled task gets the reply, or Uncertain,
        as well: it is not cancelled here but at its next `begin` or `open`.
        """
        if not self._ready_for_dot:
            raise RuntimeError("finish() without begin()")
        self._ready_for_dot = False
        with self._guarded(Stage.BODY):
            try:
                _stop_if_cancelled()
                await self._link.settle()
            except asyncio.CancelledError as error:
                raise refusals.stopped(self._host) from error
            self._link.send(smtp.DOT)
        reply = await self._acknowledgement()
        if reply.code == 421:
            self.abort()
        if reply.positive:
            return reply
        raise Rejected(reply, Stage.DOT)

    def abort(self) -> None:
        """Close at once; a message begun is not finished and will not be accepted."""
        self._link.abort()

    async def reset(self) -> bool:
        """Take the session back to its start. Answers whether it can be used; never fails."""
        try:
            self._link.send(smtp.RSET)
            reply = await self._link.reply(self._loop.time() + self._timeouts.rset)
        except (OSError, ProtocolError):
            self.abort()
            return False
        except BaseException:
            self.abort()
            raise
        if not reply.positive:
            self.abort()
        return self.is_usable

    async def quit(self) -> None:
        """Take leave and close; never fails, and never finishes a message."""
        try:
            if self.is_usable:
                self._link.send(smtp.QUIT)
                await self._link.reply(self._loop.time() + self._timeouts.quit)
                await self._link.close(self._timeouts.quit)
        except (OSError, ProtocolError):
            pass
        finally:
            self.abort()

    # One message.

    async def _announce(self, commands: tuple[Command, ...]) -> Rejected | None:
        """Say `commands` (MAIL, RCPT, DATA), all at once if the server takes that; the refusal, or None at 354."""
        patience = {Stage.MAIL: self._timeouts.mail, Stage.RCPT: self._timeouts.rcpt, Stage.DATA: self._timeouts.data}
        refusal: Rejected | None = None
        pipelining = self.capabilities.pipelining
        if pipelining:
            with self._guarded(Stage.MAIL):
                self._link.send(*commands)
        for command in commands:
            stage = command.stage
            with self._guarded(stage):
                if not pipelining:
                    self._link.send(command)
                try:
                    reply = await self._link.reply(self._loop.time() + patience[stage])
                except (OSError, ProtocolError):
                    if refusal is None:
                        raise
                    self.abort()
                    return refusal
                if refusal is not None:
                    if stage is Stage.DATA and not reply.negative:
                        # It waits for a message that nobody is to get: a dot, even alone, might be accepted.
                        self.abort()
                elif reply.code == 421:
                    raise refusals.busy(reply, stage, self._host)
                elif reply.negative:
                    refusal = Rejected(reply, stage)
                    if not pipelining:
                        break
                elif not (reply.code == 354 if stage is Stage.DATA else reply.positive):
                    raise ProtocolError(
                        _("“{text}” in answer to {stage}").format(text=reply.brief, stage=stage.upper()), reply
                    )
        return refusal

    async def _acknowledgement(self) -> Reply:
        """The reply to the dot, or Uncertain."""
        deadline = self._loop.time() + self._timeouts.dot
        cancelled = False
        try:
            while True:
                try:
                    reply = await self._link.reply(deadline)
                    break
                except asyncio.CancelledError:
                    if cancelled:
                        raise
                    cancelled = True
                    deadline = min(deadline, self._loop.time() + self._timeouts.cancelled)
        except (OSError, ProtocolError, asyncio.CancelledError) as error:
            self.abort()
            raise Uncertain(getattr(error, "reply", None)) from error
        if not (reply.positive or reply.negative):
            self.abort()
            raise Uncertain(reply)
        return reply

    def _guarded(self, stage: Stage) -> AbstractContextManager[None]:
        return guarded(self._link, stage, self._host)


def _stop_if_cancelled() -> None:
    """Raise in a task whose cancellation `finish` held back."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _too_large(size: int, limit: int) -> Reply:
    text = f"5.3.4 {size} bytes; the server announced {limit} at most"
    return Reply(552, "5.3.4", (text,), b"")
