"""What makes a figure in a text the number of a document, and what a page says that no document of the month says."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from fpdf import FPDF
from kinds_of_pages import hard, kinds
from paper import write

from tuimail.documents.pdf_reader import PdfReader
from tuimail.documents.print_run import Found, Matcher
from tuimail.documents.render import render
from tuimail.domain.billing import DocumentKind
from tuimail.domain.brought import Doubt, Expected
from tuimail.domain.periods import Period

ANNE = Expected(
    1,
    DocumentKind.INVOICE,
    "104",
    "MARTIN",
    "Anne",
    Period(2026, 10),
    date(2026, 10, 31),
    net=200_000,
    gross=211_000,
    paid=11_000,
)
LONG = Expected(2, DocumentKind.INVOICE, "F2026-105", "MARTIN", "Anne", Period(2026, 10), date(2026, 10, 31))
MATCHER = Matcher([ANNE, LONG])
NAME = "EHPAD Saint-Éloi\nMme MARTIN Anne\n"


def only(text: str, file_name: str = "") -> tuple[int | None, Doubt]:
    (found,) = MATCHER.match([NAME + text], file_name)
    return found.document_id, found.doubt


@pytest.mark.parametrize(
    "text",
    [
        "Facture n° 104 du 31/10/2026",
        "FACTURE 104",
        "Fact. 104",
        "Fact. n° 104",
        "N° de facture : 104",
        "N° Facture 104",
        "Numéro de facture\t104",
        "Facture n°\n104",
        "Facture\n104 du 31/10/2026",
        "Date Numéro Client\n31/10/2026 104 C9",
        "Date\tNuméro\tClient\n31/10/2026\t104\tC9",
        "Client\tN° facture\tDate\nMARTIN Anne\t104\t31/10/2026",
        "Date de facture\tN° de facture\tMontant TTC\n31/10/2026\t104\t2 110,00",
        "UDAF du Nord\tN° : 104",
        "Facture n° 104\tChambre 77",
        "Rappel : facture n° 104\nnet à payer 2 000,00 €",
        "Facture n° 104\nTotal HT 2 000,00\nTotal TTC 2 110,00\nNet à payer 2 000,00",
        "Facture n° 104\nPériode : octobre 2026\nCoiffeur de septembre 2026",
        "Facture n° 104\nPériode du 01/10/2026 au 31/10/2026",
        "Facture n° 104 du 02/11/2026",
    ],
)
def test_a_number_with_its_label_is_certain(text: str) -> None:
    assert only(text) == (1, Doubt.NONE)


def test_a_long_number_of_letters_and_figures_needs_no_label() -> None:
    assert only("Votre document F2026-105") == (2, Doubt.NONE)


@pytest.mark.parametrize(
    "text",
    [
        "Net à payer 2 104,67",
        "Dossier suivi, chambre 104\nNous vous rappelons votre impayé",
        "Chambre n° 104",
        "Tél. 03 20 104 20 00",
        "Tél. n° 104",
        "IBAN FR76 3000 6104 0104 3456 7890 189 104",
        "104 rue de la Gare",
        "104 bis, avenue Foch",
        "Repas, quantité 104",
        "104 jours",
        "104 €",
        "Client n° 104",
        "SIRET 123 104 789 00012",
    ],
)
def test_a_figure_of_something_else_is_no_number(text: str) -> None:
    assert only(text) == (None, Doubt.NO_NUMBER)


@pytest.mark.parametrize("text", ["104", "Lettre de rappel\n104", "Réf. 104", "Tilleuls n° 104"])
def test_a_bare_number_is_to_be_looked_at(text: str) -> None:
    assert only(text) == (1, Doubt.BARE)
    assert only(text, "104") == (1, Doubt.BARE)


@pytest.mark.parametrize(
    "text",
    [
        "Date Numero Client\n30/09/2026 077 C9\nNet a payer 2 104,67",
        "Fact. 077\nChambre 104",
        "Facture n° 077\n104",
        "Numéro\tClient\tChambre\n077\tC9\t104",
        "Facture n° 077 du 30/09/2026\nla suivante sera la facture n° 104",
        "Avoir n° AV004\nsur la facture n° 104",
    ],
)
def test_a_page_of_another_number_is_nobodys_whatever_else_it_names(text: str) -> None:
    assert only(text) == (None, Doubt.UNKNOWN_NUMBER)
    assert only(text, "104") in ((1, Doubt.UNKNOWN_NUMBER), (1, Doubt.NOT_THIS_NUMBER))


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Facture n° 104\nPériode : septembre 2026", Doubt.MONTH),
        ("Facture n° 104\nMois de septembre 2026", Doubt.MONTH),
        ("Facture n° 104\nPériode du 01/09/2026 au 30/09/2026", Doubt.MONTH),
        ("Facture n° 104 du 30/09/2026", Doubt.MONTH),
        ("Facture n° 104\nNet à payer 2 104,67", Doubt.AMOUNT),
        ("Facture n° 104\nTotal TTC : 1 899,00 €", Doubt.AMOUNT),
    ],
)
def test_a_page_that_contradicts_the_document_is_to_be_looked_at(text: str, doubt: Doubt) -> None:
    assert only(text) == (1, doubt)
    assert only(text, "104") == (1, doubt)


def test_an_amount_whose_tax_the_export_did_not_tell_contradicts_nothing() -> None:
    without = Expected(3, DocumentKind.INVOICE, "106", "MARTIN", "Anne", net=200_000, gross=200_000)

    for said, doubt in (("2 110,00", Doubt.NONE), ("2 000,02", Doubt.NONE), ("2 500,00", Doubt.AMOUNT)):
        (found,) = Matcher([without]).match([f"{NAME}Facture n° 106\nNet à payer {said}"])
        assert found.doubt is doubt


def test_the_last_page_states_the_total_of_all() -> None:
    pages = [f"{NAME}Facture n° 104\nPage 1/2", f"{NAME}Net à payer 1 899,00\nPage 2/2"]

    assert [found.doubt for found in MATCHER.match(pages)] == [Doubt.AMOUNT]


@pytest.mark.parametrize("name", list(kinds()) + list(hard()))
def test_pages_of_our_own_making_are_known_again(tmp_path: Path, name: str) -> None:
    printable = (kinds() | hard())[name]
    document, resident = printable.document, printable.resident
    expected = Expected(
        7,
        document.kind,
        document.number,
        resident.last_name,
        resident.first_name,
        document.period,
        document.issued_on,
        document.net,
        document.gross,
        document.paid,
    )
    path = tmp_path / "run.pdf"
    path.write_bytes(render(printable))

    with PdfReader() as reader:
        texts = reader.texts(path)

    assert Matcher([expected, ANNE]).match(texts) == [Found(tuple(range(len(texts))), 7)]


LINES = (
    "EHPAD Saint-Eloi, 104 rue Verte",
    "Facture n° {number} du {day}",
    "Mme Anne MARTIN",
    "Chambre 104",
    "Pédicure, 1 passage",
    "Total TTC 2 110,00",
    "Page 1/1",
)


def shuffled(path: Path, number: str, day: str, seed: int, *, by_glyph: bool) -> Path:
    """The page with its words, or its characters, written in any order, each where it belongs."""
    paper = FPDF()
    paper.core_fonts_encoding = "cp1252"
    paper.set_font("Helvetica", size=11)
    paper.add_page()
    runs = []
    for at, line in enumerate(LINES):
        text = line.format(number=number, day=day)
        ends = list(range(len(text) + 1)) if by_glyph else [0, *(i for i, c in enumerate(text) if c == " "), len(text)]
        for start, end in pairwise(ends):
            bare = text[start:end].lstrip()
            left = 20 + paper.get_string_width(text[: end - len(bare)])
            runs += [(left, 20 + 7 * at, bare)] if bare else []
    random.Random(seed).shuffle(runs)
    for left, top, text in runs:
        paper.text(left, top, text)
    path.write_bytes(bytes(paper.output()))
    return path


@pytest.mark.parametrize("by_glyph", [False, True], ids=["words", "glyphs"])
def test_a_pdf_whose_text_is_in_no_order_is_matched_by_number_and_name_or_held(tmp_path: Path, by_glyph: bool) -> None:
    with PdfReader() as reader:
        for seed in range(12):
            right = shuffled(tmp_path / "right.pdf", "104", "31/10/2026", seed, by_glyph=by_glyph)
            wrong = shuffled(tmp_path / "wrong.pdf", "077", "30/09/2026", seed, by_glyph=by_glyph)
            (mine,) = MATCHER.match(reader.texts(right))
            (other,) = MATCHER.match(reader.texts(wrong))

            if by_glyph:
                assert mine.document_id == 1 or mine.doubt is not Doubt.NONE
            else:
                assert mine == Found((0,), 1)
            assert other.doubt is not Doubt.NONE


def test_columns_of_a_real_page_are_read_as_columns(tmp_path: Path) -> None:
    page = ("EHPAD", "Date                Numero                Client", "31/10/2026      104      MARTIN Anne")
    with PdfReader() as reader:
        texts = reader.texts(write(tmp_path / "run.pdf", page))
    assert MATCHER.match(texts) == [Found((0,), 1)]
