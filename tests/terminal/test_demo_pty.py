"""The demonstration as a person starts it: in a terminal, by keys alone, and nothing is left of it in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal

pytestmark = pytest.mark.long
"""Real processes and terminals, which take their time."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The user's own folder, which must stay empty."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def demo(home: Path, temporary: Path) -> Iterator[PtyTerminal]:
    environment = {"HOME": str(home), "TMPDIR": str(temporary), "TUIMAIL_DATABASE": str(home / "mine.sqlite3")}
    words = ["-m", "tuimail", "demo", "--send-gap", "0"]
    with PtyTerminal(words, columns=160, rows=30, environment=environment) as terminal:
        terminal.wait_for("octobre 2026")
        terminal.wait_for("ALBERTINI")
        terminal.settle()
        yield terminal


def test_a_structures_month_is_sent_by_keys_and_the_mail_is_there_to_read(
    demo: PtyTerminal, home: Path, temporary: Path
) -> None:
    (folder,) = temporary.iterdir()
    assert str(folder / "mail") in demo.text

    demo.press(" ")
    assert "1 cochée" in demo.text
    demo.press("s")
    demo.wait_for("1 facture · 2 messages")
    demo.press("\r")
    demo.wait_for("2 envoyés")
    assert sorted(path.name for path in (folder / "mail").iterdir()) == [
        "0001-chloe.albertini@sfr.example.eml",
        "0002-c.albertini@laposte.example.eml",
    ]
    for path in (folder / "mail").iterdir():
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        (pdf,) = message.iter_attachments()
        assert pdf.get_filename() == "Facture 088 - ALBERTINI Chloé - octobre 2026.pdf"
        assert message["From"].addresses[0].addr_spec == "compta@tilleuls.example"
    demo.press("m")
    demo.wait_for("c.albertini@laposte.example")
    demo.press("\x1b")
    demo.wait_for("Non envoyées 98")

    demo.send("q")

    assert demo.wait() == 0
    assert not list(home.iterdir())
    assert not list(temporary.iterdir())


def test_a_hang_up_clears_it_away(demo: PtyTerminal, temporary: Path) -> None:
    os.kill(demo.pid, signal.SIGHUP)
    demo.wait()

    assert not list(temporary.iterdir())


def test_a_cut_connection_clears_it_away_too(demo: PtyTerminal, temporary: Path) -> None:
    demo.hang_up()
    demo.wait()

    assert not list(temporary.iterdir())
