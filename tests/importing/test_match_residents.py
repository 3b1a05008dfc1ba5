"""Whom a row means: by code, by a move between homes, by name; an unclear one is refused, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from import_samples import (
    HOME,
    PEOPLE_TITLES,
    counts,
    csv_file,
    import_,
    line,
    lines_file,
    people_file,
    person,
    reasons,
)

from tuimail.domain.errors import BadFile
from tuimail.domain.people import Resident
from tuimail.importing.matching import alike
from tuimail.store import residents, structures
from tuimail.store.tables.billing import DocumentRow

pytestmark = pytest.mark.usefixtures("store", "english")


def known() -> dict[str, Resident]:
    return {resident.code or resident.name: resident for resident in residents.residents()}


def home_of(resident: Resident) -> str:
    return structures.structure(resident.structure_id).name


def test_a_code_in_its_home_is_that_resident_even_under_a_new_spelling(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    before = known()["R1"]
    report = import_(people_file(tmp_path, person(last="BERNARD-PETIT")))
    assert counts(report) == [(0, 1, 0, 0)]
    assert (known()["R1"].id, known()["R1"].last_name) == (before.id, "BERNARD-PETIT")
    assert report.files[0].changes[0].sentence() == "BERNARD Paul (R1): last name BERNARD → BERNARD-PETIT"


def test_a_code_given_to_somebody_else_is_refused(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    report = import_(people_file(tmp_path, person(last="LEROY", first="Anne")))
    assert reasons(report) == [(2, "the code R1 is that of BERNARD Paul; another person needs another code")]
    assert known()["R1"].name == "BERNARD Paul"


def test_the_same_birth_date_is_the_same_person_under_a_new_name(tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "Né(e) le"]
    path = csv_file(tmp_path / "r.csv", titles, [*person(last="DUPONT", first="Marie"), "01/02/1930"])
    import_(path)
    csv_file(path, titles, [*person(last="MARTIN", first="Marie"), "01/02/1930"])
    assert counts(import_(path)) == [(0, 1, 0, 0)]


def test_a_code_and_name_in_another_home_have_moved(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2", last="PETIT")))
    report = import_(people_file(tmp_path, person(home="L'Œillet")))
    assert counts(report) == [(0, 1, 0, 0)]
    assert home_of(known()["R1"]) == "L'Œillet"
    assert len(known()) == 2


def test_one_person_in_two_homes_of_a_file_is_two_residents_with_one_moving_nowhere(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    report = import_(people_file(tmp_path, person(), person(home="L'Œillet")))
    assert counts(report) == [(1, 0, 1, 0)]
    assert sorted(home_of(resident) for resident in residents.residents()) == [HOME, "L'Œillet"]


def test_a_code_of_another_home_under_another_name_is_somebody_else(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    assert counts(import_(people_file(tmp_path, person(last="LEROY", home="L'Œillet")))) == [(1, 0, 0, 0)]


def test_without_a_code_the_name_in_the_home_decides(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2", last="PETIT")))
    rows = [[HOME, "Paul Bernard", "paul@x.example"], [HOME, "MOREAU Luc", ""], ["L'Œillet", "PETIT Paul", ""]]
    path = csv_file(tmp_path / "r.csv", ["Structure", "Nom complet", "Email"], *rows)
    assert counts(import_(path)) == [(2, 1, 0, 0)]
    assert known()["R1"].emails == ("paul@x.example",)
    assert known()["R1"].last_name == "BERNARD"
    assert counts(import_(path)) == [(0, 0, 3, 0)]


def test_a_name_that_two_residents_have_needs_a_code(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2")))
    path = csv_file(tmp_path / "r.csv", ["Structure", "Nom", "Prénom"], [HOME, "BERNARD", "Paul"])
    assert reasons(import_(path)) == [(2, "several residents are called so; give the code")]


def test_a_new_code_for_a_known_name_is_refused_unless_that_one_stands_in_the_file_too(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    report = import_(people_file(tmp_path, person("0001")))
    assert reasons(report) == [
        (2, "BERNARD Paul is known under the code R1; correct the code in the file or in tuimail")
    ]
    assert counts(import_(people_file(tmp_path, person(), person("0001")))) == [(1, 0, 1, 0)]


def test_a_code_may_be_given_to_who_had_none(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("")))
    assert counts(import_(people_file(tmp_path, person()))) == [(0, 1, 0, 0)]
    assert list(known()) == ["R1"]


def test_two_rows_that_are_one_resident_are_both_refused(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("")))
    report = import_(people_file(tmp_path, person("R1"), person("R2", email="a@x.example")))
    assert reasons(report) == [(2, "lines 2, 3 are one resident"), (3, "lines 2, 3 are one resident")]


def test_a_file_without_structures_is_about_the_only_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "r.csv", PEOPLE_TITLES[1:], person("R2")[1:])
    with pytest.raises(BadFile, match="no column of structures"):
        import_(path)
    import_(people_file(tmp_path, person()))
    assert counts(import_(path)) == [(0, 0, 0, 1)]
    csv_file(path, PEOPLE_TITLES[1:], person("R2", last="PETIT")[1:])
    assert counts(import_(path)) == [(1, 0, 0, 0)]
    assert home_of(known()["R2"]) == HOME


def test_a_new_structure_is_not_guessed_into_one_of_two_associations(tmp_path: Path) -> None:
    structures.add_association("Nord")
    structures.add_association("Sud")
    report = import_(people_file(tmp_path, person()))
    assert "several associations" in reasons(report)[0][1]
    assert structures.structures() == []


def test_structures_are_known_whatever_their_accents_and_case(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    assert import_(people_file(tmp_path, person("R2", last="PETIT", home="EHPAD SAINT-ELOI"))).structures == ()


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ({}, "R1"),
        ({"name": ""}, "R1"),
        ({"code": "", "name": "Paul Bernard"}, "R1"),
        ({"name": "BERNARD-MOREAU Paul"}, "R1"),
        ({"home": "L'Œillet", "code": "R2", "name": "PETIT Anne"}, "R2"),
    ],
    ids=["code and name", "code", "name", "longer name", "code and name of another home"],
)
def test_an_invoice_finds_its_resident(tmp_path: Path, said: dict[str, str], owner: str) -> None:
    import_(people_file(tmp_path, person(), person("R2", last="PETIT", first="Anne")))
    assert counts(import_(lines_file(tmp_path, line(**said)))) == [(1, 0, 0, 0)]
    assert DocumentRow.get().resident_id == known()[owner].id


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"code": "R9", "name": ""}, "no resident is known by that code or name; import the residents first"),
        ({"code": "", "name": "INCONNU Luc"}, "no resident is known by that code or name; import the residents first"),
        ({"name": "PETIT Anne"}, "the code R1 is that of BERNARD Paul; correct the code or the name"),
        ({"code": "", "name": "LEROY Luc"}, "several residents are meant; give structure and code"),
        ({"home": "L'Œillet", "name": ""}, "no resident is known by that code or name; import the residents first"),
    ],
)
def test_an_invoice_never_goes_to_a_resident_that_is_not_surely_meant(
    tmp_path: Path, said: dict[str, str], reason: str
) -> None:
    import_(
        people_file(
            tmp_path, person(), person("R3", last="LEROY", first="Luc"), person("R4", last="LEROY", first="Luc")
        )
    )
    report = import_(lines_file(tmp_path, line(**said), line(**said)))
    assert counts(report) == [(0, 0, 0, 2)]
    assert reasons(report)[0] == (2, reason)
    assert report.structures == ()
    assert DocumentRow.select().count() == 0


def test_invoices_without_structures_go_where_their_residents_are(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2", last="PETIT", first="Anne", home="L'Œillet")))
    rows = [line(), line("002", code="R2", name="PETIT Anne"), line("003", code="", name="PETIT Anne")]
    path = csv_file(tmp_path / "f.csv", *(row[1:] for row in ([*["Structure"], *TITLES], *rows)))
    assert counts(import_(path)) == [(3, 0, 0, 0)]
    assert [home_of(known()["R1"]), home_of(known()["R2"])] == [
        structures.structure(row.structure_id).name
        for row in DocumentRow.select().order_by(DocumentRow.number).limit(2)
    ]


TITLES = ("N° facture", "Période", "Date facture", "Code résident", "Nom résident", "Rubrique", "Libellé", "Quantité",
          "Prix unitaire", "Montant H.T", "TVA %")  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("LEBŒUF Anne", "Anne Leboeuf", True),
        ("MARTIN Jeanne", "MARTIN DURAND Jeanne", True),
        ("MARTIN DURAND Jeanne", "MARTIN PETIT Jeanne", True),
        ("DUPONT Marie", "DUPOND Marie", True),
        ("DUPONT Marie", "MARTIN Marie", False),
        ("BERNARD Paul", "LEROY Anne", False),
    ],
)
def test_names_may_be_one_persons(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is alike(other, one) is same
