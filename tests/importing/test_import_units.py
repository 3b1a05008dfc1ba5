"""The unit of the house where a resident lives: its column, and the column of services that are homes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from builders import home, invoice
from builders import person as someone
from import_samples import PEOPLE_TITLES, csv_file, import_, people_file, person

from tuimail.domain.people import Resident, Role
from tuimail.store import audience, documents, residents, roll

pytestmark = pytest.mark.usefixtures("store")
TODAY = date(2026, 11, 5)


def only() -> Resident:
    (found,) = residents.residents()
    return found


@pytest.mark.parametrize("title", ["Unité", "Service", "ETAGE", "Unit", "Unité de vie"])
def test_a_column_of_units_is_known_by_its_title(tmp_path: Path, title: str) -> None:
    import_(csv_file(tmp_path / "r.csv", (*PEOPLE_TITLES, title), [*person(), "Les Glycines"]))
    assert only().unit == "Les Glycines"
    assert list(roll.index(TODAY, search="glycines")) == [only().id]


def test_a_file_without_that_column_leaves_the_unit(tmp_path: Path) -> None:
    import_(csv_file(tmp_path / "r.csv", (*PEOPLE_TITLES, "Unité"), [*person(), "Les Glycines"]))
    import_(people_file(tmp_path, person(first="Paule")))
    assert (only().first_name, only().unit) == ("Paule", "Les Glycines")


def test_services_that_are_homes_by_name_are_the_homes(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(home="Saint-Éloi"), person("R2", home="Les Tilleuls")))
    titles = ["Service", *PEOPLE_TITLES[1:]]
    rows = [person("R2", home="Les Tilleuls"), person("R3", "NOUVEAU", home="Saint-Éloi")]
    report = import_(csv_file(tmp_path / "s.csv", titles, *rows)).files[0]
    assert (report.new, report.unchanged) == (1, 1)
    assert {p.unit for p in residents.residents()} == {""}


def test_a_list_knows_the_unit_and_who_has_not_paid_in_time() -> None:
    house = home(people=[someone(number=n, unit="Aile B") for n in range(1, 5)])
    due = {"due_on": date(2026, 10, 31)}
    first, second, third, _fourth = house.people
    documents.save_documents(
        [
            invoice(first, "101", **due),
            invoice(second, "102", **due, paid=10_550),
            invoice(third, "103", due_on=date(2026, 11, 30), paid=100),
        ]
    )
    people = [p for p in audience.people(TODAY) if p.role is Role.RESIDENT]
    assert {p.unit for p in people} == {"Aile B"}
    assert [p.key.resident_id for p in people if p.unpaid] == [first.id]
