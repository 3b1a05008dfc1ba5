"""The options of PDFs that another program made."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_command, add_json, path
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period


def pdf(parser: Parser) -> None:
    """`tuimail pdf import` and `tuimail pdf held`."""
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    bring = add_command(actions, "import", _("take the PDFs of a folder, or a print run, for a month's documents"))
    bring.add_argument(
        "sources", metavar=_("FOLDER|FILE.pdf"), nargs="+", type=path, help=_("a folder of PDFs, or a PDF of many")
    )
    _month(bring)
    add_json(bring)
    held = add_command(actions, "held", _("list the PDFs that wait for someone to look at them"))
    _month(held)
    add_json(held)


def _month(parser: Parser) -> None:
    parser.add_argument(
        "--period",
        metavar=_("YYYY-MM"),
        type=Period.parse,
        help=_("the month; otherwise the newest that has documents"),
    )
