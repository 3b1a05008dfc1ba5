"""The options of the end of a month."""

from __future__ import annotations

from datetime import date

from tuimail.cli.options.base import Parser, add_json, add_month, path
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.resident_card import parse_day

TODAY = "today"
"""What `--mark` without a day stands for."""


def sheet(parser: Parser) -> None:
    """`tuimail sheet`."""
    add_month(parser)
    parser.add_argument(
        "--out", metavar=_("FILE.pdf|FILE.csv"), type=path, help=_("write it there; otherwise it is printed here")
    )
    add_json(parser)


def to_post(parser: Parser) -> None:
    """`tuimail to-post`."""
    add_month(parser)
    parser.add_argument("--out", metavar=_("FILE.pdf"), type=path, required=True, help=_("where the letters go"))
    parser.add_argument("--list", metavar=_("FILE.csv"), type=path, help=_("write their addresses there too"))
    parser.add_argument(
        "--mark",
        metavar=_("DATE"),
        nargs="?",
        const=TODAY,
        type=_day,
        help=_("mark them as posted on that day, otherwise today"),
    )


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise BadInput(_("The day of posting is empty."), _("Write it as 31/10/2026, or leave it out for today."))
    return day
