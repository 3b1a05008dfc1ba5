"""Help: every key that does something on the screen it was asked from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text
from textual.screen import Screen

from tuimail.domain.i18n import _
from tuimail.ui.commands import active
from tuimail.ui.commands.everywhere import EVERYWHERE
from tuimail.ui.commands.model import Command, key_name
from tuimail.ui.commands.sending import SENDING
from tuimail.ui.screens.page import Page


class Help(Page):
    """The keys of another screen, as they were when help was asked for."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__([_("Help")], Text())
        self._commands = [command for command, _binding in active(screen)]

    def on_resize(self) -> None:
        """Sentences are wrapped for the width."""
        if self.text_width > 0:
            self.show(help_text(self._commands, self.text_width))


def help_text(commands: Sequence[Command], width: int) -> Text:
    """A line or two for each command, in lines of `width` cells."""
    groups = (
        (_("Here"), [c for c in commands if c.scope not in (EVERYWHERE, SENDING)]),
        (_("While messages are being sent"), [c for c in commands if c.scope == SENDING]),
        (_("Everywhere"), [c for c in commands if c.scope == EVERYWHERE]),
    )
    indent = max((cell_len(_keys(command)) for command in commands), default=0) + 2
    text = Text()
    for title, found in groups:
        if found:
            text.append(f"{title}\n", "bold")
            for command in found:
                first, *rest = textwrap.wrap(command.help, max(20, width - indent))
                text.append(_keys(command).ljust(indent), "bold")
                text.append("\n".join((first, *(" " * indent + line for line in rest))) + "\n", "not bold")
            text.append("\n")
    text.append(_("The arrows, PgUp and PgDn move; Home and End go to the first and to the last line."), "not bold")
    return text


def _keys(command: Command) -> str:
    return "  ".join(key_name(key) for key in command.keys)
