"""What the doctor says, in words and as JSON."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest
from cli_harness import Tuimail, use_server

from tuimail.office import doctor
from tuimail.store import health
from tuimail.store.database import close_store, open_store


def checks(tuimail: Tuimail) -> tuple[int, dict[str, dict[str, str]]]:
    ran = tuimail("doctor", "--json", "--lang", "en")
    return ran.status, {line["check"]: line for line in ran.json()}


def test_a_machine_where_nothing_was_done_yet(tuimail: Tuimail, database: Path) -> None:
    status, found = checks(tuimail)
    assert status == 0
    assert found["database"]["level"] == "warn"
    assert "tuimail import" in found["database"]["next_step"]
    assert {"python", "encoding", "terminal", "keyring", "shared-secrets", "sqlite", "fonts"} <= found.keys()
    assert not database.exists()


def test_a_working_database(tuimail: Tuimail, ready: object, monkeypatch: pytest.MonkeyPatch) -> None:
    status, found = checks(tuimail)
    assert status == 0
    assert {name: line["level"] for name, line in found.items()}.items() >= {
        ("database", "ok"),
        ("file-system", "ok"),
        ("disk", "ok"),
        ("integrity", "ok"),
        ("account", "ok"),
        ("fonts", "ok"),
    }
    assert "127.0.0.1" in found["account"]["text"]
    monkeypatch.setattr(health, "sqlite_version", lambda: (3, 51, 2))
    assert checks(tuimail)[1]["sqlite"]["level"] == "warn"
    monkeypatch.setattr(health, "sqlite_version", lambda: (3, 51, 3))
    assert checks(tuimail)[1]["sqlite"]["level"] == "ok"


def test_every_line_says_what_to_do_in_french(tuimail: Tuimail, ready: object) -> None:
    ran = tuimail("doctor")
    assert ran.status == 0
    assert "la base est intacte" in ran.out
    for line in ran.out.splitlines():
        assert line.startswith(("OK  ", "ATT ", "ERR ", "      "))


def test_a_damaged_database_is_an_error(tuimail: Tuimail, ready: object, database: Path) -> None:
    close_store()
    with database.open("r+b") as stream:
        stream.seek(4096 * 3)
        stream.write(b"\xff" * 4096 * 4)
    status, found = checks(tuimail)
    assert status == 1
    assert any(line["level"] == "err" and line["next_step"] for line in found.values())


def test_a_file_that_is_no_database_and_one_that_everybody_reads(
    tuimail: Tuimail, ready: object, database: Path
) -> None:
    database.chmod(0o644)
    assert checks(tuimail)[1]["database"]["level"] == "warn"
    for each in database.parent.glob("tuimail.sqlite3*"):
        each.unlink()
    database.write_text("no database at all, but long enough to be looked at as one" * 10)
    assert checks(tuimail)[0] == 1


def test_a_lost_database_is_not_taken_for_a_new_one(
    tuimail: Tuimail, ready: object, database: Path, tmp_path: Path
) -> None:
    (database.parent / "documents").mkdir(exist_ok=True)
    (database.parent / "documents" / "020.pdf").write_bytes(b"%PDF-")
    assert checks(tuimail)[1]["integrity"]["level"] == "ok"
    close_store()
    for each in database.parent.glob("tuimail.sqlite3-*"):
        each.unlink()

    database.write_bytes(b"")
    status, found = checks(tuimail)
    assert (status, found["integrity"]["level"], database.stat().st_size) == (1, "err", 0)
    assert "empty file" in found["integrity"]["text"]

    open_store(database)
    status, found = checks(tuimail)
    assert (status, found["integrity"]["level"]) == (1, "err")
    assert str(database.parent / "documents") in found["integrity"]["text"]
    assert "backup" in found["integrity"]["next_step"]


@pytest.mark.parametrize(("mode", "owner", "reason"), [(0o644, 0, "644"), (0o640, 1, "belong to root")])
def test_a_file_of_secrets_that_is_not_used_is_said_as_sending_says_it(
    tuimail: Tuimail, ready: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, owner: int, reason: str
) -> None:
    if os.geteuid() != 0 and owner:
        pytest.skip("only root can give a file away")
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path))
    shared = tmp_path / "secrets.toml"
    shared.write_text('"u@127.0.0.1" = "x"\n')
    shared.chmod(mode)
    if os.geteuid() == 0:
        os.chown(shared, owner, -1)
    (tmp_path / "settings.toml").write_text(f'secrets_file = "{shared}"\n')
    (tmp_path / "settings.toml").chmod(0o600)
    assert tuimail("smtp", "set", "--user", "u").status == 0

    status, found = checks(tuimail)

    assert (status, found["shared-secrets"]["level"], found["account"]["level"]) == (1, "err", "err")
    assert reason in found["shared-secrets"]["text"]
    assert found["account"]["text"].endswith(found["shared-secrets"]["text"])


@pytest.mark.parametrize(
    ("words", "level", "told"),
    [
        (("--user", "u"), "warn", "Cron"),
        (("--user", "u", "--preset", "microsoft365", "--authentication", "password"), "warn", "OAuth 2"),
        (("--user", "u", "--preset", "microsoft365", "--client-id", "x"), "ok", "smtp test"),
    ],
)
def test_accounts(tuimail: Tuimail, ready: object, words: tuple[str, ...], level: str, told: str) -> None:
    assert tuimail("smtp", "set", *words).status == 0
    found = checks(tuimail)[1]["account"]
    assert found["level"] == level
    assert told in found["next_step"]


def test_a_full_disk_and_a_network_disk(tuimail: Tuimail, ready: object, monkeypatch: pytest.MonkeyPatch) -> None:
    real = health.stand

    def poor(path: Path) -> health.Stand:
        from dataclasses import replace

        return replace(real(path), free=1000, file_system="nfs4")

    monkeypatch.setattr(health, "stand", poor)
    status, found = checks(tuimail)
    assert (status, found["disk"]["level"], found["file-system"]["level"]) == (1, "warn", "err")


def test_a_terminal_that_is_too_small_or_too_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    Size = namedtuple("Size", "columns lines")

    class Screen:
        encoding = "ascii"

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.__stdout__", Screen())
    monkeypatch.setattr("shutil.get_terminal_size", lambda: Size(60, 20))
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("TMUX", "/tmp/x")
    found = {each.subject: each.level for each in doctor._terminal()}
    assert found == {"encoding": "err", "size": "warn", "colours": "err", "tmux": "ok"}


def test_settings_that_cannot_be_trusted(tuimail: Tuimail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path))
    (tmp_path / "settings.toml").write_text("language = 1")
    (tmp_path / "settings.toml").chmod(0o600)
    status, found = checks(tuimail)
    assert (status, found["settings"]["level"]) == (1, "err")


def test_a_server_is_there_for_the_test_of_it(tuimail: Tuimail, ready: object) -> None:
    ran = tuimail("smtp", "test", "--json", "--to", "virginie@maison.example")
    assert ran.status == 0
    assert [line["step"] for line in ran.json()] == [
        *("name", "connect", "greeting", "tls", "auth", "sender", "size", "mail")
    ]
    use_server(tuimail, 1)
    ran = tuimail("smtp", "test")
    assert ran.status == 1
    assert "2 Connexion" in ran.out
    assert "ERR" in ran.out
    assert "refuse" in ran.out
