"""Two sessions on one account: who sends is seen, paused, cancelled and queued behind from the other."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest
from cli_harness import MailServer, Tuimail, process, use_server

ALL = {"monique.antoine@orange.example", "udaf@tutelle.example", "emile.boucher@free.example"}
SEND = ("send", "--period", "2026-10", "--yes", "--json")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(database: Path) -> Iterator[Start]:
    """Run the program in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        started.append(process(database, *words))
        return started[-1]

    yield begin
    for running in started:
        if running.poll() is None:
            running.kill()
        running.communicate()


def line(running: subprocess.Popen[str]) -> dict[str, Any]:
    """The next event that is about more than the connection."""
    assert running.stdout is not None
    while True:
        text = running.stdout.readline()
        assert text, running.communicate()[1]
        found: dict[str, Any] = json.loads(text)
        if found["event"] not in ("connecting", "waiting"):
            return found


def moment(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


def ended(running: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]], str]:
    out, err = running.communicate(timeout=40)
    return running.returncode, [json.loads(text) for text in out.splitlines()], err


def eventually(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def recipients(server: MailServer) -> list[str]:
    return [mail.recipient for mail in server.received]


UDAF = "udaf@tutelle.example"


@dataclass
class HeldServer(MailServer):
    """Answers nothing about UDAF, to whom the second message goes, before it is told to."""

    go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == UDAF:
            await asyncio.to_thread(self.go_on.wait)
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture
def held(tuimail: Tuimail, month: None) -> Iterator[HeldServer]:
    server = HeldServer()
    use_server(tuimail, server.port)
    yield server
    server.go_on.set()
    server.close()


@pytest.fixture
def slow(tuimail: Tuimail, ready: MailServer, start: Start) -> subprocess.Popen[str]:
    """Another process has sent one of three messages and waits a minute before the next."""
    tuimail("smtp", "set", "--gap", "60")
    running = start(*SEND)
    assert line(running)["event"] == "sent"
    return running


# Who sends


def test_nothing_is_told_where_nothing_happens(tuimail: Tuimail, empty: Path) -> None:
    ran = tuimail("status")

    assert (ran.status, ran.out) == (0, "Rien n’est en cours d’envoi et rien n’attend.\n")
    assert tuimail("status", "--json").out == ""


def test_who_sends_is_told_with_how_far_it_is(tuimail: Tuimail, slow: subprocess.Popen[str]) -> None:
    for_people, for_programs = tuimail("status"), tuimail("status", "--json")

    (found,) = for_programs.json()
    assert (found["event"], found["done"], found["total"], found["behind"]) == ("sending", 1, 3, 0)
    assert "envoie depuis" in for_people.out
    assert ", 1 sur 3, fin vers " in for_people.out
    ends = datetime.fromisoformat(found["ends_at"]) - datetime.now(UTC)
    assert timedelta(seconds=90) < ends < timedelta(seconds=125)


@pytest.mark.long
def test_what_a_dead_sender_left_is_told_as_waiting(tuimail: Tuimail, slow: subprocess.Popen[str]) -> None:
    slow.kill()
    slow.communicate()

    for_people, for_programs = tuimail("status"), tuimail("status", "--json")

    (found,) = for_programs.json()
    assert (found["event"], found["queued"], found["deferred"], found["paused"]) == ("waiting", 2, 0, False)
    assert "2 messages de" in for_people.out


# Steering from another session


def test_a_running_send_is_paused_and_goes_on(tuimail: Tuimail, held: HeldServer, start: Start) -> None:
    running = start(*SEND)
    assert line(running)["event"] == "sent"

    assert tuimail("pause").status == 0
    held.go_on.set()
    assert line(running)["event"] == "batch-paused"
    assert tuimail("status", "--json").json()[0]["paused"] is True
    assert len(held.received) == 1
    resumed = tuimail("resume", "--json")
    assert line(running)["event"] == "batch-resumed"
    status, lines, err = ended(running)

    assert (resumed.status, status) == (0, 0), err
    assert "Ça reprend" in resumed.err
    assert lines[-1]["sent"] == 3
    assert sorted(recipients(held)) == sorted(ALL)
    told = tuimail("journal", "--json")
    (paused,), (going_on,) = told.events("batch-paused"), told.events("batch-resumed")
    before, after = moment(paused), moment(going_on)
    # The second message was not yet wholly at the server: it waits like the third.
    assert [moment(sent) < before or moment(sent) > after for sent in told.events("sent")] == [True] * 3


@pytest.mark.long
def test_a_sender_that_sleeps_obeys_without_sleeping_out(tuimail: Tuimail, slow: subprocess.Popen[str]) -> None:
    """It looks every second; the rest is for a machine that has much else to do."""
    for command, answer in ("pause", "batch-paused"), ("resume", "batch-resumed"):
        assert tuimail(command).status == 0
        (asked,) = tuimail("journal", "--json").events(answer)
        obeyed = line(slow)
        assert obeyed["event"] == answer
        assert moment(obeyed) - moment(asked) < timedelta(seconds=10)


@pytest.mark.long
def test_a_pause_outlives_the_sender(tuimail: Tuimail, ready: MailServer, slow: subprocess.Popen[str]) -> None:
    slow.terminate()
    slow.communicate()
    ran = tuimail("pause", "--json")

    account, paused = ran.json()
    assert (account["event"], paused["paused"], paused["queued"]) == ("paused", True, 2)
    assert "en pause" in tuimail("status").out
    assert tuimail("pause", "--json").json() == [account], "it is paused since the first time"
    tuimail("smtp", "set", "--gap", "0")
    assert tuimail("resume").status == 0
    assert len(ready.received) == 3


def test_a_running_send_is_taken_back(tuimail: Tuimail, ready: MailServer, slow: subprocess.Popen[str]) -> None:
    ran = tuimail("cancel", "--yes")

    assert (ran.status, ran.out) == (0, "2 messages annulés.\n")
    status, lines, err = ended(slow)
    stopped = datetime.now(UTC)
    assert (status, lines[-1]["sent"], lines[-1]["cancelled"]) == (1, 1, 2), err
    (asked,) = tuimail("journal", "--json").events("batch-cancelled")
    assert stopped - moment(asked) < timedelta(seconds=10), "it slept on"
    states = {row["number"]: row["state"] for row in tuimail("invoices", "--period", "2026-10", "--json").json()}
    assert set(states.values()) <= {"partial", "unsent", "sent"}
    assert len(ready.received) == 1


@pytest.mark.long
def test_taking_back_has_to_be_confirmed(tuimail: Tuimail, ready: MailServer, slow: subprocess.Popen[str]) -> None:
    ran = tuimail("cancel")

    assert ran.status == 2
    assert "--yes" in ran.err
    assert tuimail("status", "--json").json()[0]["done"] == 1


def test_there_may_be_nothing_to_steer(tuimail: Tuimail, ready: MailServer) -> None:
    for words in (("cancel", "--yes"), ("cancel", "--yes", "--json")):
        ran = tuimail(*words)
        assert (ran.status, ran.out) == (0, "")
        assert "rien n’attend" in ran.err


# Paused before anything is sent


def test_what_is_sent_after_a_pause_waits_until_it_is_over(tuimail: Tuimail, ready: MailServer) -> None:
    paused = tuimail("pause")
    assert (paused.status, "en pause depuis" in paused.out, "rien ne part" in paused.out) == (0, True, True)

    sent = tuimail("send", "--period", "2026-10", "--yes")

    assert (sent.status, ready.received) == (1, [])
    assert "en pause depuis" in sent.err
    assert "rien ne part" in sent.err
    account, batch = tuimail("status", "--json").json()
    assert (account["event"], batch["event"], batch["queued"], batch["paused"]) == ("paused", "waiting", 3, True)
    assert tuimail("resume").status == 0
    assert sorted(recipients(ready)) == sorted(ALL)
    assert tuimail("status").out == "Rien n’est en cours d’envoi et rien n’attend.\n"
    told = tuimail("journal", "--json")
    (begun,), (ended_by,) = told.events("account-paused"), told.events("account-resumed")
    assert begun["operator"] == ended_by["operator"] == account["operator"] != ""


def test_what_only_waits_wants_no_password(tuimail: Tuimail, ready: MailServer) -> None:
    assert tuimail("smtp", "set", "--user", "u").status == 0
    assert tuimail("pause").status == 0
    ran = tuimail(*SEND)
    assert ran.status == 1, ran.err
    assert "en pause" in ran.err
    _account, batch = tuimail("status", "--json").json()
    assert batch["queued"] == 3
    assert not ready.received


def test_a_pause_ends_where_nothing_was_sent_meanwhile(tuimail: Tuimail, ready: MailServer) -> None:
    assert tuimail("pause").status == 0
    resumed = tuimail("resume")

    assert (resumed.status, "la pause est levée" in resumed.err) == (0, True)
    assert tuimail(*SEND).status == 0
    assert len(ready.received) == 3


def test_without_an_account_there_is_nothing_to_pause(tuimail: Tuimail, empty: Path) -> None:
    ran = tuimail("pause")

    assert (ran.status != 0, ran.out) == (True, "")
    assert "compte SMTP" in ran.err


# Queueing behind


@pytest.fixture
def first(tuimail: Tuimail, held: HeldServer, start: Start) -> subprocess.Popen[str]:
    """Another process sends the two messages of the invoice 020, and is held at the second."""
    running = start(*SEND, "--number", "020")
    assert line(running)["event"] == "sent"
    return running


def test_without_being_asked_nobody_queues_behind(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str]
) -> None:
    ran = tuimail(*SEND, "--number", "021")

    assert ran.status == 3
    assert tuimail("status", "--json").json()[0]["behind"] == 0


