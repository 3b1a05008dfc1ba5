"""The words a command line is made of."""

from __future__ import annotations

from tuimail import __version__
from tuimail.cli.options import (
    accounts,
    demonstration,
    documents,
    history,
    imap,
    imports,
    mailing,
    month_end,
    pages,
    pdfs,
    people,
    records,
    returns,
    sending,
    setup,
)
from tuimail.cli.options.base import Parser, add_command, add_global_options, add_json
from tuimail.domain.i18n import _


def build_parser() -> Parser:
    """The whole command line, in the language in use."""
    parser = Parser(
        prog="tuimail",
        description=_("Sends a care home's invoices by e-mail and can prove it. Without a command: the application."),
        epilog=_(
            "Exit status: 0 all done or nothing to do, 1 something was not sent or a row was refused, "
            "2 wrong use or bad input, 3 another sender holds the account."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"tuimail {__version__}",
        help=_("show program's version number and exit"),
    )
    add_global_options(parser, None)
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("commands"))
    commands.required = False

    def add(name: str, help_text: str) -> Parser:
        return add_command(commands, name, help_text)

    demonstration.demo(add("demo", _("the application on throw-away data, with a mail server of its own")))
    imports.imports(add("import", _("read residents or invoices from exports of the billing software")))
    accounts.smtp(add("smtp", _("the association's mail account")))
    imap.imap(add("imap", _("the account that the Sent folder is read by")))
    accounts.sender(add("sender", _("who a structure's messages come from, and what they say")))
    people.residents(add("residents", _("list the residents, give a person's data, erase whoever left long ago")))
    documents.invoices(add("invoices", _("list the invoices of a month")))
    sending.send(add("send", _("send the invoices of a month that have not been sent")))
    mailing.mailing(add("mailing", _("one letter to many people, chosen by a list")))
    mailing.unsubscribed(add("unsubscribed", _("who wants no mailing, and where one unsubscribes")))
    sending.resume(add("resume", _("go on with what a cut left queued")))
    add_json(add("status", _("who sends what and how far it is, and what waits")))
    add_json(add("pause", _("let nothing more leave, whoever sends, until resume")))
    sending.cancel(add("cancel", _("take back all that has not left, whoever sends")))
    sending.uncertain(add("uncertain", _("the messages of which nobody knows whether they arrived")))
    history.history(add("history", _("the messages of an invoice: to whom, when, how it ended, by whom")))
    history.message(add("message", _("a message as it went, byte for byte")))
    returns.returns(add("returns", _("read what came back: bounces and read receipts")))
    pages.page(add("page", _("how a structure's pages are made, and which PDFs open with a password")))
    pdfs.pdf(add("pdf", _("PDFs that another program made, matched with the documents of a month")))
    documents.render(add("render", _("write the invoices of a month as PDF")))
    month_end.sheet(add("sheet", _("the month-end sheet: what became of every document of a month, counted")))
    month_end.to_post(add("to-post", _("one PDF of what goes by post, in the order of the postcodes")))
    records.journal(add("journal", _("what happened, line by line")))
    records.backup(add("backup", _("copy the database into a file, also while messages are sent")))
    setup.init(add("init", _("make a database, for yourself or for a group of Unix accounts")))
    setup.doctor(add("doctor", _("look whether everything is as it should be, and say what to do")))
    return parser
