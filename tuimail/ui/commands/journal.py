"""The commands of the journal."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

JOURNAL = "journal"

COMMANDS = (
    Command(JOURNAL, "cycle_kinds", ("f", "f4"), N_("filter"), N_("Show all lines, what was sent, the problems")),
    Command(JOURNAL, "problems", ("e",), N_("problems"), N_("Show only the problems"), footer=False),
    Command(JOURNAL, "search", ("/", "f3"), N_("search"), N_("Show only the lines that hold a text")),
    Command(JOURNAL, "toggle_period", ("t",), N_("month or all"), N_("Show one month's lines, or all of them")),
    Command(JOURNAL, "shift_period(-1)", ("[", "<", "f7"), N_("month before"), N_("Show the month before"), False),
    Command(JOURNAL, "shift_period(1)", ("]", ">", "f8"), N_("month after"), N_("Show the month after"), False),
    Command(JOURNAL, "open_line", ("enter",), N_("whole line"), N_("Show all that is known of this line")),
    Command(JOURNAL, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
)
