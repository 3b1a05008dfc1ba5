from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.text import clean, fold, has_control


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("BŒUF Émile", "boeuf emile"),
        ("LÆTITIA", "laetitia"),
        ("Łukasz ŻÓŁĆ", "lukasz zolc"),
        ("STRAẞE Straße", "strasse strasse"),
        ("E\u0301mile", "emile"),
        ("  De\u00a0La \t Tour ", "de la tour"),
        ("D’Artagnan", "d'artagnan"),
        ("Saint\u2011Éloi", "saint-eloi"),
        ("Bâtiment №1", "batiment no1"),
        ("ﬁls ™", "fils tm"),
        ("", ""),
    ],
)
def test_accents_case_and_ligatures_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcéèÉŒœÇçñÑ '-"))
def test_case_never_counts(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


def test_what_is_kept_is_composed_and_trimmed() -> None:
    assert clean("  E\u0301mile\u00a0B ") == "Émile\u00a0B"


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_control_and_line_characters_are_found(character: str) -> None:
    assert has_control(f"a{character}b")


@pytest.mark.parametrize("text", ["", "É œ € Ł", "a\u00a0b", "a\u202fb"])
def test_letters_and_spaces_are_no_control_characters(text: str) -> None:
    assert not has_control(text)
