"""What a key costs a slow line, counted in a real pseudo-terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal

APP = str(Path(__file__).with_name("table_app.py"))
IN_VIEW = 600
SCROLLING = 1500


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def terminal(request: pytest.FixtureRequest) -> Iterator[PtyTerminal]:
    columns, rows = request.param
    with PtyTerminal([APP, "100000"], columns, rows) as found:
        found.wait_for("BERNARD Paul 3")
        found.settle(0.5)
        yield found


def test_the_list_stays_within_its_budgets(terminal: PtyTerminal) -> None:
    in_view = [terminal.press("\x1b[B") for _ in range(6)]
    assert max(in_view) <= IN_VIEW, in_view
    ticking = [terminal.press(" ") for _ in range(4)]
    assert max(ticking) <= IN_VIEW, ticking
    scrolling = [terminal.press("\x1b[B") for _ in range(40)]
    assert max(scrolling) > IN_VIEW, "it never scrolled"
    assert sum(scrolling) / len(scrolling) <= SCROLLING, scrolling
    everything = terminal.press("a")
    assert everything <= 2 * SCROLLING
    assert "90000 " in terminal.text
    assert terminal.settle(1.0) == 0, "it draws when nothing happens"
    terminal.send("".join(f"\x1b[<35;{x};10M" for x in range(10, 30)))
    assert terminal.settle(0.5) == 0, "it draws when the mouse moves"
    mean = sum(scrolling) / len(scrolling)
    print(f"in view {max(in_view)}, ticking {max(ticking)}, scrolling {mean:.0f}, all {everything}")
