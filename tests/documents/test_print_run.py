"""Whose the pages are: told by their text, and held wherever that is not certain."""

from __future__ import annotations

import pytest
from paper import invoice_page

from tuimail.documents.print_run import Found, Matcher, told_twice
from tuimail.domain.billing import DocumentKind
from tuimail.domain.brought import Doubt, Expected


def expected(document_id: int, number: str, name: str, kind: DocumentKind = DocumentKind.INVOICE) -> Expected:
    last, _space, first = name.partition(" ")
    return Expected(document_id, kind, number, last, first)


PAUL = expected(1, "020", "BERNARD Paul")
ANNE = expected(2, "0201", "BERNARD Anne")
EMILE = expected(3, "021", "BOUCHER Émile")
MATCHER = Matcher([PAUL, ANNE, EMILE])


def only(text: str, file_name: str = "", matcher: Matcher = MATCHER) -> tuple[int | None, Doubt]:
    (found,) = matcher.match([text], file_name)
    return found.document_id, found.doubt


@pytest.mark.parametrize(
    "text",
    [
        invoice_page("020", "Paul BERNARD"),
        "FACTURE 020\nbernard paul",
        "N° 020\nM. BERNARD\nPrénom Paul",
        "BERNARD\nPaul\n31/10/2026\nN° de facture\nÉchéance\n020\n2 265,17",
        "Facture N°: 020 \nMonsieur Paul Bernard",
    ],
)
def test_a_page_with_the_whole_number_and_the_whole_name_is_certain(text: str) -> None:
    assert only(text) == (1, Doubt.NONE)


def test_a_number_that_begins_another_is_never_taken_for_it() -> None:
    assert only(invoice_page("0201", "Anne BERNARD")) == (2, Doubt.NONE)
    assert only(invoice_page("0201", "Paul BERNARD")) == (2, Doubt.NO_NAME)
    assert only(invoice_page("2026-020", "Paul BERNARD")) == (None, Doubt.UNKNOWN_NUMBER)
    assert only(invoice_page("0200", "Paul BERNARD")) == (None, Doubt.UNKNOWN_NUMBER)
    assert only("BERNARD Paul\n1020\n02 01 20 0201") == (None, Doubt.NO_NUMBER)


def test_the_number_with_somebody_elses_name_is_held() -> None:
    assert only(invoice_page("020", "Jean DURAND")) == (1, Doubt.NO_NAME)
    assert only(invoice_page("020", "Émile BOUCHER")) == (1, Doubt.NO_NAME)
    assert only(invoice_page("020", "Paula BERNARDIN")) == (1, Doubt.NO_NAME)


def test_a_name_without_a_number_is_nobodys() -> None:
    assert only("Facture\nBERNARD Paul\nOctobre 2026") == (None, Doubt.NO_NUMBER)


def test_another_months_invoice_of_the_same_resident_is_not_taken_for_this_ones() -> None:
    # The right number stands in it, as a quantity.
    assert only("Facture n° 311\nBERNARD Paul\nquantité 020") == (None, Doubt.UNKNOWN_NUMBER)


def test_a_page_without_text_is_said_to_be_scanned() -> None:
    assert only("") == (None, Doubt.NO_TEXT)
    assert only("  ", "020") == (1, Doubt.NO_TEXT)


def test_the_pages_of_an_invoice_stay_together() -> None:
    texts = [
        invoice_page("020", "Paul BERNARD", "Page 1/3"),
        "suite, M. Paul BERNARD\nPage 2/3",
        invoice_page("020", "Paul BERNARD", "Page 3/3"),
        invoice_page("021", "Émile BOUCHER", "Page 1/1"),
    ]

    assert MATCHER.match(texts) == [Found((0, 1, 2), 1), Found((3,), 3)]


def test_a_page_that_only_likely_follows_makes_someone_look() -> None:
    sure = invoice_page("021", "Émile BOUCHER")
    counted = [invoice_page("020", "Paul BERNARD", "Page 1 sur 2"), "Coiffeur\nPage 2 sur 2", sure]
    named = [invoice_page("020", "Paul BERNARD"), "Détail pour BERNARD Paul", sure]

    for texts in (counted, named):
        first, second = MATCHER.match(texts)
        assert (first.pages, first.document_id, first.doubt) == ((0, 1), 1, Doubt.FOLLOWS)
        assert second == Found((2,), 3)


