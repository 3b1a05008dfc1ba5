"""The commands of writing a letter to many, sending it, and looking at what became of it."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

LETTER = "letter"
LETTER_FORM = "letter-form"
LETTER_CONFIRM = "letter-confirm"
MODELS = "models"
PAST_MAILINGS = "past-mailings"
MAILING_RESULT = "mailing-result"

COMMANDS = (
    Command(LETTER, "write", ("enter", "e"), N_("write"), N_("Write the subject and text, say who writes and when")),
    Command(LETTER, "send", ("s",), N_("send…"), N_("Check who gets the letter, then send it")),
    Command(LETTER, "test", ("t",), N_("test"), N_("Send one message to your own address")),
    Command(LETTER, "step(1)", ("n", "right"), N_("next person"), N_("Show what the next person would read")),
    Command(
        LETTER, "step(-1)", ("p", "left"), N_("person before"), N_("Show what the person before would read"), False
    ),
    Command(LETTER, "attach", ("j",), N_("attach"), N_("Attach a file to the message of this person alone")),
    Command(LETTER, "attach_all", ("J",), N_("attach to all"), N_("Attach a file to every message of this letter")),
    Command(
        LETTER,
        "detach",
        ("delete", "f8"),
        N_("take off"),
        N_("Take off the file attached last: this person's own, then one that goes to all"),
        footer=False,
    ),
    Command(LETTER, "models", ("m",), N_("models"), N_("Take a model, or keep this letter as one")),
    Command(LETTER, "rehearse", ("w",), N_("rehearse"), N_("Write every message into a folder, and send nothing")),
    Command(LETTER, "reset", ("z", "alt+r"), N_("start anew"), N_("Forget what was written"), footer=False),
    Command(LETTER, "back", ("escape",), N_("back"), N_("Go back to the people; what was written is kept")),
    Command(LETTER, "app.help", ("?", "f1"), N_("help"), N_("Say what every key does"), footer=False),
    Command(LETTER_FORM, "read", ("f4",), N_("whole message"), N_("Show the whole message as a family would read it")),
    Command(LETTER_CONFIRM, "accept", ("enter",), N_("send"), N_("Send these messages")),
    Command(LETTER_CONFIRM, "leave_out", ("l",), N_("leave them out"), N_("Send nothing to people without this value")),
    Command(LETTER_CONFIRM, "put_text", ("i",), N_("put a text"), N_("Say what stands there for people without it")),
    Command(
        LETTER_CONFIRM,
        "reset",
        ("z", "alt+r"),
        N_("decide anew"),
        N_("Forget what was decided of people without a value"),
    ),
    Command(LETTER_CONFIRM, "into_list", ("tab", "down"), N_("list"), N_("Go into the list of what is left out")),
    Command(MODELS, "accept", ("enter",), N_("take"), N_("Put this model's subject and text into the letter")),
    Command(MODELS, "keep", ("c",), N_("keep the letter"), N_("Keep the letter as a model")),
    Command(MODELS, "delete", ("delete", "f8"), N_("delete"), N_("Delete this model")),
    Command(PAST_MAILINGS, "accept", ("enter",), N_("result"), N_("Show who got it, and who did not and why")),
    Command(PAST_MAILINGS, "pause", ("p",), N_("pause"), N_("Let nothing more of this mailing leave, or go on")),
    Command(PAST_MAILINGS, "cancel", ("c",), N_("cancel"), N_("Take back what has not left of this mailing")),
    Command(MAILING_RESULT, "export", ("x",), N_("export"), N_("Write the result as a CSV file")),
    Command(MAILING_RESULT, "again", ("r",), N_("send to the failed"), N_("Send again to those who did not get it")),
    Command(MAILING_RESULT, "read", ("enter",), N_("read"), N_("Show the letter as this person was sent it")),
    Command(MAILING_RESULT, "problems", ("e",), N_("problems"), N_("Show only who did not get it, or everybody")),
)
