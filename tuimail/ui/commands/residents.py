"""The commands of the residents' list and of a resident's card."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

RESIDENTS = "residents"
RELATIVES = "relatives"
PAST = "past"
DEPARTURE = "departure"
ERASE = "erase"

COMMANDS = (
    Command(RESIDENTS, "open_card", ("enter",), N_("card"), N_("Open the resident's card")),
    Command(RESIDENTS, "add", ("a",), N_("add"), N_("Add a resident")),
    Command(RESIDENTS, "depart", ("d",), N_("departure"), N_("Note that the resident has left, and when")),
    Command(
        RESIDENTS, "search", ("/", "f3"), N_("search"), N_("Show only whose name, room, unit, code or address fits")
    ),
    Command(
        RESIDENTS,
        "cycle_filter",
        ("f", "f4"),
        N_("filter"),
        N_(
            "Show who is present, without an address, under guardianship, changed, refused or returned, gone, everybody"
        ),
    ),
    Command(RESIDENTS, "choose_structure", ("t",), N_("home"), N_("Choose the home whose residents are shown, or all")),
    Command(RESIDENTS, "export", ("x",), N_("export"), N_("Write the shown residents as CSV for a spreadsheet"), False),
    Command(
        RESIDENTS,
        "give_data",
        ("X",),
        N_("person's data"),
        N_("Write all that is known of this resident"),
        footer=False,
    ),
    Command(
        RESIDENTS,
        "erase",
        ("delete",),
        N_("erase"),
        N_("Erase a resident gone for long, after a question"),
        footer=False,
    ),
    Command(RESIDENTS, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
    Command(RELATIVES, "open_relative", ("enter",), N_("change"), N_("Change this relative")),
    Command(RELATIVES, "add_relative", ("a",), N_("add"), N_("Add a relative")),
    Command(RELATIVES, "tick_relative", ("space",), N_("tick"), N_("Let this relative receive invoices, or not")),
    Command(RELATIVES, "move_relative(-1)", ("m",), N_("move up"), N_("Move this relative up")),
    Command(RELATIVES, "move_relative(1)", ("d",), N_("move down"), N_("Move this relative down")),
    Command(RELATIVES, "remove_relative", ("delete",), N_("remove"), N_("Take this relative off the card")),
    Command(PAST, "open_invoice", ("enter",), N_("invoice"), N_("Open the card of that invoice")),
    Command(PAST, "sendings", ("h",), N_("what was sent"), N_("See each message: reply, wording, the mail itself")),
    Command(DEPARTURE, "accept", ("enter",), N_("note"), N_("Note the departure; the invoices stay")),
    Command(ERASE, "accept", ("enter",), N_("erase"), N_("Erase for good, once the name is typed")),
)
