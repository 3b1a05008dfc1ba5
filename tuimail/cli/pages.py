"""`tuimail page`: logo, VAT, Factur-X, and the passwords of PDFs."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

from tuimail.cli.accounts import read_password
from tuimail.cli.output import columns, say
from tuimail.cli.places import structure_named
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.pages import checked_pdf_password
from tuimail.domain.places import FacturX, Structure, VatRegime
from tuimail.office import Office
from tuimail.store import structures
from tuimail.store.changes import save
from tuimail.store.page_settings import change_pdf_password, coded
from tuimail.store.tree import structure_card


def set_pages(args: Namespace, paths: Paths) -> int:
    """Codify how a structure's pages are made; flags that are not given leave what was there."""
    with Office(paths) as office:
        structure = structure_named(args.structure)
        after = replace(
            structure,
            factur_x=FacturX(args.factur_x) if args.factur_x else structure.factur_x,
            vat_regime=VatRegime(args.vat) if args.vat else structure.vat_regime,
            logo="" if args.no_logo else structure.logo,
        )
        if args.logo:
            after = replace(after, logo=office.logos.keep(args.logo))
        _show(save(structure_card(structure), structure, after, office.owner, datetime.now(UTC)))
    return 0


def protect(args: Namespace, paths: Paths) -> int:
    """Have a resident's PDFs open with a password, or not any more."""
    password = "" if args.off else checked_pdf_password(read_password())
    with Office(paths) as office:
        structure = structure_named(args.structure)
        resident = coded(structure.id, args.resident.strip())
        if resident is None:
            raise BadInput(
                _("There is no resident “{code}” in {structure}.").format(code=args.resident, structure=structure.name),
                _("Write the code as the list of residents shows it."),
            )
        change_pdf_password(resident, password, office.owner, datetime.now(UTC))
    said = (
        _("{resident}: PDFs made from now on open with the password; tell it otherwise than by e-mail.")
        if password
        else _("{resident}: PDFs made from now on open without a password.")
    )
    say(said.format(resident=resident.name))
    return 0


def show_pages(args: Namespace, paths: Paths) -> int:
    """Print how every structure's pages are made."""
    del args
    with Office(paths):
        for structure in structures.structures():
            _show(structure)
    return 0


def _show(structure: Structure) -> None:
    say(structure.name)
    lines = [
        ("Factur-X", structure.factur_x.label),
        (_("VAT"), structure.vat_regime.label),
        (_("Logo"), structure.logo or _("no logo")),
    ]
    for name, value in lines:
        say("  " + columns([(name, 10), (value, 0)]))
