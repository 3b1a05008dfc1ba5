"""The commands for what came back."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.invoices import INVOICES
from tuimail.ui.commands.journal import JOURNAL
from tuimail.ui.commands.model import Command

RETURNS = "returns"

COMMANDS = (
    Command(RETURNS, "read", ("y",), N_("read the mailbox"), N_("Read what came back, over IMAP")),
    Command(RETURNS, "cycle_kind", ("f", "f4"), N_("filter"), N_("All, came back, read, unmatched")),
    Command(RETURNS, "open_card", ("enter",), N_("card"), N_("Open the invoice that it is about")),
    Command(RETURNS, "copy_sent", ("C",), N_("copy to Sent"), N_("Put what was sent into the Sent folder")),
    Command(RETURNS, "imap", ("I",), N_("IMAP account"), N_("Say where the mailbox is")),
    Command(INVOICES, "returns", ("y",), N_("returns"), N_("See what came back: bounces and read receipts"), False),
    Command(JOURNAL, "returns", ("y",), N_("returns"), N_("See what came back: bounces and read receipts"), False),
)
