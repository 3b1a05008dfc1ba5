"""Few colours, none, or no more than ASCII: the list is still all there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pty_terminal import PtyTerminal

from tuimail.ui.look import ASCII_VARIABLE

APP = str(Path(__file__).with_name("table_app.py"))
COLOURS = re.compile(rb"\x1b\[([0-9;]*)m")


def colour_codes(output: bytes) -> set[str]:
    """Every SGR parameter that sets a colour other than the terminal's own."""
    found: set[str] = set()
    for match in COLOURS.finditer(output):
        parameters = match[1].decode().split(";")
        if parameters[0] in ("38", "48") or "38" in parameters or "48" in parameters:
            found.add(";".join(parameters))
        found |= {p for p in parameters if re.fullmatch(r"3[0-7]|4[0-7]|9[0-7]|10[0-7]", p)}
    return found


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "linux"},
        {"TERM": "xterm"},
        {"TERM": "screen-256color", "COLORTERM": "truecolor"},
        {"NO_COLOR": "1"},
        {ASCII_VARIABLE: "1"},
    ],
    ids=lambda environment: " ".join(f"{k}={v}" for k, v in environment.items()),
)
def test_sixteen_colours_are_enough_and_none_will_do(environment: dict[str, str]) -> None:
    with PtyTerminal([APP, "1000"], environment=environment) as terminal:
        terminal.wait_for("BERNARD Paul 13")
        terminal.settle()
        terminal.press(" ")
        terminal.press("p")
        lines = terminal.text.splitlines()
        assert lines[4].startswith(" [-] Frais de séjour au payant")
        assert lines[5].startswith(" [x] BERNARD Paul 1 ")
        assert lines[7].rstrip().endswith("envoyée")
        row = terminal.screen.buffer[6]
        assert all(row[x].reverse for x in range(79)), "the cursor cannot be seen"
        assert not any(terminal.screen.buffer[7][x].reverse for x in range(79))
        codes = colour_codes(bytes(terminal.output))
        assert not any(code.startswith(("38", "48")) for code in codes), codes
        if "NO_COLOR" in environment:
            assert codes == set()
        if ASCII_VARIABLE in environment:
            signs = {c for c in terminal.text if not c.isascii() and not c.isalpha()}
            assert signs <= {"°", "€"}
