"""The options of the residents."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_command, add_json, path
from tuimail.domain.i18n import _
from tuimail.domain.roll import ResidentFilter
from tuimail.domain.settings import parse_count

DEFAULT_YEARS = 10


def residents(parser: Parser) -> None:
    """`tuimail residents`."""
    parser.add_argument("--structure", metavar=_("NAME"), help=_("only this structure; the start of its name will do"))
    parser.add_argument(
        "--search", metavar=_("TEXT"), default="", help=_("words of a name, room, unit, code or address")
    )
    parser.add_argument(
        "--show",
        choices=[str(kind) for kind in ResidentFilter],
        default=str(ResidentFilter.PRESENT),
        help=_("which of them; those present otherwise"),
    )
    parser.add_argument(
        "--format",
        choices=["table", "csv", "json"],
        default="table",
        help=_("csv: for a spreadsheet, with semicolons; json: one object a line"),
    )
    parser.add_argument(
        "--json", action="store_const", dest="format", const="json", help=_("the same as --format json")
    )
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"))
    export = add_command(commands, "export", _("write all that is known of one resident, as JSON"))
    export.add_argument("who", metavar=_("CODE|id=N"), help=_("the resident's code, or id= and the number in the list"))
    export.add_argument("--out", metavar=_("FILE"), type=path, help=_("a new file; otherwise standard output"))
    export.add_argument("--force", action="store_true", help=_("write over a file of that name"))
    erase = add_command(
        commands, "erase", _("empty the names and addresses of residents who left long ago; counts and proofs stay")
    )
    erase.add_argument(
        "who", metavar=_("CODE|id=N"), nargs="*", help=_("only these; otherwise everybody gone that long")
    )
    erase.add_argument(
        "--gone-for",
        metavar=_("YEARS"),
        type=parse_count,
        default=DEFAULT_YEARS,
        help=_("since departure and last invoice; {years} otherwise").format(years=DEFAULT_YEARS),
    )
    erase.add_argument("--dry-run", action="store_true", help=_("say who would be erased, and erase nobody"))
    erase.add_argument("--yes", action="store_true", help=_("erase without asking"))
    add_json(erase)
