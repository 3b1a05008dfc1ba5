"""What a key costs a slow line, counted in a real pseudo-terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal

APP = str(Path(__file__).with_name("table_app.py"))
IN_VIEW = 600
SCROLLING = 1500
WIDE = pytest.param((120, 40), id="120x40", marks=pytest.mark.long)


@pytest.fixture(params=[pytest.param((80, 24), id="80x24"), WIDE])
def terminal(request: pytest.FixtureRequest) -> Iterator[PtyTerminal]:
    columns, rows = request.param
    with PtyTerminal([APP, "100000"], columns, rows) as found:
        found.wait_for("BERNARD Paul 3")
        found.settle(0.5)
        yield found


@pytest.mark.long
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


def test_what_is_said_while_a_panel_opens_leaves_a_whole_picture(terminal: PtyTerminal) -> None:
    rows = terminal.screen.lines
    terminal.press("p")
    lines = terminal.text.splitlines()
    height = 3 if rows == 24 else 8
    assert "43/120" in lines[rows - height - 2]
    assert lines[rows - height - 1].split()[1] == "..."
    assert lines[rows - height - 3].strip() == "the panel is there"
    assert "BERNARD Paul 1, ch. 104" in lines[rows - height - 5]
    assert "Espace" in lines[rows - 1] or "Space" in lines[rows - 1]
    # The list has become shorter: the last row that it shows is the last that it can show.
    assert f"BERNARD Paul {rows - height - 10}" in lines[rows - height - 6]
