"""The list of residents as CSV, taken over by another tuimail that knows nobody yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import Home, owner

from tuimail.domain.people import Guardian, Relative, Resident
from tuimail.importing.plan import import_files
from tuimail.importing.report import ImportReport
from tuimail.office import Office
from tuimail.store import residents
from tuimail.store.database import close_store, open_store


def exported(office: Office, path: Path, people: list[Resident]) -> Path:
    """These people in the database of `office`, and out of it again as a file."""
    ids = [residents.save_resident(person).id for person in people]
    path.write_bytes(b"".join(office.people.csv_rows(ids)))
    return path


def taken_over(path: Path, database: Path) -> tuple[ImportReport, list[Resident]]:
    """The file in an empty database."""
    close_store()
    open_store(database)
    report = import_files([path], owner=owner(), fallback=database.parent)
    return report, residents.residents()


def told(person: Resident) -> Resident:
    """What a file can tell of a resident."""
    return replace(person, id=0, structure_id=0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_exported_addresses_are_imported_again(
    office: Office, house: Home, tmp_path: Path, language: str, request: pytest.FixtureRequest
) -> None:
    if language == "en":
        request.getfixturevalue("english")
    person = replace(
        house.people[0],
        emails=("paul@orange.example", "p.bernard@free.example"),
        guardian=Guardian("curatelle", "UDAF", "udaf@tutelle.example", receives=True),
        relatives=(
            Relative("Bernard Luc", "Fils", "luc@free.example", receives=True),
            Relative("Bernard Eve", "Fille", "eve@free.example"),
        ),
    )
    path = exported(office, tmp_path / "r.csv", [person, *house.people[1:]])

    report, found = taken_over(path, tmp_path / "other" / "o.sqlite3")

    assert (report.refused, len(found)) == (0, 3)
    assert {told(p).code: told(p) for p in found}[person.code] == told(person)
