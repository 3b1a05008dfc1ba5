"""What a page is made from, and the figures it shows beside those of the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tuimail.documents.characters import Unprintable, plain, plain_lines
from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.money import format_cents, vat
from tuimail.domain.people import Resident
from tuimail.domain.places import PostalAddress, Structure

KINDS = {
    DocumentKind.INVOICE: "Facture",
    DocumentKind.CREDIT_NOTE: "Avoir",
    DocumentKind.QUOTE: "Devis",
    DocumentKind.ORDER: "Commande",
    DocumentKind.DELIVERY_NOTE: "Bon de livraison",
    DocumentKind.DISBURSEMENTS: "Relevé de débours",
}
"""What a document is called on its page and in its file name."""


@dataclass(frozen=True, slots=True)
class Printable:
    """A document with the structure that issues it and the resident it is for: all that its page shows."""

    structure: Structure
    resident: Resident
    document: Document

    @property
    def title(self) -> str:
        """`Facture 020`."""
        return f"{KINDS[self.document.kind]} {self.document.number}"

    @property
    def owed(self) -> bool:
        """Whether the page asks for money: only then does it say when, where to and how."""
        return self.document.kind in (DocumentKind.INVOICE, DocumentKind.DISBURSEMENTS) and self.document.gross > 0


@dataclass(frozen=True, slots=True)
class Group:
    """The lines under one heading; `net` is their sum in cents without tax."""

    heading: str
    lines: tuple[DocumentLine, ...]
    net: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What one tax rate (basis points) bears on, and the tax, both in cents."""

    vat_bp: int
    net: int
    vat: int


def groups(document: Document) -> list[Group]:
    """The lines by heading, headings in the order of their first line."""
    found: dict[str, list[DocumentLine]] = {}
    for line in document.lines:
        found.setdefault(line.heading, []).append(line)
    return [Group(heading, tuple(lines), sum(x.amount for x in lines)) for heading, lines in found.items()]


def rates(document: Document) -> list[Rate]:
    """The tax by rate, highest first, adding up to the document's own tax.

    A few cents' difference, which comes from rounding line by line, goes to the rate that bears on most. Raises
    DocumentError when the lines and the totals do not belong together: such a page would be contested.
    """
    if document.net + document.vat != document.gross:
        raise DocumentError(
            _("The totals of document {number} do not add up: {net} and {tax} of tax are not {gross}.").format(
                number=document.number,
                net=format_cents(document.net, currency=True),
                tax=format_cents(document.vat, currency=True),
                gross=format_cents(document.gross, currency=True),
            ),
            _("Correct it in the billing software and import it again."),
        )
    if not document.lines:
        return []
    bases: dict[int, int] = {}
    for line in document.lines:
        bases[line.vat_bp] = bases.get(line.vat_bp, 0) + line.amount
    taxes = {rate: vat(base, rate) for rate, base in bases.items()}
    difference = document.vat - sum(taxes.values())
    if sum(bases.values()) != document.net or abs(difference) > len(document.lines):
        raise _disagreement(document, sum(bases.values()), sum(taxes.values()))
    taxes[max(bases, key=lambda rate: (rate != 0, abs(bases[rate])))] += difference
    return [Rate(rate, bases[rate], taxes[rate]) for rate in sorted(bases, reverse=True)]


def _disagreement(document: Document, net: int, tax: int) -> DocumentError:
    return DocumentError(
        _(
            "The lines of document {number} add up to {net} without tax and {tax} of tax, but its totals say "
            "{stated_net} and {stated_tax}."
        ).format(
            number=document.number,
            net=format_cents(net, currency=True),
            tax=format_cents(tax, currency=True),
            stated_net=format_cents(document.net, currency=True),
            stated_tax=format_cents(document.vat, currency=True),
        ),
        _("Correct it in the billing software and import it again."),
    )


def cleaned(item: Printable) -> Printable:
    """`item` with every text as it can be printed; raises DocumentError naming a character that cannot, and where."""
    structure, resident, document = item.structure, item.resident, item.document

    def tidy(text: str, place: str, position: int = 0, how: Callable[[str], str] = plain) -> str:
        try:
            return how(text)
        except Unprintable as error:
            raise _unprintable(error, document, place, position) from error

    address = structure.address
    return Printable(
        replace(
            structure,
            name=tidy(structure.name, "structure"),
            legal_name=tidy(structure.legal_name, "structure"),
            address=PostalAddress(
                tuple(tidy(line, "structure") for line in address.lines),
                tidy(address.postcode, "structure"),
                tidy(address.city, "structure"),
            ),
            phone=tidy(structure.phone, "structure"),
            email=tidy(structure.email, "structure"),
            siret=tidy(structure.siret, "structure"),
            finess=tidy(structure.finess, "structure"),
            iban=tidy(structure.iban, "structure"),
            bic=tidy(structure.bic, "structure"),
            payment_terms=tidy(structure.payment_terms, "terms", how=plain_lines),
            legal_text=tidy(structure.legal_text, "legal", how=plain_lines),
        ),
        replace(
            resident,
            title=tidy(resident.title, "resident"),
            last_name=tidy(resident.last_name, "resident"),
            first_name=tidy(resident.first_name, "resident"),
            room=tidy(resident.room, "resident"),
            code=tidy(resident.code, "resident"),
        ),
        replace(
            document,
            number=tidy(document.number, "number"),
            lines=tuple(
                replace(
                    line,
                    heading=tidy(line.heading, "line", position),
                    label=tidy(line.label, "line", position),
                )
                for position, line in enumerate(document.lines, 1)
            ),
        ),
    )


def _unprintable(error: Unprintable, document: Document, place: str, position: int) -> DocumentError:
    where = {
        "structure": _("the structure’s card"),
        "terms": _("the structure’s payment terms"),
        "legal": _("the structure’s legal text"),
        "resident": _("the resident’s card"),
        "number": _("its number"),
        "line": _("its line {n}").format(n=position),
    }[place]
    return DocumentError(
        _("Document {number} cannot be printed: the character {character} stands in {where}.").format(
            number="".join(c if c.isprintable() else "?" for c in document.number),
            character=error.shown,
            where=where,
        ),
        _("Write it there in Latin letters; the page has no others."),
    )
