"""The mail account as a card: saved under the eyes of others who may have the same account open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tuimail.domain.account import Account, Owner
from tuimail.domain.changes import Changed, merged
from tuimail.domain.i18n import _
from tuimail.domain.settings import account_labels
from tuimail.store import accounts, structures
from tuimail.store.changes import Subject, save


@dataclass(frozen=True, slots=True)
class AccountCard:
    """What is kept of an association's or an operator's account; None before the first time."""

    account: Account | None


def keep(opened: Account | None, typed: Account, owner: Owner, now: datetime) -> Account:
    """Write `typed` over `opened`, with its journal line; returns the account with its id.

    Raises Changed, with an `AccountCard` as `theirs`, where somebody else has saved meanwhile.
    """
    saved = save(_subject(typed.association_id, typed.operator), AccountCard(opened), AccountCard(typed), owner, now)
    return cast(Account, saved.account)


def theirs(error: Changed) -> Account | None:
    """The account as the database holds it, of what `keep` raised."""
    return cast(AccountCard, error.theirs).account


def joined(opened: Account | None, typed: Account, error: Changed) -> Account:
    """What somebody else has saved, and over it what was typed since `opened`."""
    found = merged(AccountCard(opened), AccountCard(typed), cast(AccountCard, error.theirs), _labels())
    return cast(Account, found.account)


def _labels() -> dict[str, str]:
    return {f"account.{name}": label for name, label in account_labels().items()}


def _subject(association_id: int, operator: str) -> Subject[AccountCard]:
    def read() -> AccountCard:
        return AccountCard(accounts.account_of(association_id, operator))

    def write(card: AccountCard) -> None:
        accounts.save_account(cast(Account, card.account))

    if operator:
        title = _("Mail account of {operator}").format(operator=operator)
    else:
        name = next((each.name for each in structures.associations() if each.id == association_id), "")
        title = _("Mail account ({name})").format(name=name) if name else _("Mail account")
    kind = f"account of {operator}" if operator else "account"
    return Subject(kind, association_id, title, _labels(), read, write)
