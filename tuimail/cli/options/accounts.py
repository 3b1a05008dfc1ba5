"""The options of the mail account and of senders."""

from __future__ import annotations

import argparse

from tuimail.cli.options.base import Parser, add_command, add_json, path
from tuimail.domain.account import Authentication, Security
from tuimail.domain.i18n import _
from tuimail.domain.presets import PRESETS
from tuimail.domain.settings import parse_connections, parse_count, parse_port, parse_seconds, parse_timeout


def smtp(parser: Parser) -> None:
    """`tuimail smtp`."""
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    add_command(commands, "show", _("show the account; never the password"))
    _set(add_command(commands, "set", _("codify the account; what is not named stays as it is")))
    test = add_command(commands, "test", _("try the account step by step; writes to nobody unless asked"))
    test.add_argument("--to", metavar=_("ADDRESS"), help=_("send one message there at the end"))
    _whose(test)
    add_json(test)
    sign_in = add_command(commands, "sign-in", _("sign in to Microsoft 365 for an account with OAuth 2"))
    sign_in.add_argument(
        "--paste", action="store_true", help=_("by an address opened in a browser, where codes are forbidden")
    )
    _whose(sign_in)
    sign_out = add_command(commands, "sign-out", _("forget the tokens of an account with OAuth 2"))
    _whose(sign_out)


def _set(change: Parser) -> None:
    change.add_argument(
        "--preset", choices=[each.key for each in PRESETS], help=_("server, port, protection and limits of a provider")
    )
    change.add_argument("--host", metavar=_("NAME"), help=_("the mail server"))
    change.add_argument("--port", metavar=_("NUMBER"), type=parse_port, help=_("587, 465 or 25 as a rule"))
    change.add_argument("--security", choices=[str(s) for s in Security], help=_("how the connection is protected"))
    change.add_argument(
        "--authentication", choices=[str(a) for a in Authentication], help=_("how the account signs in")
    )
    change.add_argument("--user", metavar=_("NAME"), help=_("who to identify as; empty: no identification"))
    _secrets(change.add_argument_group(_("secrets, for this Unix account alone")))
    _oauth(change.add_argument_group("OAuth 2"))
    change.add_argument(
        "--ca-file",
        metavar=_("FILE"),
        help=_("PEM certificates the server is verified against; empty: the system's own"),
    )
    change.add_argument(
        "--allow-unencrypted",
        metavar=_("HOST"),
        help=_("let the password go unencrypted to that other machine; its name, to confirm"),
    )
    _pace(change.add_argument_group(_("pace")))
    _whose(change)


def _secrets(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    group.add_argument(
        "--keep-in",
        choices=("keyring", "file"),
        default="keyring",
        help=_("where the password is kept; file: the one that root shares with a group"),
    )
    group.add_argument(
        "--password-command", metavar=_("COMMAND"), help=_("prints the password on one line; empty: none")
    )
    group.add_argument(
        "--token-command", metavar=_("COMMAND"), help=_("prints an OAuth 2 access token on one line; empty: none")
    )


def _oauth(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--tenant", metavar=_("NAME"), help=_("the directory, such as example.org"))
    group.add_argument("--client-id", metavar="ID", help=_("the application registered in the directory"))
    group.add_argument("--signed-in-as", metavar=_("NAME"), help=_("who signs in, where the user is a shared mailbox"))


def _pace(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--gap", metavar=_("SECONDS"), type=parse_seconds, help=_("between two messages; 0: none"))
    group.add_argument(
        "--pause-every", metavar="N", type=parse_count, help=_("messages between two longer pauses; 0: none")
    )
    group.add_argument("--pause", metavar=_("SECONDS"), type=parse_seconds, help=_("the longer pause"))
    for name, what in (
        ("--per-minute", _("most messages in any minute; 0: no limit")),
        ("--per-hour", _("most messages in any hour; 0: no limit")),
        ("--per-day", _("most messages in any day; 0: no limit")),
    ):
        group.add_argument(name, metavar="N", type=parse_count, help=what)
    group.add_argument(
        "--connections", metavar="N", type=parse_connections, help=_("at the same time; more than 1 only without gap")
    )
    group.add_argument(
        "--connect-timeout", metavar=_("SECONDS"), type=parse_timeout, help=_("until somebody must have answered")
    )
    group.add_argument(
        "--reply-timeout", metavar=_("SECONDS"), type=parse_timeout, help=_("until the server must have answered")
    )


def _whose(parser: Parser) -> None:
    parser.add_argument("--association", metavar=_("NAME"), help=_("whose account it is; made if there is none yet"))
    parser.add_argument("--own", action="store_true", help=_("your own account instead of the association's"))


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
        "--html", action=argparse.BooleanOptionalAction, help=_("say the text once more in HTML, with the logo")
    )
    change.add_argument(
        "--subject", metavar=_("TEXT"), help=_("may hold keywords such as &personne, &periode, &montant, &echeance")
    )
    change.add_argument("--body-file", metavar=_("FILE"), type=path, help=_("the text; may hold the same keywords"))
