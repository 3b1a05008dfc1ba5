"""What every command's options are made of."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import LANGUAGES, _
from tuimail.domain.periods import Period


class Parser(argparse.ArgumentParser):
    """argparse that tells wrong use as every other error, and takes no abbreviated option: a script must last."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise BadInput."""
        raise BadInput(f"{message.rstrip('.')}.", _("See: {command} --help").format(command=self.prog))


def add_command(commands: Any, name: str, help_text: str) -> Parser:
    """A command below `commands`; its help is the sentence, with what can be asked everywhere."""
    parser: Parser = commands.add_parser(name, help=help_text, description=help_text[:1].upper() + help_text[1:] + ".")
    add_global_options(parser, argparse.SUPPRESS)
    return parser


def add_global_options(parser: Parser, default: str | None) -> None:
    """The same before and after the command: below it they must not reset what stood before it."""
    group = parser.add_argument_group(_("everywhere"))
    group.add_argument(
        "--database",
        metavar=_("PATH"),
        default=default,
        help=_("the database file; otherwise TUIMAIL_DATABASE, otherwise the one in the user's data folder"),
    )
    group.add_argument(
        "--lang", choices=LANGUAGES, default=default, help=_("language; otherwise TUIMAIL_LANG, otherwise fr")
    )


def path(text: str) -> Path:
    """A path that was typed; raises BadInput if it is blank."""
    if not text.strip():
        raise BadInput(_("The path of a file or folder is empty."), _("Write where it is."))
    return Path(text)


def add_json(parser: Parser, default: bool | str = False) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", default=default, help=_("one JSON object a line"))


def add_month(parser: Parser) -> None:
    """`--period` and `--structure`."""
    parser.add_argument("--period", metavar=_("YYYY-MM"), type=Period.parse, required=True, help=_("the month"))
    parser.add_argument(
        "--kind",
        type=DocumentKind,
        choices=list(DocumentKind),
        default=DocumentKind.INVOICE,
        metavar="|".join(DocumentKind),
        help=_("which kind of document; otherwise invoices"),
    )
    parser.add_argument("--structure", metavar=_("NAME"), help=_("only this structure; the start of its name will do"))
