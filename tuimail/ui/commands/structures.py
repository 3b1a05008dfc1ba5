"""The commands of the tree of associations and structures."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

STRUCTURES = "structures"
TREE = "tree"
NAMING = "naming"
PLACE_CARD = "place-card"

COMMANDS = (
    Command(STRUCTURES, "open_card", ("enter",), N_("open"), N_("Open the card of the place under the cursor")),
    Command(STRUCTURES, "add", ("a",), N_("add"), N_("Add a home below the place under the cursor")),
    Command(STRUCTURES, "mail_account", ("S",), N_("mail account"), N_("Open the mail account")),
    Command(STRUCTURES, "move", ("m",), N_("move"), N_("Put the home, with all below it, below another place")),
    Command(STRUCTURES, "rename", ("n",), N_("rename"), N_("Give the place under the cursor another name")),
    Command(STRUCTURES, "archive", ("z",), N_("archive"), N_("Offer the home no more, or again; its invoices stay")),
    Command(STRUCTURES, "cycle_filter", ("f", "f4"), N_("archived"), N_("Show the archived homes too, or not")),
    Command(STRUCTURES, "search", ("/", "f3"), N_("search"), N_("Show only the places whose name holds a text")),
    Command(STRUCTURES, "add_association", ("A",), N_("association"), N_("Add an association")),
    Command(STRUCTURES, "remove", ("delete", "f8"), N_("remove"), N_("Remove a place that was never used"), False),
    Command(TREE, "toggle_node", ("space",), N_("fold"), N_("Hide what stands below, or show it again"), footer=False),
    Command(STRUCTURES, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
    Command(PLACE_CARD, "read", ("f4",), N_("whole message"), N_("Show the whole message as a family would read it")),
    Command(NAMING, "accept", ("enter",), N_("keep"), N_("Keep this name")),
)
