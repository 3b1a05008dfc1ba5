"""The list of residents as CSV, taken over by another tuimail that knows nobody yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import Home, owner

from tuimail.domain.people import Billing, FamilyStatus, Guardian, Policy, Relative, Resident, Sex
from tuimail.domain.places import PostalAddress
from tuimail.importing.mapping import find_table
from tuimail.importing.plan import import_files
from tuimail.importing.reader import read
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


POST = PostalAddress(("3 rue Haute", "Bât. B"), "05000", "GAP")
FULL = Resident(
    1,
    "R0042",
    "BERNARD",
    "Paul",
    title="M.",
    sex=Sex.MALE,
    birth_name="BERNARD-LE GOFF",
    birth_date=date(1931, 7, 21),
    birth_place="LINSELLES",
    family_status=FamilyStatus.WIDOWED,
    widowhood_date=date(2019, 2, 3),
    room="012",
    unit="Les Lilas",
    entry_date=date(2020, 4, 1),
    departure_date=date(2031, 1, 31),
    emails=("paul@orange.example", "p.bernard@free.example"),
    guardian=Guardian(
        "curatelle",
        "UDAF",
        "udaf@tutelle.example",
        True,
        POST,
        "03 20 00 00 01",
        "03 20 00 00 02",
        "+33 6 00 00 00 03",
        title="Me",
    ),
    relatives=tuple(
        Relative(f"Bernard Luc{n}", "Fils", f"luc{n}@free.example", n == 1, "M. et Mme", POST, f"+33 1 0{n}")
        for n in range(5)
    ),
    billing=Billing(Policy.ALL_RELATIVES, True, "en", True, date(2024, 5, 6), "contrat de séjour"),
)
PEOPLE = (
    FULL,
    *(Resident(1, f"S{n}", "LAINE", f"Anne{n}", family_status=status) for n, status in enumerate(FamilyStatus)),
    *(Resident(1, f"P{n}", "CARON", f"Ève{n}", billing=Billing(policy)) for n, policy in enumerate(Policy)),
    Resident(1, "R", "MOREL", "Zoé", relatives=tuple(Relative(f"Morel {n}", phone=f"0{n}") for n in range(12))),
    Resident(1, "F", "DUBOIS", "Lise", sex=Sex.FEMALE, guardian=Guardian(phone="0320000000")),
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_column_of_an_export_is_imported_again(
    office: Office, house: Home, tmp_path: Path, language: str, request: pytest.FixtureRequest
) -> None:
    if language == "en":
        request.getfixturevalue("english")
    path = exported(office, tmp_path / "r.csv", list(PEOPLE))

    report, found = taken_over(path, tmp_path / "other" / "o.sqlite3")

    assert [refusal.sentence() for file in report.files for refusal in file.refused] == []
    assert {p.code: told(p) for p in found} == {p.code: told(p) for p in PEOPLE}


def test_importing_an_export_where_it_comes_from_changes_nothing(office: Office, house: Home, tmp_path: Path) -> None:
    path = exported(office, tmp_path / "r.csv", list(PEOPLE))

    report = import_files([path], owner=owner(), fallback=tmp_path)

    assert [file.counts for file in report.files] == [(0, 0, len(PEOPLE), 0)]


def test_nothing_of_an_export_is_left_aside_but_what_follows_from_the_rest(
    office: Office, house: Home, tmp_path: Path
) -> None:
    path = exported(office, tmp_path / "r.csv", list(house.people))
    assert find_table(read(path), {}).unused == ("Reçoit aujourd’hui",)
