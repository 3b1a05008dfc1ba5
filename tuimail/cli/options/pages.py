"""The options of how pages are made."""

from __future__ import annotations

from tuimail.cli.options.base import Parser, add_command, path
from tuimail.domain.i18n import _
from tuimail.domain.places import FacturX, VatRegime


def page(parser: Parser) -> None:
    """`tuimail page`."""
    commands = parser.add_subparsers(dest="action", metavar=_("COMMAND"), title=_("commands"), required=True)
    add_command(commands, "show", _("show how each structure's pages are made; never a password"))
    change = add_command(commands, "set", _("codify a structure's pages; what is not named stays as it is"))
    change.add_argument("--structure", metavar=_("NAME"), required=True, help=_("whose pages they are"))
    change.add_argument("--factur-x", choices=[str(f) for f in FacturX], help=_("the machine-readable invoice inside"))
    regimes = [str(regime) for regime in VatRegime if regime]
    change.add_argument("--vat", choices=regimes, help=_("how the structure stands with VAT"))
    logo = change.add_mutually_exclusive_group()
    logo.add_argument("--logo", metavar=_("FILE"), type=path, help=_("a PNG or JPEG picture"))
    logo.add_argument("--no-logo", action="store_true", help=_("take the logo away"))
    protect = add_command(commands, "protect", _("have a resident's PDFs open with a password, or not any more"))
    protect.add_argument("--structure", metavar=_("NAME"), required=True, help=_("where the resident lives"))
    protect.add_argument("--resident", metavar=_("CODE"), required=True, help=_("the resident's code"))
    how = protect.add_mutually_exclusive_group(required=True)
    how.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))
    how.add_argument("--off", action="store_true", help=_("without a password from now on"))
