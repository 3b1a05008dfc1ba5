"""What a row of residents says: names, flags, addresses, guardian and relatives, and what it keeps silent about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_samples import HOME, PEOPLE_TITLES, RESIDENTS, csv_file, people_file, people_in, person

from tuimail.domain.people import FamilyStatus, Sex
from tuimail.importing.people import People, name_key, split_name


def test_the_sample_is_144_residents_with_all_they_have() -> None:
    people = people_in(RESIDENTS)
    assert (len(people.records), people.refused, people.totals, people.repeated) == (144, (), 0, 0)
    third = people.records[2]
    assert (third.structure, third.code, third.name) == ("Résidence autonomie L'Œillet", "R0003", "MARQUES Arnaude")
    assert third.plain == {
        "title": "Mme",
        "birth_date": date(1930, 5, 14),
        "room": "102",
        "entry_date": date(2020, 2, 1),
    }
    assert third.emails == ("arnaude.marques@free.example",)
    assert third.guardian == {
        "kind": "Curatelle renforcée",
        "delegate": "UDAF 59",
        "email": "udaf.59@tutelle.example",
        "receives": False,
    }
    assert third.relatives == (
        {"name": "Marques Agnès", "link": "Conjoint", "email": "agnes.marques@orange.example", "receives": True},
    )
    assert people.records[1].guardian == {}
    assert people.records[1].emails == ()


@pytest.mark.parametrize(
    ("cell", "title", "last", "first"),
    [
        ("BERNARD Paul", "", "BERNARD", "Paul"),
        ("Mme DE LA TOUR Marie-Jeanne", "Mme", "DE LA TOUR", "Marie-Jeanne"),
        ("Jeanne DE LA TOUR", "", "DE LA TOUR", "Jeanne"),
        ("MARTIN ép. DURAND Jeanne", "", "MARTIN ép. DURAND", "Jeanne"),
        ("M. O'BRIEN Pat", "M.", "O'BRIEN", "Pat"),
        ("LE GOFF Yann B.", "", "LE GOFF", "Yann B."),
        ("BERNARD", "", "BERNARD", ""),
        ("BERNARD PAUL", "", "BERNARD", "PAUL"),
        ("de Gaulle Charles", "", "de Gaulle", "Charles"),
        ("Bernard Paul", "", "Bernard", "Paul"),
    ],
)
def test_one_column_of_names_is_split_at_the_capitals(cell: str, title: str, last: str, first: str) -> None:
    assert split_name(cell) == (title, last, first)


@given(st.text())
def test_a_split_name_keeps_every_word(name: str) -> None:
    assert sorted(" ".join(split_name(name)).split()) == sorted(name.split())


def test_names_are_compared_without_order_accents_title_or_hyphen() -> None:
    assert name_key("Mme LEBŒUF Anne-Élise") == name_key("anne elise leboeuf")
    assert name_key("MARTIN Paul") != name_key("MARTIN Paule")


def test_a_title_in_the_name_is_the_residents(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "r.csv", ["Structure", "Nom complet"], [HOME, "Mme BERNARD Paule"])
    assert people_in(path).records[0].plain == {"title": "Mme"}


def test_several_addresses_in_the_one_cell_are_own_addresses(tmp_path: Path) -> None:
    people = people_in(
        people_file(tmp_path, person(email="a@x.example;b@X.example"), person("R2", email="A@x.example a@x.example"))
    )
    assert [record.emails for record in people.records] == [("a@x.example", "b@x.example"), ("A@x.example",)]


def test_a_third_own_address_refuses_the_row(english: None, tmp_path: Path) -> None:
    people = people_in(people_file(tmp_path, person(email="a@x.example,b@x.example,c@x.example")))
    assert people.records == ()
    assert "at most two addresses" in people.refused[0].problems[0].reason


def test_a_relative_without_a_name_goes_by_the_address_and_an_empty_one_is_none(tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "Proche 1", "Lien 1", "Email proche 1", "Proche 1 reçoit facture", "Proche 2"]
    path = csv_file(
        tmp_path / "r.csv",
        titles,
        [*person(), "", "Fille", "lise@x.example", "x", "Bernard Luc"],
        [*person("R2"), "", "Fille", "", "O", ""],
    )
    first, second = people_in(path).records
    assert [(r["name"], r.get("receives")) for r in first.relatives or ()] == [
        ("lise@x.example", True),
        ("Bernard Luc", None),
    ]
    assert second.relatives == ()
    assert (first.guardian, first.relative_slots) == (None, 2)


def test_every_reason_of_a_bad_row_is_told_with_column_and_value(english: None, tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "Date de naissance", "Tutelle reçoit facture"]
    path = csv_file(
        tmp_path / "r.csv",
        titles,
        [*person(), "31/12/1930", "O"],
        [*person("R2", last="", email="paul@"), "31/13/1930", "parfois"],
    )
    (refusal,) = people_in(path).refused
    assert refusal.line == 3
    assert [(p.column, p.value) for p in refusal.problems] == [
        ("Date de naissance", "31/13/1930"),
        ("Nom", ""),
        ("Email", "paul@"),
        ("Tutelle reçoit facture", "parfois"),
    ]
    assert refusal.sentence().startswith(
        "line 3, column “Date de naissance”, “31/13/1930”: there is no such day; the name is missing; "
    )


@pytest.mark.parametrize("bad", ["BER\r\nNARD", "BER\nBcc: x", "BER\x00NARD", "BER\u2028NARD"])
@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_a_line_break_in_a_code_name_or_address_refuses_the_row(tmp_path: Path, bad: str, column: int) -> None:
    row = person(email="paul@x.example")
    row[column] = bad
    people = people_in(csv_file(tmp_path / "r.csv", PEOPLE_TITLES, person("R9"), row, encoding="utf-8"))
    assert [record.code for record in people.records] == ["R9"]
    (problem,) = people.refused[0].problems
    assert problem.column == PEOPLE_TITLES[column]
    assert problem.value.isprintable()


def test_a_row_wider_than_the_titles_is_refused_and_a_short_one_is_not(english: None, tmp_path: Path) -> None:
    people = people_in(people_file(tmp_path, [*person("R1"), "", ""], [*person("R2"), "de trop"], person("R3")[:4]))
    assert [record.code for record in people.records] == ["R1", "R3"]
    assert people.refused[0].problems[0].reason == "it has 6 cells where the titles have 5"


def test_a_row_that_the_end_of_the_file_cuts_is_refused(tmp_path: Path) -> None:
    path = people_file(tmp_path, person(), person("R2"))
    path.write_bytes(path.read_bytes()[:-4])
    people = people_in(path)
    assert ([r.code for r in people.records], [r.line for r in people.refused]) == (["R1"], [3])


@pytest.mark.parametrize(
    "row", [["TOTAL"], ["", "", "Total général", "144"], ["Total : 144 résidents"], ["Nombre de résidents", "144"]]
)
def test_a_row_of_totals_is_left_out_and_counted(tmp_path: Path, row: list[str]) -> None:
    people = people_in(people_file(tmp_path, person(), row))
    assert (len(people.records), people.refused, people.totals) == (1, (), 1)


def test_a_home_whose_name_begins_like_a_total_has_residents(tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, *(f"Colonne {n}" for n in range(12))]
    people = people_in(csv_file(tmp_path / "r.csv", titles, [*person(home="Somme-Py"), *[""] * 12], ["Total", "1"]))
    assert ([record.structure for record in people.records], people.totals) == (["Somme-Py"], 1)


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("Nom;Prénom;Email", "Total;12 résidents"),
        ("Nom;Prénom;Email", "Nombre de résidents;48 personnes"),
        ("Nom;Prénom;Email", "TOTAL GÉNÉRAL;tous établissements;120"),
        ("Établissement;Résident;Chambre", "Somme Hainaut;(12 résidents);120"),
        ("Nom de naissance;Nom;Prénom", "Total;tous;établissements"),
        ("Établissement;Nom;Prénom", "Total;tous;établissements"),
        ("Établissement;Nom;Prénom", "Somme;48 résidents;présents"),
        ("Établissement;Résident;Chambre", "Total;tous établissements;120"),
        ("Établissement;Résident;Chambre", "Somme Hainaut;12 résidents;120"),
        ("Établissement;Résident;Chambre", "Somme Hainaut;Nombre de lits;120"),
        ("Résident;Chambre;Email", " Total : résidents;tous"),
    ],
)
def test_a_total_with_words_beside_it_is_nobody(tmp_path: Path, titles: str, row: str) -> None:
    somebody = {"Établissement": HOME, "Nom": "BERNARD", "Résident": "BERNARD Paul"}
    cells = [somebody.get(title, "") for title in titles.split(";")]
    people = people_in(csv_file(tmp_path / "r.csv", titles.split(";"), cells, row.split(";")))
    assert (len(people.records), people.refused, people.totals) == (1, (), 1)


@pytest.mark.parametrize(
    ("titles", "row", "name"),
    [
        ("Établissement;Résident", "Somme-Py;DUPONT Jean", "DUPONT Jean"),
        ("Établissement;Nom;Prénom", "Somme-Py;DUPONT;Jean", "DUPONT Jean"),
        ("Établissement;Nom;Prénom", "Total Repos;DUPONT;Jean", "DUPONT Jean"),
        ("Chambre;Résident", "Somme 12;d’Arc Jeanne", "d’Arc Jeanne"),
    ],
)
def test_somebody_with_a_name_is_in_whatever_the_home_is_called(
    tmp_path: Path, titles: str, row: str, name: str
) -> None:
    people = people_in(csv_file(tmp_path / "r.csv", titles.split(";"), row.split(";")))
    assert ([record.name for record in people.records], people.refused, people.totals) == ([name], (), 0)


def test_a_resident_called_total_is_no_total(tmp_path: Path) -> None:
    people = people_in(people_file(tmp_path, person(last="TOTAL", first="Jean")))
    assert [record.name for record in people.records] == ["TOTAL Jean"]


def test_a_row_that_repeats_another_is_left_out_and_one_that_contradicts_it_refuses_both(tmp_path: Path) -> None:
    people = people_in(
        people_file(tmp_path, person(), person(), person("R2"), person("R2", last="DUPONT"), person("R3"))
    )
    assert (people.repeated, [r.code for r in people.records]) == (1, ["R1", "R3"])
    assert [refusal.line for refusal in people.refused] == [4, 5]


def test_one_name_without_a_code_is_not_guessed_to_be_one_person_or_two(tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "Date de naissance"]
    path = csv_file(
        tmp_path / "r.csv",
        titles,
        [*person("", email="a@x.example"), ""],
        [*person("", email="b@x.example"), ""],
        [*person("", last="PETIT"), "01/02/1930"],
        [*person("", last="PETIT"), "01/02/1931"],
    )
    people = people_in(path)
    assert [refusal.line for refusal in people.refused] == [2, 3]
    assert len(people.records) == 2


CARD = ("Code", "Nom", "Prénom", "Sexe", "Situation familiale", "Qui reçoit", "Tuteur", "Adresse tuteur", "CP tuteur")


def of_card(tmp_path: Path, *cells: str) -> People:
    return people_in(csv_file(tmp_path / "card.csv", CARD, ["R1", "LAINE", "Diane", *cells]))


@pytest.mark.parametrize(
    ("cell", "sex"), [("F", Sex.FEMALE), ("Féminin", Sex.FEMALE), ("2", Sex.FEMALE), ("H", Sex.MALE), ("", Sex.UNKNOWN)]
)
def test_a_sex_is_written_in_many_ways(tmp_path: Path, cell: str, sex: Sex) -> None:
    assert of_card(tmp_path, cell).records[0].plain["sex"] is sex


@pytest.mark.parametrize("cell", ["Veuf", "veuve", "Veuf(ve)", "VEUF (VE)"])
def test_a_family_status_has_both_endings(tmp_path: Path, cell: str) -> None:
    assert of_card(tmp_path, "F", cell).records[0].plain["family_status"] is FamilyStatus.WIDOWED


def test_lines_of_a_postal_address_are_parted_as_on_the_card(tmp_path: Path) -> None:
    typed = of_card(tmp_path, "F", "", "", "UDAF", "3 rue Haute / Bât. B", "05000").records[0].guardian
    broken = of_card(tmp_path, "F", "", "", "UDAF", "3 rue Haute\nBât. B", "05000").records[0].guardian
    assert typed == broken
    assert typed is not None
    assert (typed["lines"], typed["postcode"]) == (("3 rue Haute", "Bât. B"), "05000")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (("X",), "Sexe", "F or M was expected"),
        (("F", "perdu"), "Situation familiale", "widowed was expected"),
        (("F", "", "personne"), "Qui reçoit", "guardian only or paper only was expected"),
    ],
)
def test_what_the_card_does_not_offer_is_refused_in_one_sentence(
    english: None, tmp_path: Path, cells: tuple[str, ...], column: str, reason: str
) -> None:
    (refusal,) = of_card(tmp_path, *cells).refused
    assert refusal.problems[0].column == column
    assert reason in refusal.sentence()


def test_a_relative_who_can_be_reached_has_a_name(english: None, tmp_path: Path) -> None:
    titles = ("Code", "Nom", "Prénom", "Proche 1", "Téléphone proche 1")
    people = people_in(csv_file(tmp_path / "r.csv", titles, ["R1", "LAINE", "Diane", "", "0320"]))
    assert "the name of relative 1 is missing" in people.refused[0].sentence()


def test_no_protection_is_no_guardian(tmp_path: Path) -> None:
    people = people_in(csv_file(tmp_path / "g.csv", ("Code", "Nom", "Prénom", "Tutelle"), ["R1", "A", "B", "Aucune"]))
    assert people.records[0].guardian == {}
