from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.errors import BadInput
from tuimail.domain.periods import Period, format_day, format_moment

PERIODS = st.builds(Period, st.integers(1900, 2199), st.integers(1, 12))


def test_a_period_is_written_and_read_as_year_and_month() -> None:
    assert Period.parse("2026-10") == Period(2026, 10)
    assert Period.parse(" 2026-01 ") == Period(2026, 1)
    assert str(Period(2026, 1)) == "2026-01"


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-1", "10-2026", "2026/10", "2026-10-31", "1899-12", "2200-01", "oct"],
)
def test_anything_else_is_refused_with_what_was_typed_and_an_example(text: str) -> None:
    with pytest.raises(BadInput) as told:
        Period.parse(text)
    assert text in told.value.sentence
    assert "2026-10" in told.value.next_step
    assert told.value.exit_status == 2


@given(PERIODS)
def test_what_is_written_reads_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(PERIODS, st.integers(-600, 600))
def test_going_there_and_back_is_staying(period: Period, months: int) -> None:
    there = period.shift(months)
    assert 1 <= there.month <= 12
    assert there.shift(-months) == period
    assert (there > period) == (months > 0)


def test_a_year_ends_in_december() -> None:
    assert Period(2026, 12).shift(1) == Period(2027, 1)
    assert Period(2026, 1).shift(-1) == Period(2025, 12)


def test_a_day_lies_in_its_month() -> None:
    assert Period.of(date(2026, 10, 31)) == Period(2026, 10)
    assert Period.of(datetime(2026, 1, 1, tzinfo=UTC)) == Period(2026, 1)


def test_a_period_is_named_in_the_language() -> None:
    assert Period(2026, 8).label() == "août 2026"
    assert Period(2026, 8).label("en") == "August 2026"


@pytest.mark.usefixtures("english")
def test_the_language_in_use_names_the_period() -> None:
    assert Period(2026, 10).label() == "October 2026"


def test_days_and_moments_are_written_the_french_way() -> None:
    moment = datetime(2026, 10, 27, 15, 50).astimezone()
    elsewhere = moment.astimezone(timezone(timedelta(hours=-7)))
    assert format_day(date(2026, 1, 9)) == "09/01/2026"
    assert format_moment(elsewhere) == "27/10 15:50"
    assert format_moment(elsewhere, year=True) == "27/10/2026 15:50"
