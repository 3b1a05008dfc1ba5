"""A database that cannot be used: one sentence, status 2, nothing changed and nothing sent."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cli_harness import INVOICES, PEOPLE, Exports, MailServer, Ran, Tuimail

from tuimail import office
from tuimail.sending import engine
from tuimail.store import database as store_database

SEND = ("send", "--period", "2026-10", "--yes", "--json")


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


@pytest.fixture
def content(ready: MailServer, database: Path) -> Iterator[list[str]]:
    """The database as it was; nothing of it, and no message, may have changed in the end."""
    before = dump(database)
    yield before
    assert dump(database) == before
    assert not ready.received


def one_sentence(ran: Ran) -> str:
    assert ran.status == 2
    assert not ran.out
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    return ran.err


def test_one_that_is_locked(
    tuimail: Tuimail, content: list[str], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "open_store", partial(store_database.open_store, busy_seconds=0.1))
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    monkeypatch.setitem(engine.Engine.__init__.__kwdefaults__, "patience", ())
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    told = one_sentence(tuimail(*SEND))

    other.close()
    assert "verrouillée" in told


def test_one_that_is_newer(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 999")

    for words in (SEND, ("journal",), ("invoices", "--period", "2026-10"), ("smtp", "set", "--gap", "1")):
        assert "plus récent" in one_sentence(tuimail(*words))
    assert not ready.received


def test_one_that_cannot_be_written(
    tuimail: Tuimail, content: list[str], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anything: what the system would answer another account is answered here.
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)

    assert "ne peut pas être écrite" in one_sentence(tuimail(*SEND))


def test_one_on_a_full_disk(
    tuimail: Tuimail, content: list[str], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = sqlite3.connect(database).execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr(store_database, "_PRAGMAS", (*store_database._PRAGMAS, ("max_page_count", pages)))
    body = database.parent / "text.txt"
    body.write_text("Bonjour. " * 10_000)

    told = one_sentence(tuimail("sender", "set", "--structure", "Maison", "--body-file", str(body)))

    assert "plein" in told


def test_an_import_on_a_full_disk_keeps_nothing(
    tuimail: Tuimail, content: list[str], database: Path, exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = sqlite3.connect(database).execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr(store_database, "_PRAGMAS", (*store_database._PRAGMAS, ("max_page_count", pages)))
    title, *rows = INVOICES.splitlines(keepends=True)
    many = [row.replace(";02", f";{n}") for n in range(1000, 1400) for row in rows]

    told = one_sentence(
        tuimail("import", exports.write("p.csv", PEOPLE), exports.write("f.csv", title + "".join(many)))
    )

    assert "plein" in told


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.mkdir(), "un dossier"),
        (lambda path: path.write_bytes(b"%PDF-1.7 " * 400), "abîmé"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.commit(), "autre programme"),
    ],
)
def test_a_path_that_is_no_database_of_ours(tuimail: Tuimail, tmp_path: Path, make: object, told: str) -> None:
    path = tmp_path / "other"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else None

    assert told in one_sentence(tuimail("journal", "--database", str(path)))
    assert (path.read_bytes() if path.is_file() else None) == before
