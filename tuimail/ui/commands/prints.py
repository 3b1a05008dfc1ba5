"""The commands of documents as they are looked at, brought from elsewhere, and printed."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

LOOK = "look"
LOOK_HELD = "look-held"
BROUGHT = "brought"
BRING = "bring"
GIVE = "give-pdf"
PRINT = "print"
EDITOR = "editor"
LINE = "line"
RESIDENT = "choose-resident"
MONTH = "month"

_ASIDE = N_("Put this PDF aside: it is nobody's")
_GIVE = N_("Say which document this PDF is")

COMMANDS = (
    Command(LOOK_HELD, "confirm", ("enter",), N_("it is theirs"), N_("Confirm that this PDF is that document's")),
    Command(LOOK_HELD, "give", ("g",), N_("whose"), _GIVE),
    Command(LOOK_HELD, "aside", ("delete", "f8"), N_("aside"), _ASIDE),
    Command(LOOK, "step(-1)", ("left", "[", "<", "f7"), N_("previous"), N_("Show the one before it")),
    Command(LOOK, "step(1)", ("right", "]", ">"), N_("next"), N_("Show the one after it")),
    Command(LOOK, "other_view", ("tab",), N_("picture or text"), N_("Show the page as a picture, or as text")),
    Command(
        LOOK, "turn(-1)", ("pageup", ";"), N_("page before"), N_("Show the picture of the page before"), footer=False
    ),
    Command(
        LOOK, "turn(1)", ("pagedown", "."), N_("page after"), N_("Show the picture of the page after"), footer=False
    ),
    Command(BROUGHT, "look", ("enter", "o"), N_("look"), N_("Look at this PDF, then confirm it or put it aside")),
    Command(BROUGHT, "give", ("g",), N_("whose"), _GIVE),
    Command(BROUGHT, "aside", ("delete", "f8"), N_("aside"), _ASIDE),
    Command(BROUGHT, "hold_again", ("z",), N_("wait again"), N_("Take the decision back: it waits for a look again")),
    Command(
        BROUGHT, "cycle_filter", ("f", "f4"), N_("filter"), N_("Show what waits for a look, or all that was brought")
    ),
    Command(BROUGHT, "bring", ("I",), N_("bring PDFs"), N_("Take the PDFs of a folder, or a print run")),
    Command(BRING, "accept", ("enter",), N_("take"), N_("Read these PDFs and match them with the month's documents")),
    Command(BRING, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(GIVE, "accept", ("enter",), N_("it is theirs"), N_("Confirm that this PDF is that document's")),
    Command(EDITOR, "save", ("f2", "S"), N_("save"), N_("Keep the document; a new one gets its number")),
    Command(EDITOR, "change_line", ("enter",), N_("change"), N_("Change the line under the cursor")),
    Command(EDITOR, "add_line", ("a",), N_("add"), N_("Add a line below the one under the cursor")),
    Command(EDITOR, "remove_line", ("delete", "f8"), N_("remove"), N_("Take the line out")),
    Command(EDITOR, "dates", ("d",), N_("dates"), N_("Change the date and the due date")),
    Command(EDITOR, "comes_back", ("space",), N_("comes back"), N_("Say whether the line comes back each month")),
    Command(LINE, "accept", ("enter",), N_("take"), N_("Take what is typed")),
    Command(LINE, "next_field", ("tab", "down"), N_("next field"), N_("Go to the next field")),
    Command(RESIDENT, "accept", ("enter",), N_("choose"), N_("Make it for this resident")),
    Command(MONTH, "make", ("f2", "S"), N_("make"), N_("Make the ticked invoices, numbered one after the other")),
    Command(MONTH, "tick", ("space",), N_("tick"), N_("Make this invoice, or not")),
    Command(MONTH, "tick_all", ("a",), N_("all"), N_("Make all that are proposed")),
    Command(MONTH, "tick_none", ("n",), N_("none"), N_("Make none of them")),
    Command(MONTH, "days", ("d",), N_("days"), N_("Say how many days the resident was present")),
    Command(MONTH, "shift_period(-1)", ("[", "<", "f7"), N_("month before"), N_("Propose the month before"), False),
    Command(MONTH, "shift_period(1)", ("]", ">", "f8"), N_("month after"), N_("Propose the month after"), False),
    Command(PRINT, "accept", ("enter",), N_("do it"), N_("Print it there, or write it")),
)
