"""Records of residents against what is known: new, changed and how, unchanged, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tuimail.domain.billing import Document
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _
from tuimail.domain.lookalikes import lookalike, others_than
from tuimail.domain.people import Guardian, Relative, Resident
from tuimail.importing.differences import differences
from tuimail.importing.fields import NUMBERED, Field
from tuimail.importing.kept import in_slots, is_another, kept_addresses, name_keys, says_nothing
from tuimail.importing.mapping import Table
from tuimail.importing.matching import Homes, Roster, UnclearError
from tuimail.importing.outcomes import Added, Change, Kept, LookAlike
from tuimail.importing.people import People, PersonRecord, name_key
from tuimail.importing.person_fields import with_address
from tuimail.importing.refusals import Problem, Refusal, problem_at
from tuimail.importing.source import Row
from tuimail.store import residents


@dataclass(slots=True)
class Plan:
    """What a file comes to."""

    to_save: list[Any] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    refused_invoices: int = 0
    files: list[tuple[Document, str, Row]] = field(default_factory=list)
    """Documents with the PDF that their row names."""
    lookalikes: list[LookAlike] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    known: list[Document] = field(default_factory=list)
    """Unchanged documents, if they were asked for."""


Decisions = Mapping[int, int]
"""Line of a row -> the resident whom the operator says it means; 0: somebody new."""


def plan_people(table: Table, people: People, homes: Homes, decisions: Decisions) -> Plan:
    """What the residents of a file come to; structures that it names first are made on the way.

    Raises BadFile if the file names no structure and there is not exactly one.
    """
    if (Field.STRUCTURE, 0) not in table.columns and homes.find(None) is None:
        raise BadFile(
            _("{name} has no column of structures, and there is not exactly one structure it may be about.").format(
                name=table.source.path.name
            ),
            _("Add a column “Structure” to the file with the name of each resident's home."),
        )
    roster = Roster(residents.residents(), homes)
    plan = Plan()
    found, unclear = _match(people, roster, homes, decisions)
    for record in people.records:
        if record.row.line in unclear:
            error = unclear[record.row.line]
            plan.refused.append(Refusal(record.row, (_problem(table, record, error),), choices=roster.choices(error)))
            continue
        home = homes.find(None) if record.structure is None else homes.obtain(record.structure)
        assert home is not None
        known = found.get(record.row.line)
        merged = merge(record, known, home.id)
        plan.lookalikes += _lookalikes(record, merged, known)
        if known and (kept := tuple(kept_addresses(record, known, merged))):
            plan.kept.append(Kept(record.row.line, _label(known), kept))
        if known is None:
            plan.added.append(Added(record.row.line, record.name, code=record.code))
        elif merged == known:
            plan.unchanged += 1
            continue
        else:
            names = {structure_id: structure.name for structure_id, structure in homes.by_id.items()}
            plan.changes.append(Change(record.row.line, _label(known), differences(known, merged, names), known.id))
        plan.to_save.append(merged)
    return plan


def _lookalikes(record: PersonRecord, merged: Resident, known: Resident | None) -> Iterator[LookAlike]:
    """The addresses that were not known and look like a better one, or like another one of that resident."""
    family = list(known.addresses) if known else []
    old = {address.casefold() for address in family}
    for address in merged.addresses:
        if address.casefold() not in old:
            if meant := lookalike(address, others_than(address, family)):
                yield LookAlike(record.row.line, _label(merged), address, meant)
            family.append(address)


def _label(person: Resident) -> str:
    return f"{person.name} ({person.code})" if person.code else person.name


def _problem(table: Table, record: PersonRecord, error: UnclearError) -> Problem:
    return problem_at(table, record.row, error.reason, (error.field, 0))


def _match(
    people: People, roster: Roster, homes: Homes, decisions: Decisions
) -> tuple[dict[int, Resident], dict[int, UnclearError]]:
    """By line: the known resident a record is, and why a record's resident is unclear."""
    found: dict[int, Resident] = {}
    unclear: dict[int, UnclearError] = {}
    # Whoever's code stands in the file is that row's, and no other row's by name.
    claimed = set()
    for record in people.records:
        try:
            if known := roster.exact(homes.find(record.structure), record.code):
                claimed.add(known.id)
        except UnclearError as error:
            unclear[record.row.line] = error
    rows_of: dict[int, list[int]] = {}
    for record in people.records:
        line = record.row.line
        if line in unclear:
            continue
        try:
            if record.structure is not None:
                homes.check(record.structure)
            if known := _decided(record, roster, homes, claimed, decisions):
                found[line] = known
                rows_of.setdefault(known.id, []).append(line)
        except UnclearError as error:
            unclear[line] = error
    for lines in rows_of.values():
        if len(lines) > 1:
            reason = _("lines {lines} are one resident").format(lines=", ".join(map(str, lines)))
            unclear |= {line: UnclearError(reason) for line in lines}
    return found, unclear


