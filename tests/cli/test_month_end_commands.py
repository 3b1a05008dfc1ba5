"""`tuimail sheet` and `tuimail to-post`, and what is on paper only in a send."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_harness import MailServer, Tuimail

from tuimail.domain.people import Policy
from tuimail.store import residents
from tuimail.store.database import close_store, open_store

MONTH = ("--period", "2026-10")


@pytest.fixture
def one_on_paper(ready: MailServer, database: Path) -> MailServer:
    """Of the two residents, the second wants paper only."""
    open_store(database)
    _first, second = residents.residents()
    residents.save_residents([replace(second, billing=replace(second.billing, policy=Policy.PAPER))])
    close_store()
    return ready


def test_paper_only_is_counted_apart_and_is_no_failure(tuimail: Tuimail, one_on_paper: MailServer) -> None:
    ran = tuimail("send", *MONTH, "--dry-run")
    assert ran.status == 0
    assert "à poster : 1" in ran.out
    assert "bloquée" not in ran.out
    (line,) = tuimail("send", *MONTH, "--dry-run", "--json").events("to-post")
    assert "papier" in line["detail"]
    ran = tuimail("send", *MONTH, "--yes", "--json")
    assert ran.status == 0
    (summary,) = ran.events("summary")
    assert (summary["blocked"], summary["to_post"]) == (0, 1)
    # Nothing is left to be sent.
    assert tuimail("send", *MONTH, "--yes").status == 0


def test_no_address_is_still_a_failure(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    open_store(database)
    person = residents.residents()[0]
    residents.save_residents([replace(person, emails=(), guardian=None, relatives=())])
    close_store()
    assert tuimail("send", *MONTH, "--dry-run").status == 1


def test_the_sheet_is_printed_and_adds_up(tuimail: Tuimail, one_on_paper: MailServer) -> None:
    tuimail("send", *MONTH, "--yes")
    ran = tuimail("sheet", *MONTH)
    assert ran.status == 0
    assert "2 documents = 1 envoyée par e-mail + 1 à poster" in ran.out
    assert "concordent au centime près" in ran.out
    lines = tuimail("sheet", *MONTH, "--json")
    (summary,) = lines.events("summary")
    outcomes = lines.events("outcome")
    assert sum(line["documents"] for line in outcomes) == summary["documents"] == 2
    assert round(sum(line["gross"] for line in outcomes), 2) == summary["gross"]
    assert [line["outcome"] for line in lines.events("document")].count("to-post") == 1


def test_the_sheet_is_written_as_pdf_or_table(tuimail: Tuimail, one_on_paper: MailServer, tmp_path: Path) -> None:
    assert tuimail("sheet", *MONTH, "--out", str(tmp_path / "s.pdf")).status == 0
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")
    assert tuimail("sheet", *MONTH, "--structure", "Maison", "--out", str(tmp_path / "s.csv")).status == 0
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["Ligne"] for row in rows].count("document") == 2
    ran = tuimail("sheet", *MONTH, "--out", str(tmp_path / "s.docx"))
    assert ran.status == 2
    assert ".csv" in ran.err
    assert "Traceback" not in ran.err


def test_what_is_to_post_is_written_listed_and_marked(
    tuimail: Tuimail, one_on_paper: MailServer, tmp_path: Path
) -> None:
    out, table = tmp_path / "l.pdf", tmp_path / "l.csv"
    ran = tuimail("to-post", *MONTH, "--out", str(out), "--list", str(table), "--mark", "02/11/2026")
    assert ran.status == 0, ran.err
    assert "marquée comme postée le 02/11/2026" in ran.out
    assert out.read_bytes().startswith(b"%PDF")
    assert len(table.read_text("utf-8-sig").splitlines()) == 2
    ran = tuimail("to-post", *MONTH, "--out", str(out))
    assert (ran.status, "rien à poster" in ran.out) == (0, True)
    assert "1 postée" in tuimail("sheet", *MONTH).out
    assert "postée" in tuimail("invoices", *MONTH).out
    (line,) = [line for line in tuimail("journal", "--format", "json").json() if line["event"] == "posted"]
    assert line["detail"] == "Envoyée par la poste le 02/11/2026."


def test_the_list_of_missing_addresses_is_named_only_where_it_is_written(
    tuimail: Tuimail, one_on_paper: MailServer, tmp_path: Path
) -> None:
    ran = tuimail("to-post", *MONTH, "--out", str(tmp_path / "l.pdf"))
    assert ran.status == 0
    assert "--list" in ran.err
    assert "voir la liste" not in ran.err
    ran = tuimail("to-post", *MONTH, "--out", str(tmp_path / "l.pdf"), "--list", str(tmp_path / "l.csv"))
    assert "voir la liste" in ran.err
    assert "--list" not in ran.err


def test_a_day_that_is_none_or_has_not_come_writes_nothing(
    tuimail: Tuimail, one_on_paper: MailServer, tmp_path: Path
) -> None:
    next_year = f"01/01/{datetime.now(UTC).year + 1}"
    for day in (next_year, "31/02/2026", ""):
        ran = tuimail("to-post", *MONTH, "--out", str(tmp_path / "l.pdf"), "--mark", day)
        assert ran.status == 2, day
    same = str(tmp_path / "l.pdf")
    assert tuimail("to-post", *MONTH, "--out", same, "--list", same).status == 2
    assert not (tmp_path / "l.pdf").exists()
