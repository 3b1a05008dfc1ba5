from __future__ import annotations

from datetime import date

import pytest

from tuimail.domain.keywords import begun
from tuimail.domain.periods import Period
from tuimail.domain.places import Association, Sender
from tuimail.domain.templates import (
    DEFAULT_BODY,
    DEFAULT_SUBJECT,
    INVOICE,
    KEYWORDS,
    effective,
    expand,
    message_values,
    misspelt,
    objections,
)

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


def document(due_on: date | None = date(2026, 11, 10)) -> dict[str, str]:
    return message_values(
        person="BERNARD Paul",
        period=Period(2026, 10),
        number="021",
        issued_on=date(2026, 10, 31),
        due_on=due_on,
        gross=256_016,
        structure="EHPAD Saint-Éloi",
        sender="Virginie Dubois",
    )


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("<NUMFACT> du <DATEFACT>", "021 du 31/10/2026"),
        ("<NOMSOC>, <numfact>", "EHPAD Saint-Éloi, 021"),
        ("&Person &PERIOD &amount", "BERNARD Paul octobre 2026 2\u00a0560,16\u00a0€"),
        ("avant le &échéance, &montant", "avant le 10/11/2026, 2\u00a0560,16\u00a0€"),
        ("facture de <PERIODE>", "facture d'octobre 2026"),
        ("&expéditeur, &établissement", "Virginie Dubois, EHPAD Saint-Éloi"),
        ("<compta@st-eloi.example>", "<compta@st-eloi.example>"),
    ],
)
def test_every_spelling_french_english_or_between_brackets_is_replaced(text: str, expanded: str) -> None:
    assert expand(text, document()) == expanded


def test_no_spelling_stands_for_two_values() -> None:
    assert all(INVOICE.known(spelling) is keyword for keyword in KEYWORDS for spelling in keyword.spellings)
    assert {keyword.value for keyword in KEYWORDS} == set(document())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("&personne &periode &période", []),
        ("R&D, & co, Dupont & fils, x?a=1&b=2, <Virginie>, a < b", []),
        ("Pour &personnes et &personnes", [("&personnes", "&personne")]),
        ("&periodes", [("&periodes", "&periode")]),
        ("<NUMFAC>", [("<NUMFAC>", "<NUMFACT>")]),
        ("<TOTALTTC>", [("<TOTALTTC>", "")]),
        ("&facture", [("&facture", "")]),
    ],
)
def test_what_looks_like_a_keyword_and_is_none_comes_with_the_nearest(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.word, each.nearest) for each in misspelt(text)] == found


def test_a_text_is_objected_to_that_would_leave_a_keyword_or_a_blank() -> None:
    assert objections("&personne", DEFAULT_BODY, document()) == ""
    assert "« &personnes »".replace(" ", "\u00a0") in objections("&personnes", "", document())
    assert "&echeance" in objections("", "avant le &echeance", document(due_on=None))


@pytest.mark.parametrize(
    ("before", "start", "offered"),
    [
        ("Bonjour &per", "&per", ["&personne", "&periode"]),
        ("&", "&", ["&personne", "&periode", "&numero", "&date", "&montant", "&echeance", "&structure", "&expediteur"]),
        ("<NUM", "<NUM", ["<NUMFACT>"]),
        ("&personne", "&personne", []),
        ("&xyz", "&xyz", []),
        ("R&D", "", []),
        ("Bonjour", "", []),
    ],
)
def test_a_keyword_that_was_begun_can_be_completed(before: str, start: str, offered: list[str]) -> None:
    assert begun(before) == start
    assert INVOICE.completions(start) == offered


def test_a_structure_says_what_its_association_says_where_it_says_nothing() -> None:
    default = Association("Les Tilleuls", 1, "Les Tilleuls", "Facture <NUMFACT>", "Texte")
    own = Sender("Virginie", "v@x.example", subject="Votre facture")
    assert effective(Sender(), Association("A")) == Sender(subject=DEFAULT_SUBJECT, body=DEFAULT_BODY)
    assert effective(Sender(), default) == Sender("Les Tilleuls", subject="Facture <NUMFACT>", body="Texte")
    assert effective(own, default) == Sender("Virginie", "v@x.example", subject="Votre facture", body="Texte")
