"""The words a command line is made of."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from tuimail import __version__
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import LANGUAGES, _
from tuimail.domain.models import Security
from tuimail.domain.periods import Period
from tuimail.domain.seal import Head
from tuimail.domain.settings import parse_count, parse_port, parse_seconds

DEMO_GAP = 0.3
"""Seconds between two messages of the demonstration: slow enough to watch."""


class Parser(argparse.ArgumentParser):
    """argparse that tells wrong use as every other error, and takes no abbreviated option: a script must last."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise BadInput."""
        raise BadInput(f"{message.rstrip('.')}.", _("See: {command} --help").format(command=self.prog))


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
    _add_global_options(parser, None)
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("commands"))
    commands.required = False

    def add(name: str, help_text: str) -> Parser:
        return _add(commands, name, help_text)

    _demo(add("demo", _("the application on throw-away data, with a mail server of its own")))
    _import(add("import", _("read residents or invoices from exports of the billing software")))
    _smtp(add("smtp", _("the association's mail account")))
    _sender(add("sender", _("who a structure's messages come from, and what they say")))
    _invoices(add("invoices", _("list the invoices of a month")))
    _send(add("send", _("send the invoices of a month that have not been sent")))
    _resume(add("resume", _("go on with what a cut left queued")))
    _add_json(add("status", _("who sends what and how far it is, and what waits")))
    _add_json(add("pause", _("let nothing more leave, whoever sends, until resume")))
    _cancel(add("cancel", _("take back all that has not left, whoever sends")))
    _uncertain(add("uncertain", _("the messages of which nobody knows whether they arrived")))
    _render(add("render", _("write the invoices of a month as PDF")))
    _journal(add("journal", _("what happened, line by line")))
    _backup(add("backup", _("copy the database into a file, also while messages are sent")))
    return parser


def _add(commands: Any, name: str, help_text: str) -> Parser:
    parser: Parser = commands.add_parser(name, help=help_text, description=help_text[:1].upper() + help_text[1:] + ".")
    _add_global_options(parser, argparse.SUPPRESS)
    return parser


def _add_global_options(parser: Parser, default: str | None) -> None:
    """The same before and after the command: below it they must not reset what stood before it."""
    group = parser.add_argument_group(_("everywhere"))
    group.add_argument(
        "--database",
        metavar=_("PATH"),
        default=default,
        help=_("the database file; otherwise TUIMAIL_DATABASE, otherwise the one in the user's data folder"),
    )
    group.add_argument(
        "--lang", choices=LANGUAGES, default=default, help=_("language; otherwise TUIMAIL_LANG, otherwise fr")
    )


def _path(text: str) -> Path:
    if not text.strip():
        raise BadInput(_("The path of a file or folder is empty."), _("Write where it is."))
    return Path(text)


def _add_json(parser: Parser, default: bool | str = False) -> None:
    parser.add_argument("--json", action="store_true", default=default, help=_("one JSON object a line"))


def _add_month(parser: Parser) -> None:
    parser.add_argument("--period", metavar=_("YYYY-MM"), type=Period.parse, required=True, help=_("the month"))
    parser.add_argument("--structure", metavar=_("NAME"), help=_("only this structure; the start of its name will do"))


def _demo(parser: Parser) -> None:
    parser.add_argument(
        "--send-gap",
        metavar=_("SECONDS"),
        type=parse_seconds,
        default=DEMO_GAP,
        help=_("between two messages; {gap:g} otherwise").format(gap=DEMO_GAP),
    )
    parser.add_argument("--keep", metavar=_("FOLDER"), type=_path, help=_("keep its data in this new or empty folder"))


