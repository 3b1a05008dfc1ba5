from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tuimail.domain.errors import BadInput
from tuimail.domain.identifiers import (
    checked_bic,
    checked_finess,
    checked_iban,
    checked_number,
    checked_phone,
    checked_siret,
    in_groups,
)
from tuimail.domain.places import Structure

pytestmark = pytest.mark.usefixtures("english")

Check = Callable[[str], str]


@pytest.mark.parametrize(
    ("check", "typed", "kept"),
    [
        (checked_siret, "356 000 000 49837", "35600000049837"),
        (checked_siret, " 732\u00a0829\u00a0320\u202f00074 ", "73282932000074"),
        (checked_finess, "75 071 218 4", "750712184"),
        (checked_finess, "2a0000014", "2A0000014"),
        (checked_iban, "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        (checked_bic, "agri fr pp", "AGRIFRPP"),
        (checked_phone, "02  40 12 34 56", "02 40 12 34 56"),
        (checked_phone, "+33 (0)2 40 12 34 56", "+33 (0)2 40 12 34 56"),
        *((check, " ", "") for check in (checked_siret, checked_finess, checked_iban, checked_bic, checked_phone)),
    ],
)
def test_what_is_right_is_kept_in_one_form(check: Check, typed: str, kept: str) -> None:
    assert check(typed) == kept


@pytest.mark.parametrize(
    ("check", "typed", "told"),
    [
        (checked_siret, "73282932000075", "check digit"),
        (checked_siret, "7328293200007", "14 digits, and there are 13"),
        (checked_siret, "7328293200007x", "digits alone"),
        (checked_siret, "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "digits alone"),
        (checked_finess, "750712185", "check digit"),
        (checked_finess, "2C0000014", "digits alone"),
        (checked_iban, "FR7630006000011234567890188", "not valid"),
        (checked_iban, "30006000011234567890189", "country"),
        (checked_bic, "AGRIFR", "8 or 11"),
        (checked_phone, "demander Virginie", "not a telephone number"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason(check: Check, typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        check(typed)


def test_a_number_lies_between_two_others() -> None:
    assert [checked_number(text, 0, 31) for text in ("", "0", " 31 ")] == [0, 0, 31]
    for text in ("32", "-1", "1,5", "x", "9" * 5000):
        with pytest.raises(BadInput, match="from 0 to 31"):
            checked_number(text, 0, 31)


def test_numbers_are_shown_as_people_write_them() -> None:
    assert in_groups("73282932000074", 3, 3, 3, 5) == "732 829 320 00074"
    assert in_groups("FR7630006000011234567890189", 4) == "FR76 3000 6000 0112 3456 7890 189"
    assert in_groups("", 4) == ""


@pytest.mark.parametrize(
    ("days", "day", "issued_on", "due_on"),
    [
        (0, 0, date(2026, 10, 31), None),
        (10, 0, date(2026, 10, 31), date(2026, 11, 10)),
        (0, 5, date(2026, 10, 31), date(2026, 11, 5)),
        (0, 5, date(2026, 10, 5), date(2026, 10, 5)),
        (0, 31, date(2027, 1, 31), date(2027, 1, 31)),
        (1, 31, date(2027, 1, 31), date(2027, 2, 28)),
        (30, 10, date(2026, 12, 15), date(2027, 2, 10)),
    ],
)
def test_an_invoice_is_due_after_some_days_then_on_a_day_of_the_month(
    days: int, day: int, issued_on: date, due_on: date | None
) -> None:
    assert Structure("A", 1, due_days=days, due_day=day).due_on(issued_on) == due_on
