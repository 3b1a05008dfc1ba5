"""The options of returns."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json
from tuimail.domain.i18n import _


def returns(parser: Parser) -> None:
    """`tuimail returns`."""
    add_json(parser)
    parser.add_argument("--list", action="store_true", help=_("say what came back so far, without reading the mailbox"))
