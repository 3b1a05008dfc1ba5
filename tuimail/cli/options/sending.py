"""The options of sending, and of what is waiting or uncertain."""

from __future__ import annotations

import argparse

from tuimail.cli.options.base import Parser, add_command, add_json, add_month, path
from tuimail.domain.handing import Method
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period


def send(parser: Parser) -> None:
    """`tuimail send`."""
    add_month(parser)
    parser.add_argument(
        "--number", metavar="N", action="append", default=[], help=_("only this invoice; may be repeated")
    )
    parser.add_argument("--resend", action="store_true", help=_("also what was already sent, or refused for good"))
    parser.add_argument(
        "--to",
        metavar=_("ADDRESS"),
        action="append",
        default=[],
        help=_("to this address instead; with --number; may be repeated"),
    )
    parser.add_argument("--keep", action="store_true", help=_("keep the addresses of --to on the resident's card"))
    parser.add_argument(
        "--addresses",
        action="store_true",
        help=_("list the addresses known for --number, and stop"),
    )
    parser.add_argument(
        "--method",
        type=Method,
        choices=list(Method),
        metavar="|".join(Method),
        default=Method.SMTP,
        help=_("with --number: write a draft, or hand it to another program; only smtp counts as sent"),
    )
    parser.add_argument("--out", metavar=_("FOLDER"), type=path, help=_("where drafts are written"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would be sent, and send nothing"))
    parser.add_argument("--yes", action="store_true", help=_("send without asking"))
    words = parser.add_argument_group(_("what the messages say, this once"))
    words.add_argument("--subject", metavar=_("TEXT"), help=_("in place of the one that is codified"))
    words.add_argument("--body-file", metavar=_("FILE"), type=path, help=_("likewise the text; keywords are replaced"))
    words.add_argument(
        "--attach",
        metavar=_("FILE"),
        type=path,
        action="append",
        default=[],
        help=_("goes with every message; may be repeated; PDF is best"),
    )
    instead = parser.add_argument_group(_("instead of sending")).add_mutually_exclusive_group()
    instead.add_argument(
        "--rehearse", metavar=_("FOLDER"), type=path, help=_("write every message as an .eml file into a new folder")
    )
    instead.add_argument(
        "--test", metavar=_("ADDRESS"), help=_("send the first message to this address alone, marked as a test")
    )
    parser.add_argument(
        "--queue", action="store_true", help=_("while another sender holds the account: queue behind it, and follow")
    )
    add_json(parser)


def resume(parser: Parser) -> None:
    """`tuimail resume`."""
    parser.add_argument(
        "--now", action="store_true", help=_("try again at once what was put off, even if the server asked for a pause")
    )
    parser.add_argument(
        "--wait", action="store_true", help=_("stay until nothing waits any more, trying again when it is time")
    )
    add_json(parser)


def cancel(parser: Parser) -> None:
    """`tuimail cancel`."""
    parser.add_argument("--yes", action="store_true", help=_("take it back without asking"))
    add_json(parser)


def uncertain(parser: Parser) -> None:
    """`tuimail uncertain`."""
    parser.add_argument("--period", metavar=_("YYYY-MM"), type=Period.parse, help=_("only this month's invoices"))
    add_json(parser)
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"))
    sent = add_command(
        commands, "sent", _("mark messages as sent: they were found in the Sent folder, or have arrived")
    )
    look_up = add_command(commands, "look-up", _("look for messages in the Sent folder by IMAP; it decides nothing"))
    look_up.add_argument("message_ids", metavar="MESSAGE-ID", nargs="*", help=_("none: all that are uncertain"))
    add_json(look_up, argparse.SUPPRESS)
    again = add_command(commands, "again", _("mark messages as not sent, and queue new ones in their place"))
    for decision in (sent, again):
        decision.add_argument("message_ids", metavar="MESSAGE-ID", nargs="+", help=_("with or without its < and >"))
        decision.add_argument("--why", metavar=_("TEXT"), default="", help=_("how that is known; for the journal"))
        add_json(decision, argparse.SUPPRESS)