@pytest.mark.long
def test_what_is_queued_behind_is_sent_by_the_first_and_followed_by_the_second(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str], start: Start
) -> None:
    second = start(*SEND, "--number", "021", "--queue")
    eventually(lambda: tuimail("status", "--json").json()[0]["behind"] == 1)
    held.go_on.set()

    status, lines, err = ended(first)
    assert (status, lines[-1]["sent"]) == (0, 2)
    assert [found["number"] for found in lines if found["event"] == "sent"] == ["020"]
    assert "Suite avec 1 message" in err
    status, lines, err = ended(second)
    assert status == 0, err
    assert "envoie depuis" in err
    assert [(found["event"], found.get("number")) for found in lines] == [
        ("sent", "021"), ("batch-ended", None), ("summary", None)
    ]  # fmt: skip
    assert lines[-1]["sent"] == 1
    assert sorted(recipients(held)) == sorted(ALL)


@pytest.mark.long
def test_the_second_sends_by_itself_where_the_first_is_killed(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str], start: Start
) -> None:
    second = start(*SEND, "--number", "021", "--queue")
    eventually(lambda: tuimail("status", "--json").json()[0]["behind"] == 1)

    first.kill()
    held.go_on.set()

    status, lines, err = ended(second)
    assert (status, lines[-1]["sent"]) == (0, 1), err
    assert "emile.boucher@free.example" in recipients(held)
    assert len(held.received) == 2
    assert tuimail("resume", "--json").json()[-1]["sent"] == 2
    assert sorted(recipients(held)) == sorted(ALL)


