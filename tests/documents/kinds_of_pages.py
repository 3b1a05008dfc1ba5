"""A page of each kind, as homes make them, and pages that are hard to lay out; with a logo drawn here."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from PIL import Image, ImageDraw
from sample_pages import RESIDENT, STRUCTURE, document, line

from tuimail.documents.printable import Printable
from tuimail.domain.billing import DocumentKind, DocumentLine
from tuimail.domain.people import Guardian, Relative
from tuimail.domain.places import PostalAddress, VatRegime

GUARDIAN = Guardian(
    kind="tutelle",
    delegate="UDAF du Nord, Mme LEGRAND Sophie",
    email="tutelles@udaf59.example",
    receives=True,
    address=PostalAddress(("10 rue Baptiste Monnoyer", "BP 1234"), "59013", "LILLE CEDEX"),
)
RELATIVE = Relative(
    name="BERNARD-ROUSSEL Claire",
    link="fille",
    label="Madame",
    receives=True,
    address=PostalAddress(("3 allée des Acacias",), "35000", "RENNES"),
)
HOME = replace(
    STRUCTURE,
    payment_terms="Par virement, ou par chèque à l’ordre de l’Association Les Tilleuls. Pas d’escompte pour paiement "
    "anticipé. Tout retard donne lieu à des pénalités au taux légal.",
    legal_text="Association loi 1901. Médiateur de la consommation : Médiation Services, 8 rue de la Paix, Lille. "
    "Toute réclamation est à adresser à l’établissement dans les deux mois.",
)
INVOICED = document(number="020")


def logo(size: tuple[int, int] = (600, 240), mode: str = "RGBA") -> bytes:
    """A leaf beside two bars, transparent around them."""
    image = Image.new("RGBA", (1200, 480), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.pieslice((20, 40, 420, 440), 90, 360, fill=(24, 110, 94, 255))
    draw.ellipse((150, 170, 290, 310), fill=(255, 255, 255, 255))
    draw.rounded_rectangle((480, 130, 1180, 215), 40, fill=(24, 74, 94, 255))
    draw.rounded_rectangle((480, 265, 940, 350), 40, fill=(140, 170, 60, 255))
    image = image.resize(size)
    buffer = io.BytesIO()
    if mode == "RGBA":
        image.save(buffer, "PNG")
    else:
        image.convert("RGB").convert(mode).save(buffer, "JPEG")
    return buffer.getvalue()


def _stay() -> tuple[DocumentLine, ...]:
    return (
        line("Hébergement chambre simple, du 1er au 31 octobre 2026", 31, 6480),
        line("Participation journalière aux dépenses d’entretien de l’autonomie", 31, 610),
        line("Absence pour hospitalisation, du 12 au 15 octobre", 4, -2000),
        line("Allocation de logement sociale", 1, -18750),
        line("Coiffeur : coupe et brushing", 1, 3200, 2000, "Prestations à la demande"),
        line("Téléphone, forfait mensuel", 1, 1490, 2000, "Prestations à la demande"),
        line("Repas d’un invité", 2, 1250, 1000, "Prestations à la demande"),
    )


def _untaxed() -> tuple[DocumentLine, ...]:
    return tuple(replace(one, vat_bp=0) for one in _stay())


def page_of(kind: DocumentKind, lines: tuple[DocumentLine, ...], **changes: object) -> Printable:
    """A page of the home, with its logo."""
    return Printable(HOME, RESIDENT, document(lines, kind=kind, **changes), logo=logo())


def kinds() -> dict[str, Printable]:
    """One of each kind, by the name of its picture."""
    invoice = page_of(DocumentKind.INVOICE, _stay(), paid=50_000)
    goods = (
        line("Protection anatomique, taille M, paquet de 14", 12, 890, 550, "Fournitures"),
        line("Gel lavant, flacon de 500 ml", 6, 345, 2000, "Fournitures"),
    )
    return {
        "invoice": replace(invoice, resident=replace(RESIDENT, guardian=GUARDIAN)),
        "invoice-untaxed": replace(
            page_of(DocumentKind.INVOICE, _untaxed()),
            resident=replace(RESIDENT, relatives=(RELATIVE,)),
            structure=replace(HOME, vat_regime=VatRegime.EXEMPT),
        ),
        "credit-note": replace(
            page_of(
                DocumentKind.CREDIT_NOTE,
                (line("Hébergement chambre simple, 4 jours facturés en trop", 4, -6480),),
                number="A-003",
                issued_on=date(2026, 11, 4),
                due_on=None,
                related_id=7,
            ),
            related=INVOICED,
        ),
        "quote": page_of(
            DocumentKind.QUOTE,
            (
                line(
                    "Hébergement temporaire chambre simple, du 1er au 14 décembre", 14, 7150, 550, "Séjour temporaire"
                ),
                line("Frais de dossier", 1, 4500, 2000, "Séjour temporaire"),
            ),
            number="D-2026-014",
            due_on=date(2026, 11, 30),
        ),
        "order": page_of(DocumentKind.ORDER, goods, number="C-2026-031", due_on=date(2026, 11, 12)),
        "delivery-note": page_of(DocumentKind.DELIVERY_NOTE, goods, number="L-2026-027", due_on=None),
        "disbursements": replace(
            page_of(
                DocumentKind.DISBURSEMENTS,
                (
                    line("03/10 Pharmacie des Tilleuls, ordonnance", 1, 2310, 0, "Débours avancés pour le résident"),
                    line("14/10 Pédicure, Mme Delattre", 1, 3500, 0, "Débours avancés pour le résident"),
                    line("27/10 Taxi, consultation au CHU", 1, 4260, 0, "Débours avancés pour le résident"),
                ),
                number="R-020",
                related_id=7,
            ),
            related=INVOICED,
        ),
    }


def hard() -> dict[str, Printable]:
    """Pages that are hard to lay out."""
    many = tuple(
        line(f"Prestation du {1 + n % 30:02d}/10/2026", 1, 1250 + n, 550, f"Semaine {1 + n // 15}") for n in range(60)
    )
    long = "Hébergement en chambre individuelle avec balcon, literie médicalisée, entretien du linge et accompagnement "
    long_names = replace(
        RESIDENT,
        title="Madame",
        last_name="DE LA ROCHEFOUCAULD-MONTBEL D’AUBUSSON DE LA FEUILLADE",
        first_name="Marie-Antoinette Joséphine Éléonore",
        room="Bâtiment des Glycines, 2e étage, 214 bis",
        code="2026-EHPAD-000123-B",
    )
    return {
        "sixty-lines": page_of(DocumentKind.INVOICE, many),
        "long": replace(
            page_of(DocumentKind.INVOICE, (line((long * 2)[:200], 1, 10**9), line("X" * 200, 99_999, 9_999))),
            resident=long_names,
        ),
        "nothing-known": Printable(
            replace(HOME, address=PostalAddress(), iban="", bic="", siret="", finess="", phone="", email="",
                    payment_terms="", legal_text="", legal_name=""),
            replace(RESIDENT, title="", first_name="", room="", code=""),
            document(_stay()[:1], due_on=None),
        ),
        "negative": page_of(DocumentKind.INVOICE, (line("Trop-perçu de septembre", 1, -12_345),)),
        "zero": page_of(DocumentKind.INVOICE, (line("Séjour", 1, 10_000), line("Prise en charge", 1, -10_000))),
        "paid": page_of(DocumentKind.INVOICE, (line("Séjour", 1, 10_000, 0),), paid=10_000),
    }  # fmt: skip
