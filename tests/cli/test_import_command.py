"""`import` at the command line: the report, the statuses, nothing half-written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_harness import INVOICES, PEOPLE, Exports, Tuimail

SAMPLES = Path(__file__).parents[1] / "data"


def count(database: Path, table: str) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_the_samples_go_in_without_a_flag_and_only_once(tuimail: Tuimail, database: Path) -> None:
    words = ("import", *(str(SAMPLES / name) for name in ("residents.csv", "factures-2026-10.csv")))

    first = tuimail(*words, "--json")
    again = tuimail(*words, "--json")

    assert (first.status, again.status) == (0, 0), first.err
    assert first.json()[-1] | {"structures": 3} == first.json()[-1] | {"structures": 3}
    assert [(f["new"], f["changed"], f["unchanged"]) for f in first.events("file")] == [(144, 0, 0), (139, 0, 0)]
    assert [(f["new"], f["changed"], f["unchanged"]) for f in again.events("file")] == [(0, 0, 144), (0, 0, 139)]
    assert (count(database, "resident"), count(database, "document")) == (144, 139)


def test_a_dry_run_keeps_nothing(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    ran = tuimail("import", exports.write("p.csv", PEOPLE), "--dry-run", "--json")

    assert ran.status == 0
    assert (ran.json()[-1]["dry_run"], ran.json()[-1]["new"]) == (True, 2)
    assert count(database, "resident") == 0


def test_a_refused_row_is_status_1_and_the_others_go_in(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE))
    bad = INVOICES.replace("021;2026-10;31/10/2026", "021;2026-10;31/13/2026")

    ran = tuimail("import", exports.write("f.csv", bad))

    assert ran.status == 1
    assert "31/13/2026" in ran.out
    assert count(database, "document") == 1
    assert len(list(exports.folder.iterdir())) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("empty.csv", b""),
        ("photo.jpg", b"\xff\xd8\xff\xe0 not a table"),
        ("letter.csv", b"Dear Madam,\nplease find\n"),
        ("broken.xlsx", b"PK\x03\x04 not really"),
    ],
)
def test_a_file_that_is_no_export_is_one_sentence(
    tuimail: Tuimail, month: None, database: Path, exports: Exports, name: str, content: bytes | None
) -> None:
    path = exports.folder / name
    if content is not None:
        path.write_bytes(content)
    good = exports.write("p.csv", PEOPLE.replace("R1;", "R9;"))

    ran = tuimail("import", good, str(path))

    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert name in ran.err
    assert count(database, "resident") == 2


def test_a_column_that_tells_nothing_can_be_mapped(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    path = exports.write("p.csv", PEOPLE.replace("Chambre", "Zzz=9"))

    ran = tuimail("import", path, "--map", "Zzz=9=room")

    assert ran.status == 0, ran.err
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT room FROM resident ORDER BY code").fetchall() == [("101",), ("102",)]


def test_an_unknown_field_names_those_there_are(tuimail: Tuimail, exports: Exports) -> None:
    ran = tuimail("import", exports.write("p.csv", PEOPLE), "--map", "Chambre=rooom")

    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert "room" in ran.err.replace("rooom", "")
