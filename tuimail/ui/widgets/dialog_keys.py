"""The keys of a dialog, on a second line where one is too short."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from tuimail.ui.commands.everywhere import DIALOG
from tuimail.ui.commands.model import Command
from tuimail.ui.widgets.frame import BOLD, KeysLine, Part, key_width

_HELP = f"{DIALOG}.help"
_ROWS = 2

Pair = tuple[str, str]
"""A key and its words."""


class DialogKeys(KeysLine):
    """All of them on two lines at most; where even these do not do, help is among those shown, and says the others."""

    class Grew(Message):
        """It needs another number of lines than before."""

    def __init__(self) -> None:
        super().__init__(_ROWS)
        self.lines_shown = 1
        """Lines that it needs."""
        self.styles.height = 1

    def show(self, commands: Sequence[Command], *, typing: bool = False) -> None:
        """Show these commands' keys, the last one even if others must give way; `typing`: letters are text."""
        pairs = [
            (command.id, (key, command.label))
            for command in commands
            if (key := command.key_while_typing if typing else command.key)
        ]
        wanted = [pair for command_id, pair in pairs if command_id != _HELP]
        rows, left_out = self._laid(wanted, [])
        if left_out:
            rows, _left_out = self._laid(wanted[:-1], [pair for _id, pair in pairs if pair not in wanted[:-1]])
        for n in range(_ROWS):
            parts: list[Part] = []
            for key, label in rows[n] if n < len(rows) else ():
                parts += [(key, BOLD), f" {label}", "  "]
            self.set_line(*parts[:-1], row=n)
        if self.lines_shown != max(1, len(rows)):
            self.lines_shown = max(1, len(rows))
            self.styles.height = self.lines_shown
            self.post_message(self.Grew())

    def _laid(self, wanted: Sequence[Pair], always: Sequence[Pair]) -> tuple[list[list[Pair]], bool]:
        """As many as fit on the lines, then those that are shown always; and whether any was left out."""
        room = max(1, self.outer_size.width - 2)
        rows: list[list[Pair]] = []
        left_out = False
        for n, pair in enumerate([*wanted, *always]):
            kept = always if n < len(wanted) else ()
            if rows and _width([*rows[-1], pair, *(kept if len(rows) == _ROWS else ())]) <= room:
                rows[-1].append(pair)
            elif len(rows) < _ROWS and (len(rows) < _ROWS - 1 or _width([pair, *kept]) <= room):
                rows.append([pair])
            else:
                left_out = True
        return rows, left_out


def _width(pairs: Sequence[Pair]) -> int:
    return sum(key_width(*pair) + 2 for pair in pairs) - 2
