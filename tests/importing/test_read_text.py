"""Delimited text: encoding, delimiter and records are found by looking at them."""

from __future__ import annotations

from pathlib import Path

import pytest
from import_samples import LINE_TITLES, PEOPLE_TITLES, csv_file, line, person

from tuimail.domain.errors import BadFile
from tuimail.importing import delimited
from tuimail.importing.reader import read
from tuimail.importing.reading import ReadAs


def rows_of(path: Path) -> list[tuple[int, tuple[object, ...]]]:
    return [(row.line, row.cells) for row in read(path).sheets[0].rows]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le")],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, told: str, delimiter: str) -> None:
    row = line(label="Séjour, chambre double; étage 2 | côté cour", name="LEBŒUF Hélène")
    source = read(csv_file(tmp_path / "f.csv", LINE_TITLES, row, delimiter=delimiter, encoding=encoding))
    assert (source.encoding, source.delimiter) == (told, delimiter)
    assert [row.cells for row in source.sheets[0].rows] == [LINE_TITLES, tuple(row)]


def test_decimal_commas_are_no_delimiter_even_below_lines_of_title(tmp_path: Path) -> None:
    rows = [["Facturation du mois"], ["Éditée le 31/10/2026"], [], LINE_TITLES, *([line()] * 30)]
    source = read(csv_file(tmp_path / "f.csv", *rows))
    assert source.delimiter == ";"
    assert source.sheets[0].rows[2].cells == LINE_TITLES


def test_a_file_may_say_its_delimiter_itself(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"sep=|\r\nNom;Code|Email\r\na|b\r\n")
    assert rows_of(path) == [(2, ("Nom;Code", "Email")), (3, ("a", "b"))]


def test_rows_know_the_line_they_begin_on(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'Nom;Code\r\n\r\n"DE LA\r\nTOUR";1\r\nPETIT;2\r\n')
    assert rows_of(path) == [(1, ("Nom", "Code")), (3, ("DE LA\r\nTOUR", "1")), (5, ("PETIT", "2"))]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_ends_a_line(tmp_path: Path, end: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(end.join(["Nom;Code", "A;1", "B;2", ""]).encode())
    assert [line for line, _cells in rows_of(path)] == [1, 2, 3]


def test_quotation_marks_inside_a_cell_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'Nom;Code\nJean "Jeannot" PETIT;1\n"dit ""le Grand""";2\n')
    assert [cells[0] for _line, cells in rows_of(path)][1:] == ['Jean "Jeannot" PETIT', 'dit "le Grand"']


@pytest.mark.parametrize(
    "tail",
    ['"oops;4\r\nPETIT;Jean;5\r\n', '"oops;4', '"' + "x" * 200_000, '"oops;4\r\nPETIT;Jean;5\r\n"A";"B";"C"\r\n'],
    ids=["to the end", "cut", "huge", "until the next mark"],
)
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(english: None, tmp_path: Path, tail: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(("Nom;Prénom;Code\r\nA;B;1\r\n" + tail).encode())
    with pytest.raises(BadFile, match=r"quotation mark opened on line 3 of f\.csv"):
        read(path)


def test_a_file_cut_within_its_last_row_says_so(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("\r\n".join([";".join(PEOPLE_TITLES), ";".join(person()), "EHPAD Saint-Éloi;R2;DUB"]).encode())
    assert read(path).sheets[0].cut_line == 3
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert read(path).sheets[0].cut_line == 0


def test_the_end_mark_of_dos_is_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"Nom;Code\r\nA;1\r\n\x1a")
    assert rows_of(path)[-1] == (2, ("A", "1"))


def test_binary_data_under_a_name_of_text_is_refused(english: None, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(BadFile, match="neither text nor a spreadsheet"):
        read(path)


def test_text_in_no_known_character_set_is_refused_with_its_line(english: None, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"Nom;Code\nA;1\nH\x81l\xe8ne;2\n")
    with pytest.raises(BadFile, match=r"Line 3 of f\.csv"):
        read(path)


def test_a_table_beyond_any_export_is_refused(english: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_CELLS", 10)
    path = csv_file(tmp_path / "f.csv", PEOPLE_TITLES, person(), person("R2"))
    with pytest.raises(BadFile, match="more rows and columns than any export"):
        read(path)


def test_three_hundred_columns_are_read(tmp_path: Path) -> None:
    titles = [f"Colonne {chr(97 + n % 26)}{n}" for n in range(300)]
    source = read(csv_file(tmp_path / "f.csv", titles, [str(n) for n in range(300)]))
    assert len(source.sheets[0].rows[1].cells) == 300


def test_the_last_byte_of_a_letter_is_no_end_of_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for said, text in (("utf-16-le", "Code;Nom\nR1;\u1a00"), ("utf-16-be", "Code;Nom\nR1;К")):
        path.write_bytes(text.encode(said))
        assert read(path, ReadAs(said)).sheets[0].rows[-1].cells == ("R1", text[-1])
        path.write_bytes(f"{text}\x1a".encode(said))
        assert read(path, ReadAs(said)).sheets[0].rows[-1].cells == ("R1", text[-1])
