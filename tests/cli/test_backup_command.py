"""`tuimail backup`."""

from __future__ import annotations

from pathlib import Path

from cli_harness import MailServer, Tuimail


def test_a_backup_is_a_database_of_its_own(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    assert tuimail("send", "--period", "2026-10", "--yes").status == 0
    target = tmp_path / "copy.sqlite3"

    ran = tuimail("backup", str(target))

    assert ran.status == 0, ran.err
    seal = tuimail("journal", "--verify", "--json").json()[0]["seal"]
    assert str(target) in ran.out
    assert seal in ran.out
    assert "documents" in ran.err
    here = tuimail("journal", "--json").out
    assert tuimail("journal", "--json", "--database", str(target)).out == here
    assert tuimail("journal", "--verify", "--seal", seal, "--database", str(target)).status == 0


def test_a_file_that_is_there_is_kept_unless_forced(tuimail: Tuimail, empty: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    target.write_text("mine")

    assert tuimail("backup", str(target)).status == 2
    assert target.read_text() == "mine"
    assert tuimail("backup", str(target), "--force").status == 0
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_the_database_is_not_written_over_by_its_backup(tuimail: Tuimail, month: None, database: Path) -> None:
    ran = tuimail("backup", str(database), "--force")

    assert ran.status == 2
    assert "elle-même" in ran.err
    assert tuimail("invoices", "--period", "2026-10", "--json").json()
