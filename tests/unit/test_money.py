from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.money import (
    MAX_CENTS,
    format_cents,
    format_rate,
    format_scaled,
    parse_decimal,
    to_cents,
    to_scaled,
    vat,
)

NBSP = "\u00a0"
THIN = "\u202f"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("2008,80", 200_880),
        ("2008.80", 200_880),
        ("2 008,80", 200_880),
        (f"2{NBSP}008,80", 200_880),
        (f"2{THIN}008,80{NBSP}€", 200_880),
        ("2\u2009008,80", 200_880),
        ("2'008.80", 200_880),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1.234.567,8", 123_456_780),
        ("1,234,567.8", 123_456_780),
        ("1 234 567", 123_456_700),
        ("1.234.567", 123_456_700),
        ("12", 1_200),
        (",5", 50),
        ("5,", 500),
        ("+12", 1_200),
        ("-12", -1_200),
        ("- 12,00", -1_200),
        ("\u221212,00", -1_200),
        ("12,00-", -1_200),
        ("(12,00)", -1_200),
        ("( 1 234,00 € )", -123_400),
        ("€ 64,80", 6_480),
        ("-64,80 €", -6_480),
        ("64,80 EUR", 6_480),
        ("0", 0),
        ("1.234", 123),
    ],
)
def test_amounts_are_read_as_people_and_exports_write_them(text: str, cents: int) -> None:
    assert to_cents(parse_decimal(text)) == cents


@pytest.mark.parametrize(
    "text",
    [
        "douze", "", " ", "€", "-", "--5", "-5-", "(-5)", "(5", "5)", "1e5", "NaN", "Infinity", "0x10", "1_000", "٣",
        "31.10.2026", "31/10/2026", "2026-10-31", "12.34.56", "12,34,56", "1 2", "12 34,5", "1.234 567", "1 234.567,8",
        "1.234.56", "1,234,56", "12€50", ",", ".", "5,5,",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_decimal(text)


def test_an_amount_beyond_any_invoice_is_refused() -> None:
    assert to_cents(parse_decimal("10000000000")) == MAX_CENTS
    for text in ("10000000000,01", "-10000000000,01", "9" * 400):
        with pytest.raises(ValueError, match=r".*"):
            parse_decimal(text)


@pytest.mark.parametrize(("euros", "cents"), [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("1.115", 112)])
def test_half_a_cent_goes_up(euros: str, cents: int) -> None:
    assert to_cents(Decimal(euros)) == cents


def test_quantities_keep_four_decimals() -> None:
    assert to_scaled(Decimal("30.5")) == 305_000
    assert to_scaled(Decimal("0.00005")) == 1


@pytest.mark.parametrize(
    ("net", "rate", "tax"), [(10_000, 550, 550), (200_880, 550, 11_048), (10, 550, 1), (-10, 550, -1), (999, 0, 0)]
)
def test_tax_is_rounded_half_up(net: int, rate: int, tax: int) -> None:
    assert vat(net, rate) == tax


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (9_120_416, f"91{NBSP}204,16", "91,204.16"),
        (0, "0,00", "0.00"),
        (-5, "-0,05", "-0.05"),
        (100_000_000, f"1{NBSP}000{NBSP}000,00", "1,000,000.00"),
    ],
)
def test_amounts_are_shown_in_the_language(cents: int, french: str, english: str) -> None:
    assert format_cents(cents) == french
    assert format_cents(cents, lang="en") == english
    assert format_cents(cents, currency=True) == f"{french}{NBSP}€"


def test_quantities_show_the_decimals_they_need() -> None:
    assert format_scaled(310_000) == "31"
    assert format_scaled(305_000) == "30,5"
    assert format_scaled(648_000, least_decimals=2) == "64,80"
    assert format_scaled(12_345, least_decimals=2) == "1,2345"
    assert format_scaled(10_000_000_000) == f"1{NBSP}000{NBSP}000"


def test_rates_are_shown_in_per_cent() -> None:
    assert format_rate(550) == f"5,5{NBSP}%"
    assert format_rate(2000, lang="en") == f"20{NBSP}%"


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from(["fr", "en"]), st.booleans())
def test_what_is_shown_reads_back_as_the_same_amount(cents: int, lang: str, currency: bool) -> None:
    assert to_cents(parse_decimal(format_cents(cents, currency, lang))) == cents


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_french_quantity_reads_back_as_the_same(value: int, least: int) -> None:
    assert to_scaled(parse_decimal(format_scaled(value, least, "fr"))) == value


@given(st.text())
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert abs(parse_decimal(text)) * 100 <= MAX_CENTS
