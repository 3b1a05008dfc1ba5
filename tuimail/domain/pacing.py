"""When the next message may leave: gap, a pause every N, sliding windows, and slowing down when the server asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tuimail.domain.account import Account

LONGEST_GAP = 300.0
COOL_DOWNS = (60.0, 300.0, 900.0)
LONGEST_HOLD = timedelta(hours=1)
"""The longest that a cool-down or a quota holds an account; the next try tells whether it goes on."""
RECOVERY = 20
"""Successes after which a slowed gap shrinks by a fifth."""
LEAST_SLOW_GAP = 1.0
RETRIES = (5, 15, 30, 60)
"""Minutes before each new try of a deferred message; after the last, hourly."""


@dataclass(frozen=True, slots=True)
class PacingState:
    """What is remembered of an account's past, shared by processes and restarts."""

    last: datetime | None = None
    """When the last slot ended or ends."""
    since_pause: int = 0
    """Messages since the last longer pause."""
    slow_gap: float = 0.0
    """Seconds of a gap imposed by the server's complaints; 0: the configured one."""
    successes: int = 0
    complaints: int = 0
    """Complaints in a row: chooses the cool-down."""
    not_before: datetime | None = None
    """Nothing leaves before this: a cool-down or a quota."""


@dataclass(frozen=True, slots=True)
class Window:
    """Recipients already counted in a sliding window: oldest first, at most `limit` of them looked at."""

    seconds: int
    limit: int
    moments: Sequence[datetime]


def next_slot(
    account: Account, state: PacingState, windows: Sequence[Window], now: datetime
) -> tuple[datetime, PacingState]:
    """When the next message may leave (`now` or later), and the state once that slot is taken.

    What is remembered from too far ahead was written before the clock was set back: it does not count.
    """
    at = now
    since = state.since_pause
    if state.last is not None:
        pause_due = account.pause_every > 0 and since >= account.pause_every
        wait = timedelta(seconds=max(account.gap, state.slow_gap, account.pause if pause_due else 0.0))
        if state.last <= now + wait:
            at = max(at, state.last + wait)
        if pause_due:
            since = 0
    if state.not_before is not None and state.not_before <= now + LONGEST_HOLD:
        at = max(at, state.not_before)
    for window in windows:
        moments = [moment for moment in window.moments if moment <= now]
        if window.limit and len(moments) >= window.limit:
            at = max(at, moments[-window.limit] + timedelta(seconds=window.seconds))
    return at, replace(state, last=at, since_pause=since + 1)


def slowed(state: PacingState, account: Account, now: datetime) -> PacingState:
    """The server said it is busy: twice the gap, and a cool-down that grows with each complaint in a row."""
    gap = min(max(account.gap, state.slow_gap, LEAST_SLOW_GAP) * 2, LONGEST_GAP)
    cool_down = timedelta(seconds=COOL_DOWNS[min(state.complaints, len(COOL_DOWNS) - 1)])
    return replace(
        state,
        slow_gap=gap,
        successes=0,
        complaints=state.complaints + 1,
        not_before=max(now + cool_down, state.not_before or now),
    )


def succeeded(state: PacingState, account: Account) -> PacingState:
    """A message was accepted: after `RECOVERY` of them in a row a slowed gap shrinks."""
    if not state.slow_gap:
        return replace(state, complaints=0)
    successes = state.successes + 1
    if successes < RECOVERY:
        return replace(state, successes=successes, complaints=0)
    gap = state.slow_gap * 0.8
    return replace(state, slow_gap=gap if gap > max(account.gap, LEAST_SLOW_GAP) else 0.0, successes=0, complaints=0)


def retry_at(attempt: int, now: datetime) -> datetime:
    """When a message deferred at its `attempt`-th try (from 1) is tried again."""
    return now + timedelta(minutes=RETRIES[min(attempt, len(RETRIES)) - 1])


def forecast(account: Account, messages: int, sent_before: int = 0, each: float = 0.3) -> float:
    """Seconds from the first of `messages` more to the end of the last, at `each` seconds of work a message.

    `sent_before`: how many have left since the last longer pause. Windows and complaints are not foreseen.
    """
    if messages <= 0:
        return 0.0
    pauses = (
        (sent_before + messages - 1) // account.pause_every - sent_before // account.pause_every
        if account.pause_every
        else 0
    )
    return (messages - 1 - pauses) * account.gap + pauses * max(account.pause, account.gap) + messages * each


def seconds_left(done: int, total: int, elapsed: float) -> float:
    """What is left of a work whose first `done` of `total` equal parts took `elapsed` seconds; 0 before the first."""
    return elapsed / done * max(total - done, 0) if done else 0.0
