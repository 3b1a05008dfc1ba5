"""What holds for every command: languages, wrong use, output that cannot be written, incidents."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_harness import MailServer, Tuimail, process

from tuimail import __version__
from tuimail.cli.main import run
from tuimail.config.paths import Paths
from tuimail.store import journal
from tuimail.store.database import open_store

HEAVY = ("textual", "rich", "peewee", "fpdf", "aiosmtpd", "keyring", "platformdirs", "babel", "email", "asyncio")


def refuse(*_given: object) -> int:
    raise AssertionError("not asked for")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["send", "--help"], ["bogus"]])
def test_help_reads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from tuimail.__main__ import main\n"
        f"sys.argv = ['tuimail', *{words!r}]; main()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr

    assert told.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [(), ("--database", "x.sqlite3"), ("--lang", "en")])
def test_without_a_command_the_application_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUIMAIL_DATABASE", "y.sqlite3")
    given: list[Paths] = []

    assert run(words, application=lambda paths: len(given.append(paths) or given), demonstration=refuse) == 1
    assert given == [Paths(tmp_path / ("x.sqlite3" if "--database" in words else "y.sqlite3"))]


def test_the_demonstration_takes_its_pace_and_folder(tmp_path: Path) -> None:
    given: list[object] = []

    status = run(
        ("demo", "--send-gap", "0,5", "--keep", str(tmp_path)),
        application=refuse,
        demonstration=lambda gap, keep: len(given.extend((gap, keep)) or given),
    )

    assert (status, given) == (2, [0.5, tmp_path])


def test_the_demonstration_touches_no_database_that_is_named(tmp_path: Path, tuimail: Tuimail) -> None:
    ran = tuimail("--database", str(tmp_path / "mine.sqlite3"), "demo")

    assert ran.status == 2
    assert "démonstration" in ran.err
    assert not (tmp_path / "mine.sqlite3").exists()


def test_global_options_stand_before_or_after_the_command(tmp_path: Path, tuimail: Tuimail) -> None:
    for name, words in (
        ("a", ("--database", "{}", "--lang", "en", "invoices", "--period", "2026-10")),
        ("b", ("invoices", "--database={}", "--period", "2026-10", "--lang=en")),
        ("c", ("--lang", "en", "invoices", "--period", "2026-10", "--database", "{}")),
    ):
        path = tmp_path / name
        open_store(path)
        ran = tuimail(*(word.format(path) for word in words))
        assert "No invoice for October 2026." in ran.out


READING = [
    ("invoices", "--period", "2026-10"),
    ("send", "--period", "2026-10", "--yes"),
    ("resume",),
    ("render", "--period", "2026-10", "--out", "x.pdf"),
    ("journal",),
    ("journal", "--verify"),
    ("uncertain",),
    ("status",),
    ("smtp", "show"),
    ("sender", "show"),
]


@pytest.mark.parametrize("words", READING)
def test_what_reads_or_sends_makes_no_database(words: tuple[str, ...], tuimail: Tuimail, tmp_path: Path) -> None:
    mistyped = tmp_path / "tuimial.sqlite3"

    ran = tuimail(*words, "--database", str(mistyped))

    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"Il n’y a pas de base de données {mistyped}." in ran.err
    assert "tuimail import" in ran.err
    assert not mistyped.exists()


@pytest.mark.parametrize(
    "words", [(), ("import", "x.csv"), ("smtp", "set", "--host", "h", "--port", "587"), ("journal",)]
)
def test_a_folder_that_was_mistyped_is_not_made(words: tuple[str, ...], tuimail: Tuimail, tmp_path: Path) -> None:
    ran = tuimail("--database", str(tmp_path / "ofice" / "x.sqlite3"), *words)

    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"Il n’y a pas de dossier {tmp_path / 'ofice'}." in ran.err
    assert not (tmp_path / "ofice").exists()


def test_the_usual_folder_is_made(tuimail: Tuimail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUIMAIL_DATABASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))

    assert tuimail("journal").status == 2
    assert not (tmp_path / "share").exists()
    assert tuimail("smtp", "set", "--host", "h.example", "--port", "587").status == 0
    assert (tmp_path / "share" / "tuimail" / "tuimail.sqlite3").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("journal", "--database", ""),
        ("render", "--period", "2026-10", "--out", ""),
        ("import", ""),
    ],
)
def test_an_empty_path_is_no_path(words: tuple[str, ...], tuimail: Tuimail, empty: Path) -> None:
    ran = tuimail(*words)

    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "est vide" in ran.err


@pytest.mark.parametrize(
    ("variable", "words", "told"),
    [
        ("", (), "il manque : --period"),
        ("en", (), "are required: --period"),
        ("EN", (), "are required: --period"),
        ("en", ("--lang", "fr"), "il manque : --period"),
        ("", ("--lang", "en"), "are required: --period"),
        ("", ("--lang", "de"), "'de' n’est pas possible"),
        ("de", (), "TUIMAIL_LANG vaut « de »"),
    ],
)
def test_wrong_use_is_told_in_the_chosen_language(
    tuimail: Tuimail, monkeypatch: pytest.MonkeyPatch, variable: str, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.setenv("TUIMAIL_LANG", variable)

    ran = tuimail("invoices", *words)

    assert ran.status == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("bogus",),
        ("smtp",),
        ("smtp", "test"),
        ("send",),
        ("send", "--period", "octobre"),
        ("send", "--period", "2026-13"),
        ("send", "--per", "2026-10"),
        ("send", "--period", "2026-10", "--number"),
        ("render", "--period", "2026-10"),
        ("import",),
        ("import", "x.csv", "--map", "Nom"),
        ("journal", "--format", "xml"),
        ("invoices", "--period", "2026-10", "more"),
        ("--database", "postgresql://user:s3cret@db/tuimail", "journal"),
    ],
)
def test_wrong_use_is_one_sentence_and_makes_no_database(
    tuimail: Tuimail, database: Path, words: tuple[str, ...]
) -> None:
    ran = tuimail(*words)

    assert ran.status == 2
    assert ran.err.startswith("tuimail: ")
    assert ran.err.count("\n") == 1
    assert not ran.out
    assert "s3cret" not in ran.err
    assert not database.exists()


def test_the_version_is_told(tuimail: Tuimail) -> None:
    assert tuimail("--version").out == f"tuimail {__version__}\n"


def test_an_incident_is_a_sentence_and_a_file_beside_the_database(
    tuimail: Tuimail, month: None, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(journal, "events", broken)

    ran = tuimail("journal")

    (details,) = database.parent.glob("tuimail-crash-*.txt")
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError: by zero" in ran.err
    assert str(details) in ran.err
    assert "in broken" in details.read_text()
    assert details.stat().st_mode & 0o077 == 0


def test_ctrl_c_is_quiet(tuimail: Tuimail, month: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "events", interrupted)

    ran = tuimail("journal")

    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_a_closed_pipe_is_quiet(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    listing = process(database, "invoices", "--period", "2026-10")
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.close()

    assert listing.wait(timeout=30) == 141
    assert not listing.stderr.read()


def test_output_that_cannot_be_written_is_told(tuimail: Tuimail, month: None, database: Path) -> None:
    with Path("/dev/full").open("w") as full:
        listing = process(database, "invoices", "--period", "2026-10", stdout=full)
        err = listing.communicate(timeout=30)[1]

    assert listing.returncode == 2
    assert "ne peut pas être écrit" in err
    assert err.count("\n") == 1


def test_a_terminal_that_is_not_utf_8_shows_replacement_characters(
    tuimail: Tuimail, month: None, database: Path
) -> None:
    import os

    environment = os.environ | {"TUIMAIL_DATABASE": str(database), "PYTHONIOENCODING": "ascii"}
    table = process(database, "invoices", "--period", "2026-10", env=environment)
    lines = process(database, "invoices", "--period", "2026-10", "--json", env=environment)

    assert "BOUCHER ?mile" in table.communicate(timeout=30)[0]
    assert r"BOUCHER \u00c9mile" in lines.communicate(timeout=30)[0]
    assert (table.returncode, lines.returncode) == (0, 0)
