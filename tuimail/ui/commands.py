"""Every command of the interface, declared once: its keys, its words on the keys line, in the palette and in help.

A widget or screen binds those of its scope (`BINDINGS = bindings(TABLE)`) and has an `action_…` for each; which of
them can be used now, and so what the keys line, the palette and help show, is read from the bindings in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from tuimail.domain.i18n import _


def N_(message: str) -> str:  # noqa: N802
    """Marks a sentence that is translated when it is shown: the language is not known yet."""
    return message


class Place(StrEnum):
    """The six places, in the order of their keys."""

    INVOICES = "invoices"
    RESIDENTS = "residents"
    STRUCTURES = "structures"
    JOURNAL = "journal"
    MAILINGS = "mailings"
    SETTINGS = "settings"

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return _(_PLACES[self])


_PLACES = {
    Place.INVOICES: N_("Invoices"),
    Place.RESIDENTS: N_("Residents"),
    Place.STRUCTURES: N_("Homes"),
    Place.JOURNAL: N_("Journal"),
    Place.MAILINGS: N_("Mailings"),
    Place.SETTINGS: N_("Settings"),
}

_GO = {
    Place.INVOICES: N_("Go to the invoices"),
    Place.RESIDENTS: N_("Go to the residents"),
    Place.STRUCTURES: N_("Go to the homes"),
    Place.JOURNAL: N_("Go to the journal"),
    Place.MAILINGS: N_("Go to the mailings"),
    Place.SETTINGS: N_("Go to the settings"),
}

PLACES = (Place.INVOICES, Place.JOURNAL)
"""The places that there are."""

EVERYWHERE = "everywhere"
TABLE = "table"
INVOICES = "invoices"
SENDING = "sending"
SEARCH = "search"
JOURNAL = "journal"
CARD = "card"
PAGE = "page"
DIALOG = "dialog"
QUESTION = "question"
SIGN_IN = "sign-in"
CONFIRM = "confirm"
RESEND = "resend"
ATTACH = "attach"
EXPORT = "export"
CHOOSE = "choose"
MAILS = "mails"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the operator can do. `keys` are Textual's names or the characters themselves, the shown one first."""

    scope: str
    action: str
    keys: tuple[str, ...]
    words: str
    """One or two words in English, for the keys line and the palette."""
    sentence: str
    """What it does, in English, for help and the palette."""
    footer: bool = True
    """Whether the keys line shows it."""

    @property
    def id(self) -> str:
        """The binding's id, unique."""
        return f"{self.scope}.{self.action}"

    @property
    def label(self) -> str:
        """`words` in the interface's language."""
        return _(self.words)

    @property
    def help(self) -> str:
        """`sentence` in the interface's language."""
        return _(self.sentence)

    @property
    def key(self) -> str:
        """The first key, as it is written on a keyboard."""
        return key_name(self.keys[0])

    @property
    def key_while_typing(self) -> str | None:
        """The first key that is no text in a field; None if there is none."""
        return next((key_name(key) for key in self.keys if len(key) > 1 and key != "space"), None)


def _places() -> Iterator[Command]:
    # The second key is what an AZERTY keyboard gives for that digit without Shift.
    for place, keys in zip(Place, ("1&", "2é", '3"', "4'", "5(", "6-"), strict=True):
        yield Command(EVERYWHERE, f"go('{place}')", tuple(keys), _PLACES[place], _GO[place], footer=False)