def _decided(
    record: PersonRecord, roster: Roster, homes: Homes, claimed: set[int], decisions: Decisions
) -> Resident | None:
    """Which known resident a row is, or the one that the operator has chosen where that is unclear."""
    home = homes.find(record.structure)
    try:
        return roster.of_person(record, home, claimed)
    except UnclearError as error:
        chosen = decisions.get(record.row.line)
        if chosen == 0 and error.may_be_new:
            return None
        found = next((resident for resident in error.candidates if resident.id == chosen), None)
        if found is None:
            raise
        return found


def merge(record: PersonRecord, known: Resident | None, structure_id: int) -> Resident:
    """The resident as the file has them: a column that is not there changes nothing, an empty cell empties.

    A code and an e-mail address are never emptied, nor does an empty cell of ticks say anything. Where all addresses
    or relatives that a file has room for are filled, those known beyond them stay: the file could not have told.
    """
    base = known or Resident(structure_id, "", "", "")
    names: dict[str, Any] = {"last_name": record.last_name, "first_name": record.first_name}
    if known and record.split and name_key(known.name) == name_key(record.name):
        # The split of one cell was a guess; the one that is kept may have been corrected by hand.
        names = {}
    emails = base.emails
    if record.emails is not None:
        told, before = ({address.casefold(): address for address in found} for found in (record.emails, base.emails))
        emails = in_slots(told, record.email_gaps, record.email_slots, before, bool)
        if len(emails) > NUMBERED[Field.EMAIL]:
            # Two new ones in one cell take both places.
            emails = record.emails
    return replace(
        base,
        structure_id=structure_id,
        code=record.code or base.code,
        emails=emails,
        guardian=base.guardian if record.guardian is None else _guardian(record.guardian, base.guardian),
        billing=replace(base.billing, **record.billing) if record.billing else base.billing,
        relatives=base.relatives if record.relatives is None else _relatives(record, base.relatives),
        **names,
        **record.plain,
    )


def _guardian(told: Mapping[str, Any], known: Guardian | None) -> Guardian | None:
    if says_nothing(told):
        if known and known.email:
            return replace(known, receives=told.get("receives", known.receives))
        # A tick alone may stand in every row of an export: it makes no guardian, but takes none away that it is all of,
        # for that one keeps the invoices back until somebody codifies who it is.
        ticked = Guardian(receives=True)
        return known if known == ticked and told.get("receives", True) else None
    base = known or Guardian()
    if is_another(told, base):
        base = replace(base, email="")
    found = replace(base, **with_address(told, base))
    # A form of address is that of the delegate it was told of.
    known_title = "title" in told or found.delegate == base.delegate
    return found if known_title else replace(found, title="")


def _relatives(record: PersonRecord, known: tuple[Relative, ...]) -> tuple[Relative, ...]:
    """The relatives in the file's order, each with what is known beside it, such as the postal address."""
    rows = record.relatives or ()
    before = dict(zip(name_keys([relative.name for relative in known]), known, strict=True))
    told = {}
    for key, row in zip(name_keys([row["name"] for row in rows]), rows, strict=True):
        base = before.get(key, Relative(""))
        told[key] = replace(base, **with_address(row, base))
    return in_slots(told, record.relative_gaps, record.relative_slots, before, lambda relative: bool(relative.email))
