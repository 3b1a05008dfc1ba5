"""The commands of the invoice list and of what opens from it."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

TABLE = "table"
INVOICES = "invoices"
CARD = "card"
RESEND = "resend"
RESEND_DRAFT = "resend-draft"
RESEND_OTHERWISE = "resend-otherwise"
RESEND_ADDRESS = "resend-address"
ATTACH = "attach"

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
        N_("Show all invoices, those not sent, those sent, the problems, what is uncertain, what is to be posted"),
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
        INVOICES,
        "choose_kind",
        ("k",),
        N_("documents"),
        N_("List invoices, credit notes, quotes, orders, delivery notes or statements"),
        footer=False,
    ),
    Command(INVOICES, "new_document", ("N",), N_("new"), N_("Make a document of the kind that is listed"), False),
    Command(INVOICES, "prepare_month", ("M",), N_("prepare the month"), N_("Propose the invoices of a month"), False),
    Command(
        INVOICES,
        "brought",
        ("b",),
        N_("PDFs brought"),
        N_("Bring PDFs, and look at those that wait for it"),
        footer=False,
    ),
    Command(
        INVOICES, "print_out", ("P",), N_("print"), N_("Print the ticked invoices, or the one under the cursor"), False
    ),
    Command(
        INVOICES,
        "accounting_copy",
        ("X",),
        N_("copy for accounting"),
        N_("Print or write all the documents of the month once, for accounting"),
        footer=False,
    ),
    Command(
        INVOICES, "resume", ("R",), N_("go on"), N_("Send the messages that an interrupted send left queued"), False
    ),
    Command(INVOICES, "mails", ("m",), N_("received mail"), N_("Read the mail that the demonstration received")),
    Command(INVOICES, "clear", ("escape",), N_("show all"), N_("Give up the search and the filter")),
    Command(RESEND, "accept", ("enter",), N_("send"), N_("Send the invoice to the ticked addresses")),
    Command(RESEND_DRAFT, "write_draft", ("enter",), N_("write"), N_("Write a draft for each address")),
    Command(RESEND_OTHERWISE, "hand_over", ("enter",), N_("hand over"), N_("Give the messages to the other program")),
    Command(RESEND_ADDRESS, "add", ("enter",), N_("add"), N_("Add the address that was typed to the list")),
    Command(RESEND, "tick", ("space",), N_("tick"), N_("Tick this address, or untick it")),
    Command(RESEND, "other", ("a",), N_("other address"), N_("Type an address for this one send")),
    Command(RESEND, "turn_method", ("m",), N_("way"), N_("Mail account, draft, sendmail, mail program")),
    Command(RESEND, "keep_address", ("k",), N_("keep on the card"), N_("Keep this address on the resident's card")),
    Command(CARD, "resend", ("r", "f5"), N_("resend"), N_("Send this invoice again")),
    Command(CARD, "edit", ("w",), N_("change"), N_("Change lines and dates, as long as it was not sent")),
    Command(CARD, "credit", ("A",), N_("credit note"), N_("Make the credit note that takes this invoice back")),
    Command(
        CARD,
        "statement",
        ("D",),
        N_("statement"),
        N_("Make a disbursement statement that goes with this invoice"),
        False,
    ),
    Command(CARD, "sendings", ("h",), N_("what was sent"), N_("See each message: reply, wording, the mail itself")),
    Command(CARD, "preview", ("o",), N_("read the PDF"), N_("Show the text of the invoice's PDF")),
    Command(ATTACH, "accept", ("enter",), N_("attach"), N_("Attach this file")),
    Command(ATTACH, "complete", ("tab",), N_("complete"), N_("Complete the path")),
    Command(ATTACH, "remove", ("delete", "f8"), N_("take off the last one"), N_("Do not attach the last file")),
)
