"""The options of the mail account and of senders."""

from __future__ import annotations

import argparse

from tuimail.cli.options.base import Parser, add_command, path
from tuimail.domain.account import Security
from tuimail.domain.i18n import _
from tuimail.domain.settings import parse_count, parse_port, parse_seconds


def smtp(parser: Parser) -> None:
    """`tuimail smtp`."""
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    add_command(commands, "show", _("show the account; never the password"))
    change = add_command(commands, "set", _("codify the account; what is not named stays as it is"))
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


def sender(parser: Parser) -> None:
    """`tuimail sender`."""
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    add_command(commands, "show", _("show the sender of each structure"))
    change = add_command(commands, "set", _("codify a structure's sender; what is not named stays as it is"))
    whose = change.add_mutually_exclusive_group(required=True)
    whose.add_argument("--structure", metavar=_("NAME"), help=_("the start of its name will do"))
    whose.add_argument(
        "--association", metavar=_("NAME"), help=_("the default of its structures: --name, --subject, --body-file")
    )
    change.add_argument("--name", metavar=_("NAME"), help=_("the name that families see"))
    change.add_argument("--email", metavar=_("ADDRESS"), help=_("the address that messages come from"))
    change.add_argument("--reply-to", metavar=_("ADDRESS"), help=_("where answers go; empty: to the sender"))
    change.add_argument("--copy-to", metavar=_("ADDRESS"), help=_("an own address for a copy; empty: none"))
    change.add_argument("--receipt", action=argparse.BooleanOptionalAction, help=_("ask for a read receipt"))
    change.add_argument(
        "--subject", metavar=_("TEXT"), help=_("may hold keywords such as &personne, &periode, &montant, &echeance")
    )
    change.add_argument("--body-file", metavar=_("FILE"), type=path, help=_("the text; may hold the same keywords"))
