"""Changes of settings, each with its journal line in the same transaction."""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.i18n import _
from tuimail.domain.places import Sender, Structure
from tuimail.domain.settings import account_changes, sender_changes
from tuimail.store import accounts, structures
from tuimail.store.changes import tell
from tuimail.store.database import transaction


def change_account(account: Account, owner: Owner, now: datetime) -> Account:
    """Store the association's mail account, new or changed; returns it with its id."""
    with transaction():
        changes = account_changes(accounts.account_of(account.association_id), account)
        saved = accounts.save_account(account)
        if changes:
            tell(_("Mail account: {changes}").format(changes=changes), owner, now)
    return saved


def change_sender(structure_id: int, sender: Sender, owner: Owner, now: datetime) -> Structure:
    """Store who the structure's messages come from and what they say; returns the structure as it is now."""
    with transaction():
        before = structures.structure(structure_id)
        changes = sender_changes(before.sender, sender)
        if changes:
            structures.set_sender(structure_id, sender)
            sentence = _("Sender of {structure}: {changes}").format(structure=before.name, changes=changes)
            tell(sentence, owner, now)
        return structures.structure(structure_id)
