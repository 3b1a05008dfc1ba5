"""A file is what its bytes say; whatever is no table gets one sentence with what to do next."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from import_samples import SEPTEMBER, ods_file, table_of, xlsx_file

from tuimail.domain.errors import BadFile
from tuimail.importing import reader
from tuimail.importing.reader import read

MORNING = datetime.combine(date(2026, 10, 31), time(8, 30))


@pytest.mark.parametrize("content", [b"", b"\r\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 2000])
def test_an_empty_file_is_told(english: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vide.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile) as told:
        read(path)
    assert str(told.value) == "vide.csv is empty. Export it again from the billing software."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "DOC"),
    ],
)
def test_a_file_of_another_type_is_named_whatever_its_suffix(
    english: None, tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "factures.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=rf"another type \({kind}"):
        read(path)


@pytest.mark.parametrize("member", ["photo.jpg", "word/document.xml"])
def test_a_zip_that_is_no_spreadsheet_is_told(english: None, tmp_path: Path, member: str) -> None:
    path = tmp_path / "factures.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x" * 500)
    with pytest.raises(BadFile, match=r"another type \(ZIP\)"):
        read(path)


@pytest.mark.parametrize("keep", [40, 5_000, -30])
def test_a_damaged_spreadsheet_is_told(english: None, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "factures.xlsx"
    path.write_bytes(SEPTEMBER.read_bytes()[:keep])
    with pytest.raises(BadFile, match=r"factures\.xlsx is damaged"):
        read(path)


def test_a_web_page_named_xls_is_told(english: None, tmp_path: Path) -> None:
    path = tmp_path / "factures.xls"
    path.write_bytes(b"<html><body><table><tr><td>Nom</td></tr></table></body></html>")
    with pytest.raises(BadFile, match="web page"):
        read(path)


def test_a_missing_file_a_folder_and_a_pipe_are_told(english: None, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(BadFile, match="is a folder"):
        read(tmp_path)
    os.mkfifo(tmp_path / "tube")
    with pytest.raises(BadFile, match="not a file on disk"):
        read(tmp_path / "tube")
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "nul\0.csv")


def test_a_file_this_account_may_not_read_is_told(
    english: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"Nom;Code\n")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        with pytest.raises(BadFile, match="cannot be read: this account may not do that"):
            read(path)


def test_a_file_too_large_is_told_without_being_read(english: None, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    with pytest.raises(BadFile, match=f"larger than {reader.MAX_BYTES // 2**20} MB"):
        read(path)


def test_a_spreadsheet_keeps_its_types_and_row_numbers(tmp_path: Path) -> None:
    rows = [
        ["Titre"],
        [],
        ["Nom", "Date", "Heure"],
        ["A", date(2026, 10, 31), MORNING],
        [1, 2.5, True],
    ]
    source = read(xlsx_file(tmp_path / "f.xlsx", Feuille=rows))
    assert [(row.line, row.cells) for row in source.sheets[0].rows] == [
        (1, ("Titre", "", "")),
        (3, ("Nom", "Date", "Heure")),
        (4, ("A", date(2026, 10, 31), MORNING)),
        (5, (1.0, 2.5, True)),
    ]


def test_an_opendocument_spreadsheet_is_read(tmp_path: Path) -> None:
    source = read(ods_file(tmp_path / "f.ods", ["Nom", "Code"], ["LEBŒUF Hélène", 12.0]))
    assert [row.cells for row in source.sheets[0].rows] == [("Nom", "Code"), ("LEBŒUF Hélène", 12.0)]


def test_hidden_sheets_are_not_looked_at(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "f.xlsx", Actuel=[["Nom", "Code"], ["A", "1"]], Ancien=[["Nom", "Code"], ["B", "2"]])
    book = openpyxl.load_workbook(path)
    book["Ancien"].sheet_state = "hidden"
    book.save(path)
    assert table_of(path).sheet.name == "Actuel"


def test_one_cell_at_the_far_end_of_a_sheet_does_not_fill_the_memory(english: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Nom"
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(BadFile, match="Delete what stands far below"):
        read(tmp_path / "f.xlsx")


def test_the_same_content_has_the_same_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Nom;Code\nA;1\n")
    (tmp_path / "b.csv").write_bytes(b"Nom;Code\nA;1\n")
    (tmp_path / "c.csv").write_bytes(b"Nom;Code\nA;2\n")
    first, same, other = (read(tmp_path / name).sha256 for name in ("a.csv", "b.csv", "c.csv"))
    assert first == same != other


@pytest.mark.parametrize("suffix", ["docx", "PDF", "odt", "jpg"])
def test_text_under_the_name_of_another_type_is_told_by_that_type(english: None, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_text("Nom;Prénom\nA;B\n")
    with pytest.raises(BadFile, match=f"another type \\({suffix.upper()}\\)"):
        read(path)


def test_the_apostrophe_before_a_formula_is_none_of_the_text_in_a_workbook_either(tmp_path: Path) -> None:
    cells = ["'+33 6", "''+33 6", "'s-Gravenhage", "'=A1"]
    ours = xlsx_file(tmp_path / "ours.xlsx", F=[cells])
    # What is typed behind an apostrophe is kept without it, and marked.
    book = openpyxl.load_workbook(ours)
    typed = book["F"].cell(1, 5, "+33 7")
    typed.quotePrefix = True
    book.save(ours)
    found = ("+33 6", "'+33 6", "'s-Gravenhage", "=A1")
    assert read(ours).sheets[0].rows[0].cells == (*found, "+33 7")
    assert read(ods_file(tmp_path / "ours.ods", cells)).sheets[0].rows[0].cells == found
