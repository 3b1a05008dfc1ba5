"""Which characters reach the page, and which stop it with a sentence."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest
from sample_pages import LINES, RESIDENT, STRUCTURE, line, printable

from tuimail.documents.characters import Unprintable, plain, plain_lines
from tuimail.documents.cleaning import cleaned
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import use_language


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("E\u0301loi", "Éloi"),
        ("2\u202f008,80\u202f€", "2\u00a0008,80\u00a0€"),
        ("\u2212187,50", "–187,50"),
        ("Anne\u00ad-Marie\u200b\u202e", "Anne-Marie"),
        ("ﬁn de séjour", "fin de séjour"),
        ("Chambre\tdouble\r\n", "Chambre double"),
        ("deux\u2028lignes", "deux lignes"),
        ("  Œuvre  ", "Œuvre"),
    ],
)
def test_what_has_an_equal_in_the_fonts_is_printed_as_that(typed: str, printed: str) -> None:
    assert plain(typed) == printed


def test_line_ends_stay_where_a_text_has_several_lines() -> None:
    assert plain_lines("un\r\ndeux\rtrois\n") == "un\ndeux\ntrois"


@pytest.mark.parametrize("character", ["中", "\u0092", "\x00", "🙂", "\ufffd", "Ж", "\x85"])
def test_what_has_none_is_refused_and_never_left_out(character: str) -> None:
    with pytest.raises(Unprintable) as caught:
        plain(f"L{character}Œillet")
    assert caught.value.character == character
    assert f"U+{ord(character):04X}" in caught.value.shown


@pytest.mark.parametrize(
    ("item", "where"),
    [
        (printable(resident=replace(RESIDENT, first_name="中")), "resident’s card"),
        (printable(resident=replace(RESIDENT, room="中")), "resident’s card"),
        (printable(structure=replace(STRUCTURE, name="中")), "structure’s card"),
        (printable(structure=replace(STRUCTURE, address=replace(STRUCTURE.address, city="中"))), "structure’s card"),
        (printable(structure=replace(STRUCTURE, payment_terms="中")), "payment terms"),
        (printable(structure=replace(STRUCTURE, legal_text="un\n中")), "legal text"),
        (printable([*LINES, line("中", 1, 100)]), "its line 5"),
        (printable([line("Coiffeur", 1, 100, heading="中")]), "its line 1"),
        (printable(number="0中"), "its number"),
    ],
)
def test_the_error_names_the_character_and_where_it_stands(item: Printable, where: str) -> None:
    try:
        use_language("en")
        with pytest.raises(DocumentError) as caught:
            render(item)
    finally:
        use_language("fr")
    assert "中 (U+4E2D)" in caught.value.sentence
    assert where in caught.value.sentence
    assert item.document.number in caught.value.sentence
    assert caught.value.next_step


def test_a_number_with_a_control_character_does_not_reach_the_terminal_through_the_error() -> None:
    with pytest.raises(DocumentError) as caught:
        render(printable(number="0\x1b[2J"))
    assert "\x1b" not in str(caught.value)


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned(printable(resident=replace(RESIDENT, last_name="D\u202fE\u0301 \u2212")))
    assert cleaned(once) == once


def test_metadata_hold_no_invisible_marks() -> None:
    content = render(printable(resident=replace(RESIDENT, last_name="BER\u202eNARD")))
    metadata = pypdf.PdfReader(io.BytesIO(content)).metadata
    assert metadata is not None
    assert metadata.title == "Facture 020 - BERNARD Paul - octobre 2026"
