"""The options of the IMAP account."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_command
from tuimail.domain.account import Security
from tuimail.domain.i18n import _
from tuimail.domain.settings import parse_port


def imap(parser: Parser) -> None:
    """`tuimail imap`."""
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    add_command(commands, "show", _("show the account; never the password"))
    test = add_command(commands, "test", _("sign in, and open the Sent folder"))
    test.add_argument("--association", metavar=_("NAME"), help=_("whose account it is"))
    add_command(commands, "copy-sent", _("put what was sent into the Sent folder, where that is asked for"))
    change = add_command(commands, "set", _("codify the account; what is not named stays as it is"))
    change.add_argument("--host", metavar=_("NAME"), help=_("the IMAP server"))
    change.add_argument("--port", metavar=_("NUMBER"), type=parse_port, help=_("993 or 143 as a rule"))
    change.add_argument("--security", choices=[str(s) for s in Security], help=_("how the connection is protected"))
    change.add_argument("--user", metavar=_("NAME"), help=_("who to sign in as"))
    change.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    change.add_argument(
        "--ca-file",
        metavar=_("FILE"),
        help=_("PEM certificates the server is verified against; empty: the system's own"),
    )
    change.add_argument(
        "--sent-folder", metavar=_("NAME"), help=_("the folder of sent mail; empty: the one the server says")
    )
    change.add_argument(
        "--copy-sent",
        choices=["on", "off"],
        help=_("put what was sent into the Sent folder, if the server does not do so itself (off at first)"),
    )
    change.add_argument(
        "--returns-folder", metavar=_("NAME"), help=_("where matched returns are moved; empty: they stay in the inbox")
    )
    change.add_argument("--association", metavar=_("NAME"), help=_("whose account it is; made if there is none yet"))
