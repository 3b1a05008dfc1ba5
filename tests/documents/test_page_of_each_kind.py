"""Each kind of document has its own page: titles, what it belongs to, who it is addressed to, what is owed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kinds_of_pages import GUARDIAN, HOME, RELATIVE, kinds
from sample_pages import DL_WINDOW, LINES, RESIDENT, STRUCTURE, line, printable, run_tool, text_in, words_seen

from tuimail.documents.addressee import addressee
from tuimail.documents.printable import KINDS
from tuimail.documents.render import render
from tuimail.documents.wording import WORDS
from tuimail.domain.billing import DocumentKind
from tuimail.domain.money import format_cents
from tuimail.domain.people import Resident, Role
from tuimail.domain.places import PostalAddress, VatRegime

SAID = {
    "invoice": ["Facture n° 020", "Échéance", "Prestations 2 269,80", "Déductions -267,50", "Total TTC 2 120,35",
                "Déjà réglé -500,00", "Net à payer 1 620,35 €", "À régler au plus tard le 10/11/2026."],
    "invoice-untaxed": ["Montant", "Total 2 002,30", "Net à payer 2 002,30 €", "Exonération de TVA, article 261, 7-1°"],
    "credit-note": ["Avoir n° A-003", "Corrige la facture n° 020 du 31/10/2026", "Total HT -259,20",
                    "Montant de l’avoir 273,46 €", "Cet avoir vient en déduction de la facture n° 020"],
    "quote": ["Devis n° D-2026-014", "Valable jusqu’au 30/11/2026", "Montant du devis 1 110,06 €", "Bon pour accord"],
    "order": ["Commande n° C-2026-031", "Livraison attendue 12/11/2026", "Montant de la commande 137,51 €"],
    "delivery-note": ["Bon de livraison n° L-2026-027", "Montant de la livraison 137,51 €", "Reçu le"],
    "disbursements": ["Relevé de débours n° R-020", "Joint à la facture n° 020 du 31/10/2026",
                      "Total des débours 100,70 €", "Ce relevé accompagne la facture n° 020"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAID))
def test_the_page_of_each_kind_says_what_it_is(name: str, tmp_path) -> None:
    item = kinds()[name]
    (text,) = words_seen(render(item))
    for expected in SAID[name]:
        # A heading above its value is read before the values beside it: the words count, not their order.
        assert all(word in text for word in expected.split()), expected
    path = tmp_path / "page.pdf"
    path.write_bytes(render(item))
    seen = run_tool("pdftotext", "-layout", path, "-").stdout.replace("\u00a0", " ")
    for expected in (item.document.number, item.resident.name, format_cents(abs(item.document.gross), lang="fr")):
        assert expected.replace("\u00a0", " ") in seen
    assert run_tool("qpdf", "--check", path).returncode == 0


def test_only_a_document_that_asks_for_money_says_how_to_pay() -> None:
    for name, item in kinds().items():
        (text,) = words_seen(render(item))
        assert ("IBAN" in text) == name.startswith("invoice"), name


def test_a_page_without_tax_has_no_words_about_tax_but_the_exemption() -> None:
    untaxed = [replace(one, vat_bp=0) for one in LINES]
    for structure, said in (
        (STRUCTURE, ""),
        (replace(STRUCTURE, vat_regime=VatRegime.FRANCHISE), "TVA non applicable, article 293 B du CGI"),
        (replace(STRUCTURE, vat_regime=VatRegime.EXEMPT), "Exonération de TVA, article 261, 7-1° du CGI"),
    ):
        (text,) = words_seen(render(printable(untaxed, structure)))
        assert text.count("TVA") == bool(said)
        assert said in text
        assert "HT" not in text
        assert "TTC" not in text


def test_the_exemption_is_not_said_twice() -> None:
    structure = replace(STRUCTURE, vat_regime=VatRegime.EXEMPT, legal_text="Exonéré de TVA (art. 261-7-1° du CGI).")
    (text,) = words_seen(render(printable([line("Séjour", 1, 100, 0)], structure)))
    assert text.count("261") == 1


@pytest.mark.parametrize(
    ("resident", "role", "first"),
    [
        (RESIDENT, Role.RESIDENT, "M. BERNARD Paul Chambre 104 EHPAD Saint-Éloi"),
        (replace(RESIDENT, guardian=GUARDIAN, relatives=(RELATIVE,)), Role.GUARDIAN, "UDAF du Nord"),
        (replace(RESIDENT, guardian=replace(GUARDIAN, receives=False)), Role.RESIDENT, "M. BERNARD Paul"),
        (replace(RESIDENT, guardian=replace(GUARDIAN, address=PostalAddress())), Role.RESIDENT, "M. BERNARD Paul"),
        (replace(RESIDENT, relatives=(RELATIVE,)), Role.RELATIVE, "Madame BERNARD-ROUSSEL Claire"),
        (
            replace(RESIDENT, relatives=(replace(RELATIVE, receives=False), replace(RELATIVE, name="SECOND"))),
            Role.RELATIVE,
            "Madame SECOND Pour M. BERNARD Paul 3 allée des Acacias 35000 RENNES",
        ),
    ],
)
def test_the_window_shows_whoever_the_invoice_is_for(resident: Resident, role: Role, first: str) -> None:
    item = printable(resident=resident)
    assert addressee(item)[0] is role
    seen = text_in(render(item), *DL_WINDOW)
    assert seen.strip().startswith(first)
    assert "M. BERNARD Paul" in words_seen(render(item))[0]


def test_every_kind_has_a_title() -> None:
    assert set(KINDS) == set(WORDS) == set(DocumentKind)


def test_what_is_paid_in_full_or_worth_nothing_says_so() -> None:
    for item, said in (
        (printable(paid=213_909), "Net à payer 0,00 € Cette facture est déjà réglée."),
        (printable([line("a", 1, 100), line("b", 1, -100)]), "Net à payer 0,00 € Il n’y a rien à régler."),
        (printable(paid=300_000), "Solde en votre faveur 860,91 €"),
    ):
        (text,) = words_seen(render(item))
        assert said in text
        assert "Échéance" not in text


def test_the_logo_stands_above_the_home_and_outside_the_window() -> None:
    item = kinds()["invoice"]
    with_logo, without = render(item), render(replace(item, logo=b""))
    assert len(with_logo) > len(without)
    assert text_in(with_logo, *DL_WINDOW) == text_in(without, *DL_WINDOW)
    assert HOME.name in words_seen(with_logo)[0]
