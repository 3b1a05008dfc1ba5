"""`tuimail resume --now` and `--wait`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_harness import MailServer, Tuimail, process, use_server

from tuimail.cli import resuming
from tuimail.config import secrets

EMILE = "emile.boucher@free.example"


@dataclass
class BusyServer(MailServer):
    """Puts off what is for these addresses."""

    later: set[str] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.later:
            return "451 4.3.0 come back later"
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture
def server(tuimail: Tuimail, month: None) -> Iterator[BusyServer]:
    """The month is sent but for one message, which the server has put off."""
    found = BusyServer(later={EMILE})
    use_server(tuimail, found.port)
    assert tuimail("send", "--period", "2026-10", "--yes").status == 1
    assert len(found.received) == 2
    found.later.clear()
    yield found
    found.close()


def put_off(database: Path, **delta: float) -> None:
    """Let what is deferred be tried again that much from now, and the account not before."""
    at = (datetime.now(UTC) + timedelta(**delta)).isoformat(timespec="microseconds")
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("UPDATE delivery SET next_at = ? WHERE state = 'deferred'", (at,))
        raw.execute("UPDATE pacing SET not_before = ?", (at,))


def test_what_was_put_off_is_not_tried_before_its_time(tuimail: Tuimail, server: BusyServer) -> None:
    ran = tuimail("resume", "--json")

    assert (ran.status, ran.json()[-1]["deferred"]) == (1, 1)
    assert len(server.received) == 2
    assert "1 message attend, nouvel essai le" in tuimail("resume").err


def test_what_was_put_off_is_tried_at_once_when_asked(tuimail: Tuimail, server: BusyServer) -> None:
    ran = tuimail("resume", "--now", "--json")

    assert (ran.status, ran.json()[-1]["sent"]) == (0, 3)
    assert [mail.recipient for mail in server.received[2:]] == [EMILE]
    (asked,) = tuimail("journal", "--json").events("retry-asked")
    assert (asked["recipient"], asked["state"]) == (EMILE, "deferred")


def test_resume_stays_until_what_was_put_off_is_sent(
    tuimail: Tuimail, server: BusyServer, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "LOOK_SECONDS", 0.1)
    put_off(database, seconds=1.5)

    ran = tuimail("resume", "--wait", "--json")

    assert (ran.status, ran.json()[-1]["sent"]) == (0, 3), ran.err
    (waiting,) = ran.events("waiting")
    assert datetime.fromisoformat(waiting["until"]) > datetime.fromisoformat(waiting["at"])
    assert len(server.received) == 3


def test_somebody_else_may_end_the_waiting(tuimail: Tuimail, server: BusyServer, database: Path) -> None:
    running = process(database, "resume", "--wait", "--json")
    assert running.stdout is not None
    assert '"waiting"' in running.stdout.readline()

    assert tuimail("resume", "--now").status == 0

    out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert '"sent": 3' in out.splitlines()[-1]
    assert len(server.received) == 3


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_waiting(tuimail: Tuimail, server: BusyServer, database: Path, name: str) -> None:
    import signal

    running = process(database, "resume", "--wait", "--json")
    assert running.stdout is not None
    assert '"waiting"' in running.stdout.readline()

    running.send_signal(getattr(signal, name))

    out, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert '"deferred": 1' in out.splitlines()[-1]
    assert "Traceback" not in err
    assert tuimail("status", "--json").json()[0]["deferred"] == 1


def test_a_server_that_is_away_is_told(tuimail: Tuimail, server: BusyServer, database: Path, free_port: int) -> None:
    put_off(database, seconds=-1)
    use_server(tuimail, free_port)

    ran = tuimail("resume", "--json")

    assert ran.status == 2
    assert ran.err.count("\n") == 1


def test_a_server_that_is_away_is_waited_for(
    tuimail: Tuimail, server: BusyServer, database: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off(database, seconds=-1)
    use_server(tuimail, free_port)
    told: list[str] = []

    def warn(text: str) -> None:
        told.append(text)
        if len(told) == 2:
            with closing(sqlite3.connect(database, isolation_level=None)) as raw:
                raw.execute("UPDATE account SET port = ?", (server.port,))

    monkeypatch.setattr(resuming, "REST", timedelta(0))
    monkeypatch.setattr(resuming, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(resuming, "warn", warn)

    ran = tuimail("resume", "--wait", "--json")

    assert (ran.status, ran.json()[-1]["sent"]) == (0, 3)
    assert len(told) == 2
    assert all("127.0.0.1" in sentence and "Nouvel essai le" in sentence for sentence in told)


def test_without_anything_that_waits_there_is_nothing_to_stay_for(tuimail: Tuimail, ready: MailServer) -> None:
    ran = tuimail("resume", "--wait", "--now", "--json")

    assert (ran.status, ran.json()[-1]["sent"]) == (0, 0)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_not_tried_again_and_again(
    tuimail: Tuimail, server: BusyServer, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off(database, seconds=-1)
    server.password = "s3cret!"
    monkeypatch.setattr(secrets, "password", lambda _account: "wrong")
    tuimail("smtp", "set", "--user", "virginie")

    ran = tuimail("resume", "--wait", "--json")

    assert ran.status == 2
    assert len(server.received) == 2


def test_what_waits_on_somebody_elses_own_account_is_theirs_to_send(
    tuimail: Tuimail, server: BusyServer, database: Path
) -> None:
    put_off(database, seconds=-1)
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("UPDATE account SET operator = 'paul'")

    ran = tuimail("resume", "--now", "--json")

    assert (ran.status, ran.json()[-1]["sent"]) == (0, 0)
    assert len(server.received) == 2
    assert "1 message attend sur le compte propre de paul" in ran.err.replace("\u00a0", " ")