COMMANDS = (
    Command(TABLE, "tick", ("space",), N_("tick"), N_("Tick the invoice under the cursor, or untick it, and move on")),
    Command(TABLE, "tick_all", ("a",), N_("all"), N_("Tick all that is shown")),
    Command(TABLE, "tick_invert", ("i",), N_("invert"), N_("Untick what is ticked and tick the rest"), footer=False),
    Command(TABLE, "tick_range", ("v",), N_("range"), N_("Begin a range, then tick it to the cursor"), footer=False),
    Command(TABLE, "cancel_range", ("escape",), N_("give up the range"), N_("Forget the range that was begun")),
    Command(TABLE, "select_cursor", ("enter",), N_("card"), N_("Open what is under the cursor"), footer=False),
    Command(TABLE, "tick_only", ("u",), N_("only this"), N_("Tick this invoice and no other"), footer=False),
    Command(
        INVOICES,
        "cycle_filter",
        ("f", "f4"),
        N_("filter"),
        N_("Show all invoices, those not sent, those sent, the problems"),
    ),
    Command(
        INVOICES, "problems", ("e",), N_("problems"), N_("Show only what was refused, uncertain or sent in part"), False
    ),
    Command(INVOICES, "search", ("/", "f3"), N_("search"), N_("Show only whose name or number holds a text")),
    Command(INVOICES, "send", ("s", "f2"), N_("send"), N_("Check the ticked invoices, then send them")),
    Command(INVOICES, "resend", ("r", "f5"), N_("resend"), N_("Send the invoice under the cursor again")),
    Command(TABLE, "tick_none", ("n",), N_("none"), N_("Untick everything, even what a filter hides")),
    Command(
        INVOICES,
        "shift_period(-1)",
        ("[", "<", "f7"),
        N_("month before"),
        N_("Show the invoices of the month before"),
        footer=False,
    ),
    Command(
        INVOICES,
        "shift_period(1)",
        ("]", ">", "f8"),
        N_("month after"),
        N_("Show the invoices of the month after"),
        footer=False,
    ),
    Command(INVOICES, "choose_structure", ("t",), N_("home"), N_("Choose the home whose invoices are shown, or all")),
    Command(INVOICES, "preview", ("o",), N_("read the PDF"), N_("Show the text of the invoice's PDF"), footer=False),
    Command(
        INVOICES, "attach", ("j",), N_("attach"), N_("Attach a file to the invoice under the cursor"), footer=False
    ),
    Command(
        INVOICES,
        "attach_all",
        ("J",),
        N_("attach to all"),
        N_("Attach a file to every message of the next send"),
        footer=False,
    ),
    Command(
        INVOICES, "export", ("x",), N_("export"), N_("Write the ticked invoices as PDF, to print or keep"), footer=False
    ),
    Command(
        INVOICES, "resume", ("R",), N_("go on"), N_("Send the messages that an interrupted send left queued"), False
    ),
    Command(INVOICES, "mails", ("m",), N_("received mail"), N_("Read the mail that the demonstration received")),
    Command(INVOICES, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
    Command(SEARCH, "keep_search", ("enter",), N_("keep"), N_("Close the field and keep what was found")),
    Command(JOURNAL, "cycle_kinds", ("f", "f4"), N_("filter"), N_("Show all lines, what was sent, the problems")),
    Command(JOURNAL, "problems", ("e",), N_("problems"), N_("Show only the problems"), footer=False),
    Command(JOURNAL, "search", ("/", "f3"), N_("search"), N_("Show only the lines that hold a text")),
    Command(JOURNAL, "toggle_period", ("t",), N_("month or all"), N_("Show one month's lines, or all of them")),
    Command(JOURNAL, "shift_period(-1)", ("[", "<", "f7"), N_("month before"), N_("Show the month before"), False),
    Command(JOURNAL, "shift_period(1)", ("]", ">", "f8"), N_("month after"), N_("Show the month after"), False),
    Command(JOURNAL, "open_line", ("enter",), N_("whole line"), N_("Show all that is known of this line")),
    Command(JOURNAL, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
    Command(CONFIRM, "accept", ("enter",), N_("send"), N_("Send these messages")),
    Command(CONFIRM, "include_sent", ("d",), N_("resend those sent"), N_("Send again what was already sent, or not")),
    Command(RESEND, "accept", ("enter",), N_("send"), N_("Send the invoice to the ticked addresses")),
    Command(RESEND, "tick", ("space",), N_("tick"), N_("Tick this address, or untick it")),
    Command(RESEND, "other", ("a",), N_("other address"), N_("Type an address for this one send")),
    Command(CARD, "resend", ("r", "f5"), N_("resend"), N_("Send this invoice again")),
    Command(CARD, "preview", ("o",), N_("read the PDF"), N_("Show the text of the invoice's PDF")),
    Command(ATTACH, "accept", ("enter",), N_("attach"), N_("Attach this file")),
    Command(ATTACH, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(ATTACH, "remove", ("delete", "f8"), N_("take off the last one"), N_("Do not attach the last file")),
    Command(EXPORT, "accept", ("enter",), N_("write"), N_("Write the invoices there")),
    Command(EXPORT, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(CHOOSE, "accept", ("enter",), N_("choose"), N_("Show this one")),
    Command(MAILS, "next_pane", ("tab",), N_("list or text"), N_("Go from the list to the text, and back")),
    Command(MAILS, "read_again", ("m",), N_("read again"), N_("Show what has come since")),
    Command(SIGN_IN, "accept", ("enter",), N_("sign in"), N_("Sign in with this password")),
    Command(QUESTION, "accept", ("enter",), N_("yes"), N_("Do it")),
    Command(DIALOG, "back", ("escape",), N_("back"), N_("Close without doing anything")),
    Command(PAGE, "back", ("escape",), N_("back"), N_("Go back to the list")),
    Command(SENDING, "pause", ("p", "f9"), N_("pause"), N_("Pause the sending, or go on"), footer=False),
    Command(
        SENDING, "cancel", ("c",), N_("stop"), N_("Send none of the messages that are still waiting"), footer=False
    ),
    *_places(),
    Command(EVERYWHERE, "help", ("?", "f1"), N_("help"), N_("Say what every key does")),
    Command(EVERYWHERE, "command_palette", (":", "f6"), N_("commands"), N_("Find a command by its name"), footer=False),
    Command(EVERYWHERE, "quit", ("q", "f10"), N_("quit"), N_("Leave the application"), footer=False),
)

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(scope: str) -> list[BindingType]:
    """What the widget, screen or application of that scope binds."""
    return [
        Binding(",".join(command.keys), command.action, command.words, show=False, id=command.id)
        for command in COMMANDS
        if command.scope == scope
    ]


def active(screen: Screen[object]) -> list[tuple[Command, ActiveBinding]]:
    """The commands that can be used now, in their order of declaration."""
    found: dict[str, ActiveBinding] = {}
    for binding in screen.active_bindings.values():
        if binding.binding.id in _BY_ID and binding.enabled:
            found.setdefault(binding.binding.id, binding)
    return [(command, found[command.id]) for command in COMMANDS if command.id in found]


def key_name(key: str) -> str:
    """How a key is called in the interface's language."""
    names = {
        "space": _("Space"),
        "enter": _("Enter"),
        "escape": _("Esc"),
        "tab": _("Tab"),
        "up": _("Up"),
        "down": _("Down"),
        "pageup": _("PgUp"),
        "pagedown": _("PgDn"),
        "delete": _("Del"),
    }
    if key in names:
        return names[key]
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key