@pytest.mark.long
def test_the_second_may_leave_and_what_it_queued_is_sent_all_the_same(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str], start: Start
) -> None:
    second = start(*SEND, "--number", "021", "--queue")
    eventually(lambda: tuimail("status", "--json").json()[0]["behind"] == 1)

    second.terminate()

    status, lines, err = ended(second)
    assert (status, lines[-1]["queued"]) == (1, 1)
    assert "tuimail resume" in err
    held.go_on.set()
    assert ended(first)[0] == 0
    assert sorted(recipients(held)) == sorted(ALL)


@pytest.mark.long
def test_at_a_terminal_queueing_behind_is_offered(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str], database: Path
) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "tuimail", "send", "--period", "2026-10", "--number", "021"],
        env=os.environ | {"TUIMAIL_DATABASE": str(database), "TERM": "xterm", "LANG": "C.UTF-8"},  # type: ignore[arg-type]
        encoding="utf-8",
        dimensions=(24, 80),
        timeout=30,
    )
    try:
        child.expect(r"Envoyer\W+\[o/N\]")
        child.sendline("o")
        child.expect("envoie depuis .*, [12] sur 2")
        child.expect(r"Mettre en file derrière\W+\[o/N\]")
        child.sendline("o")
        child.expect("Mis en file. .* envoie depuis")
        held.go_on.set()
        child.expect("Envoi 1/1 ")
        child.expect("1 envoyé")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    assert child.exitstatus == 0
    assert ended(first)[0] == 0
    assert sorted(recipients(held)) == sorted(ALL)


@pytest.mark.long
def test_the_same_invoices_queued_behind_give_nothing_more(
    tuimail: Tuimail, held: HeldServer, first: subprocess.Popen[str]
) -> None:
    ran = tuimail(*SEND, "--number", "020", "--queue")

    assert ran.status == 1
    assert ran.json()[-1]["sent"] == 0
    held.go_on.set()
    assert ended(first)[0] == 0
    assert len(held.received) == 2


@pytest.mark.long
def test_an_earlier_send_that_was_cut_is_not_gone_on_with_by_itself(
    tuimail: Tuimail, ready: MailServer, slow: subprocess.Popen[str]
) -> None:
    slow.terminate()
    slow.communicate()
    tuimail("smtp", "set", "--gap", "0")
    ready.unknown |= ALL

    ran = tuimail(*SEND, "--number", "020", "--resend")

    assert ran.json()[-1]["failed"] in (1, 2)
    assert tuimail("status", "--json").json()[0]["event"] == "waiting"
