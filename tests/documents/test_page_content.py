"""What families read on the page, seen by readers other than the writer."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_pages import DL_WINDOW, LINES, RESIDENT, STAY, STRUCTURE, line, printable, run_tool, text_in, words_seen

from tuimail.documents.render import merge, render
from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import use_language
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period
from tuimail.domain.places import PostalAddress, Structure

LATIN = st.characters(
    categories=["Lu", "Ll", "Lt"], min_codepoint=0x41, max_codepoint=0x24F, exclude_characters="ªº"
) | st.characters(categories=["Lu", "Ll"], min_codepoint=0x1E00, max_codepoint=0x1EFF)


def one_page(content: bytes) -> str:
    pages = words_seen(content)
    assert len(pages) == 1
    return pages[0]


def test_an_invoice_shows_who_what_when_and_how_much() -> None:
    text = one_page(render(printable()))

    for expected in (
        "Facture n° 020",
        "EHPAD Saint-Éloi",
        "Association Les Tilleuls",
        "12 rue de l’Œillet",
        "03 20 00 00 00",
        "SIRET 123 456 789 00012",
        "FINESS 590012345",
        "M. BERNARD Paul",
        "Chambre 104",
        "31/10/2026",
        "octobre 2026",
        "Hébergement chambre simple 31 64,80 5,5 % 2 008,80",
        "Allocation de logement sociale 1 -187,50 5,5 % -187,50",
        "Sous-total Frais de séjour au payant 2 004,82",
        "Sous-total Débours 24,00",
        "Total HT 2 028,82",
        "TVA 5,5 % sur 2 004,82 110,27",
        "TVA 0 % sur 24,00 0,00",
        "Total TTC 2 139,09",
        "Net à payer 2 139,09 €",
        "À régler au plus tard le 10/11/2026.",
        "Par virement ou par chèque.",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "BIC AGRIFRPP",
        "Médiateur de la consommation",
    ):
        assert expected in text


def test_the_text_can_be_copied_by_other_readers() -> None:
    resident = replace(RESIDENT, last_name="ŁUKASZEWICZ", first_name="Œnone Dağ-Șerban")
    content = render(printable(resident=resident))

    seen = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "ŁUKASZEWICZ Œnone Dağ-Șerban" in seen
    assert "2\u00a0139,09\u00a0€" in seen


def test_poppler_reads_the_same_text(tmp_path) -> None:
    path = tmp_path / "020.pdf"
    path.write_bytes(render(printable()))

    text = run_tool("pdftotext", "-layout", path, "-").stdout.replace("\u00a0", " ")
    assert re.search(r"Net à payer\s+2 139,09 €", text)
    assert "Œillet" in text


def test_the_page_is_french_whatever_the_operator_speaks() -> None:
    french = render(printable())
    try:
        use_language("en")
        assert render(printable()) == french
    finally:
        use_language("fr")


def test_headings_keep_their_order_and_gather_their_lines() -> None:
    lines = (
        line("Premier", 1, 100),
        line("Ailleurs", 1, 100, heading="Débours"),
        line("Second", 1, 100),
    )
    text = one_page(render(printable(lines)))

    assert [text.index(word) for word in (STAY, "Premier", "Second", "Sous-total", "Débours", "Ailleurs")] == sorted(
        text.index(word) for word in (STAY, "Premier", "Second", "Sous-total", "Débours", "Ailleurs")
    )


def test_what_is_not_known_is_not_shown() -> None:
    structure = Structure(name="Résidence L’Œillet", association_id=1, id=3)
    resident = Resident(structure_id=3, code="", last_name="MARTIN", first_name="")
    text = one_page(render(printable(LINES[:1], structure, resident, due_on=None)))

    for absent in ("SIRET", "FINESS", "IBAN", "BIC", "Tél.", "Chambre", "Échéance", "Règlement", "Dossier", "None"):
        assert absent not in text
    assert "MARTIN" in text_in(render(printable(LINES[:1], structure, resident)), *DL_WINDOW)


@pytest.mark.parametrize(
    ("kind", "title", "label"),
    [
        (DocumentKind.CREDIT_NOTE, "Avoir n° 020", "Montant de l’avoir 2 119,28 €"),
        (DocumentKind.INVOICE, "Facture n° 020", "Solde en votre faveur 2 119,28 €"),
        (DocumentKind.QUOTE, "Devis n° 020", "Montant du devis -2 119,28 €"),
    ],
)
def test_a_negative_total_is_said_in_words_and_not_claimed(kind: DocumentKind, title: str, label: str) -> None:
    text = one_page(render(printable([line("Trop-perçu", 1, -200880)], kind=kind)))

    assert title in text
    assert label in text
    assert "Total HT -2 008,80" in text
    assert "IBAN" not in text
    assert "Échéance" not in text


def test_quantities_and_prices_keep_their_decimals() -> None:
    odd = replace(line("Forfait", 1, 100), quantity=305_000, unit_price=648_125)
    assert "Forfait 30,5 64,8125 5,5 % 1,00" in one_page(render(printable([odd])))


def test_a_document_without_lines_still_shows_its_totals() -> None:
    assert "Total TTC 10,55" in one_page(render(printable([], net=1000, vat=55, gross=1055)))


def test_many_lines_go_on_with_the_header_repeated_and_the_pages_counted() -> None:
    content = render(printable([line(f"Prestation {n:03d}", 1, 1250 + n) for n in range(70)]))
    pages = words_seen(content)

    assert len(pages) == 3
    for number, text in enumerate(pages, 1):
        assert f"Page {number} sur 3" in text
        assert ("Désignation Quantité Prix unitaire TVA Montant HT" in text) == ("Prestation" in text)
        assert ("Facture n° 020 · M. BERNARD Paul (suite)" in text) == (number > 1)
    assert [name for text in pages for name in re.findall(r"Prestation (\d+)", text)] == [f"{n:03d}" for n in range(70)]


def test_one_page_is_not_counted() -> None:
    assert "Page 1" not in one_page(render(printable()))


def test_a_subtotal_never_stands_alone_on_a_page() -> None:
    for rows in range(25, 75):
        lines = [line(f"Prestation {n}", 1, 1000) for n in range(rows)]
        lines.append(line("Coiffeur", 1, 2400, 0, "Débours"))
        for text in words_seen(render(printable(lines))):
            for heading, last in ((STAY, f"Prestation {rows - 1}"), ("Débours", "Coiffeur")):
                assert (f"Sous-total {heading}" in text) == (f"{last} " in text)


def test_an_address_block_holds_name_room_and_the_homes_address() -> None:
    seen = text_in(render(printable()), *DL_WINDOW)
    assert seen.strip() == "M. BERNARD Paul Chambre 104 EHPAD Saint-Éloi 12 rue de l’Œillet BP 40 59000 LILLE"


def test_an_address_that_is_too_long_for_the_window_keeps_its_city() -> None:
    address = PostalAddress(tuple(f"{n} rue du Général de Gaulle prolongée, bâtiment {n}, escalier" for n in range(12)))
    structure = replace(STRUCTURE, address=replace(address, postcode="59000", city="LILLE CEDEX 09"))
    seen = text_in(render(printable(structure=structure)), *DL_WINDOW)

    assert seen.startswith("M. BERNARD Paul")
    assert "… 59000 LILLE CEDEX 09" in seen


@settings(max_examples=25, deadline=None)
@given(last=st.text(LATIN, min_size=1, max_size=24), first=st.text(LATIN, min_size=1, max_size=24))
def test_every_name_in_latin_letters_is_printed_as_it_is_written(last: str, first: str) -> None:
    resident = replace(RESIDENT, last_name=last, first_name=first, title="")
    content = render(printable(LINES[:1], replace(STRUCTURE, legal_text=""), resident))

    seen = re.sub(r"\s+", "", pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text())
    assert re.sub(r"\s+", "", resident.name) in seen


def test_the_fonts_miss_nothing_that_the_page_itself_says(caplog) -> None:
    with caplog.at_level(logging.WARNING):
        render(printable())
    assert "missing" not in caplog.text


def test_the_pdf_tells_its_title_author_and_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(printable())))

    assert reader.metadata is not None
    assert reader.metadata.title == "Facture 020 - BERNARD Paul - octobre 2026"
    assert reader.metadata.author == "EHPAD Saint-Éloi"
    assert reader.metadata.creation_date == datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert all("NotoSans" in font["/BaseFont"] for font in fonts)
    assert all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


def test_the_same_document_gives_the_same_bytes() -> None:
    first, second = render(printable()), render(printable())
    assert first == second
    assert pypdf.PdfReader(io.BytesIO(first)).trailer["/ID"] == pypdf.PdfReader(io.BytesIO(second)).trailer["/ID"]


def test_another_document_gives_other_bytes() -> None:
    assert render(printable()) != render(printable(issued_on=date(2026, 10, 30)))


def test_many_documents_make_one_pdf_in_their_order() -> None:
    items = [printable(number=f"{n:03d}", period=Period(2026, 9)) for n in range(1, 4)]
    content = merge(items)
    pages = words_seen(content)

    assert [re.findall(r"Facture n° (\d+)", text)[0] for text in pages] == ["001", "002", "003"]
    outline = pypdf.PdfReader(io.BytesIO(content)).outline
    assert [entry.title for entry in outline] == [f"Facture {n:03d} - BERNARD Paul" for n in range(1, 4)]
    assert merge(items) == content


@pytest.mark.parametrize("rows", [1, 70])
def test_qpdf_finds_nothing_wrong(tmp_path, rows: int) -> None:
    path = tmp_path / "020.pdf"
    items = [printable([line(f"Prestation {n}", 1, 1000) for n in range(rows)])] * 2
    for content in (render(items[0]), merge(items)):
        path.write_bytes(content)
        checked = run_tool("qpdf", "--check", path)
        assert checked.returncode == 0, checked.stdout + checked.stderr
