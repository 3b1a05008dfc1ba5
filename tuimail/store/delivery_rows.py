"""A row of the outbox as the value that leaves the store, and the journal line of what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from tuimail.domain.account import Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, DeliveryState, Purpose, Settlement
from tuimail.domain.people import Role
from tuimail.domain.periods import Period
from tuimail.store.tables.base import day_from_text, from_text
from tuimail.store.tables.outbox import DeliveryRow

NAMES = tuple(field.name for field in fields(Delivery))
"""The columns that `delivery_read` takes, in that order."""
_REFERENCES = ("document_id", "resident_id", "mailing_id", "copy_of")
"""Empty where they refer to nothing; 0 in a `Delivery`."""
_EVENT_OF = {
    DeliveryState.QUEUED: EventKind.REQUEUED,
    DeliveryState.SENT: EventKind.SENT,
    DeliveryState.FAILED: EventKind.FAILED,
    DeliveryState.DEFERRED: EventKind.DEFERRED,
    DeliveryState.UNCERTAIN: EventKind.UNCERTAIN,
    DeliveryState.CANCELLED: EventKind.CANCELLED,
}


COPIED = "a copy"
"""In place of an owner, in a copy of the database: what waited or was under way when it was made."""


def never_tried(now: datetime) -> Any:
    """The condition of what waits for its first try at a later hour: nobody can have sent it."""
    waits = (DeliveryRow.state == DeliveryState.DEFERRED) & (DeliveryRow.attempt == 0)
    return waits & (DeliveryRow.next_at > now)


def waited_in_a_copy() -> Settlement:
    """What becomes, in a copy, of a message that waited when it was made."""
    return Settlement(
        DeliveryState.UNCERTAIN,
        detail=_("It waited when this copy was made: perhaps sent since, to be checked."),
    )


def delivery_of(row: Any) -> Delivery:
    """A row that peewee has read."""
    return _delivery({name: getattr(row, "copy_of_id" if name == "copy_of" else name) for name in NAMES})


def delivery_read(row: Sequence[Any]) -> Delivery:
    """A row as the database gives it: the columns of `NAMES`."""
    named = dict(zip(NAMES, row, strict=True))
    named["period"] = Period.parse(named["period"])
    for name in ("next_at", "updated_at", "dated"):
        named[name] = from_text(named[name])
    for name in ("issued_on", "due_on"):
        named[name] = day_from_text(named[name])
    return _delivery(named)


def _delivery(named: Mapping[str, Any]) -> Delivery:
    kinds = {"purpose": Purpose(named["purpose"]), "role": Role(named["role"]), "state": DeliveryState(named["state"])}
    return Delivery(**{**named, **{name: named[name] or 0 for name in _REFERENCES}, **kinds})


def event_of(delivery: Delivery, outcome: Settlement, owner: Owner, now: datetime) -> Event:
    """The journal line of a delivery that became `outcome`."""
    return line_about(
        delivery,
        _EVENT_OF[outcome.state],
        owner,
        now,
        state=str(outcome.state),
        code=outcome.code,
        reply=outcome.reply,
        queue_id=outcome.queue_id,
        wire_sha256=delivery.wire_sha256,
        until=outcome.next_at,
        detail=outcome.detail,
    )


def line_about(delivery: Delivery, kind: EventKind, owner: Owner, now: datetime, **told: Any) -> Event:
    """A journal line about that message; `told`: what it says besides which one it is."""
    return Event(
        event=kind,
        at=now,
        batch_id=delivery.batch_id,
        delivery_id=delivery.id,
        document_id=delivery.document_id,
        number=delivery.number,
        period=str(delivery.period),
        resident=delivery.resident,
        recipient=delivery.address,
        role=str(delivery.role),
        message_id=delivery.message_id,
        pdf_sha256=delivery.pdf_sha256,
        operator=owner.operator,
        host=owner.host,
        **told,
    )
