"""A lane: one connection, and the message that is on its way through it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from tuimail.domain.account import Account
from tuimail.domain.errors import BadInput, NotSettled, ServerError, TuimailError
from tuimail.domain.mail import Delivery
from tuimail.domain.returns import envid_of
from tuimail.sending import results
from tuimail.sending.connection import Connection, ConnectionFailed, Rejected, Uncertain
from tuimail.sending.credentials import Credentials
from tuimail.sending.link import Timeouts
from tuimail.sending.results import Message, Result

Barrier = Callable[[Delivery, str], Awaitable[bool]]
"""Commits that a delivery with a wire of that SHA-256 is in flight; False: no dot may be written."""


class Lane:
    """Delivers one message after another, over a connection that it opens anew as needed."""

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        timeouts: Timeouts,
        barrier: Barrier,
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._credentials = credentials
        self._timeouts = timeouts
        self._barrier = barrier
        self._now = now
        self._connection: Connection | None = None
        self.proven = False
        """Whether a message has got a clear answer on the present connection."""

    @property
    def connected(self) -> bool:
        """Whether a message can begin right away."""
        return self._connection is not None and self._connection.is_usable

    async def connect(self) -> Connection:
        """The connection; a new one if there is none that can be used. Raises ServerError or NotSettled."""
        if self._connection is not None:
            if self._connection.is_usable:
                return self._connection
            self.abort()
        self.proven = False
        self._connection = await Connection.open(self._account, self._credentials, timeouts=self._timeouts)
        return self._connection

    async def deliver(self, message: Message) -> Result | None:
        """One try of one message. None: it was held back at the barrier, and nothing has left."""
        delivery, envelope = message.delivery, message.envelope
        if isinstance(envelope, TuimailError):
            return results.unfit(delivery, envelope)
        wire = envelope.wire
        try:
            connection = await self.connect()
            await connection.begin(envelope.sender, delivery.address, wire, envid=envid_of(delivery.message_id))
            if not await self._in_flight(connection, delivery, wire.sha256):
                return None
            delivery = replace(delivery, wire_sha256=wire.sha256)
            reply = await connection.finish()
        except Rejected as error:
            self.proven = True
            return results.refused(delivery, error, self._now())
        except ConnectionFailed as error:
            return results.cut(delivery, error, self._now())
        except Uncertain as error:
            return results.uncertain(delivery, error)
        except (ServerError, NotSettled) as error:
            return results.held(delivery, error)
        except BadInput as error:
            return results.unfit(delivery, error)
        self.proven = True
        return results.sent(delivery, reply)

    async def _in_flight(self, connection: Connection, delivery: Delivery, wire_sha256: str) -> bool:
        passed = False
        try:
            passed = await self._barrier(delivery, wire_sha256)
        finally:
            if not passed:
                connection.abort()
        return passed

    def abort(self) -> None:
        """Close at once; a message under way is not finished."""
        if self._connection is not None:
            self._connection.abort()

    async def quit(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.quit()
