"""The options of the journal and the backup."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, path
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period
from tuimail.domain.seal import Head


def journal(parser: Parser) -> None:
    """`tuimail journal`."""
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


def backup(parser: Parser) -> None:
    """`tuimail backup`."""
    parser.add_argument("file", metavar=_("FILE"), type=path, help=_("the copy; its folder must exist"))
    parser.add_argument("--force", action="store_true", help=_("write over a file of that name"))
