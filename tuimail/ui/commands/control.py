"""The commands of the control before a send, and of what opens from it."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

CONFIRM = "confirm"
LEFT_OUT = "left-out"
MESSAGE = "message"
TEST = "test-to-oneself"

COMMANDS = (
    Command(LEFT_OUT, "screen.mend", ("enter",), N_("mend"), N_("Open the card that mends what the line says")),
    Command(CONFIRM, "accept", ("enter",), N_("send"), N_("Send these messages")),
    Command(CONFIRM, "test", ("t",), N_("test to me"), N_("Send one of these messages to yourself, marked as a test")),
    Command(
        CONFIRM, "rehearse", ("R",), N_("rehearse"), N_("Write all the messages as .eml files, and send none of them")
    ),
    Command(
        CONFIRM, "include_sent", ("d",), N_("resend those sent"), N_("Send again what was already sent, or not"), False
    ),
    Command(CONFIRM, "change_words", ("e",), N_("change it"), N_("Change subject and text of this send"), False),
    Command(CONFIRM, "preview", ("o",), N_("preview"), N_("Show the messages as they would leave"), footer=False),
    Command(CONFIRM, "attach_all", ("J",), N_("attach"), N_("Attach a file to every message of the next send"), False),
    Command(CONFIRM, "into_list", ("tab", "down"), N_("list"), N_("Go into the list of what is left out")),
    Command(MESSAGE, "step(-1)", ("left", "[", "<", "f7"), N_("previous"), N_("Show the one before it")),
    Command(MESSAGE, "step(1)", ("right", "]", ">"), N_("next"), N_("Show the one after it")),
    Command(MESSAGE, "read_pdf", ("o",), N_("read the PDF"), N_("Show the text of the invoice's PDF")),
    Command(TEST, "accept", ("enter",), N_("send the test"), N_("Send the message to this address alone")),
)
