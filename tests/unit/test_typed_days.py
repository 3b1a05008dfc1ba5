"""Dates as they are typed: in several forms, with a year of two figures where it is clear which is meant."""

from __future__ import annotations

from datetime import date

import pytest

from tuimail.domain.errors import BadInput
from tuimail.domain.resident_card import parse_day


@pytest.mark.parametrize("text", ["31/10/2026", "31.10.26", "2026-10-31", "31102026", "311026", " 31 10 2026 "])
def test_a_day_may_be_typed_in_several_forms(text: str) -> None:
    assert parse_day(text) == date(2026, 10, 31)


def test_a_year_of_two_figures_is_that_of_a_birth_or_of_an_invoice() -> None:
    assert parse_day("31/12/58") == date(1958, 12, 31)
    assert parse_day("31/12/58", ahead=True) == date(2058, 12, 31)
    assert parse_day("  ") is None


@pytest.mark.parametrize("text", ["31/02/2026", "demain", "31/10", "1/1/1026"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_day(text)
    assert caught.value.next_step
