"""Changes of settings, each with its journal line in the same transaction."""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.places import Sender, Structure
from tuimail.domain.settings import account_changes, sender_changes
from tuimail.store import accounts, journal, structures
from tuimail.store.database import transaction


def change_account(account: Account, owner: Owner, now: datetime) -> Account:
    """Store the mail account of its association or operator, new or changed; returns it with its id."""
    with transaction():
        changes = account_changes(accounts.account_of(account.association_id, account.operator), account)
        saved = accounts.save_account(account)
        if changes:
            sentence = _("Mail account of {operator}: {changes}") if account.operator else _("Mail account: {changes}")
            _journal(sentence.format(operator=account.operator, changes=changes), owner, now)
    return saved


def change_sender(structure_id: int, sender: Sender, owner: Owner, now: datetime) -> Structure:
    """Store who the structure's messages come from and what they say; returns the structure as it is now."""
    with transaction():
        before = structures.structure(structure_id)
        changes = sender_changes(before.sender, sender)
        if changes:
            structures.set_sender(structure_id, sender)
            sentence = _("Sender of {structure}: {changes}").format(structure=before.name, changes=changes)
            _journal(sentence, owner, now)
        return structures.structure(structure_id)


def _journal(detail: str, owner: Owner, now: datetime) -> None:
    journal.append([Event(EventKind.SETTING_CHANGED, now, operator=owner.operator, host=owner.host, detail=detail)])
