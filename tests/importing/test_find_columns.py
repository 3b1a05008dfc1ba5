"""Columns are found by their titles; what cannot be found is told with the titles there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from import_samples import LINE_TITLES, PEOPLE_TITLES, RESIDENTS, SEPTEMBER, csv_file, line, person, table_of, xlsx_file

from tuimail.domain.errors import BadFile, BadInput
from tuimail.importing.fields import Field, Subject
from tuimail.importing.mapping import find_table
from tuimail.importing.matches import parse_overrides
from tuimail.importing.reader import read
from tuimail.importing.titles import DICTIONARIES, parse_target, recognise, words


@pytest.mark.parametrize(
    "title",
    ["N° facture", "N°FACTURE", "Nº de facture", "no facture", "Numéro_facture", "NUM FACTURE", "Facture n°",
     "Invoice No.", "Invoice number"],
)  # fmt: skip
def test_one_title_has_many_spellings(title: str) -> None:
    hit = recognise(title, Subject.INVOICES)
    assert hit is not None
    assert hit[0] == (Field.NUMBER, 0)


@pytest.mark.parametrize(
    ("title", "field", "number"),
    [
        ("E-mail", Field.EMAIL, 1),
        ("Adresse mail", Field.EMAIL, 1),
        ("Adresse mail 2", Field.EMAIL, 2),
        ("ADRESSE_MAIL", Field.EMAIL, 1),
        ("Adresse mail tutelle", Field.GUARDIAN_EMAIL, 0),
        ("Adresse mail proche 1", Field.RELATIVE_EMAIL, 1),
        ("Guardian's e-mail", Field.GUARDIAN_EMAIL, 0),
        ("Adresse électronique", Field.EMAIL, 1),
        ("Adresse e-mail 2", Field.EMAIL, 2),
        ("Email secondaire", Field.EMAIL, 2),
        ("Mail du proche n° 3", Field.RELATIVE_EMAIL, 3),
        ("PROCHE2_EMAIL", Field.RELATIVE_EMAIL, 2),
        ("Lien de parenté 1", Field.RELATIVE_LINK, 1),
        ("Réception factures proche 2", Field.RELATIVE_RECEIVES, 2),
        ("Nom de famille", Field.LAST_NAME, 0),
        ("Date de naissance", Field.BIRTH_DATE, 0),
        ("birth_date", Field.BIRTH_DATE, 0),
        ("D.D.N.", Field.BIRTH_DATE, 0),
        ("Proche 12", None, 0),
        ("Téléphone", None, 0),
        ("Sexe", Field.SEX, 0),
        ("Nom de naissance", Field.BIRTH_NAME, 0),
        ("Nom de jeune fille", Field.BIRTH_NAME, 0),
        ("Lieu de naissance", Field.BIRTH_PLACE, 0),
        ("Situation familiale", Field.FAMILY_STATUS, 0),
        ("Marital status", Field.FAMILY_STATUS, 0),
        ("Date de veuvage", Field.WIDOWHOOD_DATE, 0),
        ("Adresse tutelle", Field.GUARDIAN_ADDRESS, 0),
        ("Adresse 1 tutelle", Field.GUARDIAN_ADDRESS, 0),
        ("Adresse 2 tuteur", Field.GUARDIAN_ADDRESS_MORE, 0),
        ("CP tuteur", Field.GUARDIAN_POSTCODE, 0),
        ("Portable du mandataire", Field.GUARDIAN_MOBILE, 0),
        ("Télécopie tutelle", Field.GUARDIAN_FAX, 0),
        ("Adresse proche 2", Field.RELATIVE_ADDRESS, 2),
        ("Adresse 2 proche 1", Field.RELATIVE_ADDRESS_MORE, 1),
        ("Complément d'adresse proche 1", Field.RELATIVE_ADDRESS_MORE, 1),
        ("Code postal proche 2", Field.RELATIVE_POSTCODE, 2),
        ("Relative 1 city", Field.RELATIVE_CITY, 1),
        ("Tél. proche 1", Field.RELATIVE_PHONE, 1),
        ("Libellé avant adresse proche 3", Field.RELATIVE_LABEL, 3),
        ("Qui reçoit", Field.POLICY, 0),
        ("Papier en plus", Field.PAPER, 0),
        ("Langue du mail", Field.LANGUAGE, 0),
        ("Langue", None, 0),
        ("Accepte publipostages", Field.MAILINGS, 0),
        ("Adresse", None, 0),
        ("Code postal", None, 0),
    ],
)
def test_titles_of_residents(title: str, field: Field | None, number: int) -> None:
    hit = recognise(title, Subject.RESIDENTS)
    assert (hit[0] if hit else (None, 0)) == (field, number)


def test_a_postal_address_is_of_whoever_stands_before_it(tmp_path: Path) -> None:
    titles = ["Nom", "Prénom", "Adresse", "CP", "Ville", "Téléphone", "Tuteur", "Adresse 1", "Adresse 2", "Code postal",
              "Ville", "Téléphone", "Portable", "Fax", "Proche 1", "Lien 1", "Adresse", "CP", "Ville", "Portable",
              "Chambre", "Téléphone"]  # fmt: skip
    table = table_of(csv_file(tmp_path / "f.csv", titles, ["x"] * len(titles)))
    of_resident, of_guardian, of_relative, after = range(2, 6), range(7, 14), range(16, 20), 21
    found = {column: field for (field, _n), column in table.columns.items()}
    assert not found.keys() & {*of_resident, after}
    assert [found[column] for column in of_guardian] == [
        Field.GUARDIAN_ADDRESS, Field.GUARDIAN_ADDRESS_MORE, Field.GUARDIAN_POSTCODE, Field.GUARDIAN_CITY,
        Field.GUARDIAN_PHONE, Field.GUARDIAN_MOBILE, Field.GUARDIAN_FAX]  # fmt: skip
    assert [found[column] for column in of_relative] == [
        Field.RELATIVE_ADDRESS, Field.RELATIVE_POSTCODE, Field.RELATIVE_CITY, Field.RELATIVE_PHONE]  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "field", "number"),
    [
        (("Tuteur", "Adresse", "Ville", "Adresse mail"), Field.GUARDIAN_EMAIL, 0),
        (("Proche 2", "Lien 2", "Téléphone", "E-mail"), Field.RELATIVE_EMAIL, 2),
        (("Tuteur", "Chambre", "Adresse mail"), Field.EMAIL, 1),
        (("Tuteur", "Adresse mail"), Field.EMAIL, 1),
        (("Email", "Tuteur", "Téléphone", "Email 2"), Field.EMAIL, 2),
        (("Proche 1", "Téléphone", "Email", "Email 2"), Field.EMAIL, 2),
    ],
)
def test_an_address_along_a_guardians_is_not_the_residents(
    tmp_path: Path, titles: tuple[str, ...], field: Field, number: int
) -> None:
    table = table_of(csv_file(tmp_path / "f.csv", ["Nom", "Prénom", *titles], ["x"] * (2 + len(titles))))
    assert table.columns[field, number] == 1 + len(titles)


def test_two_telephones_without_a_word_of_whose_are_the_first(tmp_path: Path) -> None:
    titles = ["Nom", "Prénom", "Proche 1", "Téléphone", "Portable"]
    table = table_of(csv_file(tmp_path / "f.csv", titles, ["x"] * len(titles)))
    assert table.columns[Field.RELATIVE_PHONE, 1] == 3
    assert table.unused == ("Portable",)


def test_the_name_at_birth_is_no_last_name_unless_it_is_the_only_name(tmp_path: Path) -> None:
    both = table_of(csv_file(tmp_path / "a.csv", ["Nom de naissance", "Nom", "Prénom"], ["DUVAL", "LAINE", "Diane"]))
    alone = table_of(csv_file(tmp_path / "b.csv", ["Nom de naissance", "Prénom", "Code"], ["DUVAL", "Diane", "R1"]))
    assert (both.columns[Field.LAST_NAME, 0], both.columns[Field.BIRTH_NAME, 0]) == (1, 0)
    assert alone.columns[Field.LAST_NAME, 0] == 0


@pytest.mark.parametrize("subject", Subject)
def test_no_title_means_two_fields(subject: Subject) -> None:
    from tuimail.importing import titles as all_titles

    synonyms = {Subject.RESIDENTS: all_titles._RESIDENTS, Subject.INVOICES: all_titles._INVOICES}[subject]
    total = sum(len({words(title)[0] for title in titles.split("|")}) for titles in synonyms.values())
    assert len(DICTIONARIES[subject]) == total


def test_the_samples_are_understood_to_the_last_column() -> None:
    residents, invoices = table_of(RESIDENTS), table_of(SEPTEMBER)
    assert (residents.subject, residents.unused) == (Subject.RESIDENTS, ())
    assert (invoices.subject, invoices.unused, invoices.sheet.name) == (Subject.INVOICES, (), "Factures")
    assert len(residents.columns) == 21
    assert len(invoices.columns) == 12


def test_titles_are_found_below_a_heading(tmp_path: Path) -> None:
    rows = [["Association Les Tilleuls"], ["Export du", "31/10/2026"], [], LINE_TITLES, line()]
    table = table_of(csv_file(tmp_path / "f.csv", *rows))
    assert [row.line for row in table.rows] == [5]


def test_titles_that_stand_again_on_each_page_are_no_row(tmp_path: Path) -> None:
    table = table_of(csv_file(tmp_path / "f.csv", PEOPLE_TITLES, person(), PEOPLE_TITLES, person("R2")))
    assert [row.line for row in table.rows] == [2, 4]


def test_an_english_export_is_understood(tmp_path: Path) -> None:
    titles = ["Facility", "Invoice No", "Billing month", "Invoice date", "Customer ID", "Customer name", "Category",
              "Description", "Qty", "Unit price", "Net amount", "VAT rate"]  # fmt: skip
    table = table_of(csv_file(tmp_path / "f.csv", titles, line(), delimiter="\t", encoding="utf-8-sig"))
    assert table.subject is Subject.INVOICES
    assert table.unused == ()


def test_a_last_name_alone_is_the_whole_name(tmp_path: Path) -> None:
    table = table_of(csv_file(tmp_path / "f.csv", ["Nom", "Chambre"], ["BERNARD Paul", "12"]))
    assert set(table.columns) == {(Field.NAME, 0), (Field.ROOM, 0)}


def test_the_more_telling_title_wins(tmp_path: Path) -> None:
    titles = [*LINE_TITLES, "Nom"]
    table = table_of(csv_file(tmp_path / "f.csv", titles, [*line(), "Virginie"]))
    assert table.columns[Field.NAME, 0] == 5
    assert table.unused == ("Nom",)


def test_a_title_that_stands_twice_is_told(english: None, tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "E-mail"]
    path = csv_file(tmp_path / "f.csv", titles, [*person(), ""])
    with pytest.raises(BadFile, match=r"would be the e-mail 1: “Email”, “E-mail”"):
        table_of(path)


def test_a_column_may_be_named_and_another_left_aside(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "f.csv", ["Bénéf", "Réf. interne", "Email", "Mail"], ["BERNARD Paul", "R1", "", ""])
    table = find_table(read(path), parse_overrides({"benef": "Nom complet", "réf interne": "code", "Mail": ""}))
    assert table.columns == {(Field.NAME, 0): 0, (Field.CODE, 0): 1, (Field.EMAIL, 1): 2}


def test_what_is_said_wins_over_the_dictionary(tmp_path: Path) -> None:
    titles = [*LINE_TITLES, "Net à payer"]
    path = csv_file(tmp_path / "f.csv", titles, [*line(), "12,00"])
    assert find_table(read(path), parse_overrides({"Net à payer": "amount"})).columns[Field.AMOUNT, 0] == 12


@pytest.mark.parametrize(
    ("text", "target"),
    [("amount", (Field.AMOUNT, 0)), ("email-2", (Field.EMAIL, 2)), ("relative-1-email", (Field.RELATIVE_EMAIL, 1)),
     ("Date d'entrée", (Field.ENTRY_DATE, 0)), ("email", (Field.EMAIL, 1)), ("room-2", None), ("nonsense", None)],
)  # fmt: skip
def test_a_field_as_it_is_typed(text: str, target: object) -> None:
    assert parse_target(text) == target


def test_a_field_that_does_not_exist_is_told_with_those_that_do(english: None) -> None:
    with pytest.raises(BadInput, match=r"“montan” is no field.*amount"):
        parse_overrides({"Total": "montan"})


def test_a_header_that_matches_nothing_is_told_with_its_titles(english: None, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "f.csv", ["Date", "Heure", "Température"], ["31/10/2026", "8:00", "21,5"])
    with pytest.raises(BadFile) as told:
        table_of(path)
    assert told.value.sentence == (
        "f.csv holds neither residents nor invoices: its titles are “Date”, “Heure”, “Température”."
    )
    assert "--map" in told.value.next_step


def test_what_is_missing_is_named(english: None, tmp_path: Path) -> None:
    titles = [title for title in LINE_TITLES if title not in ("N° facture", "Montant H.T", "Quantité")]
    path = csv_file(tmp_path / "f.csv", titles, ["x"] * len(titles))
    with pytest.raises(BadFile, match="looks like invoices, but lacks invoice number, net amount: its titles are"):
        table_of(path)


def test_a_wrong_sheet_is_told_with_the_names_of_all(english: None, tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "f.xlsx", Budget=[["Mois", "Dépense"], ["10", 5]], Notes=[["à faire"]])
    with pytest.raises(BadFile, match=r"None of the sheets of f\.xlsx .“Budget”, “Notes”. holds residents or invoices"):
        table_of(path)


def test_the_right_sheet_is_found_among_several(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "f.xlsx", Notes=[["à faire"]], Octobre=[LINE_TITLES, line()])
    assert table_of(path).sheet.name == "Octobre"


def test_two_right_sheets_are_not_guessed_between(english: None, tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "f.xlsx", Septembre=[LINE_TITLES, line()], Octobre=[LINE_TITLES, line("002")])
    with pytest.raises(BadFile, match="several sheets that could be imported: “Septembre”, “Octobre”"):
        table_of(path)


def test_titles_without_rows_are_told(english: None, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="titles but no row below them"):
        table_of(csv_file(tmp_path / "f.csv", LINE_TITLES, ["", "", ""]))


@pytest.mark.parametrize("title", ["TVA", "Montant TVA", "Total TTC"])
def test_a_column_of_tax_is_not_taken_for_rates(english: None, tmp_path: Path, title: str) -> None:
    path = csv_file(tmp_path / "f.csv", [*LINE_TITLES[:-1], title], line())
    with pytest.raises(BadFile, match=f"no column of VAT rates, and “{title}” may be rates or amounts"):
        table_of(path)
    assert (Field.VAT, 0) in find_table(read(path), parse_overrides({title: "vat"})).columns
    assert (Field.VAT, 0) not in find_table(read(path), parse_overrides({title: ""})).columns


def test_a_period_is_needed_unless_one_is_given(english: None, tmp_path: Path) -> None:
    titles, row = [*LINE_TITLES[:2], *LINE_TITLES[4:]], [*line()[:2], *line()[4:]]
    source = read(csv_file(tmp_path / "f.csv", titles, row))
    with pytest.raises(BadFile, match="lacks invoice date"):
        find_table(source, {})
    assert find_table(source, {}, period_given=True).subject is Subject.INVOICES
