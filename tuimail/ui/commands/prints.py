"""The commands of documents as they are looked at, brought from elsewhere, and printed."""

from __future__ import annotations

from tuimail.ui.commands.model import N_, Command

LOOK = "look"
LOOK_HELD = "look-held"
BROUGHT = "brought"
BRING = "bring"
GIVE = "give"
PRINT = "print"

_ASIDE = N_("Put this PDF aside: it is nobody's")
_GIVE = N_("Say which document this PDF is")

COMMANDS = (
    Command(LOOK_HELD, "confirm", ("enter",), N_("it is theirs"), N_("Confirm that this PDF is that document's")),
    Command(LOOK_HELD, "give", ("g",), N_("whose"), _GIVE),
    Command(LOOK_HELD, "aside", ("delete", "f8"), N_("aside"), _ASIDE),
    Command(LOOK, "step(-1)", ("left", "[", "<", "f7"), N_("previous"), N_("Show the one before it")),
    Command(LOOK, "step(1)", ("right", "]", ">"), N_("next"), N_("Show the one after it")),
    Command(LOOK, "other_view", ("tab",), N_("picture or text"), N_("Show the page as a picture, or as text")),
    Command(LOOK, "turn(-1)", ("pageup",), N_("page before"), N_("Show the picture of the page before"), footer=False),
    Command(LOOK, "turn(1)", ("pagedown",), N_("page after"), N_("Show the picture of the page after"), footer=False),
    Command(BROUGHT, "look", ("enter", "o"), N_("look"), N_("Look at this PDF, then confirm it or put it aside")),
    Command(BROUGHT, "give", ("g",), N_("whose"), _GIVE),
    Command(BROUGHT, "aside", ("delete", "f8"), N_("aside"), _ASIDE),
    Command(BROUGHT, "hold_again", ("w",), N_("wait again"), N_("Take the decision back: it waits for a look again")),
    Command(
        BROUGHT, "cycle_filter", ("f", "f4"), N_("filter"), N_("Show what waits for a look, or all that was brought")
    ),
    Command(BROUGHT, "bring", ("I",), N_("bring PDFs"), N_("Take the PDFs of a folder, or a print run")),
    Command(BRING, "accept", ("enter",), N_("take"), N_("Read these PDFs and match them with the month's documents")),
    Command(BRING, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(GIVE, "accept", ("enter",), N_("it is theirs"), N_("Confirm that this PDF is that document's")),
    Command(PRINT, "accept", ("enter",), N_("do it"), N_("Print it there, or write it")),
)
