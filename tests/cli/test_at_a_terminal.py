"""What somebody at a terminal sees and is asked."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pexpect
import pytest
from cli_harness import INVOICES, PEOPLE, Exports, MailServer, Tuimail, change_invoice, use_server

from tuimail.cli import output
from tuimail.cli.followers import BarFollower
from tuimail.cli.output import say
from tuimail.domain.account import Account, Security
from tuimail.domain.events import Event, EventKind

Spawn = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def spawn(database: Path) -> Iterator[Spawn]:
    """Start the program in a pseudo-terminal of 80 columns."""
    started: list[pexpect.spawn[str]] = []

    def start(*words: str) -> pexpect.spawn[str]:
        environment = os.environ | {
            "TUIMAIL_DATABASE": str(database),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }
        child = pexpect.spawn(
            sys.executable,
            ["-m", "tuimail", *words],
            env=environment,  # type: ignore[arg-type]
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=30,
            # Where the tests run in the background of a shell, Ctrl-C is ignored by whatever they start.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        started.append(child)
        return child

    yield start
    for child in started:
        if not child.closed:
            child.close(force=True)


def ended(child: pexpect.spawn[str]) -> int:
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus is not None
    return child.exitstatus


SEND = ("send", "--period", "2026-10")


def test_a_send_shows_the_counts_asks_and_fills_a_bar(spawn: Spawn, ready: MailServer) -> None:
    ready.unknown.add("udaf@tutelle.example")
    child = spawn(*SEND)

    child.expect(r"PDF 2/2 .*100")
    child.expect("2 factures, 3 messages, 3 adresses")
    child.expect(r"Envoyer\W+\[o/N\]")
    assert not ready.received
    child.sendline("o")
    child.expect("Envoi 0/3 ")
    child.expect("ERR   020 ANTOINE Monique → udaf@tutelle.example")
    child.expect("Envoi 3/3 ▓{30}")
    child.expect("2 envoyés · 1 refusé · 0 incertain")
    assert ended(child) == 1
    assert len(ready.received) == 2


@pytest.mark.parametrize("answer", ["n", "", "peut-être"])
def test_only_a_clear_yes_sends(spawn: Spawn, ready: MailServer, answer: str) -> None:
    child = spawn(*SEND)
    child.expect(r"\[o/N\]")
    child.sendline(answer)

    child.expect("Rien n’est parti.")
    assert ended(child) == 1
    assert not ready.received


@pytest.mark.long
def test_what_only_the_pdfs_show_is_told_before_the_question(
    spawn: Spawn, tuimail: Tuimail, ready: MailServer, database: Path
) -> None:
    ready.unknown.add("udaf@tutelle.example")
    tuimail(*SEND, "--yes")
    change_invoice(database, "020")
    child = spawn(*SEND, "--resend", "--number", "021", "--to", "udaf@tutelle.exemple", "--to", "emile@gmial.com")
    child.expect("emile@gmial.com ressemble")
    child.expect(r"\[o/N\]")
    child.sendline("n")
    assert ended(child) == 1
    child = spawn(*SEND, "--number", "020")
    child.expect(r"020 ANTOINE Monique\W+son PDF a changé")
    assert ended(child) == 1
    assert len(ready.received) == 2


def test_ctrl_c_at_the_question_sends_nothing(spawn: Spawn, ready: MailServer) -> None:
    child = spawn(*SEND)
    child.expect(r"\[o/N\]")
    child.sendintr()

    assert ended(child) == 130
    assert not ready.received


@pytest.mark.long
def test_ctrl_c_while_sending_leaves_the_rest_queued(spawn: Spawn, tuimail: Tuimail, ready: MailServer) -> None:
    tuimail("smtp", "set", "--gap", "60")
    child = spawn(*SEND, "--yes")
    child.expect("Envoi 1/3 .* fin vers [0-9:]+")
    child.sendintr()

    child.expect("Arrêt après le message en cours")
    child.expect("1 envoyé · 0 refusé · 0 incertain · 2 encore en file")
    assert ended(child) == 1
    assert len(ready.received) == 1


@pytest.mark.long
def test_a_closed_terminal_does_not_end_the_send(spawn: Spawn, tuimail: Tuimail, ready: MailServer) -> None:
    tuimail("smtp", "set", "--gap", "0.3")
    child = spawn(*SEND, "--yes")
    child.expect("Envoi 1/3 ")
    os.close(child.child_fd)
    child.closed = child.ptyproc.closed = True

    os.waitpid(child.pid, 0)
    assert len(ready.received) == 3


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_password_is_asked_for_without_being_shown(
    spawn: Spawn, tuimail: Tuimail, month: None, servers: Callable[..., MailServer]
) -> None:
    server = servers(password="s3cret!")
    use_server(tuimail, server.port, "--user", "virginie")
    child = spawn(*SEND, "--yes")
    child.expect("Mot de passe de virginie sur 127.0.0.1")
    child.waitnoecho()
    child.sendline("s3cret!")

    child.expect("3 envoyés")
    assert "s3cret!" not in child.before
    assert ended(child) == 0
    assert len(server.received) == 3


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_queues_nothing(
    spawn: Spawn, tuimail: Tuimail, month: None, servers: Callable[..., MailServer]
) -> None:
    server = servers(password="s3cret!")
    use_server(tuimail, server.port, "--user", "virginie")
    child = spawn(*SEND, "--yes")
    child.expect("Mot de passe")
    child.waitnoecho()
    child.sendline("wrong")

    child.expect("Connexion à 127.0.0.1")
    child.expect("tuimail: ")
    assert ended(child) == 2
    assert not [e for e in tuimail("journal", "--format", "json").json() if e["event"] == "queued"]


@pytest.mark.long
def test_the_connection_stands_above_the_bar_and_most_blocked_are_only_counted(
    spawn: Spawn, tuimail: Tuimail, ready: MailServer, exports: Exports
) -> None:
    people = "".join(f"Maison;S{n};Mme;SANS{n};Lucie;;;;;;\n" for n in range(8))
    line = INVOICES.splitlines(keepends=True)[1]
    invoices = "".join(
        line.replace(";020;", f";1{n:02d};").replace(";R1;ANTOINE Monique;", f";S{n};SANS{n} Lucie;") for n in range(8)
    )
    assert (
        tuimail("import", exports.write("p.csv", PEOPLE + people), exports.write("f.csv", INVOICES + invoices)).status
        == 0
    )
    child = spawn(*SEND, "--yes")

    assert ended(child) == 1
    shown = child.before
    assert "0/0" not in shown
    assert shown.count("aucune adresse") == 5
    assert "et 3 autres (tuimail send --dry-run les montre toutes)" in shown.replace("\r\n  ", " ")
    assert shown.index("Connexion") < shown.index("--- ") < shown.index("Envoi 0/3")


def test_the_bar_says_why_it_waits(capsys: pytest.CaptureFixture[str]) -> None:
    follower = BarFollower()
    follower.begins(Account(1, "mx.example", 25, Security.NONE), 3)
    now = datetime.now(UTC)
    follower.event(Event(EventKind.CONNECTING, now, detail="mx a raccroché."))
    follower.event(Event(EventKind.WAITING, now, until=now))

    last = capsys.readouterr().out.split("\r")[-1]
    assert "attente jusqu’à" in last
    assert "mx a raccroché" in last


def test_long_lines_break_between_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda _stream: True)
    monkeypatch.setenv("COLUMNS", "40")

    say("14:02:13 ERR   022 BOUCHER Émile → udaf@tutelle.example   Adresse inconnue (550 5.1.1)")

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines).split()).endswith("udaf@tutelle.example Adresse inconnue (550 5.1.1)")


@pytest.mark.long
def test_a_database_that_another_program_holds_is_told(spawn: Spawn, ready: MailServer, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    child = spawn("smtp", "set", "--gap", "3")

    child.expect("La base est occupée par un autre programme, attente…")
    other.execute("ROLLBACK")
    other.close()
    child.expect("3 s entre deux messages")
    assert ended(child) == 0
