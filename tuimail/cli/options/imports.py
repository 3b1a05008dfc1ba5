"""The options of imports."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_json, path
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.imports import ENCODINGS, Dates, Decimals
from tuimail.domain.periods import Period


def imports(parser: Parser) -> None:
    """`tuimail import`."""
    parser.add_argument("files", metavar=_("FILE"), nargs="*", type=path, help=_("CSV, TSV, XLSX or ODS"))
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
    parser.add_argument(
        "--profile", metavar=_("NAME"), help=_("read the files by that profile; otherwise by the one that fits, if any")
    )
    parser.add_argument("--save-profile", metavar=_("NAME"), help=_("keep how this file is read under that name"))
    parser.add_argument("--profiles", action="store_true", help=_("list the profiles there are, and import nothing"))
    parser.add_argument("--remove-profile", metavar=_("NAME"), help=_("forget the profile of that name"))
    parser.add_argument(
        "--pdf-folder",
        metavar=_("FOLDER"),
        type=path,
        help=_("where the invoices' own PDFs are: called by a column, or by their number"),
    )
    reading = parser.add_argument_group(_("where looking at the file is not enough"))
    reading.add_argument("--encoding", choices=ENCODINGS, help=_("of a CSV"))
    reading.add_argument("--delimiter", choices=(";", ",", "tab", "|"), help=_("of a CSV"))
    reading.add_argument("--sheet", metavar=_("NAME"), help=_("of a workbook"))
    reading.add_argument("--dates", choices=[str(order) for order in Dates], help=_("what 04/05/2026 means"))
    reading.add_argument("--decimals", choices=[str(mark) for mark in Decimals], help=_("what 1.234 means"))
    parser.add_argument(
        "--template",
        choices=("residents", "invoices"),
        help=_("write a file with all the titles that are understood, to FILE or to the screen, and import nothing"),
    )
    parser.add_argument("--undo", action="store_true", help=_("take the last import back, if nothing of it was sent"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and keep nothing"))
    add_json(parser)


def _mapping(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals or not header.strip():
        raise BadInput(
            _("“{text}” does not say what a column holds.").format(text=text),
            _("Write the column's title, an equals sign and the field."),
        )
    return header.strip(), field.strip()
