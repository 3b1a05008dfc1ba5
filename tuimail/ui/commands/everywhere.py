"""The commands of the frame, of dialogs, and those that are the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import PLACE_SENTENCES, PLACE_WORDS, Command, Place

SEARCH = "search"
CHOOSE = "choose"
MAILS = "mails"
QUESTION = "question"
DIALOG = "dialog"
PAGE = "page"
EVERYWHERE = "everywhere"
ASK = "ask"
ASK_PATH = "ask-path"
FILE_OUT = "file-out"


def _places() -> Iterator[Command]:
    # The second key is what an AZERTY keyboard gives for that digit without Shift.
    for place, keys in zip(Place, ("1&", "2é", '3"', "4'", "5(", "6-"), strict=True):
        yield Command(
            EVERYWHERE, f"go('{place}')", tuple(keys), PLACE_WORDS[place], PLACE_SENTENCES[place], footer=False
        )


COMMANDS = (
    Command(SEARCH, "screen.keep_search", ("enter",), N_("keep"), N_("Close the field and keep what was found")),
    Command(CHOOSE, "accept", ("enter",), N_("choose"), N_("Show this one")),
    Command(MAILS, "next_pane", ("tab",), N_("list or text"), N_("Go from the list to the text, and back")),
    Command(MAILS, "read_again", ("m",), N_("read again"), N_("Show what has come since")),
    Command(ASK, "accept", ("enter",), N_("take"), N_("Take what was typed")),
    Command(ASK_PATH, "accept", ("enter",), N_("take"), N_("Take what was typed")),
    Command(ASK_PATH, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(FILE_OUT, "accept", ("enter",), N_("write"), N_("Write the file there")),
    Command(FILE_OUT, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(QUESTION, "accept", ("enter",), N_("yes"), N_("Do it")),
    Command(DIALOG, "help", ("?", "f1"), N_("help"), N_("Say what every key does")),
    Command(DIALOG, "back", ("escape",), N_("back"), N_("Close without doing anything")),
    Command(PAGE, "back", ("escape",), N_("back"), N_("Go back to the list")),
    *_places(),
    Command(EVERYWHERE, "mail_account", ("S",), N_("mail account"), N_("Open the mail account"), footer=False),
    Command(EVERYWHERE, "help", ("?", "f1"), N_("help"), N_("Say what every key does")),
    Command(EVERYWHERE, "command_palette", (":", "f6"), N_("commands"), N_("Find a command by its name"), footer=False),
    Command(EVERYWHERE, "quit", ("q", "f10"), N_("quit"), N_("Leave the application"), footer=False),
)
