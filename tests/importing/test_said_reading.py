"""A file is read as it is said to be; what nobody says is found by its titles, then by its content."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from builders import owner
from import_samples import (
    HOME,
    LINE_TITLES,
    PEOPLE_TITLES,
    csv_file,
    import_,
    line,
    people_file,
    person,
    text_of,
    xlsx_file,
)

from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import BadFile
from tuimail.domain.imports import Dates, Decimals
from tuimail.importing.fields import Field, Subject
from tuimail.importing.mapping import Table, find_table
from tuimail.importing.matches import Matched, best_matches, parse_overrides
from tuimail.importing.people import read_people
from tuimail.importing.plan import examine_file, import_files
from tuimail.importing.reader import read
from tuimail.importing.reading import ImportFile, ReadAs
from tuimail.store import documents, residents


def table(path: Path, how: ReadAs = ReadAs(), **overrides: str) -> Table:  # noqa: B008
    return find_table(read(path, how), parse_overrides(overrides), how)


def test_a_said_encoding_is_used(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "dos.csv", PEOPLE_TITLES, person(last="LÉGER", first="Zoé"), encoding="cp850")

    (record,) = read_people(table(path, ReadAs(encoding="cp850"))).records

    assert record.name == "LÉGER Zoé"


def test_a_said_encoding_that_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    path = people_file(tmp_path, person(last="LÉGER"))
    with pytest.raises(BadFile, match="jeu de caractères"):
        table(path, ReadAs(encoding="utf-8"))


def test_a_said_delimiter_is_used(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "p.csv", PEOPLE_TITLES, person(last="A;B"), delimiter="|")
    assert table(path, ReadAs(delimiter="|")).source.delimiter == "|"


def test_mixed_encodings_name_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    rows = [text_of([row]) for row in (PEOPLE_TITLES, person("R1", "LÉGER"), person("R2", "NOËL"))]
    path.write_bytes(rows[0].encode() + rows[1].encode() + rows[2].encode("cp1252"))

    with pytest.raises(BadFile, match=r"mélange deux codages.*ligne 1 est.*ligne 3"):
        read(path)


def test_a_nul_byte_refuses_its_row_only(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    text = text_of([PEOPLE_TITLES, person("R1", "BER\0NARD"), person("R2", "CARON", "Lucie")])
    path.write_bytes(text.encode("cp1252"))

    report = import_(path)

    assert report.files[0].counts == (1, 0, 0, 1)


def test_three_hundred_columns(store: Path, tmp_path: Path) -> None:
    more = [f"Divers {n}" for n in range(295)]
    path = csv_file(tmp_path / "p.csv", (*PEOPLE_TITLES, *more), [*person(), *["x"] * 295])

    assert import_(path).files[0].new == 1


def test_formulas_without_results_are_named(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "p.xlsx", S=[LINE_TITLES, [*line()[:10], "=I2*J2", 5.5]])
    with pytest.raises(BadFile, match=r"formules sans leur résultat.*K2"):
        read(path)


def test_merged_cells_of_a_used_column_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    book = openpyxl.Workbook()
    for row in (["Résidents au 31/10"], PEOPLE_TITLES, person("R1"), person("R2", "CARON"), person("R3", "DELMAS")):
        book.active.append(list(row))
    book.active.merge_cells("A1:E1")
    book.save(path)
    assert len(table(path).rows) == 3

    book.active.merge_cells("A3:A5")
    book.save(path)
    with pytest.raises(BadFile, match="lignes 3 à 5 sont fusionnées sous"):
        table(path)


def test_months_first_are_seen(store: Path, tmp_path: Path) -> None:
    titles = ("Structure", "Code", "Nom", "Prénom", "Birth date")
    path = csv_file(
        tmp_path / "p.csv",
        titles,
        ["A", "R1", "BERNARD", "Paul", "04/05/1930"],
        ["A", "R2", "CARON", "L", "12/31/1931"],
    )

    found = table(path)
    import_(path)

    assert found.formats.dates is Dates.MONTH_FIRST
    assert [p.birth_date for p in residents.residents()] == [date(1930, 4, 5), date(1931, 12, 31)]


def test_the_order_of_days_can_be_said(store: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "p.csv", ("Structure", "Nom", "Prénom", "Naissance"), ["A", "B", "C", "04/05/1930"])

    import_as(path, ReadAs(dates=Dates.MONTH_FIRST))

    assert residents.residents()[0].birth_date == date(1930, 4, 5)


def import_as(path: Path, how: ReadAs) -> None:
    import_files([ImportFile(path, how)], owner=owner())


@pytest.mark.parametrize(
    ("decimals", "cell", "cents"),
    [(Decimals.COMMA, "1.234", 123_400), (Decimals.POINT, "1.234", 123), (Decimals.POINT, "1,234", 123_400),
     (Decimals.COMMA, "1.234,50", 123_450), (Decimals.POINT, "1,234.50", 123_450)],
)  # fmt: skip
def test_the_decimal_mark_can_be_said(store: Path, tmp_path: Path, decimals: Decimals, cell: str, cents: int) -> None:
    titles = ("Structure", "N° facture", "Date facture", "Nom", "Montant HT")
    import_(people_file(tmp_path, person(home="A")))
    path = csv_file(tmp_path / "f.csv", titles, ["A", "1", "31/10/2026", "BERNARD Paul", cell])

    import_as(path, ReadAs(decimals=decimals))

    ((document, _state),) = documents.of_year(1, DocumentKind.INVOICE, 2026).values()
    assert document.net == cents


def test_a_column_is_told_by_its_place(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "p.csv", ("Structure", "Nom", "Prénom", "X", "X"), ["A", "B", "C", "12", "R9"])
    found = table(path, **{"#5": "code"})
    assert found.columns[Field.CODE, 0] == 4


def test_content_tells_what_titles_do_not(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("R1"), person("R2", "CARON", "Lucie")))
    rows = [[HOME, "R1", "oct. 2026", "7001", "12,50"], [HOME, "R2", "oct. 2026", "7002", "9,00"]]
    path = csv_file(tmp_path / "f.csv", ("Lieu", "Qui", "Quand", "N° facture", "Montant HT"), *rows)

    examined = examine_file(ImportFile(path))

    assert examined.problem is None
    assert examined.match is not None
    assert {n for n, how in examined.match.how.items() if how is Matched.CONTENT} == {0, 1, 2}
    assert import_(path).files[0].counts == (2, 0, 0, 0)


def test_addresses_are_nobody_s_until_somebody_says_whose(store: Path, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "p.csv", ("Structure", "Code", "Nom", "Prénom", "Assistante sociale"),
        ["A", "R1", "BERNARD", "Paul", "as@mairie.example"],
    )  # fmt: skip

    report = import_(path)

    assert residents.residents()[0].emails == ()
    assert any("Assistante sociale" in sentence for sentence in report.lines() if "Adresses" in sentence)


def test_a_known_title_is_never_overruled_by_content(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "f.csv", ("N° facture", "Code résident", "Période", "Date prélèvement", "Montant HT"),
        ["1", "R1", "2026-10", "05/11/2026", "1,00"],
    )  # fmt: skip
    (match,) = best_matches(read(path), {})
    assert match.subject is Subject.INVOICES
    assert (Field.ISSUED_ON, 0) not in match.columns
