"""The terminal goes away while there is work to finish."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal

from tuimail.ui.base import TERMINAL_LOST, TERMINATED

pytestmark = pytest.mark.long
"""Real processes and terminals, which take their time."""

APP = str(Path(__file__).with_name("table_app.py"))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


@pytest.fixture
def terminal(work: Path) -> Iterator[PtyTerminal]:
    with PtyTerminal([APP, "1000", str(work)]) as found:
        found.wait_for("BERNARD Paul 3")
        found.settle()
        yield found


def test_a_cut_connection_ends_the_interface_and_not_the_work(terminal: PtyTerminal, work: Path) -> None:
    terminal.hang_up()
    # Half a second of its own second of work: a loop that reads a dead terminal would burn all of it.
    time.sleep(0.5)
    used = terminal.cpu_seconds()
    time.sleep(0.3)
    assert terminal.cpu_seconds() - used < 0.1
    assert terminal.wait() == TERMINAL_LOST
    assert work.read_text().split() == [str(step) for step in range(10)]


def test_a_cut_in_the_middle_of_drawing_is_survived_too(terminal: PtyTerminal, work: Path) -> None:
    terminal.send("\x1b[B" * 200)
    terminal.hang_up()
    assert terminal.wait() == TERMINAL_LOST
    assert len(work.read_text().split()) == 10


def test_a_hangup_signal_alone_is_enough_and_a_second_does_no_harm(terminal: PtyTerminal, work: Path) -> None:
    os.kill(terminal.pid, signal.SIGHUP)
    while not work.exists():
        terminal.read(0.05)
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.wait() == TERMINAL_LOST
    assert len(work.read_text().split()) == 10


def test_the_system_s_request_to_end_restores_the_terminal_and_finishes_the_work(
    terminal: PtyTerminal, work: Path
) -> None:
    terminal.send("w")
    while not work.exists():
        terminal.read(0.05)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == TERMINATED
    assert work.read_text().split() == [str(step) for step in range(10)]
    # The cursor is shown again and the alternate screen left.
    assert b"\x1b[?25h" in terminal.output
    assert b"\x1b[?1049l" in terminal.output


def test_a_cut_that_comes_without_a_signal_is_seen_by_reading(work: Path) -> None:
    # The terminal's session belongs to a parent that is deaf to SIGHUP, as under some login programs.
    parent = (
        "import signal, subprocess, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))"
    )
    with PtyTerminal(["-c", parent, APP, "1000", str(work)]) as terminal:
        terminal.wait_for("BERNARD Paul 3")
        terminal.settle()
        terminal.hang_up()
        assert terminal.wait() == TERMINAL_LOST
    assert len(work.read_text().split()) == 10


def test_a_terminal_that_stops_reading_does_not_stop_the_work(terminal: PtyTerminal, work: Path) -> None:
    # Far more pictures than a terminal's buffer and the driver's queue hold, and nobody reads them.
    for _ in range(60):
        terminal.send("\x1b[6~\x1b[5~")
        time.sleep(0.02)
    terminal.send("w")
    end = time.monotonic() + 15
    while not work.exists() or len(work.read_text().split()) < 10:
        assert time.monotonic() < end, "the work waits for the terminal"
        time.sleep(0.05)
    terminal.settle(0.3)
    # What it shows when it is read again is whole, not the last picture that got through.
    shown = [line.split("BERNARD Paul ")[1].split()[0] for line in terminal.text.splitlines()[5:20]]
    assert shown == [str(number) for number in range(1, 16)]


def test_leaving_gives_the_terminal_back() -> None:
    with PtyTerminal([APP, "1000"]) as terminal:
        terminal.wait_for("BERNARD Paul 3")
        terminal.settle()
        terminal.send("q")
        output = b""
        while data := terminal.read(5):
            output += data
        assert output.rfind(b"\x1b[?1049l") > output.rfind(b"BERNARD")
        assert terminal.wait() == 0
