"""The commands for what was cut, what waits and what is uncertain."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.invoices import INVOICES
from tuimail.ui.commands.journal import JOURNAL
from tuimail.ui.commands.model import Command

UNSETTLED = "unsettled"
DECIDE = "decide"
IMAP = "imap"
AWAY = "away"
SEAL = "seal"

COMMANDS = (
    Command(AWAY, "resume", ("R",), N_("go on"), N_("Send the messages that were left queued")),
    Command(AWAY, "unsettled", ("U",), N_("uncertain"), N_("Decide about messages that are perhaps sent")),
    Command(AWAY, "problems", ("e",), N_("problems"), N_("See the invoices that were refused or are uncertain")),
    Command(AWAY, "back", ("escape", "enter"), N_("close"), N_("Go to the invoices")),
    Command(UNSETTLED, "mark_sent", ("M",), N_("mark as sent"), N_("Believe that the message arrived, and say why")),
    Command(UNSETTLED, "send_again", ("r", "f5"), N_("send again"), N_("Believe that it did not arrive: a new one")),
    Command(UNSETTLED, "look_up", ("l",), N_("look up"), N_("Look for the messages in the Sent folder, over IMAP")),
    Command(UNSETTLED, "retry_now", ("R",), N_("try now"), N_("Send what waits, and try what was put off, at once")),
    Command(UNSETTLED, "cycle_state", ("f", "f4"), N_("filter"), N_("Uncertain, to be tried again, queued")),
    Command(UNSETTLED, "tick", ("space",), N_("tick"), N_("Tick this message, or untick it, and move on")),
    Command(UNSETTLED, "tick_all", ("a",), N_("all"), N_("Tick all messages"), footer=False),
    Command(UNSETTLED, "tick_none", ("n",), N_("none"), N_("Untick all messages"), footer=False),
    Command(UNSETTLED, "imap", ("I",), N_("IMAP account"), N_("Say where the Sent folder is read")),
    Command(DECIDE, "accept", ("enter",), N_("decide"), N_("Write it into the journal and do it")),
    Command(IMAP, "accept", ("enter",), N_("keep and test"), N_("Keep the account, then open its Sent folder")),
    Command(IMAP, "next_field", ("tab", "down"), N_("next field"), N_("Go to the next field")),
    Command(
        INVOICES, "unsettled", ("U",), N_("uncertain"), N_("Decide about uncertain messages, see what waits"), False
    ),
    Command(
        INVOICES, "send_failed", ("F",), N_("send the refused again"), N_("Check what was refused, then send it"), False
    ),
    Command(INVOICES, "away", ("w",), N_("while away"), N_("Say again what happened while you were away"), False),
    Command(JOURNAL, "verify", ("V",), N_("verify"), N_("Look whether every line is there and as it was written")),
    Command(JOURNAL, "export", ("x",), N_("export"), N_("Write the lines shown to a file")),
    Command(SEAL, "accept", ("enter",), N_("compare"), N_("Compare the journal with a seal noted earlier")),
)
