"""An account that somebody has paused: nothing of it is claimed, whenever it was queued."""

from __future__ import annotations

import pytest
from builders import NOW, Home, home, owner, person

from tuimail.domain.events import EventKind
from tuimail.domain.mail import BatchState
from tuimail.store import accounts, batches, halts, journal, outbox, pausing

pytestmark = pytest.mark.usefixtures("store")

US, THOMAS = owner(), owner("thomas")


@pytest.fixture
def house() -> Home:
    return home(people=[person(number=n, emails=(f"{n}@x.example",)) for n in (1, 2)])


def lines() -> list[tuple[str, str]]:
    kinds = [
        EventKind.ACCOUNT_PAUSED,
        EventKind.ACCOUNT_RESUMED,
        EventKind.BATCH_PAUSED,
        EventKind.BATCH_RESUMED,
    ]
    return [(event.event, event.operator) for event in journal.events(kinds=kinds)]


def test_what_is_queued_before_and_after_a_pause_is_not_claimed_until_it_is_over(house: Home) -> None:
    account = house.account
    lease = accounts.acquire(account.id, US, NOW, lambda _owner: True)
    before = batches.queue(house.ask(house.documents[:1]), US, NOW)
    pausing.pause(account.id, THOMAS, NOW)
    pausing.pause(account.id, US, NOW)
    after = batches.queue(house.ask(house.documents[1:]), US, NOW)
    assert before is not None
    assert after is not None
    assert {batch.state for batch in batches.open_batches(account.id)} == {BatchState.PAUSED}
    for batch_id in (0, before.id, after.id):
        assert outbox.claim(lease, account, NOW, batch_id) is None
        assert outbox.claim_ahead(lease, account, NOW, batch_id, 9) == []
    halt = halts.halt(account.id)
    assert halt is not None
    assert (halt.operator, halt.since) == ("thomas", NOW)

    assert pausing.unpause(account.id, US, NOW)

    assert not pausing.unpause(account.id, US, NOW)
    assert halts.halt(account.id) is None
    assert outbox.claim(lease, account, NOW) is not None
    me = US.operator
    assert lines() == [
        ("account-paused", "thomas"), ("batch-paused", "thomas"),
        ("account-resumed", me), ("batch-resumed", me), ("batch-resumed", me),
    ]  # fmt: skip


def test_going_on_with_one_send_ends_the_pause_for_all(house: Home) -> None:
    pausing.pause(house.account.id, THOMAS, NOW)
    first, second = (batches.queue(house.ask([document]), US, NOW) for document in house.documents[:2])
    assert first is not None
    assert second is not None
    assert batches.unpause(first.id, US, NOW)
    assert halts.halt(house.account.id) is None
    third = batches.queue(house.ask(house.documents, resend=True), US, NOW)
    assert third is None, "all of it waits already"
    assert {batch.state for batch in batches.open_batches(house.account.id)} == {BatchState.RUNNING}


def test_going_on_with_a_send_that_was_paused_by_itself_concerns_no_other(house: Home) -> None:
    first, second = (batches.queue(house.ask([document]), US, NOW) for document in house.documents[:2])
    assert first is not None
    assert second is not None
    for batch in (first, second):
        batches.pause(batch.id, US, NOW)
    assert batches.unpause(first.id, US, NOW)
    assert [batch.state for batch in batches.open_batches(house.account.id)] == [BatchState.RUNNING, BatchState.PAUSED]


def test_changing_the_account_does_not_end_its_pause(house: Home) -> None:
    pausing.pause(house.account.id, THOMAS, NOW)
    accounts.save_account(house.account)
    assert halts.halt(house.account.id) is not None
