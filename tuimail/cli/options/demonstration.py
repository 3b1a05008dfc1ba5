"""The options of the demonstration."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, path
from tuimail.domain.i18n import _
from tuimail.domain.settings import parse_seconds

DEMO_GAP = 0.3
"""Seconds between two messages of the demonstration: slow enough to watch."""


def demo(parser: Parser) -> None:
    """`tuimail demo`."""
    parser.add_argument(
        "--send-gap",
        metavar=_("SECONDS"),
        type=parse_seconds,
        default=DEMO_GAP,
        help=_("between two messages; {gap:g} otherwise").format(gap=DEMO_GAP),
    )
    parser.add_argument("--keep", metavar=_("FOLDER"), type=path, help=_("keep its data in this new or empty folder"))
