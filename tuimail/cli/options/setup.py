"""The options of making a database and of looking whether everything is as it should be."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, path
from tuimail.domain.i18n import _


def init(parser: Parser) -> None:
    """`tuimail init`."""
    parser.add_argument(
        "--shared", metavar=_("FOLDER"), type=path, help=_("make it in this folder, for several Unix accounts")
    )
    parser.add_argument("--group", metavar=_("GROUP"), help=_("the Unix group whose members share the folder"))


def doctor(parser: Parser) -> None:
    """`tuimail doctor`."""
    add_json(parser)
