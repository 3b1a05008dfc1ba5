"""`tuimail residents`: the list, one person's data, and erasing whoever left long ago."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from tuimail.cli.confirmation import asked
from tuimail.cli.output import columns, say, say_json, warn, write_bytes
from tuimail.cli.places import structure_named
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_day
from tuimail.domain.roll import ResidentFilter, ResidentRow
from tuimail.office import Office
from tuimail.store import residents, roll

_PAGE = 200


def list_residents(args: Namespace, paths: Paths) -> int:
    """Print the residents."""
    today = date.today()  # noqa: DTZ011 - the operator's day
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        structure_id = structure.id if structure else None
        ids = roll.index(today, ResidentFilter(args.show), structure_id, args.search)
        if args.format == "csv":
            for row in office.people.csv_rows(ids):
                write_bytes(row)
        elif args.format == "json":
            for found in _rows(list(ids), today):
                say_json(_as_json(found))
        else:
            _print_table(list(ids), today)
            counts = roll.counts(today, structure_id)
            say(
                _(
                    "{present} present, {unreachable} without address, {protected} under guardianship, {left} left"
                ).format(
                    present=counts.present,
                    unreachable=counts.unreachable,
                    protected=counts.protected,
                    left=counts.left,
                )
            )
    return 0


def export_person(args: Namespace, paths: Paths) -> int:
    """Write all that is known of one resident."""
    with Office(paths) as office:
        person = _named(args.who)
        content = office.people.personal_data(person.id, datetime.now(UTC)).encode()
        if args.out is None:
            write_bytes(content)
            return 0
        office.people.write(content, args.out, force=args.force)
    say(_("The data of {name} are in {path}.").format(name=person.name, path=args.out))
    return 0


def erase(args: Namespace, paths: Paths) -> int:
    """Erase residents; 1 if a file of theirs could not be removed."""
    now = datetime.now(UTC)
    with Office(paths) as office:
        found = office.people.gone(args.gone_for, date.today())  # noqa: DTZ011
        if args.who:
            gone = {person.id for person in found}
            found = [_named(who) for who in args.who]
            for person in found:
                if person.id not in gone:
                    raise BadInput(
                        _("{name} has not been gone for {years} years.").format(name=person.name, years=args.gone_for),
                        _("Departure and last invoice count. Give fewer years with --gone-for if you may."),
                    )
        if not found:
            if not args.json:
                say(_("Nobody has been gone for {years} years.").format(years=args.gone_for))
            return 0
        if args.dry_run or not args.yes:
            for person in found:
                _tell(person, args, "would-erase")
        if args.dry_run:
            return 0
        if not args.yes:
            warn(_("Their names and addresses go for good, here and in the journal; backups are not touched."))
            question = ngettext("Erase {n} resident? [y/N]", "Erase {n} residents? [y/N]", len(found))
            if not asked(question.format(n=len(found))):
                say(_("Nobody was erased."))
                return 0
        left = [path for person in found for path in _erase(office, person, now, args)]
    for path in left:
        warn(_("This file could not be removed: {path}").format(path=path))
    return 1 if left else 0


def _erase(office: Office, person: Resident, now: datetime, args: Namespace) -> Iterator[Any]:
    done = office.people.erase(person.id, now)
    if args.json:
        counts = {"documents": done.traces.documents, "lines": len(done.traces.lines), "files": done.removed}
        say_json({"event": "erased", "id": person.id} | counts)
    else:
        say(
            _(
                "id={id} erased: {lines} journal lines emptied, {documents} invoices kept, {files} files removed."
            ).format(id=person.id, lines=len(done.traces.lines), documents=done.traces.documents, files=done.removed)
        )
    yield from done.left


def _tell(person: Resident, args: Namespace, event: str) -> None:
    left = person.departure_date
    if args.json:
        say_json({"event": event, "id": person.id, "code": person.code, "resident": person.name, "left": str(left)})
    else:
        say(
            columns(
                [(f"id={person.id}", 8), (person.code, 8), (person.name, 28), (format_day(left) if left else "", 0)]
            )
        )


def _named(who: str) -> Resident:
    """The resident of that code or `id=12`; raises BadInput where none or several answer."""
    numbered = who.startswith("id=") and who[3:].isdigit()
    ids = residents.of_id(int(who[3:])) if numbered else residents.of_code(who)
    if not ids:
        raise BadInput(
            _("No resident has the code {code}.").format(code=who), _("Look for it: tuimail residents --search NAME.")
        )
    if len(ids) > 1:
        raise BadInput(
            _("Several residents have the code {code}, each in another home.").format(code=who),
            _("Name one by its number: {numbers}.").format(numbers=", ".join(f"id={n}" for n in ids)),
        )
    return residents.resident(ids[0])


def _rows(ids: list[int], today: date) -> Iterator[ResidentRow]:
    for start in range(0, len(ids), _PAGE):
        yield from roll.rows(ids[start : start + _PAGE], today)


def _as_json(row: ResidentRow) -> dict[str, Any]:
    person = row.person
    shown: dict[str, Any] = {
        "event": "resident",
        "id": person.id,
        "code": person.code,
        "resident": person.name,
        "structure": row.structure,
        "room": person.room,
        "unit": person.unit,
        "recipient": ", ".join(filter(None, (row.own, row.guardian, row.relative))),
        "policy": str(person.billing.policy) or "default",
        "paper": person.billing.printed,
        "guardian": person.guardian is not None,
        "changed": row.changed,
        "bounced": row.bounced,
        "refused": row.refused,
    }
    if person.departure_date:
        shown["left"] = person.departure_date.isoformat()
    if row.problem:
        shown["detail"] = row.problem
    return shown


def _print_table(ids: list[int], today: date) -> None:
    rows = list(_rows(ids, today))
    name = max([20, *(len(row.person.name) for row in rows)])
    for row in rows:
        person, gone = row.person, row.person.departure_date
        addresses = ", ".join(filter(None, (row.own, row.guardian, row.relative)))
        left = _("left on {day}").format(day=format_day(gone)) if row.left and gone else ""
        remark = " · ".join(filter(None, (left, row.problem)))
        said = addresses or (_("paper only") if person.billing.printed else _("no address"))
        cells = [(f"id={person.id}", 8), (person.code, 8), (person.name, name), (person.room, 5)]
        say(columns([*cells, (said + (f"  ({remark})" if remark else ""), 0)]))
