"""The options of lists and PDFs."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, add_month, path
from tuimail.domain.i18n import _
from tuimail.domain.listing import InvoiceFilter


def invoices(parser: Parser) -> None:
    """`tuimail invoices`."""
    add_month(parser)
    which = parser.add_mutually_exclusive_group()
    for word, shown, help_text in (
        ("--unsent", InvoiceFilter.UNSENT, _("only those not sent yet")),
        ("--sent", InvoiceFilter.SENT, _("only those sent to every address")),
        ("--problems", InvoiceFilter.PROBLEMS, _("only those refused, uncertain or sent in part")),
        ("--uncertain", InvoiceFilter.UNCERTAIN, _("only those that are perhaps sent")),
        ("--to-post", InvoiceFilter.TO_POST, _("only those that nobody receives by mail, or that no address took")),
    ):
        which.add_argument(word, dest="shown", action="store_const", const=shown, help=help_text)
    add_json(parser)


def render(parser: Parser) -> None:
    """`tuimail render`."""
    add_month(parser)
    parser.add_argument(
        "--out", metavar=_("FOLDER|FILE.pdf"), type=path, required=True, help=_("a PDF each, or one for all")
    )
