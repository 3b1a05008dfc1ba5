"""Everybody a letter may be written to, read in a few statements: a list is worked out anew at each key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import fn

from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.billing import DocumentKind, DocumentState
from tuimail.domain.forms_of_address import form_of_address
from tuimail.domain.people import Role
from tuimail.store import bulk
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.people import AddressNoteRow, GuardianRow, RelativeRow, ResidentRow
from tuimail.store.tables.places import StructureRow


class _Invoices(NamedTuple):
    family: dict[int, str]
    unsent: set[int]
    unpaid: set[int]


def people(today: date | None = None) -> list[Person]:
    """Residents, guardians and relatives of every structure that is not archived, by structure and resident.

    Who has no address is among them, with an empty one: nobody is hidden. An invoice is unpaid once less than its total
    was paid and its due date lies before `today`, by default this machine's day.
    """
    invoices, returned = _invoices(today or datetime.now(UTC).astimezone().date()), _returned()
    guardians = {
        row[0]: row[1:] for row in bulk.select(GuardianRow.select(*_fields(GuardianRow, "resident", _GUARDIAN)))
    }
    relatives: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    query = RelativeRow.select(*_fields(RelativeRow, "resident", _RELATIVE)).order_by(RelativeRow.position)
    for row in bulk.select(query):
        relatives[row[0]].append(row[1:])
    found: list[Person] = []
    for row in bulk.select(_residents()):
        found += _around(row, guardians.get(row[0]), relatives.get(row[0], ()), invoices, returned)
    return found


# Few labels stand before many addresses.
_form = lru_cache(10_000)(form_of_address)
_GUARDIAN = ("id", "delegate", "email", "title", "kind")
_RELATIVE = ("id", "name", "email", "label", "link")


def _fields(table: Any, first: str, names: tuple[str, ...]) -> list[Any]:
    return [getattr(table, name) for name in (first, *names)]


def _residents() -> Any:
    return (
        ResidentRow.select(
            ResidentRow.id,
            ResidentRow.last_name,
            ResidentRow.first_name,
            ResidentRow.title,
            ResidentRow.email1,
            ResidentRow.email2,
            ResidentRow.room,
            ResidentRow.unit,
            ResidentRow.birth_date,
            ResidentRow.entry_date,
            ResidentRow.departure_date,
            ResidentRow.mailings,
            StructureRow.id,
            StructureRow.name,
        )
        .join(StructureRow)
        .where(StructureRow.archived_at.is_null() & ResidentRow.erased_at.is_null())
        .order_by(StructureRow.name, ResidentRow.sort_key, ResidentRow.id)
    )


def _around(
    row: tuple[Any, ...],
    guardian: tuple[Any, ...] | None,
    relatives: Any,
    invoices: _Invoices,
    returned: set[tuple[int, str]],
) -> Iterator[Person]:
    resident_id, last, first, title, email1, email2, room, unit, born, entered, left, *others = row
    accepts, structure_id, structure = others
    name = f"{last} {first}".strip()
    birth, entry, departure = (date.fromisoformat(day) if day else None for day in (born, entered, left))
    family = invoices.family.get(resident_id, "")
    unsent, unpaid = resident_id in invoices.unsent, resident_id in invoices.unpaid

    def known(role: Role, number: int, who: str, address: str, form: str, link: str) -> Person:
        key = PersonKey(resident_id, role, number)
        bounced = (resident_id, address) in returned
        return Person(
            key, who, address, form, name, structure_id, structure, room, unit, family, link, birth,
            entry, departure, unsent, unpaid, bool(accepts), bounced,
        )  # fmt: skip

    for number, address in enumerate((email1, email2), 1):
        if address or number == 1:
            yield known(Role.RESIDENT, number, name, address, title, "")
    if guardian is not None:
        number, delegate, address, form, kind = guardian
        yield known(Role.GUARDIAN, number, delegate, address, form, kind)
    for number, who, address, label, link in relatives:
        yield known(Role.RELATIVE, number, who, address, _form(label), link)


def _returned() -> set[tuple[int, str]]:
    """Addresses that mail came back from and that have received nothing since, with their resident."""
    bounced, received = AddressNoteRow.bounced_at, AddressNoteRow.succeeded_at
    query = AddressNoteRow.select(AddressNoteRow.resident, AddressNoteRow.address).where(
        bounced.is_null(False) & (received.is_null() | (received < bounced))
    )
    return set(bulk.select(query))


def _invoices(today: date) -> _Invoices:
    invoices = DocumentRow.kind == DocumentKind.INVOICE
    last = DocumentRow.select(DocumentRow.resident, DocumentRow.heading, fn.MAX(DocumentRow.period)).where(invoices)
    unsent = DocumentRow.select(DocumentRow.resident).where(invoices & (DocumentRow.state == DocumentState.UNSENT))
    late = DocumentRow.due_on.is_null(False) & (DocumentRow.due_on < today)
    unpaid = DocumentRow.select(DocumentRow.resident).where(invoices & late & (DocumentRow.paid < DocumentRow.gross))
    return _Invoices(
        {resident_id: heading for resident_id, heading, _period in bulk.select(last.group_by(DocumentRow.resident))},
        {resident_id for (resident_id,) in bulk.select(unsent.distinct())},
        {resident_id for (resident_id,) in bulk.select(unpaid.distinct())},
    )
