from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_known import ANNE, PAUL, TODAY, UDAF

from tuimail.domain.filter_text import DEEPEST, LONGEST, FilterError, compile_filter


def holds(text: str, person: object = PAUL) -> bool:
    return compile_filter(text)(person, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "âge >= 80",
        "AGE>=80",
        "age > 79 et age < 100",
        "structure = “EHPAD Saint-Éloi”",
        'structure ~ "saint-eloi"',
        "structure contient eloi",
        "rôle = résident",
        "role in (guardian, resident)",
        "chambre dans (104, 205)",
        "entrée <= 31/12/2024",
        "entry = 2024-03-01",
        "non parti",
        "non_envoyée",
        "unsent = oui",
        "accepte = no",
        "civilité != Mme",
        "rôle = tutelle ou nom ~ paul",
        "rôle = tutelle ou rôle = proche ou (âge > 20 et nom ~ bernard)",
        "non (rôle = tutelle ou parti)",
        "! gone & age ≥ 80",
        "nom = 'BERNARD Paul'",
    ],
)
def test_what_is_true_of_paul(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text", ["age < 80", "parti", "accepte", "role = proche", "nom = paul", "departure >= 01/01/2000", "age > 200"]
)
def test_what_is_not_true_of_paul(text: str) -> None:
    assert not holds(text)


def test_and_binds_before_or() -> None:
    assert holds("nom ~ paul ou parti et parti")
    assert not holds("(nom ~ paul ou parti) et parti")


def test_what_is_not_known_is_neither_more_nor_less() -> None:
    unborn = replace(PAUL, birth_date=None)
    assert not holds("âge >= 0", unborn)
    assert not holds("âge < 200", unborn)
    assert holds("âge != 80", unborn)


def test_relatives_and_guardians_are_told_apart() -> None:
    assert holds("lien = fille", ANNE)
    assert holds("rôle = proche et résident ~ bernard", ANNE)
    assert holds("lien = tutelle", UDAF)


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("structur = x", 0, "structure"),
        ("age >= 80 et lein = fille", 13, "lien"),
        ("zzz = 1", 0, "F1"),
        ("age >= ", 7, "valeur"),
        ("age >= quatre", 7, "chiffres"),
        ("age", 3, "age"),
        ("(age > 3", 8, "parenthèse"),
        ("age > 3)", 7, "parenthèse"),
        ("age > 3 age < 9", 8, "et"),
        ("nom = 'Paul", 6, "jamais"),
        ("nom ^ paul", 4, "^"),
        ("nom > paul", 4, "="),
        ("role = chat", 7, "chat"),
        ("entrée > 31/02/2026", 9, "31/02/2026"),
        ("parti = peut-être", 8, "peut-être"),
        ("et age > 3", 0, "et"),
        ("age in 80", 7, "parenthèse"),
        ("age in (80, )", 12, "valeur"),
        ("age > 99999999", 6, "chiffres"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError) as found:
        compile_filter(text)
    assert found.value.position == position
    assert said in str(found.value)


def test_a_filter_of_ten_thousand_characters_is_refused() -> None:
    with pytest.raises(FilterError) as found:
        compile_filter("age > 3 et " * 1000 + "age > 3")
    assert str(LONGEST) in str(found.value)


@pytest.mark.parametrize("opening", ["(", "non ", "!", "non ("])
def test_a_filter_nested_too_deep_is_refused_and_not_run(opening: str) -> None:
    closing = ")" * (DEEPEST + 1) if "(" in opening else ""
    with pytest.raises(FilterError):
        compile_filter(opening * (DEEPEST + 1) + "age > 3" + closing)


def test_nothing_is_ever_run() -> None:
    for text in ("__import__('os')", "1=1; drop table resident", "nom = '' or 1=1 --", "exec(1)"):
        with pytest.raises(FilterError):
            compile_filter(text)


_WORDS = st.sampled_from(
    [
        "age",
        "nom",
        "rôle",
        "parti",
        "et",
        "ou",
        "non",
        "(",
        ")",
        ">=",
        "=",
        "~",
        "dans",
        "80",
        "proche",
        "'x'",
        ",",
        "?",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=25).map(" ".join)))
def test_any_text_is_a_filter_or_a_mistake_at_a_place(text: str) -> None:
    mistake = None
    try:
        answer = holds(text)
    except FilterError as error:
        mistake = error
    if mistake is None:
        assert isinstance(answer, bool)
        if text.count("(") + text.count("!") < DEEPEST - 2:
            assert holds(f"non ({text})") is not answer
    else:
        assert 0 <= mistake.position <= len(text)
        assert mistake.sentence
        assert mistake.next_step