def test_a_page_that_says_nothing_is_on_its_own_and_leaves_the_others_certain() -> None:
    texts = [invoice_page("020", "Paul BERNARD"), "Menu de novembre", invoice_page("021", "Émile BOUCHER")]

    assert [(f.pages, f.document_id, f.doubt) for f in MATCHER.match(texts)] == [
        ((0,), 1, Doubt.NONE),
        ((1,), None, Doubt.NO_NUMBER),
        ((2,), 3, Doubt.NONE),
    ]


def test_a_file_of_one_invoice_never_loses_a_page() -> None:
    texts = [invoice_page("020", "Paul BERNARD"), "Conditions générales"]

    assert MATCHER.match(texts) == [Found((0, 1), 1, Doubt.FOLLOWS, "2")]


def test_the_same_page_twice_makes_someone_look() -> None:
    page, other = invoice_page("020", "Paul BERNARD"), invoice_page("021", "Émile BOUCHER")

    found = MATCHER.match([page, other, page])

    assert [(f.pages, f.doubt) for f in found] == [((0, 2), Doubt.TWICE), ((1,), Doubt.NONE)]


def test_a_credit_note_that_names_its_invoice_is_the_credit_note() -> None:
    note = expected(9, "AV003", "BERNARD Paul", DocumentKind.CREDIT_NOTE)
    text = "Avoir n° AV003\nsur la facture n° 020\nBERNARD Paul"

    assert only(text, matcher=Matcher([PAUL, note])) == (9, Doubt.NONE)


def test_two_homes_that_number_alike_are_told_apart_by_the_name() -> None:
    other = expected(8, "020", "MARTIN Guy")
    twin = expected(7, "020", "BERNARD Paul")

    assert only(invoice_page("020", "Guy MARTIN"), matcher=Matcher([PAUL, other])) == (8, Doubt.NONE)
    assert only(invoice_page("020", "Paul BERNARD"), matcher=Matcher([PAUL, twin])) == (None, Doubt.SEVERAL)


@pytest.mark.parametrize("name", ["020", "Facture 020 - BERNARD Paul - octobre 2026", "FA_020", "2026-10_020"])
def test_a_files_name_says_whose_it_is_and_the_text_must_agree(name: str) -> None:
    assert only(invoice_page("020", "Paul BERNARD"), name) == (1, Doubt.NONE)
    assert only(invoice_page("021", "Émile BOUCHER"), name) == (1, Doubt.FILE_NAME)
    assert only(invoice_page("020", "Jean DURAND"), name) == (1, Doubt.NO_NAME)
    assert only("BERNARD Paul\noctobre 2026", name) == (1, Doubt.NOT_THIS_NUMBER)


def test_a_file_with_a_name_of_its_own_is_matched_by_its_text() -> None:
    assert only(invoice_page("021", "Émile BOUCHER"), "scan 12") == (3, Doubt.NONE)


def test_numbers_with_spaces_and_signs_are_whole_too() -> None:
    odd = Matcher([expected(1, "FA 020", "BERNARD Paul"), expected(2, "FA 0201", "BERNARD Anne")])

    assert only("Facture FA 020\nPaul BERNARD", matcher=odd) == (1, Doubt.NONE)
    assert only("Facture FA 0201\nAnne BERNARD", matcher=odd) == (2, Doubt.NONE)


def test_names_with_accents_hyphens_and_particles_are_found_whole() -> None:
    matcher = Matcher([Expected(1, DocumentKind.INVOICE, "030", "D’ALMEIDA-LŒWE", "Jean-Noël")])

    assert only("Facture 030\nM. Jean-Noël d'Almeida-Loewe", matcher=matcher) == (1, Doubt.NONE)
    assert only("Facture 030\nM. Jean d'Almeida", matcher=matcher) == (1, Doubt.NO_NAME)


def test_two_files_for_one_invoice_are_both_held() -> None:
    found = told_twice([("a.pdf", Found((0,), 1)), ("b.pdf", Found((0,), 1)), ("c.pdf", Found((0,), 3))])

    assert [(source, item.doubt) for source, item in found] == [
        ("a.pdf", Doubt.TWICE),
        ("b.pdf", Doubt.TWICE),
        ("c.pdf", Doubt.NONE),
    ]
