"""What waits on an account, and what a second operator sees of a send that is going on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import NOW, Home, home, owner, settled

from tuimail.domain.account import Lease, Owner
from tuimail.domain.events import EventKind
from tuimail.domain.mail import Batch, Delivery, DeliveryState, Wait
from tuimail.domain.ongoing import Ongoing
from tuimail.domain.pacing import PacingState
from tuimail.store import accounts, batches, chain, journal, ongoing, outbox, waiting
from tuimail.store.tables.base import proxy

pytestmark = pytest.mark.usefixtures("store", "english")

US, KARIM = owner("virginie", pid=100), owner("karim", "compta-2", 300)
LATER, MUCH_LATER = NOW + timedelta(minutes=5), NOW + timedelta(minutes=15)


def queued(house: Home, *numbers: int, run: str = "1") -> Batch:
    wanted = [house.documents[n] for n in numbers] if numbers else None
    batch = batches.queue(house.ask(wanted, run=run), US, NOW)
    assert batch is not None
    return batch


def become(house: Home, now: datetime = NOW) -> Lease:
    return outbox.acquire(house.account.id, US, now, lambda _: False)[0]


def take(lease: Lease, house: Home, now: datetime = NOW, batch_id: int = 0) -> Delivery:
    delivery = outbox.claim(lease, house.account, now, batch_id)
    assert isinstance(delivery, Delivery)
    return delivery


def end(
    lease: Lease, house: Home, state: DeliveryState, now: datetime = NOW, next_at: datetime | None = None
) -> Delivery:
    delivery = take(lease, house, now)
    assert outbox.settle(lease, house.account, delivery, settled(state, "", next_at), now)
    return delivery


def alive(_owner: Owner) -> bool | None:
    return True


# Until when


def test_nothing_waits_where_nothing_is_queued() -> None:
    house = home(1)
    assert waiting.next_departure(house.account, NOW) is None
    assert waiting.next_batch(house.account.id, NOW) is None


def test_what_is_queued_may_leave_at_once() -> None:
    house = home(2)
    batch = queued(house)
    assert waiting.next_departure(house.account, NOW) == NOW
    assert waiting.next_batch(house.account.id, NOW) == batch


def test_pacing_says_when_what_is_queued_may_leave() -> None:
    house = home(2, gap=2.0)
    queued(house)
    end(become(house), house, DeliveryState.SENT)
    assert waiting.next_departure(house.account, NOW) == NOW + timedelta(seconds=2)


def test_a_quota_says_when_what_is_queued_may_leave() -> None:
    house = home(2)
    queued(house)
    accounts.save_pacing(house.account.id, PacingState(not_before=LATER))
    assert waiting.next_departure(house.account, NOW) == LATER


def test_the_earliest_of_the_deferred_is_waited_for() -> None:
    house = home(2)
    batch = queued(house)
    lease = become(house)
    end(lease, house, DeliveryState.DEFERRED, next_at=MUCH_LATER)
    end(lease, house, DeliveryState.DEFERRED, next_at=LATER)
    assert waiting.next_departure(house.account, NOW) == LATER
    assert waiting.next_departure(house.account, MUCH_LATER) == MUCH_LATER
    assert waiting.next_batch(house.account.id, NOW) is None
    assert waiting.next_batch(house.account.id, LATER) == batch


def test_what_is_paused_is_not_waited_for() -> None:
    house = home(2)
    first, second = queued(house, 0), queued(house, 1, run="2")
    batches.pause(first.id, US, NOW)
    assert waiting.next_batch(house.account.id, NOW) == second
    batches.pause(second.id, US, NOW)
    assert waiting.next_departure(house.account, NOW) is None
    assert waiting.next_batch(house.account.id, NOW) is None


def test_only_what_was_queued_behind_can_be_asked_for() -> None:
    house = home(3)
    first, second, third = queued(house, 0), queued(house, 1, run="2"), queued(house, 2, run="3")
    turns = [waiting.next_batch(house.account.id, NOW, after) for after in (0, first.id, second.id, third.id)]
    assert turns == [first, second, third, None]


# Not waiting any longer


def test_the_deferred_are_tried_again_at_once_when_asked() -> None:
    house, other = home(3), home(1)
    queued(house)
    queued(other)
    lease = become(house)
    first = end(lease, house, DeliveryState.DEFERRED, next_at=LATER)
    second = end(lease, house, DeliveryState.DEFERRED, next_at=MUCH_LATER)
    elsewhere = outbox.acquire(other.account.id, US, NOW, lambda _: False)[0]
    end(elsewhere, other, DeliveryState.DEFERRED, next_at=LATER)
    soon = NOW + timedelta(seconds=1)
    events = waiting.retry_now(house.account.id, KARIM, soon)
    assert [(e.event, e.delivery_id, e.state, e.until, e.operator) for e in events] == [
        (EventKind.RETRY_ASKED, d.id, "deferred", soon, "karim") for d in (first, second)
    ]
    assert [replace(e, id=0) for e in journal.events(last=2)] == events
    end(lease, house, DeliveryState.SENT, soon)
    assert [take(lease, house, soon).id for _ in range(2)] == [first.id, second.id]
    assert outbox.next_due(other.account.id) == LATER
    assert waiting.retry_now(house.account.id, KARIM, soon) == []
    assert chain.verify().intact


def test_a_wish_outweighs_the_servers_pause_but_not_the_accounts_own_limits() -> None:
    house = home(3, gap=2.0)
    queued(house)
    lease = become(house)
    delivery = take(lease, house)
    deferred = settled(DeliveryState.DEFERRED, "quota", LATER)
    outbox.settle(lease, house.account, delivery, deferred, NOW, not_before=MUCH_LATER)
    assert outbox.claim(lease, house.account, NOW) == Wait(MUCH_LATER)
    waiting.retry_now(house.account.id, KARIM, NOW)
    assert outbox.claim(lease, house.account, NOW) == Wait(NOW + timedelta(seconds=2))


# What a second operator sees


def seen(house: Home, now: datetime = NOW) -> Ongoing | None:
    return ongoing.ongoing(house.account, now, alive)


def test_nobody_sends_where_nobody_holds_the_account() -> None:
    house = home(1)
    queued(house)
    assert seen(house) is None
    lease = become(house)
    assert ongoing.ongoing(house.account, NOW, lambda _: False) is None
    assert ongoing.ongoing(house.account, NOW, lambda _: None) is not None
    assert seen(house, NOW + timedelta(minutes=1)) is None
    outbox.release(lease, NOW)
    assert seen(house) is None


def test_a_sender_that_connects_is_seen_without_a_batch() -> None:
    house = home(1)
    become(house)
    assert seen(house) == Ongoing(house.account.id, "virginie", "bureau", NOW, NOW)


def test_who_sends_since_when_and_how_far_it_is() -> None:
    house = home(5, gap=2.0)
    batch = queued(house, 0, 1, 2)
    queued(house, 3, 4, run="2")
    lease = become(house)
    end(lease, house, DeliveryState.SENT)
    now = NOW + timedelta(seconds=2)
    end(lease, house, DeliveryState.FAILED, now)
    later = NOW + timedelta(seconds=3)
    found = seen(house, later)
    assert found == Ongoing(
        house.account.id, "virginie", "bureau", NOW, later, batch.id, "octobre 2026", 2, 3, 2,
        ends_at=NOW + timedelta(seconds=4.3),
    )  # fmt: skip
    clock = f"{NOW.astimezone():%H:%M}"
    assert found.sentence() == (
        f"virginie has been sending since {clock}, 2 of 3, ends about {clock}, 2 messages queued behind"
    )
    assert found.as_json() == {
        "event": "sending", "operator": "virginie", "host": "bureau", "since": "2026-11-02T09:00:00+00:00",
        "label": "octobre 2026", "done": 2, "total": 3, "behind": 2, "paused": False,
        "ends_at": "2026-11-02T09:00:04.300000+00:00",
    }  # fmt: skip


def test_the_batch_in_hand_is_the_one_that_is_told() -> None:
    house = home(2)
    queued(house, 0)
    second = queued(house, 1, run="2")
    lease = become(house)
    take(lease, house, batch_id=second.id)
    found = seen(house)
    assert found is not None
    assert (found.batch_id, found.behind) == (second.id, 1)


def test_a_paused_send_has_no_end() -> None:
    house = home(2)
    batch = queued(house)
    become(house)
    batches.pause(batch.id, KARIM, NOW)
    found = seen(house)
    assert found is not None
    assert (found.paused, found.ends_at, found.done, found.total) == (True, None, 0, 2)
    assert "paused" in found.sentence()


def test_without_a_gap_the_end_follows_from_the_pace_so_far() -> None:
    house = home(4)
    queued(house)
    lease = become(house)
    end(lease, house, DeliveryState.SENT, NOW + timedelta(seconds=1))
    found = seen(house, NOW + timedelta(seconds=2))
    assert found is not None
    assert found.ends_at == NOW + timedelta(seconds=2 + 3 * 2)


def test_a_slowed_account_takes_longer() -> None:
    house = home(3, gap=2.0)
    queued(house)
    become(house)
    accounts.save_pacing(house.account.id, PacingState(slow_gap=10.0))
    found = seen(house)
    assert found is not None
    assert found.ends_at == NOW + timedelta(seconds=2 * 10 + 3 * 0.3)


def test_a_send_of_yesterday_is_told_with_its_day() -> None:
    found = Ongoing(1, "virginie", "bureau", NOW - timedelta(days=1), NOW)
    assert f"{(NOW - timedelta(days=1)).astimezone():%d/%m %H:%M}" in found.sentence()


@pytest.mark.parametrize("sql", [waiting._BATCH_OF + waiting._QUEUED, ongoing._IN_HAND, ongoing._LIVE_BY_BATCH])
def test_a_look_never_reads_the_whole_history(sql: str) -> None:
    house = home(1)
    queued(house)
    plan = [row[3] for row in proxy.execute_sql("EXPLAIN QUERY PLAN " + sql, [1] * sql.count("?"))]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN")]
