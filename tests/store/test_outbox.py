"""A delivery's way through the outbox, one step at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import NOW, Home, home, owner, settled

from tuimail.domain.account import Account, Lease, Owner
from tuimail.domain.billing import DocumentState
from tuimail.domain.errors import AccountBusy
from tuimail.domain.events import EventKind
from tuimail.domain.mail import Batch, Delivery, DeliveryState, Settlement, Wait
from tuimail.store import accounts, batches, documents, journal, outbox
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import DeliveryRow

pytestmark = pytest.mark.usefixtures("store", "english")

US, THEM = owner("virginie", pid=100), owner("thomas", pid=200)
SENT = settled(DeliveryState.SENT)
LATER = NOW + timedelta(minutes=5)


def dead(_owner: Owner) -> bool:
    return False


def unknown(_owner: Owner) -> None:
    return None


@pytest.fixture
def house() -> Home:
    return home(3)


def queued(house: Home, *numbers: int, **options: object) -> Batch:
    wanted = [house.documents[n] for n in numbers] if numbers else None
    batch = batches.queue(house.ask(wanted, **options), US, NOW)  # type: ignore[arg-type]
    assert batch is not None
    return batch


def become(house: Home, who: Owner = US, now: datetime = NOW) -> Lease:
    return outbox.acquire(house.account.id, who, now, dead)[0]


def take(lease: Lease, account: Account, now: datetime = NOW, batch_id: int = 0) -> Delivery:
    delivery = outbox.claim(lease, account, now, batch_id)
    assert isinstance(delivery, Delivery)
    return delivery


def fly(lease: Lease, account: Account, now: datetime = NOW) -> Delivery:
    delivery = take(lease, account, now)
    assert outbox.enter_flight(lease, delivery.id, "wire", now)
    return delivery


def now_of(delivery: Delivery) -> Delivery:
    return next(d for d in outbox.deliveries() if d.id == delivery.id)


def state_of(delivery: Delivery) -> DeliveryState:
    return now_of(delivery).state


def lines_of(delivery: Delivery) -> list[str]:
    return [e.event for e in journal.events() if e.delivery_id == delivery.id]


def document_of(delivery: Delivery) -> tuple[str, datetime | None]:
    row = DocumentRow.get_by_id(delivery.document_id)
    return row.state, row.last_sent


def tables() -> list[str]:
    return list(proxy.obj.connection().iterdump())


# The way that goes well


def test_a_delivery_goes_from_queued_over_claimed_and_inflight_to_sent(house: Home) -> None:
    queued(house, 0)
    lease = become(house)
    (waiting,) = outbox.deliveries()
    assert (waiting.state, waiting.attempt) == (DeliveryState.QUEUED, 0)
    claimed = take(lease, house.account, NOW + timedelta(seconds=1))
    assert claimed == now_of(waiting)
    assert (claimed.state, claimed.attempt, claimed.updated_at) == (
        DeliveryState.CLAIMED, 1, NOW + timedelta(seconds=1)
    )  # fmt: skip
    assert outbox.enter_flight(lease, claimed.id, "wire", NOW + timedelta(seconds=2))
    inflight = now_of(waiting)
    assert (inflight.state, inflight.wire_sha256) == (DeliveryState.INFLIGHT, "wire")
    at = NOW + timedelta(seconds=3)
    event = outbox.settle(lease, house.account, inflight, SENT, at)
    assert event
    sent = now_of(waiting)
    assert (sent.state, sent.code, sent.reply, sent.updated_at) == (DeliveryState.SENT, "2.0.0", "250 Ok", at)
    assert document_of(sent) == (DocumentState.SENT, at)
    assert lines_of(sent) == ["queued", "sent"]
    (line,) = journal.events(kinds=[EventKind.SENT])
    assert (line.recipient, line.message_id, line.state, line.code, line.reply, line.queue_id, line.wire_sha256) == (
        sent.address, sent.message_id, "sent", "2.0.0", "250 Ok", "4F2A", "wire"
    )  # fmt: skip
    assert (line.operator, line.host, line.at, line.number) == ("virginie", "bureau", at, "001")
    assert line.pdf_sha256 == sent.pdf_sha256


@pytest.mark.parametrize(
    ("state", "next_at", "document"),
    [
        (DeliveryState.FAILED, None, DocumentState.FAILED),
        (DeliveryState.UNCERTAIN, None, DocumentState.UNCERTAIN),
        (DeliveryState.DEFERRED, LATER, DocumentState.QUEUED),
        (DeliveryState.QUEUED, None, DocumentState.QUEUED),
    ],
)
def test_a_try_may_end_otherwise(
    house: Home, state: DeliveryState, next_at: datetime | None, document: DocumentState
) -> None:
    queued(house, 0)
    lease = become(house)
    delivery = fly(lease, house.account)
    event = outbox.settle(lease, house.account, delivery, settled(state, "why", next_at), NOW)
    assert event
    found = now_of(delivery)
    assert (found.state, found.next_at, found.detail, found.reply) == (state, next_at, "why", "250 Ok")
    assert document_of(delivery) == (document, None)
    assert (event.state, event.detail, event.until) == (state, "why", next_at)
    assert len(lines_of(delivery)) == 2


def test_messages_leave_in_the_order_they_were_queued(house: Home) -> None:
    queued(house)
    lease = become(house)
    numbers = []
    for _ in house.documents:
        delivery = fly(lease, house.account)
        outbox.settle(lease, house.account, delivery, SENT, NOW)
        numbers.append(delivery.number)
    assert numbers == ["001", "002", "003"]
    assert outbox.claim(lease, house.account, NOW) is None


def test_deliveries_are_found_by_document_batch_and_state(house: Home) -> None:
    first, second = queued(house, 0, 1), queued(house, 2, run="2")
    lease = become(house)
    claimed = take(lease, house.account)
    assert [d.number for d in outbox.deliveries()] == ["001", "002", "003"]
    assert [d.number for d in outbox.deliveries(batch_id=second.id)] == ["003"]
    assert [d.number for d in outbox.deliveries(document_id=house.documents[1].id)] == ["002"]
    assert outbox.deliveries(states=[DeliveryState.CLAIMED]) == [claimed]
    assert [d.number for d in outbox.deliveries(batch_id=first.id, states=[DeliveryState.QUEUED])] == ["002"]


# Claiming


def test_only_running_batches_are_sent_from(house: Home) -> None:
    first, second, third = queued(house, 0), queued(house, 1, run="2"), queued(house, 2, run="3")
    batches.pause(first.id, US, NOW)
    batches.cancel(second.id, US, NOW)
    lease = become(house)
    delivery = take(lease, house.account)
    assert delivery.batch_id == third.id
    assert outbox.claim(lease, house.account, NOW) is None
    batches.unpause(first.id, US, NOW)
    assert take(lease, house.account).batch_id == first.id


def test_one_batch_can_be_sent_alone(house: Home) -> None:
    queued(house, 0)
    second = queued(house, 1, run="2")
    lease = become(house)
    assert take(lease, house.account, batch_id=second.id).number == "002"
    assert outbox.claim(lease, house.account, NOW, second.id) is None


def test_accounts_do_not_send_each_others_messages(house: Home) -> None:
    other = home(1)
    queued(house, 0)
    batches.queue(other.ask(run="2"), US, NOW)
    lease = become(other)
    assert take(lease, other.account).structure_id == other.structure.id
    assert outbox.claim(lease, other.account, NOW) is None


def test_a_deferred_message_waits_for_its_moment_and_for_the_queued_ones(house: Home) -> None:
    queued(house, 0, 1)
    lease = become(house)
    first = fly(lease, house.account)
    outbox.settle(lease, house.account, first, settled(DeliveryState.DEFERRED, "later", LATER), NOW)
    assert take(lease, house.account, LATER).number == "002"
    assert outbox.claim(lease, house.account, LATER - timedelta(microseconds=1)) is None
    again = take(lease, house.account, LATER)
    assert (again.id, again.attempt) == (first.id, 2)


def test_of_several_deferred_the_one_due_first_goes_first(house: Home) -> None:
    queued(house)
    lease = become(house)
    for minutes in (30, 5, 15):
        delivery = fly(lease, house.account)
        at = NOW + timedelta(minutes=minutes)
        outbox.settle(lease, house.account, delivery, settled(DeliveryState.DEFERRED, "", at), NOW)
    assert outbox.next_due(house.account.id) == NOW + timedelta(minutes=5)
    due = NOW + timedelta(hours=1)
    assert [take(lease, house.account, due).number for _ in range(3)] == ["002", "003", "001"]
    assert outbox.next_due(house.account.id) is None


def test_what_is_due_of_paused_or_other_batches_is_not_told(house: Home) -> None:
    first = queued(house, 0)
    lease = become(house)
    delivery = fly(lease, house.account)
    outbox.settle(lease, house.account, delivery, settled(DeliveryState.DEFERRED, "", LATER), NOW)
    assert outbox.next_due(house.account.id, first.id) == LATER
    assert outbox.next_due(house.account.id, first.id + 1) is None
    batches.pause(first.id, US, NOW)
    assert outbox.next_due(house.account.id) is None


# Pacing


def test_pacing_is_waited_for_and_shared_by_whoever_comes_next() -> None:
    house = home(3, gap=2.0)
    queued(house)
    lease = become(house)
    delivery = fly(lease, house.account)
    outbox.settle(lease, house.account, delivery, SENT, NOW + timedelta(seconds=1))
    soon = NOW + timedelta(seconds=1)
    assert outbox.claim(lease, house.account, soon) == Wait(NOW + timedelta(seconds=3))
    assert outbox.deliveries(states=[DeliveryState.CLAIMED]) == []
    outbox.release(lease, NOW)
    other = become(house, THEM)
    assert outbox.claim(other, house.account, soon) == Wait(NOW + timedelta(seconds=3))
    assert take(other, house.account, NOW + timedelta(seconds=3)).number == "002"


def test_after_every_tenth_message_there_is_a_longer_pause() -> None:
    house = home(12, gap=2.0, pause_every=10, pause=10.0)
    queued(house)
    lease = become(house)
    clock, left = NOW, []
    while (step := outbox.claim(lease, house.account, clock)) is not None:
        if isinstance(step, Wait):
            clock = step.until
            continue
        outbox.enter_flight(lease, step.id, "w", clock)
        outbox.settle(lease, house.account, step, SENT, clock)
        left.append((clock - NOW).total_seconds())
    assert left == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 28, 30]


def test_a_sliding_window_is_counted_in_the_database() -> None:
    house = home(3, per_minute=2)
    queued(house)
    lease = become(house)
    for second in (0, 10):
        delivery = fly(lease, house.account, NOW + timedelta(seconds=second))
        outbox.settle(lease, house.account, delivery, SENT, NOW + timedelta(seconds=second))
    assert outbox.claim(lease, house.account, NOW + timedelta(seconds=20)) == Wait(NOW + timedelta(seconds=60))
    assert take(lease, house.account, NOW + timedelta(seconds=60)).number == "003"


def test_a_complaint_slows_the_whole_account_down(house: Home) -> None:
    queued(house)
    lease = become(house)
    delivery = fly(lease, house.account)
    deferred = settled(DeliveryState.DEFERRED, "busy", LATER)
    outbox.settle(lease, house.account, delivery, deferred, NOW, slow_down=True)
    assert outbox.claim(lease, house.account, NOW) == Wait(NOW + timedelta(seconds=60))
    assert accounts.pacing(house.account.id).complaints == 1


def test_a_quota_holds_the_whole_account_and_a_shorter_one_does_not_shorten_it(house: Home) -> None:
    queued(house)
    lease = become(house)
    deferred = settled(DeliveryState.DEFERRED, "quota", LATER)
    first = fly(lease, house.account)
    second = fly(lease, house.account)
    hour = NOW + timedelta(hours=1)
    outbox.settle(lease, house.account, first, deferred, NOW, not_before=hour)
    outbox.settle(lease, house.account, second, deferred, NOW, not_before=LATER, slow_down=True)
    assert outbox.claim(lease, house.account, NOW) == Wait(hour)


def test_successes_let_a_slowed_account_recover(house: Home) -> None:
    queued(house, 0)
    lease = become(house)
    slow = accounts.pacing(house.account.id)
    accounts.save_pacing(house.account.id, replace(slow, slow_gap=10.0, successes=19))
    outbox.settle(lease, house.account, fly(lease, house.account), SENT, NOW)
    assert accounts.pacing(house.account.id).slow_gap == 8.0


# Two senders


def test_the_barrier_lets_nobody_through_who_was_replaced(house: Home) -> None:
    queued(house, 0)
    lost = become(house)
    delivery = take(lost, house.account)
    become(house, THEM)
    assert not outbox.enter_flight(lost, delivery.id, "wire", NOW)
    found = now_of(delivery)
    assert (found.state, found.wire_sha256) == (DeliveryState.QUEUED, "")


def test_the_barrier_lets_nobody_through_whose_message_another_has_taken(house: Home) -> None:
    queued(house, 0)
    lost = become(house)
    delivery = take(lost, house.account)
    lease = become(house, THEM)
    assert take(lease, house.account).id == delivery.id
    assert not outbox.enter_flight(lost, delivery.id, "wire", NOW)
    assert outbox.enter_flight(lease, delivery.id, "wire", NOW)
    assert not outbox.enter_flight(lease, delivery.id, "wire", NOW)


def test_whoever_was_replaced_takes_nothing_more(house: Home) -> None:
    queued(house)
    lost = become(house)
    lease = become(house, THEM)
    assert outbox.claim(lost, house.account, NOW) is None
    assert outbox.deliveries(states=[DeliveryState.CLAIMED]) == []
    assert take(lease, house.account).number == "001"


@pytest.mark.parametrize(
    "state", [DeliveryState.FAILED, DeliveryState.DEFERRED, DeliveryState.QUEUED, DeliveryState.UNCERTAIN]
)
def test_whoever_was_replaced_writes_no_result(house: Home, state: DeliveryState) -> None:
    queued(house, 0)
    lost = become(house)
    delivery = fly(lost, house.account)
    become(house, THEM)
    before = tables()
    assert outbox.settle(lost, house.account, delivery, settled(state, "", LATER), NOW, slow_down=True) is None
    assert tables() == before
    assert state_of(delivery) is DeliveryState.UNCERTAIN


def test_a_late_acceptance_makes_sent_of_uncertain(house: Home) -> None:
    queued(house, 0)
    lost = become(house)
    delivery = fly(lost, house.account)
    become(house, THEM)
    assert state_of(delivery) is DeliveryState.UNCERTAIN
    event = outbox.settle(lost, house.account, delivery, SENT, NOW)
    assert event
    assert state_of(delivery) is DeliveryState.SENT
    assert document_of(delivery) == (DocumentState.SENT, NOW)
    assert lines_of(delivery) == ["queued", "uncertain", "sent"]
    assert outbox.settle(lost, house.account, delivery, SENT, NOW) is None
    assert lines_of(delivery) == ["queued", "uncertain", "sent"]


def test_an_acceptance_of_another_try_does_not_count_for_this_one(house: Home) -> None:
    """Claimed by one, mended, claimed and left uncertain by the next: only the next may still say that it was sent."""
    queued(house, 0)
    lost = become(house)
    delivery = take(lost, house.account)
    lease = become(house, THEM)
    outbox.settle(lease, house.account, fly(lease, house.account), settled(DeliveryState.UNCERTAIN), NOW)
    assert outbox.settle(lost, house.account, delivery, SENT, NOW) is None
    assert state_of(delivery) is DeliveryState.UNCERTAIN
    assert outbox.settle(lease, house.account, delivery, SENT, NOW)


def test_a_result_is_written_once(house: Home) -> None:
    queued(house, 0)
    lease = become(house)
    delivery = fly(lease, house.account)
    assert outbox.settle(lease, house.account, delivery, settled(DeliveryState.FAILED), NOW)
    assert outbox.settle(lease, house.account, delivery, SENT, NOW) is None
    assert state_of(delivery) is DeliveryState.FAILED


# What a dead sender leaves


def test_a_new_sender_mends_what_a_dead_one_left_and_journals_it(house: Home) -> None:
    queued(house)
    lease = become(house)
    claimed, inflight = take(lease, house.account), fly(lease, house.account)
    new, events = outbox.acquire(house.account.id, THEM, NOW, dead)
    assert new.epoch == lease.epoch + 1
    assert [(e.event, e.number, e.state, e.operator) for e in events] == [
        ("requeued", claimed.number, "queued", "thomas"),
        ("uncertain", inflight.number, "uncertain", "thomas"),
    ]
    assert all(e.detail for e in events)
    assert [now_of(d).detail for d in (claimed, inflight)] == [e.detail for e in events]
    assert (state_of(claimed), state_of(inflight)) == (DeliveryState.QUEUED, DeliveryState.UNCERTAIN)
    assert lines_of(claimed) == ["queued", "requeued"]
    assert lines_of(inflight) == ["queued", "uncertain"]
    assert document_of(inflight)[0] == DocumentState.UNCERTAIN
    again = take(new, house.account)
    assert (again.id, again.attempt, again.message_id) == (claimed.id, 2, claimed.message_id)


def test_what_is_queued_again_no_longer_waits_for_its_moment(house: Home) -> None:
    queued(house, 0)
    lease = become(house)
    delivery = fly(lease, house.account)
    outbox.settle(lease, house.account, delivery, settled(DeliveryState.DEFERRED, "", LATER), NOW)
    take(lease, house.account, LATER)
    become(house, THEM)
    found = now_of(delivery)
    assert (found.state, found.next_at) == (DeliveryState.QUEUED, None)


def test_uncertain_is_never_taken_again_by_itself(house: Home) -> None:
    queued(house, 0)
    fly(become(house), house.account)
    lease = become(house, THEM)
    assert outbox.claim(lease, house.account, NOW + timedelta(days=30)) is None


def test_while_another_one_sends_nothing_is_mended(house: Home) -> None:
    queued(house)
    lease = become(house)
    claimed = take(lease, house.account)
    before = tables()
    with pytest.raises(AccountBusy):
        outbox.acquire(house.account.id, THEM, NOW, unknown)
    assert tables() == before
    assert outbox.enter_flight(lease, claimed.id, "w", NOW)


def test_only_the_accounts_own_messages_are_mended(house: Home) -> None:
    other = home(1)
    queued(house, 0)
    batches.queue(other.ask(run="2"), US, NOW)
    claimed = take(become(house), house.account)
    _, events = outbox.acquire(other.account.id, THEM, NOW, dead)
    assert events == []
    assert state_of(claimed) is DeliveryState.CLAIMED


def test_a_sender_that_ends_gives_back_what_never_left_and_the_account(house: Home) -> None:
    queued(house)
    lease = become(house)
    claimed, inflight = take(lease, house.account), fly(lease, house.account)
    events = outbox.release(lease, NOW)
    assert [(e.event, e.number) for e in events] == [("requeued", claimed.number)]
    assert lines_of(claimed) == ["queued", "requeued"]
    assert (state_of(claimed), state_of(inflight)) == (DeliveryState.QUEUED, DeliveryState.INFLIGHT)
    assert accounts.holder(house.account.id, NOW) is None
    _, mended = outbox.acquire(house.account.id, THEM, NOW, unknown)
    assert [e.event for e in mended] == ["uncertain"]


def test_whoever_was_replaced_gives_back_nothing(house: Home) -> None:
    queued(house, 0)
    lost = become(house)
    take(lost, house.account)
    lease = become(house, THEM)
    claimed = take(lease, house.account)
    assert outbox.release(lost, NOW) == []
    assert state_of(claimed) is DeliveryState.CLAIMED
    assert accounts.holder(house.account.id, NOW) == (THEM, NOW)


# A batch cancelled meanwhile


def _cut(house: Home, lease: Lease, delivery: Delivery) -> None:
    assert outbox.settle(lease, house.account, delivery, settled(DeliveryState.QUEUED, "cut"), NOW)


def _deferred(house: Home, lease: Lease, delivery: Delivery) -> None:
    assert outbox.settle(lease, house.account, delivery, settled(DeliveryState.DEFERRED, "later", LATER), NOW)


def _given_back(house: Home, lease: Lease, _delivery: Delivery) -> None:
    assert outbox.release(lease, NOW)


def _mended(house: Home, _lease: Lease, _delivery: Delivery) -> None:
    become(house, THEM)


@pytest.mark.parametrize("come_back", [_cut, _deferred, _given_back, _mended])
def test_what_comes_back_to_a_cancelled_batch_is_cancelled_too(
    house: Home, come_back: Callable[[Home, Lease, Delivery], None]
) -> None:
    """Else it would wait for ever: nobody sends from a cancelled batch, and nothing could be queued in its place."""
    batch = queued(house, 0)
    lease = become(house)
    delivery = take(lease, house.account)
    batches.cancel(batch.id, US, NOW)
    come_back(house, lease, delivery)
    found = now_of(delivery)
    assert (found.state, found.next_at) == (DeliveryState.CANCELLED, None)
    assert lines_of(delivery) == ["queued", "cancelled"]
    assert document_of(delivery)[0] == DocumentState.UNSENT
    assert batches.summary([batch.id]).cancelled == 1
    assert queued(house, 0, run="2")


# One change, one line, one transaction


def refuse(*args: object, **kwargs: object) -> None:
    raise RuntimeError("the journal cannot be written")


def _settle(house: Home, lease: Lease, inflight: Delivery) -> None:
    outbox.settle(lease, house.account, inflight, SENT, NOW, slow_down=True)


def _settle_late(house: Home, lease: Lease, inflight: Delivery) -> None:
    outbox.settle(lease, house.account, inflight, SENT, NOW)


def _take_over(house: Home, _lease: Lease, _inflight: Delivery) -> None:
    become(house, THEM)


def _give_back(_house: Home, lease: Lease, _inflight: Delivery) -> None:
    outbox.release(lease, NOW)


@pytest.mark.parametrize("change", [_settle, _settle_late, _take_over, _give_back])
def test_no_state_changes_without_its_line(
    house: Home, change: Callable[[Home, Lease, Delivery], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(house)
    lease = become(house)
    take(lease, house.account)
    inflight = fly(lease, house.account)
    if change is _settle_late:
        become(house, THEM)
    before = tables()
    monkeypatch.setattr(journal, "append", refuse)
    with pytest.raises(RuntimeError):
        change(house, lease, inflight)
    assert tables() == before


def test_a_line_without_its_change_is_not_kept_either(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    queued(house, 0)
    lease = become(house)
    delivery = fly(lease, house.account)
    before = tables()
    monkeypatch.setattr(documents, "refresh_state", refuse)
    with pytest.raises(RuntimeError):
        outbox.settle(lease, house.account, delivery, SENT, NOW)
    assert tables() == before


def test_a_claim_that_fails_half_way_takes_no_slot(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    queued(house, 0)
    lease = become(house)
    before = tables()
    monkeypatch.setattr(accounts, "take_slot", refuse)
    with pytest.raises(RuntimeError):
        outbox.claim(lease, house.account, NOW)
    assert tables() == before


# The history stays out of the way


@pytest.mark.parametrize("batch_id", [0, 1])
@pytest.mark.parametrize("which", [outbox._FIRST_QUEUED, outbox._FIRST_DUE])
def test_a_claim_never_reads_the_whole_history(house: Home, batch_id: int, which: str) -> None:
    sql = outbox._WAITING + (outbox._OF_BATCH if batch_id else outbox._OF_ALL) + which
    values = (1, *([batch_id] if batch_id else []), *(["2026"] if "?" in which else []))
    plan = [row[3] for row in proxy.execute_sql("EXPLAIN QUERY PLAN " + sql, values)]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN")]


def test_a_sender_finds_what_a_dead_one_left_whoever_it_is(house: Home) -> None:
    queued(house)
    DeliveryRow.update(state="inflight", owner="somebody", epoch=99).execute()
    _, events = outbox.acquire(house.account.id, THEM, NOW, unknown)
    assert [e.event for e in events] == ["uncertain"] * 3


def test_a_message_keeps_the_date_it_first_left_with(house: Home) -> None:
    queued(house, 0)
    lease = become(house)
    first = take(lease, house.account, NOW)
    assert first.dated is None
    assert outbox.enter_flight(lease, first.id, "wire", NOW, dated=NOW)
    later = NOW + timedelta(minutes=30)
    put_off = Settlement(DeliveryState.DEFERRED, "4.2.0", "451 later", next_at=later)
    assert outbox.settle(lease, house.account, now_of(first), put_off, NOW)
    second = take(lease, house.account, later)
    assert second.dated == NOW
    assert outbox.enter_flight(lease, second.id, "wire", later, dated=later)
    assert now_of(second).dated == NOW