def _import(parser: Parser) -> None:
    parser.add_argument("files", metavar=_("FILE"), nargs="+", type=_path, help=_("CSV, XLSX or ODS"))
    parser.add_argument(
        "--map",
        metavar=_("HEADER=field"),
        action="append",
        default=[],
        type=_mapping,
        help=_("what a column holds, where its title does not tell; may be repeated"),
    )
    parser.add_argument(
        "--period", metavar=_("YYYY-MM"), type=Period.parse, help=_("the month of invoices whose rows do not name it")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and keep nothing"))
    _add_json(parser)


def _mapping(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise BadInput(
            _("“{text}” does not say what a column holds.").format(text=text),
            _("Write the column's title, an equals sign and the field."),
        )
    return header.strip(), field.strip()


def _smtp(parser: Parser) -> None:
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    _add(commands, "show", _("show the account; never the password"))
    change = _add(commands, "set", _("codify the account; what is not named stays as it is"))
    change.add_argument("--host", metavar=_("NAME"), help=_("the mail server"))
    change.add_argument("--port", metavar=_("NUMBER"), type=parse_port, help=_("587, 465 or 25 as a rule"))
    change.add_argument("--security", choices=[str(s) for s in Security], help=_("how the connection is protected"))
    change.add_argument("--user", metavar=_("NAME"), help=_("who to identify as; empty: no identification"))
    change.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    change.add_argument(
        "--ca-file",
        metavar=_("FILE"),
        help=_("PEM certificates the server is verified against; empty: the system's own"),
    )
    change.add_argument("--gap", metavar=_("SECONDS"), type=parse_seconds, help=_("between two messages; 0: none"))
    change.add_argument(
        "--pause-every", metavar="N", type=parse_count, help=_("messages between two longer pauses; 0: none")
    )
    change.add_argument("--pause", metavar=_("SECONDS"), type=parse_seconds, help=_("the longer pause"))
    change.add_argument("--association", metavar=_("NAME"), help=_("whose account it is; made if there is none yet"))


def _sender(parser: Parser) -> None:
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    _add(commands, "show", _("show the sender of each structure"))
    change = _add(commands, "set", _("codify a structure's sender; what is not named stays as it is"))
    change.add_argument("--structure", metavar=_("NAME"), required=True, help=_("the start of its name will do"))
    change.add_argument("--name", metavar=_("NAME"), help=_("the name that families see"))
    change.add_argument("--email", metavar=_("ADDRESS"), help=_("the address that messages come from"))
    change.add_argument("--receipt", action=argparse.BooleanOptionalAction, help=_("ask for a read receipt"))
    change.add_argument("--subject", metavar=_("TEXT"), help=_("may hold &personne and &periode"))
    change.add_argument("--body-file", metavar=_("FILE"), type=_path, help=_("the text; may hold the same keywords"))


def _invoices(parser: Parser) -> None:
    _add_month(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--unsent", action="store_true", help=_("only those not sent yet"))
    which.add_argument("--sent", action="store_true", help=_("only those sent to every address"))
    _add_json(parser)


def _send(parser: Parser) -> None:
    _add_month(parser)
    parser.add_argument(
        "--number", metavar="N", action="append", default=[], help=_("only this invoice; may be repeated")
    )
    parser.add_argument("--resend", action="store_true", help=_("also what was already sent"))
    parser.add_argument("--to", metavar=_("ADDRESS"), help=_("to this address instead; with --number"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would be sent, and send nothing"))
    parser.add_argument("--yes", action="store_true", help=_("send without asking"))
    parser.add_argument(
        "--queue", action="store_true", help=_("while another sender holds the account: queue behind it, and follow")
    )
    _add_json(parser)


def _resume(parser: Parser) -> None:
    parser.add_argument(
        "--now", action="store_true", help=_("try again at once what was put off, even if the server asked for a pause")
    )
    parser.add_argument(
        "--wait", action="store_true", help=_("stay until nothing waits any more, trying again when it is time")
    )
    _add_json(parser)


def _cancel(parser: Parser) -> None:
    parser.add_argument("--yes", action="store_true", help=_("take it back without asking"))
    _add_json(parser)


def _uncertain(parser: Parser) -> None:
    parser.add_argument("--period", metavar=_("YYYY-MM"), type=Period.parse, help=_("only this month's invoices"))
    _add_json(parser)
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"))
    sent = _add(commands, "sent", _("mark messages as sent: they were found in the Sent folder, or have arrived"))
    again = _add(commands, "again", _("mark messages as not sent, and queue new ones in their place"))
    for decision in (sent, again):
        decision.add_argument("message_ids", metavar="MESSAGE-ID", nargs="+", help=_("with or without its < and >"))
        decision.add_argument("--why", metavar=_("TEXT"), default="", help=_("how that is known; for the journal"))
        _add_json(decision, argparse.SUPPRESS)


def _render(parser: Parser) -> None:
    _add_month(parser)
    parser.add_argument(
        "--out", metavar=_("FOLDER|FILE.pdf"), type=_path, required=True, help=_("a PDF each, or one for all")
    )


def _journal(parser: Parser) -> None:
    parser.add_argument("--period", metavar=_("YYYY-MM"), type=Period.parse, help=_("only this month's invoices"))
    parser.add_argument(
        "--format",
        choices=["table", "csv", "json"],
        default="table",
        help=_("csv: for a spreadsheet, with semicolons; json: one object a line"),
    )
    parser.add_argument(
        "--json", action="store_const", dest="format", const="json", help=_("the same as --format json")
    )
    parser.add_argument(
        "--verify", action="store_true", help=_("say whether every line is there and as it was written")
    )
    parser.add_argument(
        "--seal",
        metavar=_("SEAL"),
        type=Head.parse,
        help=_("with --verify: the seal that it printed on an earlier day, which proves that nothing was written anew"),
    )


def _backup(parser: Parser) -> None:
    parser.add_argument("file", metavar=_("FILE"), type=_path, help=_("the copy; its folder must exist"))
    parser.add_argument("--force", action="store_true", help=_("write over a file of that name"))
