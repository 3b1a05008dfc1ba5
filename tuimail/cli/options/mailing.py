"""The options of letters to many, and of who wants none."""

from __future__ import annotations

import argparse

from tuimail.cli.options.base import Parser, add_command, add_json, path
from tuimail.domain.i18n import _


def mailing(parser: Parser) -> None:
    """`tuimail mailing`."""
    add_json(parser)
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"))
    add_json(add_command(commands, "lists", _("the lists that were kept, with how many people are in each")), _LATER)
    send = add_command(commands, "send", _("send a letter to the people of a list"))
    send.add_argument("--list", metavar=_("NAME"), required=True, help=_("who gets it; see: tuimail mailing lists"))
    send.add_argument("--subject", metavar=_("TEXT"), required=True, help=_("may hold keywords, as the text"))
    send.add_argument("--body-file", metavar=_("FILE"), type=path, required=True, help=_("the text, in UTF-8"))
    send.add_argument("--promotional", action="store_true", help=_("only to those who accept promotional letters"))
    send.add_argument("--sender", metavar=_("NAME"), help=_("this structure writes, in place of each person's own"))
    send.add_argument(
        "--field", metavar="NAME=TEXT", action="append", default=[], help=_("a keyword of this letter; may be repeated")
    )
    send.add_argument(
        "--instead",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help=_("what stands there for people without a value; nothing after = leaves them out"),
    )
    send.add_argument(
        "--attach", metavar=_("FILE"), type=path, action="append", default=[], help=_("goes along; may be repeated")
    )
    send.add_argument("--at", metavar="ISO", help=_("not before that moment, such as 2026-11-05T09:00"))
    send.add_argument("--test", metavar=_("ADDRESS"), help=_("only one message, to this address of your own"))
    send.add_argument(
        "--rehearse", metavar=_("FOLDER"), type=path, help=_("write the messages there as .eml, and send nothing")
    )
    send.add_argument("--dry-run", action="store_true", help=_("say what would be sent, and send nothing"))
    send.add_argument("--yes", action="store_true", help=_("send without asking"))
    send.add_argument(
        "--queue", action="store_true", help=_("while another sender holds the account: queue behind it, and follow")
    )
    add_json(send, _LATER)


def unsubscribed(parser: Parser) -> None:
    """`tuimail unsubscribed`."""
    add_json(parser)
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"))
    add = add_command(commands, "add", _("write no more mailings to an address, and take back those that wait"))
    remove = add_command(commands, "remove", _("write to an address again, at its owner's wish"))
    for change in (add, remove):
        change.add_argument("address", metavar=_("ADDRESS"))
        change.add_argument("--why", metavar=_("TEXT"), default="", help=_("how that is known; for the journal"))
    settle = add_command(commands, "set", _("where one unsubscribes; stands in the header of every mailing"))
    settle.add_argument("--email", metavar=_("ADDRESS"), help=_("gets the wishes; empty: the sender does"))
    settle.add_argument("--url", metavar="URL", help=_("https, with {address}; takes one-click requests; empty: none"))
    settle.add_argument("--association", metavar=_("NAME"), help=_("which association, if there are several"))


_LATER = argparse.SUPPRESS
