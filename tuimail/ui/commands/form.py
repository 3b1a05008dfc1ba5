"""The commands of cards: forms with fields in tabs. Letters are text there, so each has a key that is none."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

FORM = "form"
TICK_FIELD = "tick-field"
CHOICE_FIELD = "choice-field"
UNSAVED = "unsaved"

COMMANDS = (
    Command(FORM, "save", ("f2",), N_("save"), N_("Check the fields and save the card")),
    Command(TICK_FIELD, "tick", ("space",), N_("tick"), N_("Tick this, or untick it")),
    Command(CHOICE_FIELD, "choose(1)", ("space", "right"), N_("other value"), N_("Take the next value")),
    Command(CHOICE_FIELD, "choose(-1)", ("left",), N_("value before"), N_("Take the value before"), footer=False),
    Command(
        FORM,
        "next_field",
        ("tab", "enter"),
        N_("next field"),
        N_("Complete a keyword or path, or go to the next field"),
    ),
    Command(FORM, "step_field(1)", ("down",), N_("field after"), N_("Go to the field below"), footer=False),
    Command(
        FORM, "step_field(-1)", ("up", "shift+tab"), N_("field before"), N_("Go back to the field before"), footer=False
    ),
    Command(FORM, "turn(1)", ("pagedown", "f8"), N_("next tab"), N_("Go to the next tab")),
    Command(FORM, "turn(-1)", ("pageup", "f7"), N_("tab before"), N_("Go to the tab before"), footer=False),
    Command(UNSAVED, "accept", ("enter",), N_("save"), N_("Save what was typed, then close")),
    Command(UNSAVED, "discard", ("n",), N_("do not save"), N_("Close and lose what was typed")),
    Command(FORM, "back", ("escape",), N_("back"), N_("Close the card; what was typed is asked about first")),
    Command(FORM, "app.help", ("f1",), N_("help"), N_("Say what every key does"), footer=False),
)
