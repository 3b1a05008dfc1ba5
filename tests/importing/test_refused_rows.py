"""The rows that do not go in stand in a file beside the input: why, and as they were, to be corrected and imported."""

from __future__ import annotations

import csv
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_samples import (
    HOME,
    LINE_TITLES,
    PEOPLE_TITLES,
    counts,
    csv_file,
    import_,
    line,
    lines_file,
    people_file,
    person,
    xlsx_file,
)

from tuimail.domain.csv_text import harmless
from tuimail.domain.errors import BadFile
from tuimail.domain.money import parse_decimal
from tuimail.importing import refused_file
from tuimail.importing.refused_file import as_told
from tuimail.store import residents
from tuimail.store.tables.journal import EventRow

pytestmark = pytest.mark.usefixtures("store")


def rows_of(path: Path, delimiter: str = ";") -> list[list[str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def test_refused_rows_stand_beside_the_input_with_line_column_value_and_reason(tmp_path: Path) -> None:
    path = people_file(tmp_path, person(), person("R2", email="paul@"), person("R3", last="", email="@"), person("R4"))
    report = import_(path)
    assert counts(report) == [(2, 0, 0, 2)]
    assert report.files[0].refused_file == tmp_path / "residents-refuses.csv"
    first, second, third = rows_of(tmp_path / "residents-refuses.csv")
    assert first == ["ligne", "colonne", "valeur", "motif", *PEOPLE_TITLES]
    assert second[:3] == ["3", "Email", "paul@"]
    assert "paul@" in second[3]
    assert second[4:] == person("R2", email="paul@")
    assert third[:3] == ["4", "Nom | Email", "'@"]
    assert any(str(tmp_path / "residents-refuses.csv") in told for told in report.lines())


def test_the_corrected_file_goes_in_as_it_is(tmp_path: Path) -> None:
    petit = {"code": "R2", "name": "PETIT Paul"}
    import_(people_file(tmp_path, person(), person("R2", last="PETIT", email="paul@")))
    import_(lines_file(tmp_path, line(), line("002", **petit), line("002", amount="-10,00", **petit)))
    refused = tmp_path / "residents-refuses.csv"
    refused.write_text(refused.read_text("utf-8-sig").replace("Paul;paul@", "Paul;paul@x.example"), "utf-8-sig")
    assert counts(import_(refused, tmp_path / "factures-refuses.csv")) == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert residents.residents()[1].emails == ("paul@x.example",)


def test_what_was_kept_from_being_a_formula_goes_in_as_it_stood_in_the_input(tmp_path: Path) -> None:
    titles = [*PEOPLE_TITLES, "Délégué", "Mobile tutelle", "Adresse tutelle"]
    cells = ["＝x", "\t+33 6 12 34 56 78", "\n3 rue Haute / '+b"]
    rows = [[*person("R1"), *cells], [*person("R2", last="PETIT", email="x"), *cells]]
    import_(csv_file(tmp_path / "r.csv", titles, *rows, encoding="utf-8"))
    refused = tmp_path / "r-refuses.csv"
    assert rows_of(refused)[1][-3:] == [f"'{cell}" for cell in cells]
    refused.write_text(refused.read_text("utf-8-sig").replace("Paul;x;", "Paul;;"), "utf-8-sig")
    assert counts(import_(refused)) == [(1, 0, 0, 0)]
    straight, corrected = (person.guardian for person in residents.residents())
    assert straight is not None
    assert straight == corrected
    assert (straight.delegate, straight.mobile) == ("＝x", "+33 6 12 34 56 78")
    assert straight.address.lines == ("3 rue Haute", "'+b")


def test_the_delimiter_is_that_of_the_input_and_the_encoding_holds_everything(tmp_path: Path) -> None:
    row = person(last="ŁĘCKI 李", email="x")
    csv_file(tmp_path / "r.tsv", PEOPLE_TITLES, row, delimiter="\t", encoding="utf-8")
    import_(tmp_path / "r.tsv")
    assert rows_of(tmp_path / "r-refuses.csv", "\t")[1][4:] == row


def test_cells_of_a_spreadsheet_are_written_as_a_person_would(tmp_path: Path) -> None:
    from datetime import date

    titles = [*PEOPLE_TITLES, "Date d'entrée", "Chambre"]
    path = xlsx_file(tmp_path / "r.xlsx", F=[titles, [*person(email="x"), date(2026, 1, 31), 12.5]])
    import_(path)
    assert rows_of(tmp_path / "r-refuses.csv")[1][-2:] == ["31/01/2026", "12,5"]


@pytest.mark.parametrize("cell", ["=HYPERLINK(A1)", "+33 1", "-x", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_cell_is_run_as_a_formula(tmp_path: Path, cell: str) -> None:
    assert harmless(as_told(cell)) == "'" + cell
    csv_file(tmp_path / "r.csv", PEOPLE_TITLES, person(last=cell, email="x"), encoding="utf-8")
    import_(tmp_path / "r.csv")
    assert rows_of(tmp_path / "r-refuses.csv")[1][6] == "'" + cell


@given(st.text(max_size=8))
def test_a_cell_is_safe_or_a_number(cell: str) -> None:
    text = harmless(as_told(cell))
    assert text == cell or (text == "'" + cell and re.match(r"'*([\s\x00-\x20]*[=+@＝＋－＠-]|[\t\r\n])", cell))
    if re.match(r"[\s\x00-\x20]*[=+@-]", text):
        parse_decimal(text)


def test_negative_amounts_stay_numbers() -> None:
    assert [harmless(as_told(cell)) for cell in ("-187,50", -187.5, "+12")] == ["-187,50", "-187,5", "+12"]


def test_a_line_break_in_a_refused_cell_stays_one_cell(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(last="BER\r\nNARD")))
    _titles, row = rows_of(tmp_path / "residents-refuses.csv")
    assert (row[2], row[6]) == ("BER\\r\\nNARD", "BER\r\nNARD")
    assert counts(import_(tmp_path / "residents-refuses.csv")) == [(0, 0, 0, 1)]


def test_all_lines_of_a_refused_invoice_stand_there(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    import_(lines_file(tmp_path, line(), line(amount="douze"), line("002")))
    titles, *rows = rows_of(tmp_path / "factures-refuses.csv")
    assert titles[4:] == list(LINE_TITLES)
    assert [row[0] for row in rows] == ["2", "3"]
    assert rows[1][:3] == ["3", "Montant H.T", "douze"]
    assert "ligne 3" in rows[0][3]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    report = import_(people_file(tmp_path, person(email="x")), dry_run=True)
    assert (report.refused, report.files[0].refused_file) == (1, None)
    assert [path.name for path in tmp_path.glob("*.csv")] == ["residents.csv"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_corrections_are_neither_replaced_nor_removed_and_the_next_free_name_is_told(tmp_path: Path) -> None:
    refused, second = tmp_path / "residents-refuses.csv", tmp_path / "residents-refuses-2.csv"
    path = people_file(tmp_path, person(email="x"), person("R2", email="y"))
    import_(path)
    corrected = refused.read_bytes().replace(b";x\r\n", b";x@x.example\r\n")
    assert corrected != refused.read_bytes()
    refused.write_bytes(corrected)
    report = import_(path)
    assert refused.read_bytes() == corrected
    assert report.files[0].refused_file == second
    assert len(rows_of(second)) == 3
    assert any(str(second) in told for told in report.lines())
    assert import_(path).files[0].refused_file == second, "what says the very same serves as it is"
    second.write_bytes(b"other")
    assert import_(path).files[0].refused_file == tmp_path / "residents-refuses-3.csv"
    import_(people_file(tmp_path, person(), person("R2")))
    assert (refused.read_bytes(), second.read_bytes()) == (corrected, b"other")
    assert names(tmp_path) == ["residents-refuses-2.csv", "residents-refuses-3.csv", refused.name, path.name]


@pytest.mark.parametrize("links", [True, False])
def test_of_several_imports_at_once_each_has_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    outputs = []
    for n in range(8):
        output = refused_file.RefusedFile(tmp_path / "f.csv", tmp_path, whole_name=False)
        output.draft = tmp_path / f".draft-{n}"
        output.draft.write_text(str(n))
        outputs.append(output)
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(refused_file.RefusedFile.publish, outputs))
    assert [path.read_text() for path in paths if path] == [str(n) for n in range(8)]
    assert names(tmp_path) == sorted(["f-refuses.csv", *(f"f-refuses-{n}.csv" for n in range(2, 9))])


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
def test_whatever_has_the_name_stays(tmp_path: Path, kind: str) -> None:
    taken = tmp_path / "residents-refuses.csv"
    (tmp_path / "other").mkdir()
    if kind == "link":
        import_(people_file(tmp_path, person(email="x")))
        taken.rename(tmp_path / "other" / "kept.csv")
    {
        "link": lambda: taken.symlink_to(tmp_path / "other" / "kept.csv"),
        "dangling": lambda: taken.symlink_to(tmp_path / "nothing"),
        "pipe": lambda: os.mkfifo(taken),
        "folder": taken.mkdir,
    }[kind]()
    report = import_(people_file(tmp_path, person(email="x")))
    assert report.files[0].refused_file == tmp_path / "residents-refuses-2.csv"
    assert not (tmp_path / "nothing").exists()
    assert stat.S_IFMT(taken.lstat().st_mode) == {"pipe": stat.S_IFIFO, "folder": stat.S_IFDIR}.get(kind, stat.S_IFLNK)


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    people_file(tmp_path, person(email="x"))
    given = people_file(tmp_path, person("R2", email="y"), name="residents-refuses.csv")
    before = given.read_bytes()
    report = import_(tmp_path / "residents.csv", given)
    assert given.read_bytes() == before
    assert [file.refused_file.name for file in report.files if file.refused_file] == [
        "residents.csv-refuses.csv",
        "residents-refuses-refuses.csv",
    ]


def test_two_inputs_of_one_name_have_a_file_each(tmp_path: Path) -> None:
    people_file(tmp_path, person(email="x"))
    xlsx_file(tmp_path / "residents.xlsx", F=[PEOPLE_TITLES, person("R2", email="y")])
    report = import_(tmp_path / "residents.csv", tmp_path / "residents.xlsx")
    assert [file.refused_file.name for file in report.files if file.refused_file] == [
        "residents.csv-refuses.csv",
        "residents.xlsx-refuses.csv",
    ]


def unwritable(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Make these folders refuse new files, which root's permissions would not."""
    make = refused_file.tempfile.mkstemp

    def refuse(*args: object, dir: Path, **kwargs: object) -> object:  # noqa: A002
        if dir in folders:
            raise PermissionError(13, "Permission denied")
        return make(*args, dir=dir, **kwargs)

    monkeypatch.setattr(refused_file.tempfile, "mkstemp", refuse)


def test_where_the_folder_cannot_be_written_another_is_taken_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = people_file(tmp_path, person(), person("R2", email="x"))
    other = tmp_path / "ailleurs"
    other.mkdir()
    unwritable(monkeypatch, tmp_path)
    report = import_(path, fallback=other)
    assert report.files[0].refused_file == other / "residents-refuses.csv"
    assert len(rows_of(other / "residents-refuses.csv")) == 2
    (other / "residents-refuses.csv").write_text("another operator's")
    report = import_(path, fallback=other)
    assert report.files[0].refused_file == other / "residents-refuses-2.csv"
    assert (other / "residents-refuses.csv").read_text() == "another operator's"


def test_where_no_folder_can_be_written_nothing_is_imported(
    english: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = people_file(tmp_path, person(), person("R2", email="x"))
    other = tmp_path / "ailleurs"
    other.mkdir()
    unwritable(monkeypatch, tmp_path, other)
    with pytest.raises(BadFile, match="Nothing was imported"):
        import_(path, fallback=other)
    assert residents.residents() == []
    assert EventRow.select().count() == 0


def test_an_import_that_fails_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = people_file(tmp_path, person(), person("R2", email="x"))

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tuimail.importing.plan.journal.append", fail)
    with pytest.raises(Exception, match="No space left"):
        import_(path)
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["residents.csv"]
    assert residents.residents() == []


def test_the_file_is_for_whoever_may_read_the_input(tmp_path: Path) -> None:
    path = people_file(tmp_path, person(email="x"))
    path.chmod(0o640)
    import_(path)
    assert (tmp_path / "residents-refuses.csv").stat().st_mode & 0o777 == 0o640


def test_json_tells_the_same(english: None, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    report = import_(people_file(tmp_path, person(first="Paule"), person("R2", email="paul@"), person("R3")))
    changed, refused, file, summary = report.as_json()
    name = str(tmp_path / "residents.csv")
    assert changed == {
        "event": "changed",
        "file": name,
        "line": 2,
        "what": "BERNARD Paul (R1)",
        "fields": {"first-name": ["Paul", "Paule"]},
    }
    assert {key: refused[key] for key in ("event", "file", "line", "column", "value")} == {
        "event": "refused",
        "file": name,
        "line": 3,
        "column": "Email",
        "value": "paul@",
    }
    assert file["subject"] == "residents"
    assert file["refused_file"] == str(tmp_path / "residents-refuses.csv")
    assert summary == {
        "event": "summary",
        "dry_run": False,
        "structures": [],
        "new": 1,
        "changed": 1,
        "unchanged": 0,
        "refused": 1,
    }
    assert HOME not in report.structures
