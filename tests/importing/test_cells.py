"""One cell, one value: every way it is written, and what is refused rather than guessed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.billing import DocumentKind
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_day
from tuimail.importing import cells
from tuimail.importing.cells import BadCell

LAST = date(2026, 10, 31)
NOON = datetime.combine(LAST, time(12))


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("31/10/2026", LAST),
        ("31-10-26", LAST),
        ("31.10.2026", LAST),
        ("2026-10-31", LAST),
        ("2026-10-31 00:00:00", LAST),
        ("2026-10-31T08:30", LAST),
        ("31 octobre 2026", LAST),
        ("samedi 31 oct. 2026", LAST),
        ("1er août 2026", date(2026, 8, 1)),
        ("31 October 2026", LAST),
        ("31/10/95", date(1995, 10, 31)),
        (NOON, LAST),
        (LAST, LAST),
        (46326.0, LAST),
        ("00/00/0000", None),
        ("  /  /    ", None),
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Any, found: date | None) -> None:
    assert cells.day(cell) == found


@pytest.mark.parametrize(
    "cell", ["31/13/2026", "30/02/2026", "10/31/2026", "demain", "31/10", "31/10/20266", 0.5, True, "01/01/0026"]
)
def test_what_is_no_day_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        cells.day(cell)


def test_a_birth_year_of_two_figures_lies_in_the_past() -> None:
    assert cells.birth_day("21/07/30") == date(1930, 7, 21)
    assert cells.birth_day("21/07/26") == date(1926, 7, 21)
    assert cells.birth_day("21/07/05") == date(2005, 7, 21)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_as_it_is_printed_is_read_back(day: date) -> None:
    assert cells.day(format_day(day)) == cells.day(day.isoformat()) == day


@pytest.mark.parametrize(
    "cell",
    ["2026-10", "2026/10", "10/2026", "10-2026", "202610", 202610.0, "octobre 2026", "Oct. 2026", "OCTOBRE-2026",
     "October 2026", "01/10/2026", "2026-10-31", date(2026, 10, 1), NOON],
)  # fmt: skip
def test_a_period_is_read_however_it_is_written(cell: Any) -> None:
    assert cells.period(cell) == Period(2026, 10)


@pytest.mark.parametrize("cell", ["2026-13", "13/2026", "ju 2026", "octobre", "2026", "20261", "T3 2026", 12.0, True])
def test_what_is_no_period_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        cells.period(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [("juin 2026", 6), ("juil. 2026", 7), ("mars 2026", 3), ("mai 2026", 5), ("avr 2026", 4), ("Aug 2026", 8)],
)
def test_a_month_may_be_cut_short_where_it_is_no_other(cell: str, found: int) -> None:
    assert cells.period(cell) == Period(2026, found)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2 008,80", 200_880),
        ("2\u00a0008,80", 200_880),
        ("2\u202f008,80 €", 200_880),
        ("2.008,80", 200_880),
        ("2,008.80", 200_880),
        ("-187,50", -18_750),
        ("(187,50)", -18_750),
        ("187,50-", -18_750),
        ("0,005", 1),
        ("12", 1_200),
        (2008.8, 200_880),
        (1842.6000000000001, 184_260),
        (-1e-05, 0),
        (0.1 + 0.2, 30),
        (7, 700),
    ],
)
def test_an_amount_is_read_in_cents(cell: Any, found: int) -> None:
    assert cells.cents(cell) == found


@pytest.mark.parametrize(
    "cell", ["douze", "12,5,0a", "€", "1.234", "1,234", "-12.345 €", True, LAST, float("nan"), float("inf"), 1e20]
)
def test_what_is_no_amount_or_may_be_two_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        cells.cents(cell)


@given(st.integers(-(10**11), 10**11), st.sampled_from(["fr", "en"]))
def test_an_amount_as_it_is_printed_is_read_back(amount: int, lang: str) -> None:
    assert cells.cents(format_cents(amount, currency=True, lang=lang)) == amount


@given(st.integers(-(10**9), 10**9))
def test_a_spreadsheets_float_is_the_amount_it_shows(amount: int) -> None:
    assert cells.cents(float(Decimal(amount) / 100)) == amount


@pytest.mark.parametrize(("cell", "found"), [("1.234", 12_340), ("31", 310_000), (-8.71, -87_100), ("0,3333", 3_333)])
def test_quantities_and_prices_keep_four_decimals(cell: Any, found: int) -> None:
    assert cells.scaled(cell) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [("5,50", 550), ("5.5 %", 550), (5.5, 550), (0.055, 550), ("0,00", 0), (0.2, 2000), ("2,1%", 210)],
)
def test_a_rate_is_read_in_basis_points(cell: Any, found: int) -> None:
    assert cells.rate(cell) == found


@pytest.mark.parametrize("cell", ["110,48", "-5,5", "5,555", "exonéré", True])
def test_an_amount_of_tax_is_no_rate(cell: Any) -> None:
    with pytest.raises(BadCell):
        cells.rate(cell)


@pytest.mark.parametrize("cell", ["O", "oui", " X ", "1", "Vrai", "YES", True, 1.0])
def test_yes(cell: Any) -> None:
    assert cells.flag(cell) is True


@pytest.mark.parametrize("cell", ["N", "non", "0", "FAUX", "no", False, 0.0])
def test_no(cell: Any) -> None:
    assert cells.flag(cell) is False


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(BadCell):
        cells.flag("peut-être")


@pytest.mark.parametrize(
    ("cell", "found"),
    [("001", "001"), (20.0, "20"), (20, "20"), ('="0012"', "0012"), (" FA-2026/07 ", "FA-2026/07")],
)
def test_a_number_is_text_with_its_zeros(cell: Any, found: str) -> None:
    assert cells.number(cell) == found


@pytest.mark.parametrize("cell", [date(2026, 10, 26), 20.5, True, time(1, 2), timedelta(1)])
def test_a_number_that_a_spreadsheet_spoilt_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        cells.number(cell)


@pytest.mark.parametrize("cell", ["A\r\nB", "A\nB", "A\x00B", "A\u2028B", "A\x85B", "x" * 301])
@pytest.mark.parametrize("parse", [cells.text, cells.number, cells.address, cells.addresses, cells.period, cells.kind])
def test_line_breaks_control_characters_and_paragraphs_are_refused(parse: Callable[[Any], Any], cell: str) -> None:
    with pytest.raises(BadCell):
        parse(cell)


def test_accents_ligatures_and_hard_spaces_stay_as_typed() -> None:
    assert cells.text("  Łukasz L’Œillet\u00a0: été ") == "Łukasz L’Œillet\u00a0: été"
    assert cells.text("e\u0301te\u0301") == "été"


def test_one_is_not_true_for_whoever_asks_next() -> None:
    assert [cells.text(cell) for cell in (1.0, True, 1)] == ["1", "VRAI", "1"]


@pytest.mark.parametrize(
    "cell",
    ["a@x.example;b@X.example", "a@x.example, b@x.example", "a@x.example / b@x.example", " a@x.example b@x.example "],
)
def test_several_addresses_in_one_cell_are_several(cell: str) -> None:
    assert cells.addresses(cell) == ("a@x.example", "b@x.example")


@pytest.mark.parametrize("cell", ["a@", "a b@x.example", "élise@x.example", "a@x.example;b@", "a@b@c.example"])
def test_an_address_no_mail_can_be_sent_to_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.addresses(cell)


def test_one_address_is_asked_for_where_there_is_one() -> None:
    assert cells.address("mailto:Udaf@Tutelle.example") == "Udaf@tutelle.example"
    with pytest.raises(BadCell):
        cells.address("a@x.example;b@x.example")


@pytest.mark.parametrize(
    ("cell", "found"),
    [("Facture", DocumentKind.INVOICE), ("AVOIR", DocumentKind.CREDIT_NOTE), ("credit-note", DocumentKind.CREDIT_NOTE),
     ("Relevé de débours", DocumentKind.DISBURSEMENTS)],
)  # fmt: skip
def test_the_kind_of_a_document(cell: str, found: DocumentKind) -> None:
    assert cells.kind(cell) is found


@given(
    st.sampled_from([cells.text, cells.number, cells.day, cells.birth_day, cells.period, cells.flag, cells.cents,
                     cells.scaled, cells.rate, cells.kind, cells.address, cells.addresses]),
    st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(),
              st.timedeltas()),
)  # fmt: skip
def test_any_cell_is_a_value_or_is_refused(parse: Callable[[Any], Any], cell: Any) -> None:
    with suppress(BadCell):
        parse(cell)
