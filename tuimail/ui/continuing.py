"""What goes on by itself while the application runs.

Messages put off and letters written for a certain hour when their time has come, what a pause of the server's held up,
and what was queued behind somebody else's send once that has ended. What a cut left queued waits for the operator.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tuimail.domain.account import Account
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.store import accounts, waiting
from tuimail.store.database import in_writer
from tuimail.ui.waiting import HELD

if TYPE_CHECKING:
    from tuimail.ui.sending import Sending

REST = timedelta(minutes=1)
"""After a try that came to nothing."""


class Continuing:
    """Looks every few seconds whether something may leave again."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._held: dict[int, datetime] = {}
        """Accounts from which nothing may leave before then: the server said so, or a limit."""
        self._rests_until: datetime | None = None

    async def look(self, busy: frozenset[int], now: datetime, operator: str) -> None:
        """Go on with what that operator may go on with; `busy`: accounts that another session sends from."""
        if self._sending.active or (self._rests_until is not None and now < self._rests_until):
            return
        for account in await in_writer(accounts.usable_by, operator):
            if account.id in busy:
                continue
            batch_id, label = await in_writer(self._next, account, now)
            if batch_id and not self._sending.active:
                self._rests_until = now + REST
                try:
                    await self._sending.resume(account, label, batch_id)
                except TuimailError:
                    # The list's notice says what waits.
                    continue
                self._rests_until = None
                self._held.pop(account.id, None)
                return

    def _next(self, account: Account, now: datetime) -> tuple[int, str]:
        """The batch to go on with, and how that is called; 0 if there is none."""
        batch = waiting.next_batch(account.id, now)
        if batch is None:
            return 0, ""
        if batch.id in self._sending.behind:
            return batch.id, batch.label
        if due := waiting.due_batch(account.id, now):
            from tuimail.store import letters

            mailing = letters.of_batch(due)
            return due, mailing.label if mailing else _("messages to be tried again")
        until = waiting.next_departure(account, now)
        if until is not None and until > now + HELD:
            self._held[account.id] = until
        held = self._held.get(account.id)
        return (batch.id, batch.label) if held is not None and held <= now else (0, "")
