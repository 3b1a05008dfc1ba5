from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import NOW
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.account import Account, Security
from tuimail.domain.pacing import (
    LONGEST_GAP,
    PacingState,
    Window,
    forecast,
    next_slot,
    retry_at,
    slowed,
    succeeded,
)

DEFAULT = Account(1, "smtp.example", 25, Security.NONE)
UNPACED = replace(DEFAULT, gap=0.0, pause_every=0)


def seconds(moment: datetime) -> float:
    return (moment - NOW).total_seconds()


def leaving(account: Account, messages: int, each: float = 0.0, state: PacingState | None = None) -> list[float]:
    """When each message leaves if it takes `each` seconds, in seconds from now."""
    state, clock = state or PacingState(), NOW
    found = []
    for _ in range(messages):
        clock, state = next_slot(account, state, [], clock)
        found.append(seconds(clock))
        clock += timedelta(seconds=each)
        state = replace(state, last=clock)
    return found


def test_by_default_two_seconds_pass_between_messages_and_ten_after_every_tenth() -> None:
    found = leaving(DEFAULT, 21)
    assert found[:10] == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert found[10] == 28
    assert found[11] == 30
    assert found[20] == 56


def test_the_gap_is_counted_from_the_end_of_the_last_message() -> None:
    assert leaving(DEFAULT, 3, each=1.5) == [0, 3.5, 7]


def test_zero_switches_pacing_off() -> None:
    assert leaving(UNPACED, 25) == [0] * 25
    assert leaving(replace(DEFAULT, pause_every=0), 25)[-1] == 48
    assert leaving(replace(DEFAULT, gap=0.0), 11) == [0] * 10 + [10]


def test_a_pause_shorter_than_the_gap_is_the_gap() -> None:
    assert leaving(replace(DEFAULT, gap=20.0, pause_every=2), 3) == [0, 20, 40]


def test_a_long_rest_counts_as_gap_and_pause() -> None:
    state = PacingState(last=NOW - timedelta(hours=1), since_pause=10)
    at, after = next_slot(DEFAULT, state, [], NOW)
    assert at == NOW
    assert after.since_pause == 1


def test_nothing_leaves_before_the_end_of_a_hold() -> None:
    until = NOW + timedelta(minutes=5)
    assert next_slot(UNPACED, PacingState(not_before=until), [], NOW)[0] == until
    assert next_slot(UNPACED, PacingState(not_before=NOW - timedelta(1)), [], NOW)[0] == NOW


def test_a_full_window_waits_until_its_oldest_message_leaves_it() -> None:
    moments = [NOW - timedelta(seconds=s) for s in (50, 20, 10)]
    assert next_slot(UNPACED, PacingState(), [Window(60, 3, moments)], NOW)[0] == NOW + timedelta(seconds=10)
    assert next_slot(UNPACED, PacingState(), [Window(60, 4, moments)], NOW)[0] == NOW
    assert next_slot(UNPACED, PacingState(), [Window(60, 2, moments)], NOW)[0] == NOW + timedelta(seconds=40)


def test_the_strictest_window_decides() -> None:
    minute = Window(60, 1, [NOW - timedelta(seconds=30)])
    hour = Window(3600, 1, [NOW - timedelta(seconds=30)])
    assert seconds(next_slot(UNPACED, PacingState(), [minute, hour], NOW)[0]) == 3570


@given(
    st.integers(1, 5),
    st.lists(st.floats(0, 40, allow_nan=False), min_size=1, max_size=40),
    st.floats(0, 5, allow_nan=False),
)
def test_no_sliding_minute_ever_holds_more_than_its_limit(limit: int, waits: list[float], gap: float) -> None:
    account, state = replace(UNPACED, gap=gap), PacingState()
    clock, left, recent = NOW, [], deque[datetime](maxlen=limit)
    for wait in waits:
        clock += timedelta(seconds=wait)
        clock, state = next_slot(account, state, [Window(60, limit, list(recent))], clock)
        recent.append(clock)
        left.append(clock)
    for moment in left:
        assert sum(moment <= other < moment + timedelta(seconds=60) for other in left) <= limit


