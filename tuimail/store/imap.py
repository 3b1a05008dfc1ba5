"""The accounts by which an association's own mail is read."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from tuimail.domain.account import ImapAccount, Owner, Security
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.imap import imap_changes
from tuimail.store import journal
from tuimail.store.database import transaction
from tuimail.store.tables.imap import ImapRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.places import StructureRow

_KEPT = tuple(field.name for field in fields(ImapAccount) if field.name not in ("association_id", "id"))


def imap_accounts() -> list[ImapAccount]:
    """All IMAP accounts."""
    return [_account(row) for row in ImapRow.select().order_by(ImapRow.id)]


def imap_account_of(association_id: int) -> ImapAccount | None:
    """The association's account, if one is codified."""
    row = ImapRow.get_or_none(ImapRow.association == association_id)
    return _account(row) if row else None


def imap_accounts_by_message(message_ids: list[str]) -> dict[str, ImapAccount]:
    """The account in whose Sent folder each of these messages would be; those of associations without one are left out.

    A few hundred at a time.
    """
    known = {account.association_id: account for account in imap_accounts()}
    query = (
        DeliveryRow.select(DeliveryRow.message_id, StructureRow.association)
        .join(StructureRow, on=(StructureRow.id == DeliveryRow.structure))
        .where(DeliveryRow.message_id.in_(message_ids))
    )
    return {message_id: known[found] for message_id, found in query.tuples() if found in known}


def change_imap_account(account: ImapAccount, owner: Owner, now: datetime) -> ImapAccount:
    """Store the association's account, new or changed, with its line of the journal; returns it with its id."""
    values = {name: getattr(account, name) for name in _KEPT}
    with transaction():
        before = imap_account_of(account.association_id)
        if before is None:
            saved = _account(ImapRow.create(association=account.association_id, **values))
        else:
            ImapRow.update(**values).where(ImapRow.id == before.id).execute()
            saved = _account(ImapRow.get_by_id(before.id))
        if changes := imap_changes(before, saved):
            detail = _("IMAP account: {changes}").format(changes=changes)
            journal.append(
                [Event(EventKind.SETTING_CHANGED, now, operator=owner.operator, host=owner.host, detail=detail)]
            )
    return saved


def _account(row: Any) -> ImapAccount:
    values = {name: getattr(row, name) for name in _KEPT} | {"security": Security(row.security)}
    return ImapAccount(association_id=row.association_id, id=row.id, **values)
