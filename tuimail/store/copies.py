"""The home's own copies: each is a message of its own, queued once the message it is of was taken by the server."""

from __future__ import annotations

from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.mail import Delivery, DeliveryState, Purpose
from tuimail.domain.people import Role
from tuimail.store import journal
from tuimail.store.database import execute
from tuimail.store.tables.base import to_text


def queue_copy(original: Delivery, owner: Owner, now: datetime) -> None:
    """Queue the copy of a message that was just sent, if its wording asks for one; inside the settling transaction.

    Once a message: its own Message-ID is made from the original's. Not one of a batch that was stopped.
    """
    if original.purpose is Purpose.COPY or not execute(_ASKS, original.batch_id, original.structure_id).fetchone():
        return
    message_id = copy_message_id(original.message_id)
    rank = Purpose.COPY.rank
    row = execute(_QUEUE, message_id, rank, to_text(now), original.id).fetchone()
    if row is None:
        return
    copy_id, address = row
    journal.append(
        [
            Event(
                EventKind.QUEUED,
                now,
                batch_id=original.batch_id,
                delivery_id=copy_id,
                number=original.number,
                period=str(original.period),
                resident=original.resident,
                recipient=address,
                role=str(Role.COPY),
                message_id=message_id,
                state=str(DeliveryState.QUEUED),
                pdf_sha256=original.pdf_sha256,
                operator=owner.operator,
                host=owner.host,
            )
        ]
    )


def copy_message_id(message_id: str) -> str:
    """The Message-ID of the copy of that message."""
    name, _at, domain = message_id.partition("@")
    return f"{name}.copy@{domain}"


_ASKS = "SELECT 1 FROM wording WHERE batch_id = ? AND structure_id = ? AND copy_to <> ''"
"""Asked of every message that is sent: most homes want no copies."""
_QUEUE = (
    "INSERT INTO delivery (batch_id, account_id, structure_id, number, period, resident, address, role,"
    " recipient_name, message_id, updated_at, pdf_path, pdf_name, pdf_sha256, issued_on, due_on, gross,"
    " purpose, rank, copy_of, merge_values, language)"
    " SELECT d.batch_id, d.account_id, d.structure_id, d.number, d.period, d.resident, w.copy_to, 'copy', d.address,"
    " ?1, ?3, d.pdf_path, d.pdf_name, d.pdf_sha256, d.issued_on, d.due_on, d.gross, 'copy', ?2, d.id, d.merge_values,"
    " d.language"
    " FROM delivery d JOIN wording w ON w.batch_id = d.batch_id AND w.structure_id = d.structure_id"
    " JOIN batch b ON b.id = d.batch_id"
    " WHERE d.id = ?4 AND b.state IN ('running', 'paused')"
    " ON CONFLICT DO NOTHING RETURNING id, address"
)


def documents_of_originals(batch_id: int) -> dict[int, int]:
    """The documents that the originals of a batch's copies are about, by delivery; empty where it has no copies."""
    if not execute(_WANTS_COPIES, batch_id).fetchone():
        return {}
    return dict(execute(_ORIGINALS, batch_id, batch_id).fetchall())


_WANTS_COPIES = "SELECT 1 FROM wording WHERE batch_id = ? AND copy_to <> '' LIMIT 1"
_ORIGINALS = (
    "SELECT id, document_id FROM delivery WHERE document_id IS NOT NULL AND (batch_id = ? OR id IN"
    " (SELECT copy_of FROM delivery WHERE batch_id = ? AND copy_of IS NOT NULL))"
)


def count(batch_id: int) -> tuple[int, int]:
    """How many copies of that batch were sent, and how many were refused or are uncertain."""
    states = dict(execute(_COUNT, batch_id).fetchall())
    return states.get("sent", 0), states.get("failed", 0) + states.get("uncertain", 0)


_COUNT = "SELECT state, count(*) FROM delivery WHERE batch_id = ? AND purpose = 'copy' GROUP BY state"
