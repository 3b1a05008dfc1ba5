"""Several operators at real terminals on one database: one goes away, another looks on, a third has a hand on it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import office_data
import pytest
from pty_terminal import PtyTerminal

from tuimail.demo.mailbox import DemoBox
from tuimail.store import accounts
from tuimail.store.database import close_store, open_store
from tuimail.ui.base import TERMINAL_LOST, TERMINATED

pytestmark = pytest.mark.long
"""Real processes and terminals, which take their time."""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[DemoBox]:
    with DemoBox(tmp_path / "mail") as found:
        yield found


@pytest.fixture
def database(tmp_path: Path, box: DemoBox) -> Path:
    """The association's, with a while between two messages."""
    path = tmp_path / "data" / "tuimail.sqlite3"
    open_store(path)
    office_data.fill(box.port)
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, gap=0.5))
    close_store()
    return path


def seat(database: Path, operator: str) -> PtyTerminal:
    words = ["-m", "tuimail", "--database", str(database)]
    return PtyTerminal(words, 80, 24, {"HOME": str(database.parent), "TZ": "Europe/Paris", "LOGNAME": operator})


def send_all(terminal: PtyTerminal) -> None:
    terminal.wait_for("Non envoyées 6")
    terminal.press("s")
    terminal.wait_for("8 messages")
    terminal.press("\r")
    terminal.wait_for("/8")


def recipients(box: DemoBox) -> list[str]:
    return [mail.recipient for mail in box.messages()]


def test_whoever_lost_the_terminal_finds_the_send_with_its_log_at_the_next_one(database: Path, box: DemoBox) -> None:
    with seat(database, "virginie") as lost:
        send_all(lost)
        lost.wait_for("1/8")
        lost.hang_up()
        with seat(database, "virginie") as again:
            again.wait_for("virginie envoie depuis")
            again.wait_for(" OK ")
            assert "Depuis votre passage" not in again.text
            again.wait_for("8 envoyés")
            again.press("q")
            assert again.wait() == 0
        assert lost.wait() == TERMINAL_LOST
    assert len(recipients(box)) == len(set(recipients(box))) == 8


def test_one_pauses_what_another_sends_and_a_third_goes_on_with_it(database: Path, box: DemoBox) -> None:
    with seat(database, "virginie") as virginie, seat(database, "karim") as karim, seat(database, "lucie") as lucie:
        send_all(virginie)
        karim.wait_for("virginie envoie depuis")
        karim.press("p")
        for terminal in (virginie, karim, lucie):
            terminal.wait_for("En pause")
        # The same invoices once more: they are all on their way.
        karim.press("s")
        karim.wait_for("Rien à envoyer")
        karim.press("\x1b")
        lucie.press("p")
        for terminal in (virginie, karim, lucie):
            terminal.wait_for("8 envoyés")
    assert len(recipients(box)) == len(set(recipients(box))) == 8


def test_what_a_killed_session_left_is_told_and_a_key_sends_it(database: Path, box: DemoBox) -> None:
    with seat(database, "virginie") as killed:
        send_all(killed)
        killed.wait_for("1/8")
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    with seat(database, "virginie") as terminal:
        terminal.wait_for("Depuis votre passage")
        terminal.wait_for("encore en file")
        terminal.press("R")
        terminal.wait_for(" envoyés · ")
    assert len(recipients(box)) == len(set(recipients(box)))


def test_asked_to_end_a_session_leaves_the_rest_queued_for_another(database: Path, box: DemoBox) -> None:
    with seat(database, "virginie") as ended:
        send_all(ended)
        ended.wait_for("1/8")
        os.kill(ended.pid, signal.SIGTERM)
        assert ended.wait() == TERMINATED
    assert 1 <= len(recipients(box)) < 8
    with seat(database, "karim") as terminal:
        terminal.wait_for("encore en file")
        terminal.press("R")
        terminal.wait_for("8 envoyés")
    assert len(recipients(box)) == len(set(recipients(box))) == 8
