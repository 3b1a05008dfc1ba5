"""The commands of what was sent."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

SENDINGS = "sendings"

COMMANDS = (
    Command(SENDINGS, "open_message", ("enter",), N_("message"), N_("Read the message as it went")),
    Command(SENDINGS, "write_message", ("x",), N_("export"), N_("Write the message as an .eml file")),
    Command(SENDINGS, "next_pane", ("tab",), N_("list or text"), N_("Go from the list to the text, and back")),
)
