from __future__ import annotations

import pytest

from tuimail.domain.templates import DEFAULT_BODY, expand

VALUES = {"person": "BERNARD Paul", "period": "octobre 2026"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("Facture de &personne, &periode", "Facture de BERNARD Paul, octobre 2026"),
        ("&période", "octobre 2026"),
        ("&personne&periode", "BERNARD Pauloctobre 2026"),
        ("(&personne)", "(BERNARD Paul)"),
        ("&personne.", "BERNARD Paul."),
        ("&personnes &periodes", "&personnes &periodes"),
        ("&personne_2", "&personne_2"),
        ("& personne &autre R&D", "& personne &autre R&D"),
        ("&amp;personne", "&amp;personne"),
        ("Votre facture de &periode", "Votre facture d'octobre 2026"),
        ("De &période", "D'octobre 2026"),
        ("code &periode, de  &periode", "code octobre 2026, de  octobre 2026"),
        ("de &personne", "de BERNARD Paul"),
        ("", ""),
    ],
)
def test_keywords_become_their_values_and_nothing_else_does(text: str, expanded: str) -> None:
    assert expand(text, VALUES) == expanded


def test_a_month_that_begins_with_a_consonant_is_not_elided() -> None:
    assert expand("de &periode", {"person": "", "period": "septembre 2026"}) == "de septembre 2026"


def test_a_name_is_not_elided() -> None:
    assert expand("de &personne", {"person": "ANTOINE Monique", "period": ""}) == "de ANTOINE Monique"


def test_a_value_that_holds_a_keyword_is_not_expanded_again() -> None:
    assert expand("&personne", {"person": "M. &periode", "period": "x"}) == "M. &periode"


def test_a_value_is_taken_literally() -> None:
    assert expand("&personne", {"person": r"\1\g<0>", "period": ""}) == r"\1\g<0>"


def test_the_default_text_names_person_and_period() -> None:
    text = expand(DEFAULT_BODY, VALUES)
    assert "BERNARD Paul" in text
    assert "octobre 2026" in text
    assert "&" not in text
