"""The whole application in a real pseudo-terminal: keys in, bytes and mail out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import office_data
import pytest
from pty_terminal import PtyTerminal

from tuimail.demo.mailbox import DemoBox
from tuimail.domain.events import EventKind
from tuimail.store import accounts, documents, journal, residents, structures
from tuimail.store.database import close_store, open_store
from tuimail.ui.base import TERMINAL_LOST

MESSAGES = 8
"""What is not sent in the association's October."""
IN_VIEW, SCROLLING = 600, 1500
"""Bytes that a key may cost: where nothing scrolls, and on average while going down the list."""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[DemoBox]:
    with DemoBox(tmp_path / "mail") as found:
        yield found


@pytest.fixture
def database(tmp_path: Path, box: DemoBox) -> Path:
    """The association's, whose account is the box."""
    path = tmp_path / "data" / "tuimail.sqlite3"
    open_store(path)
    office_data.fill(box.port)
    close_store()
    return path


@pytest.fixture
def slow(database: Path) -> Path:
    """The same with a while between two messages."""
    open_store(database)
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, gap=0.15))
    close_store()
    return database


def at(database: Path, columns: int = 100, rows: int = 30, **environment: str) -> PtyTerminal:
    words = ["-m", "tuimail", "--database", str(database)]
    return PtyTerminal(words, columns, rows, {"HOME": str(database.parent), "TZ": "Europe/Paris"} | environment)


def test_a_month_is_sent_by_two_keys_and_the_journal_the_box_and_the_list_agree(database: Path, box: DemoBox) -> None:
    with at(database) as terminal:
        terminal.wait_for("Non envoyées 6")
        terminal.press("s")
        terminal.wait_for("6 factures · 8 messages")
        terminal.press("\r")
        terminal.wait_for("8 envoyés · 0 refusé · 0 incertain")
        terminal.wait_for("Non envoyées 0 · Envoyées 7")
        terminal.send("q")
        assert terminal.wait() == 0
    assert len(box.messages()) == MESSAGES
    assert len(journal_of(database)) == MESSAGES


def journal_of(database: Path) -> list[str]:
    """The addresses of the messages sent since, in order."""
    open_store(database)
    try:
        (last,) = [e.batch_id for e in journal.events(kinds=[EventKind.BATCH_STARTED])][-1:]
        return [e.recipient for e in journal.events(batch_id=last, kinds=[EventKind.SENT])]
    finally:
        close_store()


@pytest.mark.long
@pytest.mark.parametrize("keys", ["", "j"], ids=["in the list", "in a dialog"])
def test_a_cut_connection_does_not_cut_the_send(slow: Path, box: DemoBox, keys: str) -> None:
    with at(slow) as terminal:
        terminal.wait_for("Non envoyées 6")
        terminal.press("s")
        terminal.wait_for("8 messages")
        terminal.press("\r")
        terminal.wait_for("021 BERNARD Paul  →")
        if keys:
            terminal.press(keys)
        terminal.hang_up()
        assert terminal.wait() == TERMINAL_LOST
    got = [mail.recipient for mail in box.messages()]
    assert len(got) == MESSAGES
    assert len(set(got)) == MESSAGES
    assert journal_of(slow) == got


@pytest.mark.long
def test_leaving_lets_the_message_in_flight_end_and_the_next_start_goes_on(slow: Path, box: DemoBox) -> None:
    with at(slow) as terminal:
        terminal.wait_for("Non envoyées 6")
        terminal.press("s")
        terminal.wait_for("8 messages")
        terminal.press("\r")
        terminal.wait_for("021 BERNARD Paul  →")
        terminal.press("q")
        terminal.wait_for("Quitter pendant")
        terminal.send("\r")
        assert terminal.wait() == 0
    assert 1 <= len(box.messages()) < MESSAGES
    with at(slow) as terminal:
        terminal.wait_for("Depuis votre passage")
        terminal.press("R")
        terminal.wait_for("8 envoyés")
        terminal.send("q")
        assert terminal.wait() == 0
    assert sorted(mail.recipient for mail in box.messages()) == sorted(journal_of(slow))
    assert len(box.messages()) == MESSAGES


