"""Residents with their guardian and relatives, always read and written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from peewee import fn

from tuimail.domain.people import Billing, FamilyStatus, Guardian, Policy, Relative, Resident, Sex
from tuimail.domain.recipients import decide
from tuimail.domain.same_person import Known, ids_of, own_addresses_moved
from tuimail.domain.text import fold
from tuimail.store import address_notes, bulk, members
from tuimail.store.database import transaction
from tuimail.store.structures import address_of, address_values
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.people import GuardianRow, RelativeRow, ResidentRow

_PLAIN = (
    "code",
    "title",
    "last_name",
    "first_name",
    "birth_date",
    "room",
    "unit",
    "entry_date",
    "departure_date",
    "birth_name",
    "birth_place",
    "widowhood_date",
    "pdf_password",
)
_BILLING = ("paper", "language", "mailings", "consent_date", "consent_source")
CHUNK = 200
"""Ids in one statement."""


def resident(resident_id: int) -> Resident:
    """The resident of that id, which must exist."""
    return residents([resident_id])[0]


def residents(ids: Sequence[int] | None = None) -> list[Resident]:
    """Those of `ids`, in that order, or all of them by structure and name."""
    if ids is None:
        rows = ResidentRow.select().order_by(ResidentRow.structure, ResidentRow.sort_key, ResidentRow.id)
        return _with_people(rows, GuardianRow.select(), RelativeRow.select().order_by(RelativeRow.position))
    found: dict[int, Resident] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        people = _with_people(
            ResidentRow.select().where(ResidentRow.id.in_(chunk)),
            GuardianRow.select().where(GuardianRow.resident.in_(chunk)),
            RelativeRow.select().where(RelativeRow.resident.in_(chunk)).order_by(RelativeRow.position),
        )
        found |= {person.id: person for person in people}
    return [found[resident_id] for resident_id in ids]


def of_code(code: str) -> list[int]:
    """Ids of the residents of that code, whatever its case; one a structure at most."""
    query = ResidentRow.select(ResidentRow.id).where(fn.LOWER(ResidentRow.code) == code.strip().lower())
    return [resident_id for (resident_id,) in query.order_by(ResidentRow.id).tuples()] if code.strip() else []


def of_id(resident_id: int) -> list[int]:
    """That id, if there is such a resident."""
    query = ResidentRow.select(ResidentRow.id).where(ResidentRow.id == resident_id)
    return [found for (found,) in query.tuples()]


def codes() -> frozenset[str]:
    """The codes there are."""
    return frozenset(code for (code,) in ResidentRow.select(ResidentRow.code).where(ResidentRow.code != "").tuples())


def most_relatives(ids: Sequence[int]) -> int:
    """How many relatives one of these residents has at most."""
    most = 0
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        found = RelativeRow.select(fn.MAX(RelativeRow.position)).where(RelativeRow.resident.in_(chunk)).scalar()
        most = max(most, found or 0)
    return most


def save_resident(resident: Resident, now: datetime | None = None) -> Resident:
    """Store a new resident (`id` 0) or the new state of a known one; returns it with its id."""
    return save_residents([resident], now)[0]


def save_residents(people: Iterable[Resident], now: datetime | None = None) -> list[Resident]:
    """Store several residents, guardians and relatives included, in one transaction; returns them with their ids.

    An address that a known resident did not have is noted as changed, at `now` or this moment.
    """
    people = list(people)
    with transaction():
        known = [person for person in people if person.id]
        address_notes.changed(known, now or datetime.now(UTC))
        before = {person.id: person for person in residents([person.id for person in known])}
        members.follow(_moves(before, known))
        people = [_recognised(before.get(person.id), person) for person in people]
        for person in people:
            if person.id:
                values = _values(person)
                ResidentRow.update(**values).where(ResidentRow.id == person.id).execute()
                GuardianRow.delete().where(GuardianRow.resident == person.id).execute()
                RelativeRow.delete().where(RelativeRow.resident == person.id).execute()
                DocumentRow.update(sort_key=values["sort_key"]).where(DocumentRow.resident == person.id).execute()
        rows = (_values(person) for person in people if not person.id and person.code)
        inserted = bulk.insert_returning(ResidentRow, rows, ("structure", "code"))
        ids = {(structure_id, code): resident_id for resident_id, structure_id, code in inserted}
        saved = [person if person.id else replace(person, id=_new_id(person, ids)) for person in people]
        guardians = (_guardian_values(p.id, p.guardian) for p in saved if p.guardian)
        bulk.insert(GuardianRow, guardians)
        relatives = (_relative_values(p.id, n, r) for p in saved for n, r in enumerate(p.relatives, 1))
        bulk.insert(RelativeRow, relatives)
    return saved


def _moves(before: Mapping[int, Resident], after: Iterable[Resident]) -> members.Moves:
    """Where own addresses have gone, of residents of whom any has."""
    moves = {person.id: own_addresses_moved(before[person.id].emails, person.emails) for person in after}
    return {resident_id: moved for resident_id, moved in moves.items() if moved}


def _recognised(before: Resident | None, after: Resident) -> Resident:
    """With the id of each guardian and relative who was there before, and no other."""
    was, guardian = before.guardian if before else None, after.guardian
    if guardian is not None:
        (guardian_id,) = ids_of([_known(was, was.delegate)] if was else [], [_known(guardian, guardian.delegate)])
        guardian = replace(guardian, id=guardian_id)
    relatives_before = [_known(relative, relative.name) for relative in before.relatives] if before else []
    ids = ids_of(relatives_before, [_known(relative, relative.name) for relative in after.relatives])
    relatives = tuple(replace(r, id=i) for r, i in zip(after.relatives, ids, strict=True))
    return replace(after, guardian=guardian, relatives=relatives)


def _known(around: Guardian | Relative, name: str) -> Known:
    return Known(around.id, name, around.email)


def _new_id(person: Resident, ids: dict[tuple[int, str], int]) -> int:
    """The id of a resident stored among others, or of one without a code, whom nothing else tells from a namesake."""
    if person.code:
        return ids[person.structure_id, person.code]
    return int(ResidentRow.insert(**_values(person)).execute())


def _values(person: Resident) -> dict[str, Any]:
    billing = person.billing
    plain = {name: getattr(person, name) for name in _PLAIN} | {name: getattr(billing, name) for name in _BILLING}
    return plain | {
        "sex": str(person.sex),
        "family_status": str(person.family_status),
        "policy": str(billing.policy),
        "structure": person.structure_id,
        "email1": person.emails[0] if person.emails else "",
        "email2": person.emails[1] if len(person.emails) > 1 else "",
        "sort_key": fold(person.name),
        "search_key": fold(f"{person.name} {person.room} {person.unit} {person.code}"),
        "address_key": fold(" ".join((person.birth_name, *person.addresses))),
        "protected": person.guardian is not None,
        "recipients": len(decide(person).recipients),
    }


def _guardian_values(resident_id: int, guardian: Guardian) -> dict[str, Any]:
    names = ("kind", "delegate", "email", "receives", "phone", "fax", "mobile", "title")
    values = {name: getattr(guardian, name) for name in names} | address_values(guardian.address)
    return values | {"resident": resident_id, "id": guardian.id or None}


def _relative_values(resident_id: int, position: int, relative: Relative) -> dict[str, Any]:
    names = ("name", "link", "email", "receives", "label", "phone")
    values = {name: getattr(relative, name) for name in names} | address_values(relative.address)
    return values | {"resident": resident_id, "position": position, "id": relative.id or None}


def _with_people(rows: Any, guardians: Any, relatives: Any) -> list[Resident]:
    """The residents of three queries; as plain tuples, whose foreign keys are ids."""
    guardian_of = {row.resident: row for row in guardians.namedtuples()}
    relatives_of: dict[int, list[Relative]] = defaultdict(list)
    for row in relatives.namedtuples():
        relatives_of[row.resident].append(
            Relative(row.name, row.link, row.email, row.receives, row.label, address_of(row), row.phone, row.id)
        )
    people = []
    for row in rows.namedtuples():
        guardian = None
        if found := guardian_of.get(row.id):
            guardian = Guardian(
                found.kind,
                found.delegate,
                found.email,
                found.receives,
                address_of(found),
                found.phone,
                found.fax,
                found.mobile,
                found.title,
                found.id,
            )
        people.append(
            Resident(
                **{name: getattr(row, name) for name in _PLAIN},
                structure_id=row.structure,
                emails=tuple(address for address in (row.email1, row.email2) if address),
                guardian=guardian,
                relatives=tuple(relatives_of[row.id]),
                id=row.id,
                sex=Sex(row.sex),
                family_status=FamilyStatus(row.family_status),
                billing=Billing(Policy(row.policy), **{name: getattr(row, name) for name in _BILLING}),
            )
        )
    return people
