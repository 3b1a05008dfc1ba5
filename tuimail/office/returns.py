"""What comes back, and what goes into the Sent folder: the association's own mailbox, read and filled."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.domain.account import ImapAccount
from tuimail.domain.errors import BadFile, NotSettled, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.imap import Filed
from tuimail.domain.returns import Harvest
from tuimail.store import imap, returns, sent_copies
from tuimail.store.database import in_background

if TYPE_CHECKING:
    from tuimail.office import Office

Progress = Callable[[int], None]


class Returns:
    """For one operator."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def accounts(self) -> list[ImapAccount]:
        """The mailboxes; raises NotSettled if none is codified."""
        found = imap.imap_accounts()
        if not found:
            raise NotSettled(
                _("No IMAP account is codified: returns cannot be read."),
                _("Codify it: tuimail imap set --host NAME --user NAME, or the key I among the returns."),
            )
        return found

    def read(self, progress: Progress | None = None) -> Harvest:
        """Read what came back into every mailbox since the last look; `progress` is told how many were looked at.

        What was kept before something went wrong stays kept. Raises ServerError, NotSettled.
        """
        harvest = Harvest()
        for account in self.accounts():
            harvest += self._read(account, progress)
        return harvest

    def _read(self, account: ImapAccount, progress: Progress | None) -> Harvest:
        from tuimail.sending.inbox import INBOX, first_day, look, move
        from tuimail.sending.mailbox import opened

        now, harvest = datetime.now(UTC), Harvest()
        password = self._office.recovery.imap_password(account)
        after = returns.read_up_to(account.id, INBOX)
        since = first_day(sent_copies.oldest_sent(account.association_id), now)
        with opened(account, password) as mailbox:
            for piece in look(mailbox, account, after, since):
                new = returns.keep(
                    piece.arrived, account.id, INBOX, piece.uidvalidity, piece.uid, self._office.owner, now
                )
                ours = [mail.uid for mail in piece.arrived if any(map(returns.match, mail.reports))]
                moved = move(mailbox, account, ours)
                harvest += Harvest(piece.messages, tuple(new), moved)
                if progress is not None:
                    progress(harvest.looked_at)
        return harvest

    def copy_sent(self, progress: Callable[[int, int], None] | None = None) -> Filed:
        """Put what was sent and is not there yet into the Sent folders of the accounts that ask for it.

        `progress` is told how many of how many are done. Raises ServerError, NotSettled, DocumentError.
        """
        with self._alone():
            return self._copy_sent(progress)

    def _copy_sent(self, progress: Callable[[int, int], None] | None) -> Filed:
        from tuimail.sending.filing import file_all
        from tuimail.sending.mailbox import opened

        total = Filed()
        for account in self.accounts():
            waiting = sent_copies.waiting(account)
            if not (account.copy_sent and waiting):
                continue
            with opened(account, self._office.recovery.imap_password(account), longest=_HOUR) as mailbox:
                total += file_all(mailbox, account, waiting, self._office, self._office.owner, progress)
        return total

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two sessions that look, find nothing and append would put a message there twice."""
        path = self._office.paths.database.with_suffix(".filing")
        try:
            # Read only: another account of the group may have made it.
            handle = os.open(path, os.O_RDONLY | os.O_CREAT, 0o660)
        except OSError as error:
            raise BadFile(_("{path} cannot be opened.").format(path=path), _("Check the folder's rights.")) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise NotSettled(
                _("Another session is putting messages into the Sent folder."), _("Wait until it has ended.")
            ) from error
        try:
            yield
        finally:
            os.close(handle)

    async def copy_sent_quietly(self) -> None:
        """The same after a send, where nobody asked: what cannot be done now waits for the next time."""
        if await in_background(sent_copies.count_waiting):
            with suppress(TuimailError):
                await in_background(self.copy_sent)


_HOUR = 3600.0
