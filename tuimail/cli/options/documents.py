"""The options of lists and PDFs."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, add_month, path
from tuimail.domain.i18n import _


def invoices(parser: Parser) -> None:
    """`tuimail invoices`."""
    add_month(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--unsent", action="store_true", help=_("only those not sent yet"))
    which.add_argument("--sent", action="store_true", help=_("only those sent to every address"))
    add_json(parser)


def render(parser: Parser) -> None:
    """`tuimail render`."""
    add_month(parser)
    parser.add_argument(
        "--out", metavar=_("FOLDER|FILE.pdf"), type=path, required=True, help=_("a PDF each, or one for all")
    )
