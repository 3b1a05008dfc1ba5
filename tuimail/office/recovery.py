"""After a cut, or a day away: what was left is mended, what happened is told, and the own mailbox is looked into."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from tuimail.config import process, secrets
from tuimail.domain.account import ImapAccount, Owner
from tuimail.domain.away import Away
from tuimail.domain.errors import AccountBusy, NotSettled
from tuimail.domain.i18n import _
from tuimail.domain.imap import Finding, SentFolder
from tuimail.store import accounts, imap, outbox, seen, waiting
from tuimail.store.database import transaction

_CHUNK = 500


class Recovery:
    """For one operator."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def mend(self) -> None:
        """Settle what a sender that died had in its hands, so that it can be told and decided about."""
        now = datetime.now(UTC)
        for account in accounts.accounts():
            with transaction():
                if not waiting.in_hand(account.id) or self._sends(account.id, now):
                    continue
                with suppress(AccountBusy):
                    lease, _mended = outbox.acquire(account.id, self._owner, now, process.is_alive)
                    outbox.release(lease)

    @staticmethod
    def _sends(account_id: int, now: datetime) -> bool:
        held = accounts.holder(account_id, now)
        return held is not None and process.is_alive(held[0]) is not False

    def away(self) -> Away:
        """What this operator has not seen yet, and what was left."""
        now = datetime.now(UTC)
        sending = [account.id for account in accounts.accounts() if self._sends(account.id, now)]
        return seen.away(self._owner.operator, sending)

    def mark_seen(self, event_id: int) -> None:
        """The journal was on this operator's screen up to that line."""
        seen.mark(self._owner.operator, event_id, datetime.now(UTC))

    def set_imap(self, account: ImapAccount) -> ImapAccount:
        """Keep the association's IMAP account."""
        return imap.change_imap_account(account, self._owner, datetime.now(UTC))

    def imap_password(self, account: ImapAccount) -> str:
        """The account's password; raises NotSettled if it is not known here."""
        password = secrets.password(account)
        if password is None:
            raise NotSettled(
                _("The IMAP password of {user} is not known on this machine.").format(user=account.user),
                _("Give it: tuimail imap set --password-stdin."),
            )
        return password

    def test_imap(self, account: ImapAccount) -> SentFolder:
        """Open the account's Sent folder; raises ServerError or NotSettled."""
        from tuimail.sending.mailbox import opened
        from tuimail.sending.sent_folder import sent_folder

        with opened(account, self.imap_password(account)) as mailbox:
            return sent_folder(mailbox, account)

    def look_up(self, message_ids: Sequence[str]) -> list[Finding]:
        """Look for these messages in the Sent folders of the associations they are of; it decides nothing.

        Messages of an association without an IMAP account are left out. Raises ServerError, or NotSettled where there
        is no account for any of them.
        """
        from tuimail.sending.mailbox import opened
        from tuimail.sending.sent_folder import look_for

        wanted: dict[ImapAccount, list[str]] = {}
        for start in range(0, len(message_ids), _CHUNK):
            chunk = imap.imap_accounts_by_message(list(message_ids[start : start + _CHUNK]))
            for message_id, account in chunk.items():
                wanted.setdefault(account, []).append(message_id)
        if message_ids and not wanted:
            raise NotSettled(
                _("No IMAP account is codified: the Sent folder cannot be looked into."),
                _("Codify it: tuimail imap set --host NAME --user NAME, or the key I among the uncertain messages."),
            )
        found: list[Finding] = []
        for account, ids in wanted.items():
            with opened(account, self.imap_password(account)) as mailbox:
                found += look_for(mailbox, account, ids)
        return found
