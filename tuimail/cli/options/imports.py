"""The options of imports."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, path
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period


def imports(parser: Parser) -> None:
    """`tuimail import`."""
    parser.add_argument("files", metavar=_("FILE"), nargs="+", type=path, help=_("CSV, XLSX or ODS"))
    parser.add_argument(
        "--map",
        metavar=_("HEADER=field"),
        action="append",
        default=[],
        type=_mapping,
        help=_("what a column holds, where its title does not tell; may be repeated"),
    )
    parser.add_argument(
        "--period", metavar=_("YYYY-MM"), type=Period.parse, help=_("the month of invoices whose rows do not name it")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and keep nothing"))
    add_json(parser)


def _mapping(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise BadInput(
            _("“{text}” does not say what a column holds.").format(text=text),
            _("Write the column's title, an equals sign and the field."),
        )
    return header.strip(), field.strip()
