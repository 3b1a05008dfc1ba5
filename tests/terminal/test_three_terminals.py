"""Three operators, each at a terminal of their own, on one database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import office_data
import pytest
from pty_terminal import PtyTerminal

from tuimail.demo.mailbox import DemoBox
from tuimail.domain.events import EventKind
from tuimail.domain.mail import LIVE_STATES
from tuimail.store import accounts, journal, outbox
from tuimail.store.database import close_store, open_store

MESSAGES = 8
"""What is not sent in the association's October."""

pytestmark = pytest.mark.long


@pytest.fixture
def box(tmp_path: Path) -> Iterator[DemoBox]:
    with DemoBox(tmp_path / "mail") as found:
        yield found


@pytest.fixture
def database(tmp_path: Path, box: DemoBox) -> Path:
    """The association's, whose account is the box, with a while between two messages."""
    path = tmp_path / "data" / "tuimail.sqlite3"
    open_store(path)
    office_data.fill(box.port)
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, gap=0.3))
    close_store()
    return path


def at(database: Path) -> PtyTerminal:
    words = ["-m", "tuimail", "--database", str(database)]
    return PtyTerminal(words, 100, 30, {"HOME": str(database.parent), "TZ": "Europe/Paris"})


def test_the_same_invoices_asked_for_by_three_leave_once(database: Path, box: DemoBox) -> None:
    open_store(database)
    before = journal.newest()
    close_store()
    with ExitStack() as stack:
        terminals = [stack.enter_context(at(database)) for _n in range(3)]
        for terminal in terminals:
            terminal.wait_for("Non envoyées 6")
        # All three have the same control before them when the first of them confirms.
        for terminal in terminals:
            terminal.send("s")
        for terminal in terminals:
            terminal.wait_for("6 factures · 8 messages")
        for terminal in terminals:
            terminal.send("\r")
        end = time.monotonic() + 40
        while len(box.messages()) < MESSAGES:
            assert time.monotonic() < end, "the batch does not end"
            for terminal in terminals:
                terminal.read(0.05)
        # Whether told to wait or put in the queue, the two others insist, with the control of before the send.
        for terminal in terminals:
            terminal.settle(0.5)
            terminal.send("\r")
            terminal.settle(1.0)
        for terminal in terminals:
            terminal.send("\x1b")
            terminal.settle(0.3)
            terminal.wait_for("Non envoyées 0 · Envoyées 7")
            terminal.send("q")
        assert [terminal.wait() for terminal in terminals] == [0, 0, 0]

    taken = Counter(mail.recipient for mail in box.messages())
    assert len(taken) == MESSAGES
    assert set(taken.values()) == {1}
    open_store(database)
    try:
        sent = Counter(event.recipient for event in journal.events(after=before, kinds=[EventKind.SENT]))
        waiting = outbox.deliveries(states=LIVE_STATES)
    finally:
        close_store()
    assert sent == taken
    assert not waiting
