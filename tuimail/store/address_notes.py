"""What is known of each address of a resident: when it was typed anew, when it first took a message, when it failed.

Whoever learns of a bounce later, such as from a returned message, calls `bounced`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tuimail.domain.mail import Delivery, DeliveryState, Settlement
from tuimail.domain.people import Resident
from tuimail.domain.standing import address_is_wrong
from tuimail.store.database import execute, transaction
from tuimail.store.tables.base import to_text
from tuimail.store.tables.people import AddressNoteRow, GuardianRow, RelativeRow, ResidentRow

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class AddressNote:
    """One address of one resident."""

    address: str
    changed_at: datetime | None = None
    succeeded_at: datetime | None = None
    """When a server last took a message for it, since it was changed."""
    bounced_at: datetime | None = None
    """When a message to it failed for good, since a server last took one."""
    bounce: str = ""
    """What was said then, in a sentence or the server's words."""
    refused: bool = False
    """The server refused it while the message was handed over, which so never left; else the message came back."""

    @property
    def unproven(self) -> bool:
        """Typed anew, and nothing has reached it since."""
        return self.changed_at is not None and self.succeeded_at is None

    @property
    def bounces(self) -> bool:
        """The last that is known of it is a refusal or a message that came back."""
        return self.bounced_at is not None


def notes(resident_ids: Sequence[int]) -> dict[int, dict[str, AddressNote]]:
    """By resident, then by address in lower case; who has no note is not in it."""
    found: dict[int, dict[str, AddressNote]] = defaultdict(dict)
    for start in range(0, len(resident_ids), _CHUNK):
        chunk = list(resident_ids[start : start + _CHUNK])
        for row in AddressNoteRow.select().where(AddressNoteRow.resident.in_(chunk)).namedtuples():
            note = AddressNote(row.address, row.changed_at, row.succeeded_at, row.bounced_at, row.bounce, row.refused)
            found[row.resident][row.address] = note
    return found


def changed(people: Sequence[Resident], now: datetime) -> None:
    """Before these known residents are saved: note the addresses that they did not have, forget those they lose."""
    before = _addresses([person.id for person in people])
    with transaction():
        for person in people:
            old = before[person.id]
            new = {address.casefold() for address in person.addresses}
            for address in sorted(new - old):
                execute(_CHANGED, person.id, address, to_text(now))
            for address in sorted(old - new):
                execute(_FORGET, person.id, address)


def settled(delivery: Delivery, outcome: Settlement, now: datetime) -> None:
    """A try to send that message has ended; inside the transaction that writes it."""
    address = delivery.address.casefold()
    if outcome.state == DeliveryState.SENT:
        execute(_SUCCEEDED, to_text(now), delivery.resident_id, delivery.document_id, address)
    elif outcome.state == DeliveryState.FAILED and address_is_wrong(outcome.code):
        said = outcome.detail or outcome.reply
        execute(_REFUSED, address, to_text(now), said, delivery.document_id, delivery.resident_id)


def bounced(resident_id: int, address: str, why: str, now: datetime) -> None:
    """A message to that address came back."""
    with transaction():
        execute(_BOUNCED, resident_id, address.casefold(), to_text(now), why)


_CHANGED = (
    "INSERT INTO address_note (resident_id, address, changed_at) VALUES (?, ?, ?)"
    " ON CONFLICT (resident_id, address) DO UPDATE SET changed_at = excluded.changed_at, succeeded_at = NULL,"
    " bounced_at = NULL, bounce = '', refused = 0"
)
_FORGET = "DELETE FROM address_note WHERE resident_id = ? AND address = ?"
_SUCCEEDED = (
    "UPDATE address_note SET succeeded_at = ?, bounced_at = NULL, bounce = '', refused = 0"
    " WHERE resident_id IN (?, (SELECT resident_id FROM document WHERE id = ?)) AND address = ?"
)
_ON_BOUNCE = (
    " ON CONFLICT (resident_id, address) DO UPDATE SET bounced_at = excluded.bounced_at, bounce = excluded.bounce,"
    " refused = excluded.refused"
)
_REFUSED = (
    "INSERT INTO address_note (resident_id, address, bounced_at, bounce, refused)"  # noqa: S608
    " SELECT id, ?, ?, ?, 1 FROM resident WHERE id IN ((SELECT resident_id FROM document WHERE id = ?), ?)"
    f"{_ON_BOUNCE}"
)
_BOUNCED = (
    "INSERT INTO address_note (resident_id, address, bounced_at, bounce, refused)"  # noqa: S608
    f" VALUES (?, ?, ?, ?, 0){_ON_BOUNCE}"
)


def _addresses(ids: Sequence[int]) -> dict[int, set[str]]:
    """The addresses of these residents in the database, in lower case."""
    found: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(ids), _CHUNK):
        chunk = list(ids[start : start + _CHUNK])
        queries: tuple[Any, ...] = (
            ResidentRow.select(ResidentRow.id, ResidentRow.email1).where(ResidentRow.id.in_(chunk)),
            ResidentRow.select(ResidentRow.id, ResidentRow.email2).where(ResidentRow.id.in_(chunk)),
            GuardianRow.select(GuardianRow.resident, GuardianRow.email).where(GuardianRow.resident.in_(chunk)),
            RelativeRow.select(RelativeRow.resident, RelativeRow.email).where(RelativeRow.resident.in_(chunk)),
        )
        for query in queries:
            for resident_id, address in query.tuples():
                if address:
                    found[resident_id].add(address.casefold())
    return found
