"""The free field for one address: what people paste into it."""

from __future__ import annotations

import pytest

from tuimail.domain.errors import BadAddress
from tuimail.domain.one_address import one_address

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("anne@free.fr", "anne@free.fr"), ("  Anne@FREE.fr ", "Anne@free.fr"), ("a@münchen.de", "a@xn--mnchen-3ya.de")],
)
def test_one_address_is_kept(typed: str, kept: str) -> None:
    assert one_address(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence", "next_step"),
    [
        ("Anne <anne@free.fr>", "something else", "Type the address alone: anne@free.fr"),
        ('"DUPONT, Anne" <anne@free.fr>', "something else", "Type the address alone: anne@free.fr"),
        ("anne@free.fr (daughter)", "something else", "Type the address alone: anne@free.fr"),
        ("anne@free.fr; paul@free.fr", "Several addresses", "Type one, press Enter"),
        ("Anne <anne@free.fr>, Paul <paul@free.fr>", "anne@free.fr, paul@free.fr", "Type one, press Enter"),
        ("anne@free.fr\r\nBcc: paul@free.fr", "control character", ""),
        ("anne@free.fr\r\nSubject: x", "control character", ""),
        ("anne", "one @", ""),
    ],
)
def test_more_than_an_address_is_answered_in_clear_words(typed: str, sentence: str, next_step: str) -> None:
    with pytest.raises(BadAddress) as refused:
        one_address(typed)
    assert sentence in refused.value.sentence
    assert next_step in refused.value.next_step
