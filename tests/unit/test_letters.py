from __future__ import annotations

import pytest
from people_known import ANNE, TODAY

from tuimail.domain.errors import BadInput
from tuimail.domain.letters import (
    Letter,
    Unsubscribing,
    checked_unsubscribing,
    fields_text,
    parse_fields,
    vocabulary_of,
)


def test_keywords_become_what_is_known_of_the_person() -> None:
    letter = Letter("&lien", "&nom &résident &chambre &date &expediteur &lieu\n", fields=(("lieu", "au salon"),))
    values = letter.values(ANNE, "Virginie", TODAY)
    text = vocabulary_of(values).expand(letter.body, values)
    assert text == "BERNARD Anne BERNARD Paul 104 05/11/2026 Virginie au salon\n"
    assert letter.values(ANNE, "Virginie", TODAY) == Letter.from_json(letter.to_json()).values(ANNE, "Virginie", TODAY)


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        (Letter("Fête", "Bonjour &nmo,\n"), "&nom"),
        (Letter("Fête", "Le &montant\n"), "&montant"),
        (Letter("", "Bonjour\n"), "objet"),
        (Letter("Fête", "  "), "texte"),
        (Letter("Fête du &lieux", "x\n", fields=(("lieu", "salon"),)), "&lieu"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_nearest(letter: Letter, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        letter.checked()


def test_own_fields_are_read_as_they_are_written() -> None:
    fields = parse_fields("lieu = Salle des fêtes\n\n&heure= 15 h = pile\n")
    assert fields == (("lieu", "Salle des fêtes"), ("heure", "15 h = pile"))
    assert parse_fields(fields_text(fields)) == fields


@pytest.mark.parametrize("text", ["lieu", "lieu =", "2x = a", "nom = Paul", "a = 1\nA = 2", "x = " + "y" * 600])
def test_a_field_that_is_none_or_taken_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_fields(text)


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(BadInput):
        parse_fields("\n".join(f"champ{n} = x" for n in range(21)))


def test_the_headers_name_who_unsubscribes() -> None:
    ways = Unsubscribing("stop@maison.example", "https://maison.example/stop?a={address}")
    assert ways.headers("anne+b@free.example", "") == (
        ",\r\n ".join(
            (
                "List-Unsubscribe: <mailto:stop@maison.example?subject=unsubscribe%20anne%2Bb%40free.example>",
                "<https://maison.example/stop?a=anne%2Bb%40free.example>",
            )
        ),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )
    assert Unsubscribing().headers("anne@free.example", "compta@maison.example") == (
        "List-Unsubscribe: <mailto:compta@maison.example?subject=unsubscribe%20anne%40free.example>",
    )


@pytest.mark.parametrize(
    "url",
    ["http://a.example/{address}", "https:///{address}", "https://a.example/", "https://a.example/ {address}", "x"],
)
def test_an_address_that_mail_programs_cannot_call_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        checked_unsubscribing("", url)
