"""`tuimail journal --verify`."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from cli_harness import MailServer, Tuimail

from tuimail.config.paths import Paths
from tuimail.domain.errors import StoreError
from tuimail.office import Office
from tuimail.store.database import close_store

VERIFY = ("journal", "--verify")


@pytest.fixture
def sent(tuimail: Tuimail, ready: MailServer) -> None:
    assert tuimail("send", "--period", "2026-10", "--yes").status == 0


def cut(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER event_never_changed")
        raw.execute("DROP TRIGGER event_never_removed")
        raw.execute(statement)


def test_a_whole_journal_is_said_with_its_seal(tuimail: Tuimail, sent: None) -> None:
    for_people, for_programs = tuimail(*VERIFY), tuimail(*VERIFY, "--json")

    assert (for_people.status, for_programs.status) == (0, 0)
    (line,) = for_programs.json()
    assert (line["event"], line["lines"]) == ("verified", len(tuimail("journal", "--json").json()))
    assert line["seal"].startswith(f"{line['lines']}:")
    assert "Le journal est entier" in for_people.out
    assert line["seal"] in for_people.out


def test_in_a_new_database_there_is_nothing_to_verify(tuimail: Tuimail, empty: Path) -> None:
    for_people, for_programs = tuimail(*VERIFY), tuimail(*VERIFY, "--json")

    assert (for_people.status, for_people.err) == (0, "")
    assert for_people.out == "Il n’y a rien à vérifier : le journal n’a aucune ligne.\n"
    assert (for_programs.json()[0]["event"], for_programs.json()[0]["lines"]) == ("empty", 0)


def test_an_empty_journal_beside_files_that_were_sent_is_no_new_one(tuimail: Tuimail, empty: Path) -> None:
    (empty.parent / "documents" / "maison").mkdir(parents=True)

    for_people, for_programs = tuimail(*VERIFY), tuimail(*VERIFY, "--json")

    assert (for_people.status, for_programs.status) == (1, 1)
    assert "ce qu’elle contenait est perdu" in for_people.err
    assert str(empty.parent / "documents") in for_programs.json()[0]["detail"]


def emptied(database: Path, seconds_ago: float) -> None:
    close_store()
    for each in database.parent.glob("tuimail.sqlite3-*"):
        each.unlink()
    database.write_bytes(b"")
    then = time.time() - seconds_ago
    os.utime(database, (then, then))


@pytest.mark.parametrize(
    ("command", "seconds_ago"),
    [
        (VERIFY, 0),
        (VERIFY, 60),
        (("status",), 60),
        (("invoices", "--period", "2026-10"), 60),
        (("resume",), 60),
        (("init",), 60),
    ],
)
def test_a_database_of_no_byte_is_not_made_a_new_one_by_looking(
    tuimail: Tuimail, sent: None, database: Path, command: tuple[str, ...], seconds_ago: float
) -> None:
    emptied(database, seconds_ago)

    ran = tuimail(*command)

    assert (ran.status != 0, ran.out) == (True, "")
    assert "est un fichier vide" in ran.err
    assert database.stat().st_size == 0


def test_the_application_does_not_open_on_a_database_of_no_byte(sent: None, database: Path) -> None:
    emptied(database, 60)

    with pytest.raises(StoreError, match="est un fichier vide"), Office(Paths(database)):
        pass

    assert database.stat().st_size == 0


def test_a_database_that_another_process_is_making_is_opened(tuimail: Tuimail, sent: None, database: Path) -> None:
    emptied(database, 0)

    assert tuimail("status").status == 0
    assert database.stat().st_size


@pytest.mark.parametrize(
    ("statement", "tampering"),
    [
        ("UPDATE event SET recipient = 'x' WHERE id = 3", "changed"),
        ("DELETE FROM event WHERE id = 3", "removed"),
        ("DELETE FROM event WHERE id >= 3", "truncated"),
    ],
)
def test_a_journal_that_was_tampered_with_is_status_1(
    tuimail: Tuimail, sent: None, database: Path, statement: str, tampering: str
) -> None:
    cut(database, statement)

    for_people, for_programs = tuimail(*VERIFY), tuimail(*VERIFY, "--format", "json")

    assert (for_people.status, for_programs.status) == (1, 1)
    (line,) = for_programs.json()
    assert (line["event"], line["tampering"], line["line"]) == ("tampered", tampering, 3)
    assert line["detail"] + "\n" == for_people.out
    assert "3" in for_people.out


def test_a_noted_seal_is_looked_for(tuimail: Tuimail, sent: None) -> None:
    seal = tuimail(*VERIFY, "--json").json()[0]["seal"]
    lines, _colon, digits = seal.partition(":")
    forged = digits.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))

    assert tuimail(*VERIFY, "--seal", seal).status == 0
    other = tuimail(*VERIFY, "--seal", f"{lines}:{forged}")
    assert other.status == 1
    assert "n’est pas celui dont le sceau" in other.out


@pytest.mark.parametrize(
    "words", [("--seal", "x"), ("--period", "2026-10"), ("--format", "csv"), ("--seal", "1:" + "a" * 63)]
)
def test_wrong_use_is_status_2(tuimail: Tuimail, words: tuple[str, str]) -> None:
    ran = tuimail(*VERIFY, *words)

    assert ran.status == 2
    assert ran.err.count("\n") == 1


def test_a_seal_is_only_for_verifying(tuimail: Tuimail) -> None:
    assert tuimail("journal", "--seal", "0:").status == 2
