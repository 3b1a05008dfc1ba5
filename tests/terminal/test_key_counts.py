"""Two measures of a good hand, in a real terminal: how many keys a month takes, and how many one resend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal


class Counting:
    """A hand that counts its keys; the text of a search is not one of them."""

    def __init__(self, terminal: PtyTerminal) -> None:
        self.terminal, self.keys = terminal, 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.terminal.press(key)

    def type(self, text: str) -> None:
        self.terminal.press(text)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[PtyTerminal]:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(temporary)}
    words = ["-m", "tuimail", "demo", "--send-gap", "0"]
    with PtyTerminal(words, environment=environment) as terminal:
        terminal.wait_for("octobre 2026")
        terminal.wait_for("ALBERTINI")
        terminal.settle()
        yield terminal


def _received(tmp_path: Path) -> list[str]:
    (folder,) = (tmp_path / "tmp").iterdir()
    return [path.name for path in (folder / "mail").iterdir()]


def test_a_resend_takes_four_keys_and_the_month_five(demo: PtyTerminal, tmp_path: Path) -> None:
    once = Counting(demo)
    once.press("/")
    once.type("favreau")
    once.press("\r")
    once.press("r")
    demo.wait_for("Entrée envoie")
    assert _received(tmp_path) == []
    once.press("\r")
    demo.wait_for("1 envoyé")
    assert once.keys <= 4
    assert len(_received(tmp_path)) == 1

    demo.press("\x1b")
    demo.press("\x1b")
    demo.wait_for("Non envoyées 98")
    month = Counting(demo)
    month.press("s")
    demo.wait_for("À envoyer")
    assert len(_received(tmp_path)) == 1
    month.press("\r")
    # Ten wait until somebody decides: several relatives ticked, or an address that stands twice.
    demo.wait_for("Non envoyées 10", limit=60)
    assert month.keys <= 5
    assert len(_received(tmp_path)) > 98
