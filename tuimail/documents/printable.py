"""What a page is made from, and the figures it shows beside those of the document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.money import format_cents, vat
from tuimail.domain.people import Resident
from tuimail.domain.places import Structure, VatRegime

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
    related: Document | None = None
    """The invoice that a credit note corrects, or that a disbursement statement goes with."""
    logo: bytes = b""
    """The structure's logo as an image file."""

    @property
    def title(self) -> str:
        """`Facture 020`."""
        return f"{KINDS[self.document.kind]} {self.document.number}"

    @property
    def due(self) -> int:
        """Cents still to be paid."""
        return self.document.gross - self.document.paid

    @property
    def owed(self) -> bool:
        """Whether the page asks for money: only then does it say when, where to and how.

        A statement that goes with an invoice does not: who got both would pay twice.
        """
        alone = self.document.kind is DocumentKind.DISBURSEMENTS and self.document.related_id is None
        return (alone or self.document.kind is DocumentKind.INVOICE) and self.due > 0

    @property
    def unlocked(self) -> Printable:
        """The same page without a password, for the home's own eyes."""
        return replace(self, resident=replace(self.resident, pdf_password=""))

    @property
    def taxed(self) -> bool:
        """Whether anything bears tax: otherwise the page has no words about it but the exemption."""
        return self.document.vat != 0 or any(line.vat_bp for line in self.document.lines)

    @property
    def exemption(self) -> str:
        """Why what bears no tax bears none, unless the structure's legal text says so itself."""
        text = self.structure.vat_regime.usual_text
        untaxed = not self.taxed or any(not line.vat_bp for line in self.document.lines)
        article = "293" if self.structure.vat_regime is VatRegime.FRANCHISE else "261"
        return text if untaxed and article not in self.structure.legal_text else ""


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
