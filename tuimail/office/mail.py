"""The mail accounts as the screens and the command line handle them: kept, signed in to, tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.config import secrets
from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import is_address
from tuimail.domain.errors import NotSettled, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.settings import checked_account, confirmed_clear
from tuimail.store import account_card, accounts, limits, structures
from tuimail.store.database import in_writer, transaction

if TYPE_CHECKING:
    from tuimail.sending.credentials import Credentials
    from tuimail.sending.probe import Probed, Sample


class MailAccounts:
    """What can be done with the accounts, by that operator."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def credentials(self, account: Account) -> Credentials:
        """What the account signs in with; None where its password is not known. Raises NotSettled."""
        if not account.user:
            return None
        if account.oauth:
            from tuimail.sending.oauth import token_source

            return token_source(account)
        return secrets.password(account)

    def known_credentials(self, account: Account) -> Credentials:
        """The same, for who is about to sign in; raises NotSettled where the password is not known either."""
        credentials = self.credentials(account)
        if account.user and credentials is None:
            raise NotSettled(
                _("The password of {user} is not known on this machine.").format(user=account.user),
                _("Start the send from a terminal to be asked for it, or store it: tuimail smtp set --password-stdin."),
            )
        return credentials

    def save(self, account: Account, confirmation: str = "") -> Account:
        """Check and keep the account over whatever is kept; the journal says what has changed.

        `confirmation`: the host's name, where a password would go unencrypted to another machine. Raises BadInput.
        """
        confirmed = confirmed_clear(checked_account(account), confirmation)
        with transaction():
            return self.keep(accounts.account_of(account.association_id, account.operator), confirmed)

    def keep(self, opened: Account | None, account: Account) -> Account:
        """Check and keep the account over the state that it was `opened` with; returns it with its id.

        Without an association, the first one is its; where there is none, one is made. Raises Changed where somebody
        else has saved the same account meanwhile, BadInput for what no mail could be sent with.
        """
        checked = confirmed_clear(checked_account(account), "")
        with transaction():
            if not checked.association_id:
                known = structures.associations()[:1] or [structures.add_association(_("Association"))]
                checked = replace(checked, association_id=known[0].id)
            return account_card.keep(opened, checked, self._owner, datetime.now(UTC))

    def sign_in_sentence(self, account: Account) -> str:
        """What the account signs in with and who can read it, for people; never the secret itself."""
        if not account.user:
            return _("no authentication")
        if not account.oauth:
            return secrets.source_sentence(account)
        from tuimail.sending.oauth import has_token_command, signed_in

        try:
            if has_token_command(account):
                return _("tokens by a command of your own settings")
            who = signed_in(account)
        except TuimailError as error:
            return str(error)
        return _("signed in as {who}").format(who=who) if who else _("nobody is signed in")

    def sample(self, account: Account, mail_to: str = "") -> Sample:
        """Who a test of the account is about: the first sender codified, else the account's own address."""
        from tuimail.sending.probe import Sample

        for place in structures.structures(account.association_id):
            if place.sender.email:
                return Sample(place.sender.email, place.sender.name, mail_to)
        return Sample(account.user if is_address(account.user) else "", "", mail_to)

    def test(self, account: Account, mail_to: str = "", password: str | None = None) -> AsyncIterator[Probed]:
        """The connection test; see `sending.probe.probe`. Raises NotSettled where the secret cannot be had.

        `password`: what was typed, in place of what is kept.
        """
        from tuimail.sending.probe import probe

        sample = self.sample(account, mail_to)
        if mail_to and not sample.sender:
            sample = replace(sample, sender=mail_to)
        return _limit_noted(
            account, probe(account, self.credentials(account) if password is None else password, sample)
        )


async def _limit_noted(account: Account, steps: AsyncIterator[Probed]) -> AsyncIterator[Probed]:
    """The same steps; what the server says of its limit is kept for the control before a send."""
    async for step in steps:
        if step.limit is not None:
            await in_writer(limits.note, account, step.limit, datetime.now(UTC))
        yield step
