"""The options of what was sent."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, add_month, path
from tuimail.domain.i18n import _


def history(parser: Parser) -> None:
    """`tuimail history`."""
    add_month(parser)
    parser.add_argument(
        "--number", metavar="N", action="append", required=True, help=_("of this invoice; may be repeated")
    )
    add_json(parser)


def message(parser: Parser) -> None:
    """`tuimail message`."""
    parser.add_argument("message_id", metavar="MESSAGE-ID", help=_("with or without its < and >"))
    parser.add_argument("--out", metavar=_("FILE.eml"), type=path, help=_("write it there instead of showing it"))
