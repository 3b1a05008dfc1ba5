"""Changes of settings, each with its journal line in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.places import Association, Sender, Structure
from tuimail.store import accounts, structures
from tuimail.store.account_card import keep
from tuimail.store.changes import save
from tuimail.store.database import transaction
from tuimail.store.tree import association_card, structure_card


def change_account(account: Account, owner: Owner, now: datetime) -> Account:
    """Store the mail account of its association or operator, new or changed; returns it with its id."""
    with transaction():
        return keep(accounts.account_of(account.association_id, account.operator), account, owner, now)


def change_sender(structure_id: int, sender: Sender, owner: Owner, now: datetime) -> Structure:
    """Store who the structure's messages come from and what they say; returns the structure as it is now."""
    with transaction():
        before = structures.structure(structure_id)
        return save(structure_card(before), before, replace(before, sender=sender), owner, now)


def change_association(association: Association, owner: Owner, now: datetime) -> Association:
    """Store the association's name and default text; returns it as it is now."""
    with transaction():
        before = structures.association(association.id) or association
        return save(association_card(association.id, before.name), before, association, owner, now)
