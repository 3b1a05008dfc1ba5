"""The residents' list: ids that open at once, and the rows of a page when they come into view."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date
from typing import Any

from peewee import SQL, Case, fn

from tuimail.domain.concerns import concerns
from tuimail.domain.people import Policy, Role
from tuimail.domain.recipients import decide
from tuimail.domain.roll import ResidentCounts, ResidentFilter
from tuimail.domain.roll import ResidentRow as Row
from tuimail.domain.text import fold
from tuimail.store import address_notes, bulk
from tuimail.store.residents import residents
from tuimail.store.structures import structures
from tuimail.store.tables.people import AddressNoteRow, ResidentRow


def index(
    today: date, shown: ResidentFilter = ResidentFilter.PRESENT, structure_id: int | None = None, search: str = ""
) -> array[int]:
    """Ids by name.

    `search`: every word of it, accents and case ignored, must be found in a name (the one at birth too), the room, the
    unit, the code or an address of the resident or of those around.
    """
    query = (
        ResidentRow.select(ResidentRow.id).where(_shown(shown, today)).order_by(ResidentRow.sort_key, ResidentRow.id)
    )
    if structure_id is not None:
        query = query.where(ResidentRow.structure == structure_id)
    for word in fold(search).split():
        query = query.where(ResidentRow.search_key.contains(word) | ResidentRow.address_key.contains(word))
    return array("q", (resident_id for (resident_id,) in bulk.select(query)))


def counts(today: date, structure_id: int | None = None) -> ResidentCounts:
    """How many residents there are of each kind; one who is of several counts in each."""
    kinds = [kind for kind in ResidentFilter if kind is not ResidentFilter.EVERYONE]
    sums = [fn.COALESCE(fn.SUM(Case(None, [(_shown(kind, today), 1)], 0)), 0) for kind in kinds]
    query = ResidentRow.select(*sums)
    if structure_id is not None:
        query = query.where(ResidentRow.structure == structure_id)
    (found,) = bulk.select(query)
    return ResidentCounts(**dict(zip(map(str, kinds), found, strict=True)))


def rows(ids: Sequence[int], today: date) -> list[Row]:
    """The list's rows of these residents, in that order; a few hundred at a time."""
    names = {place.id: place.name for place in structures()}
    known = address_notes.notes(ids)
    found = []
    for person in residents(list(ids)):
        decision = decide(person)
        noted = [n for a, n in known.get(person.id, {}).items() if a in {x.casefold() for x in person.addresses}]
        wrong = concerns(person)
        found.append(
            Row(
                person=person,
                structure=names.get(person.structure_id, ""),
                own=decision.addresses(Role.RESIDENT),
                guardian=decision.addresses(Role.GUARDIAN),
                relative=decision.addresses(Role.RELATIVE),
                messages=len(decision.recipients),
                left=person.has_left(today),
                changed=any(note.unproven for note in noted),
                bounced=any(note.bounces and not note.refused for note in noted),
                refused=any(note.bounces and note.refused for note in noted),
                problem=wrong[0].sentence if wrong else "",
            )
        )
    return found


def _shown(kind: ResidentFilter, today: date) -> Any:
    left = ResidentRow.departure_date.is_null(False) & (ResidentRow.departure_date < today)
    here = ResidentRow.departure_date.is_null() | (ResidentRow.departure_date >= today)
    match kind:
        case ResidentFilter.PRESENT:
            return here
        case ResidentFilter.UNREACHABLE:
            return here & (ResidentRow.recipients == 0) & (ResidentRow.policy != str(Policy.PAPER))
        case ResidentFilter.PROTECTED:
            return here & (ResidentRow.protected == 1)
        case ResidentFilter.CHANGED:
            unproven = AddressNoteRow.changed_at.is_null(False) & AddressNoteRow.succeeded_at.is_null()
            return here & ResidentRow.id.in_(AddressNoteRow.select(AddressNoteRow.resident).where(unproven))
        case ResidentFilter.BOUNCED:
            bounced = AddressNoteRow.bounced_at.is_null(False)
            return here & ResidentRow.id.in_(AddressNoteRow.select(AddressNoteRow.resident).where(bounced))
        case ResidentFilter.LEFT:
            return left
        case ResidentFilter.EVERYONE:
            return SQL("1 = 1")