def test_a_complaint_doubles_the_gap_and_holds_everything_for_a_while() -> None:
    once = slowed(PacingState(), DEFAULT, NOW)
    twice = slowed(once, DEFAULT, NOW)
    thrice = slowed(twice, DEFAULT, NOW)
    again = slowed(thrice, DEFAULT, NOW)
    assert [s.slow_gap for s in (once, twice, thrice)] == [4, 8, 16]
    assert [seconds(s.not_before or NOW) for s in (once, twice, thrice, again)] == [60, 300, 900, 900]


def test_the_gap_grows_to_five_minutes_at_most() -> None:
    state = PacingState()
    for _ in range(20):
        state = slowed(state, DEFAULT, NOW)
    assert state.slow_gap == LONGEST_GAP == 300


def test_a_complaint_slows_even_an_unpaced_account() -> None:
    state = slowed(PacingState(), UNPACED, NOW)
    assert state.slow_gap == 2
    at, _ = next_slot(UNPACED, replace(state, last=NOW, not_before=None), [], NOW)
    assert seconds(at) == 2


def test_a_complaint_never_shortens_a_longer_hold() -> None:
    until = NOW + timedelta(hours=1)
    assert slowed(PacingState(not_before=until), DEFAULT, NOW).not_before == until


def test_twenty_successes_in_a_row_shrink_the_gap_by_a_fifth() -> None:
    state = slowed(PacingState(), DEFAULT, NOW)
    for _ in range(19):
        state = succeeded(state, DEFAULT)
    assert state.slow_gap == 4
    state = succeeded(state, DEFAULT)
    assert state.slow_gap == pytest.approx(3.2)
    assert state.successes == 0


def test_a_complaint_starts_the_count_of_successes_again() -> None:
    state = slowed(PacingState(), DEFAULT, NOW)
    for _ in range(19):
        state = succeeded(state, DEFAULT)
    state = slowed(state, DEFAULT, NOW)
    assert succeeded(state, DEFAULT).slow_gap == 8


def test_the_gap_recovers_down_to_the_configured_one() -> None:
    for account in (DEFAULT, UNPACED):
        state = slowed(slowed(PacingState(), account, NOW), account, NOW)
        for _ in range(20 * 12):
            state = succeeded(state, account)
        assert state.slow_gap == 0


def test_a_success_ends_a_row_of_complaints() -> None:
    state = succeeded(slowed(PacingState(), DEFAULT, NOW), DEFAULT)
    assert state.complaints == 0
    assert succeeded(PacingState(complaints=2), DEFAULT).complaints == 0


def test_a_deferred_message_is_tried_again_later_and_later_then_hourly() -> None:
    minutes = [seconds(retry_at(attempt, NOW)) / 60 for attempt in range(1, 8)]
    assert minutes == [5, 15, 30, 60, 60, 60, 60]


GAPS = st.sampled_from([0.0, 0.1, 2.0, 30.0])


@given(
    st.builds(lambda gap, every, pause: replace(DEFAULT, gap=gap, pause_every=every, pause=pause),
              GAPS, st.integers(0, 12), GAPS),
    st.integers(0, 60),
    st.integers(0, 12),
    st.sampled_from([0.0, 0.3, 4.0]),
)  # fmt: skip
def test_the_forecast_agrees_with_what_happens(account: Account, messages: int, before: int, each: float) -> None:
    before = min(before, account.pause_every)
    state = PacingState(last=NOW - timedelta(days=1), since_pause=before)
    found = leaving(account, messages, each, state)
    real = found[-1] + each if found else 0.0
    assert forecast(account, messages, before, each) == pytest.approx(real, abs=0.001)


def test_a_month_of_three_hundred_invoices_takes_a_quarter_of_an_hour() -> None:
    assert 13.5 * 60 < forecast(DEFAULT, 300, each=0.0) < 14 * 60
    assert forecast(DEFAULT, 0) == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_for_it() -> None:
    ahead = NOW + timedelta(hours=1)
    state = PacingState(last=ahead, since_pause=10, not_before=ahead + timedelta(minutes=1))
    window = Window(3600, 1, [ahead])
    at, taken = next_slot(DEFAULT, state, [window], NOW)
    assert (at, taken.last) == (NOW, NOW)
