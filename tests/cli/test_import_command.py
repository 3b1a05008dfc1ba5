"""`import` at the command line: the report, the statuses, nothing half-written."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from cli_harness import INVOICES, PEOPLE, Exports, Tuimail

sys.path.append(str(Path(__file__).parents[1] / "documents"))
from paper import write

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


@pytest.mark.parametrize(("subject", "lang"), [(s, lang) for s in ("residents", "invoices") for lang in ("fr", "en")])
def test_a_template_is_understood_to_the_last_title(tuimail: Tuimail, tmp_path: Path, subject: str, lang: str) -> None:
    from tuimail.importing.matches import best_matches
    from tuimail.importing.reader import read

    target = tmp_path / "modele.csv"
    assert tuimail("import", "--lang", lang, "--template", subject, str(target)).status == 0
    printed = tuimail("import", "--lang", lang, "--template", subject).out

    (match,) = best_matches(read(target), {})
    assert (match.subject, match.missing, match.twice) == (subject, (), ())
    assert len(match.columns) == len(match.headers)
    assert printed.strip() == target.read_text("utf-8-sig").strip()


def test_a_template_replaces_no_file(tuimail: Tuimail, tmp_path: Path) -> None:
    target = tmp_path / "modele.csv"
    target.write_text("mine")
    ran = tuimail("import", "--template", "residents", str(target))
    assert (ran.status, ran.err.count("\n"), target.read_text()) == (2, 1, "mine")


def test_a_reading_is_said_kept_and_used_again(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    odd = PEOPLE.replace("Chambre", "Zzz").replace(";", "|")
    words = ("--delimiter", "|", "--dates", "day-first", "--map", "Zzz=room", "--save-profile", "Gesica")
    assert tuimail("import", exports.write("p.csv", odd), *words).status == 0

    again = tuimail("import", exports.write("q.csv", odd.replace("101", "107")), "--json")
    named = tuimail("import", exports.write("r.csv", odd), "--profile", "gesica", "--json")
    unknown = tuimail("import", exports.write("s.csv", odd), "--profile", "Titan")

    assert [(f["profile"], f["changed"]) for f in again.events("file")] == [("Gesica", 1)]
    assert [(f["profile"], f["changed"]) for f in named.events("file")] == [("Gesica", 1)]
    assert (unknown.status, "Gesica" in unknown.err) == (2, True)


def test_the_last_import_is_undone_once(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE))

    ran, again = tuimail("import", "--undo", "--json"), tuimail("import", "--undo")

    assert (ran.status, ran.json()[-1]["residents_removed"], count(database, "resident")) == (0, 2, 0)
    assert (again.status, again.err.count("\n")) == (2, 1)


def test_an_import_without_a_file_is_wrong_use(tuimail: Tuimail, database: Path) -> None:
    assert tuimail("import").status == 2


def test_a_pdf_that_came_with_the_export_waits_where_its_text_does_not_say_so(
    tuimail: Tuimail, database: Path, exports: Exports
) -> None:
    folder = exports.folder / "pdf"
    folder.mkdir()
    write(folder / "Facture 020.pdf", "Menu de la semaine")
    people, lines = exports.write("p.csv", PEOPLE), exports.write("f.csv", INVOICES)

    ran = tuimail("import", people, lines, "--pdf-folder", str(folder), "--json")

    assert [(f["pdfs"], f["pdfs_held"]) for f in ran.events("file")] == [(0, 0), (0, 1)]
    with sqlite3.connect(database) as connection:
        ((path, name, state),) = connection.execute("SELECT path, source, state FROM brought_pdf").fetchall()
    assert (name, state) == ("Facture 020.pdf", "held")
    kept = list(database.parent.rglob(Path(path).name))
    assert [file.read_bytes() for file in kept] == [(folder / "Facture 020.pdf").read_bytes()]


def test_a_file_of_200_mb_is_one_sentence_at_once(tuimail: Tuimail, database: Path, exports: Exports) -> None:
    path = exports.folder / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)

    ran = tuimail("import", str(path))

    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "huge.csv" in ran.err


def test_profiles_are_listed_and_forgotten(tuimail: Tuimail, exports: Exports) -> None:
    assert "--save-profile" in tuimail("import", "--profiles").out
    tuimail("import", exports.write("p.csv", PEOPLE), "--save-profile", "Gésica")

    (listed,) = tuimail("import", "--profiles", "--json").json()
    assert (listed["name"], "chambre" in listed["titles"]) == ("Gésica", True)
    assert "Gésica" in tuimail("import", "--profiles").out
    wrong = tuimail("import", "--remove-profile", "autre")
    assert (wrong.status, wrong.err.count("\n")) == (2, 1)
    assert tuimail("import", "--remove-profile", "GESICA").status == 0
    assert tuimail("import", "--profiles", "--json").json() == []


def test_amounts_with_tax_alone_get_a_clear_word(tuimail: Tuimail, exports: Exports) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE))
    text = "Structure;N° facture;Date facture;Code résident;Libellé;Montant TTC\nMaison;020;31/10/2026;R1;Séjour;100\n"

    ran = tuimail("import", exports.write("f.csv", text))
    assert (ran.status, "Montant TTC" in ran.err, ran.err.count("\n")) == (2, True, 1)

    assert tuimail("import", exports.write("f.csv", text), "--map", "Montant TTC=amount").status == 0
