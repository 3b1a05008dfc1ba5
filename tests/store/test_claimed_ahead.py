"""Several deliveries taken at once, where nothing paces them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, Home, home, owner

from tuimail.domain.account import Lease
from tuimail.domain.mail import Batch, Delivery, DeliveryState
from tuimail.store import accounts, batches, outbox
from tuimail.store.tables.base import proxy

pytestmark = pytest.mark.usefixtures("store", "english")

US, THEM = owner("virginie", pid=100), owner("thomas", pid=200)


@pytest.fixture
def house() -> Home:
    return home(5)


@pytest.fixture
def batch(house: Home) -> Batch:
    found = batches.queue(house.ask(house.documents), US, NOW)
    assert found is not None
    return found


@pytest.fixture
def lease(house: Home) -> Lease:
    return outbox.acquire(house.account.id, US, NOW, lambda _owner: False)[0]


def claims(house: Home, lease: Lease) -> list[Delivery]:
    """Taken one after the other until nothing is left."""
    found = []
    while isinstance(delivery := outbox.claim(lease, house.account, NOW), Delivery):
        found.append(delivery)
    return found


@pytest.mark.parametrize("of_batch", [False, True])
def test_they_are_what_one_claim_after_the_other_would_take(
    house: Home, batch: Batch, lease: Lease, of_batch: bool
) -> None:
    taken = outbox.claim_ahead(lease, house.account, NOW, batch.id if of_batch else 0, 3)
    assert taken == outbox.deliveries(states=[DeliveryState.CLAIMED])
    state = accounts.pacing(house.account.id)
    outbox.put_back(lease, taken, NOW)
    assert [d.id for d in claims(house, lease)[:3]] == [d.id for d in taken]
    # What is remembered for a day on which the account is paced is the same too.
    assert replace(accounts.pacing(house.account.id), since_pause=state.since_pause) == state


@pytest.mark.parametrize(
    "changes", [{"gap": 0.5}, {"pause_every": 3}, {"per_minute": 9}, {"per_hour": 9}, {"per_day": 9}]
)
def test_a_paced_account_has_none(house: Home, batch: Batch, lease: Lease, changes: dict[str, float]) -> None:
    assert outbox.claim_ahead(lease, replace(house.account, **changes), NOW, 0, 3) == []


@pytest.mark.parametrize(
    "state", [{"slow_gap": 2.0}, {"not_before": NOW + timedelta(minutes=1)}], ids=["slowed", "over its quota"]
)
def test_an_account_that_the_server_holds_back_has_none(
    house: Home, batch: Batch, lease: Lease, state: dict[str, object]
) -> None:
    accounts.save_pacing(house.account.id, replace(accounts.pacing(house.account.id), **state))
    assert outbox.claim_ahead(lease, house.account, NOW, 0, 3) == []


def test_a_sender_that_was_replaced_has_none(house: Home, batch: Batch, lease: Lease) -> None:
    outbox.acquire(house.account.id, THEM, NOW, lambda _owner: False)
    assert outbox.claim_ahead(lease, house.account, NOW, 0, 3) == []
    assert {d.state for d in outbox.deliveries()} == {DeliveryState.QUEUED}


def test_a_paused_batch_has_none(house: Home, batch: Batch, lease: Lease) -> None:
    batches.pause(batch.id, US, NOW)
    assert outbox.claim_ahead(lease, house.account, NOW, 0, 3) == []


@pytest.mark.parametrize("batch_id", [0, 1])
def test_the_history_is_never_read(batch: Batch, batch_id: int) -> None:
    sql = outbox._CLAIM_AHEAD.format(batch=outbox._OF_BATCH if batch_id else outbox._OF_ALL)
    plan = [row[3] for row in proxy.execute_sql("EXPLAIN QUERY PLAN " + sql, [1] * sql.count("?"))]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN")]
