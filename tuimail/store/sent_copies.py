"""Which messages lie in the Sent folder already, as far as the program has put or seen them there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from tuimail.domain.account import ImapAccount, Owner
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _
from tuimail.domain.imap import Filing
from tuimail.domain.mail import Delivery, DeliveryState, Purpose, Settlement
from tuimail.store import journal
from tuimail.store.database import execute, transaction
from tuimail.store.delivery_rows import delivery_of, event_of
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.places import StructureRow
from tuimail.store.tables.returns import SentCopyRow


def waiting(account: ImapAccount) -> list[Delivery]:
    """What the association has sent and is not noted as being in its Sent folder, oldest first.

    Without own copies, and without what left before the program noted what it was dated.
    """
    query = (
        _sent_by(account.association_id)
        .join(SentCopyRow, JOIN.LEFT_OUTER, on=(SentCopyRow.delivery == DeliveryRow.id))
        .where(SentCopyRow.id.is_null() & DeliveryRow.dated.is_null(False) & (DeliveryRow.wire_sha256 != ""))
        .where(DeliveryRow.purpose != Purpose.COPY)
    )
    return [delivery_of(row) for row in query.order_by(DeliveryRow.id)]


def note(delivery: Delivery, filing: Filing, folder: str, owner: Owner, now: datetime) -> None:
    """That it lies there, or never will; what was put there has its line of the journal."""
    with transaction():
        SentCopyRow.insert(delivery=delivery.id, at=now, outcome=filing, folder=folder).on_conflict_ignore().execute()
        if filing is Filing.FILED:
            said = _("Put into the folder {folder}.").format(folder=folder)
            event = event_of(delivery, Settlement(DeliveryState.SENT, detail=said), owner, now)
            journal.append([replace(event, event=EventKind.FILED)])


def oldest_sent(association_id: int) -> datetime | None:
    """When the oldest of the association's messages was sent."""
    found: datetime | None = _sent_by(association_id).select(fn.MIN(DeliveryRow.updated_at)).scalar()
    return found


def count_waiting() -> int:
    """Messages that wait to be put into a Sent folder, over all the accounts that ask for it.

    Reads the whole history where an account asks for it, and nothing where none does."""
    row = execute(_COUNT).fetchone()
    return int(row[0])


_COUNT = (
    "SELECT count(*) FROM imap_account a JOIN structure s ON s.association_id = a.association_id"
    " JOIN delivery d ON d.structure_id = s.id LEFT JOIN sent_copy c ON c.delivery_id = d.id"
    " WHERE a.copy_sent = 1 AND d.state = 'sent' AND d.purpose <> 'copy' AND d.dated IS NOT NULL"
    " AND d.wire_sha256 <> '' AND c.id IS NULL"
)


def _sent_by(association_id: int) -> Any:
    return (
        DeliveryRow.select()
        .join(StructureRow, on=(StructureRow.id == DeliveryRow.structure))
        .where((StructureRow.association == association_id) & (DeliveryRow.state == DeliveryState.SENT))
        .switch(DeliveryRow)
    )
