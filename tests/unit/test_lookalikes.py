"""One slip away from a better address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.lookalikes import PROVIDERS, lookalike, one_slip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("paul@gmial.com", "paul@gmail.com"),
        ("paul@orange.f", "paul@orange.fr"),
        ("paul@ORANGE.F", "paul@orange.fr"),
        ("paul@wanado.fr", "paul@wanadoo.fr"),
        ("paul@free.rf", "paul@free.fr"),
        ("paul@yahoo.frr", "paul@yahoo.fr"),
        ("paul@gmail.con", "paul@gmail.com"),
        ("paul@sfr.f", "paul@sfr.fr"),
        ("paul@orange.fr", None),
        ("paul@live.fr", None),
        ("paul@me.com", None),
        ("paul@mel.com", None),
        ("paul@udaf59.fr", None),
        ("paul", None),
        ("@gmial.com", None),
        ("", None),
    ],
)
def test_a_slip_in_a_known_provider_is_noticed(typed: str, meant: str | None) -> None:
    assert lookalike(typed) == meant


def test_a_slip_beside_an_address_of_the_family_is_noticed() -> None:
    family = ["marie.durand@udaf59.fr"]
    assert lookalike("marie.durnad@udaf59.fr", family) == family[0]
    assert lookalike("marie.durand@udaf9.fr", family) == family[0]
    assert lookalike("Marie.Durand@udaf59.fr", family) is None
    assert lookalike("luc.durand@udaf59.fr", family) is None
    # Two sons of one initial, and short names that are alike by chance.
    assert lookalike("al@udaf59.fr", ["il@udaf59.fr"]) is None


def test_an_address_that_is_known_already_is_not_doubted() -> None:
    assert lookalike("jeanne1@x.example", ["jeanne1@x.example", "jeanne2@x.example"]) is None


@given(st.sampled_from(PROVIDERS), st.data())
def test_any_single_slip_makes_one(provider: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(provider) - 2))
    slips = {
        provider[:at] + provider[at + 1 :],
        provider[:at] + "q" + provider[at:],
        provider[:at] + "q" + provider[at + 1 :],
        provider[:at] + provider[at + 1] + provider[at] + provider[at + 2 :],
    } - {provider}
    assert all(one_slip(slip, provider) for slip in slips)
    assert not one_slip(provider, provider)


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_it_never_fails(typed: str, family: list[str]) -> None:
    lookalike(typed, family)