@pytest.fixture
def long_list(database: Path) -> Path:
    """Four hundred more invoices in October."""
    open_store(database)
    (place, *_others) = structures.structures()
    (pattern, *_rest) = documents.documents(documents.find(["021"], office_data.OCTOBER)["021"])
    person = residents.resident(pattern.resident_id)
    people = residents.save_residents(
        [replace(person, id=0, code=f"Z{n:04d}", last_name=f"ZOLA{n:04d}") for n in range(400)]
    )
    documents.save_documents(
        replace(pattern, id=0, resident_id=p.id, number=f"{n:04d}") for n, p in enumerate(people, 1000)
    )
    assert accounts.accounts()
    assert place.id
    close_store()
    return database


@pytest.mark.parametrize("size", [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")])
@pytest.mark.long
def test_keys_cost_a_slow_line_little_and_doing_nothing_costs_nothing(long_list: Path, size: tuple[int, int]) -> None:
    with at(long_list, *size) as terminal:
        terminal.wait_for("ANTOINE")
        terminal.settle(0.5)
        in_view = [terminal.press("\x1b[B") for _ in range(3)]
        ticking = [terminal.press(" ") for _ in range(2)]
        scrolling = [terminal.press("\x1b[B") for _ in range(24)]
        assert max(in_view) <= IN_VIEW, in_view
        assert max(ticking) <= 1.5 * IN_VIEW, ticking
        assert max(scrolling) > IN_VIEW, "it never scrolled"
        assert sum(scrolling) / len(scrolling) <= SCROLLING, scrolling
        assert terminal.settle(2.5) == 0, "it draws when nothing happens"
        terminal.send("q")
        assert terminal.wait() == 0
        print(f"in view {max(in_view)}, ticking {max(ticking)}, scrolling {sum(scrolling) / len(scrolling):.0f}")


CRASHING = """
import sys
from pathlib import Path
from tuimail.config.paths import Paths
from tuimail.store import listing
from tuimail.ui import app, view
index = listing.index
listing.index = lambda *a, **k: index(*a, **k) if len(a) < 4 else 1 / 0
sys.exit(app.run_app(Paths(Path(sys.argv[1]))))
"""


def test_what_nobody_foresaw_is_one_sentence_and_a_file(database: Path) -> None:
    with PtyTerminal(["-c", CRASHING, str(database)], 100, 30, {"HOME": str(database.parent)}) as terminal:
        terminal.wait_for("Non envoyées 6")
        terminal.send("f")
        assert terminal.wait() == 1
        shown = bytes(terminal.output).decode()
        after = shown.rpartition("\x1b[?1049l")[2]
        assert "tuimail a dû s’arrêter (ZeroDivisionError)" in after
        assert "Traceback" not in shown
    (crash,) = database.parent.glob("crash-*.txt")
    assert "ZeroDivisionError" in crash.read_text()


@pytest.mark.parametrize(
    "environment",
    [
        # The poorest says soonest what is wrong.
        pytest.param({"TERM": "linux", "TUIMAIL_ASCII": "1"}, id="linux 1"),
        pytest.param({"NO_COLOR": "1"}, id="1"),
        pytest.param({"TERM": "linux"}, id="linux", marks=pytest.mark.long),
        pytest.param({"TERM": "screen"}, id="screen", marks=pytest.mark.long),
    ],
)
def test_every_terminal_shows_the_list_the_control_and_the_journal(database: Path, environment: dict[str, str]) -> None:
    with at(database, 80, 24, **environment) as terminal:
        terminal.wait_for("Non envoyées 6")
        terminal.press("s")
        terminal.wait_for("8 messages")
        terminal.press("\x1b")
        terminal.wait_for("ANTOINE")
        terminal.press("4")
        terminal.wait_for("envoi demandé")
        if environment.get("TUIMAIL_ASCII"):
            drawn = set(bytes(terminal.output).decode()) - set("ÉÈÀéèêàâçîïôûùœŒë°€’«»·…\u00a0")
            assert not {c for c in drawn if ord(c) > 0xFF}, "a sign that a console font may lack"
        terminal.send("q")
        assert terminal.wait() == 0
