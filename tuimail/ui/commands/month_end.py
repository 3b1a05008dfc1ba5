"""The commands of the end of a month: the sheet, what goes by post, and what is not to be sent."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.invoices import CARD, INVOICES
from tuimail.ui.commands.model import Command

MONTH_END = "month-end"
TO_POST = "to-post"
POSTED = "posted"
EXCLUDE = "exclude"

_EXCLUDE = N_("Say that this document is not to be sent, and why")
_TAKE_BACK = N_("Take back that it was posted or excluded")
_CARD = N_("Open the card of this document")

COMMANDS = (
    Command(INVOICES, "month_end", ("B",), N_("month-end sheet"), N_("See what became of every document"), False),
    Command(INVOICES, "to_post", ("T",), N_("to post"), N_("See what goes by post, write it, mark it"), False),
    Command(INVOICES, "exclude", ("E",), N_("exclude"), _EXCLUDE, False),
    Command(CARD, "exclude", ("E",), N_("exclude"), _EXCLUDE),
    Command(MONTH_END, "to_post", ("T",), N_("to post"), N_("See what goes by post, write it, mark it")),
    Command(MONTH_END, "write_pdf", ("x",), N_("PDF"), N_("Write the sheet as a PDF")),
    Command(MONTH_END, "write_csv", ("X",), N_("spreadsheet"), N_("Write the sheet for a spreadsheet")),
    Command(MONTH_END, "cycle_filter", ("f", "f4"), N_("filter"), N_("Show what is open, all documents, the sends")),
    Command(MONTH_END, "exclude", ("E",), N_("exclude"), _EXCLUDE, False),
    Command(MONTH_END, "open_card", ("enter",), N_("card"), _CARD),
    Command(MONTH_END, "take_back", ("z",), N_("take back"), _TAKE_BACK),
    Command(
        MONTH_END, "choose_structure", ("t",), N_("home"), N_("Choose the home whose sheet is shown, or all"), False
    ),
    Command(MONTH_END, "shift_period(-1)", ("[", "<", "f7"), N_("month before"), N_("Show the month before"), False),
    Command(MONTH_END, "shift_period(1)", ("]", ">", "f8"), N_("month after"), N_("Show the month after"), False),
    Command(TO_POST, "tick", ("space",), N_("tick"), N_("Tick this document, or untick it, and move on")),
    Command(TO_POST, "write", ("x",), N_("PDF and list"), N_("Write one PDF in the order of the post, and its list")),
    Command(TO_POST, "mark_posted", ("M",), N_("mark as posted"), N_("Say that the ticked ones were posted, and when")),
    Command(TO_POST, "take_back", ("z",), N_("take back"), _TAKE_BACK),
    Command(TO_POST, "cycle_filter", ("f", "f4"), N_("filter"), N_("Show what is to be posted, or what was decided")),
    Command(TO_POST, "tick_all", ("a",), N_("all"), N_("Tick all that is shown")),
    Command(TO_POST, "tick_none", ("n",), N_("none"), N_("Untick all that is shown")),
    Command(TO_POST, "open_card", ("enter",), N_("card"), _CARD),
    Command(TO_POST, "exclude", ("E",), N_("exclude"), _EXCLUDE, False),
    Command(POSTED, "accept", ("enter",), N_("mark"), N_("Write it into the journal")),
    Command(EXCLUDE, "accept", ("enter",), N_("exclude"), N_("Write it into the journal")),
)
