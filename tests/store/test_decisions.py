"""What operators decide about messages that are perhaps sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home, deliver, home, invoice, owner, settled

from tuimail.domain.billing import Attachment, DocumentState
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.mail import BatchState, Delivery, DeliveryState
from tuimail.domain.periods import Period
from tuimail.store import accounts, batches, chain, decisions, documents, journal, outbox
from tuimail.store.decisions import Decided
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import DocumentRow

pytestmark = pytest.mark.usefixtures("store", "english")

KARIM = owner("karim", "compta-2", 300)
LATER = NOW + timedelta(hours=1)
UNKNOWN = settled(DeliveryState.UNCERTAIN, "The server was cut.")
SENT = settled(DeliveryState.SENT)


@pytest.fixture
def house() -> Home:
    """Three residents; nobody knows whether the second's message arrived."""
    house = home(3)
    deliver(house, {house.people[1].emails[0]: UNKNOWN})
    return house


@pytest.fixture
def new_id() -> Callable[[str], str]:
    numbers = count(1)
    return lambda sender: f"<new.{next(numbers)}.{sender}>"


def the_uncertain() -> Delivery:
    (delivery,) = decisions.uncertain()
    return delivery


def now_of(message_id: str) -> Delivery:
    return next(d for d in outbox.deliveries() if d.message_id == message_id)


def document_of(delivery: Delivery) -> tuple[str, datetime | None]:
    row = DocumentRow.get_by_id(delivery.document_id)
    return row.state, row.last_sent


def lines_of(delivery: Delivery) -> list[str]:
    return [e.event for e in journal.events() if e.delivery_id == delivery.id]


def tables() -> list[str]:
    return list(proxy.obj.connection().iterdump())


def send_what_waits(house: Home, now: datetime = LATER) -> list[str]:
    lease, _mended = outbox.acquire(house.account.id, owner(), now, lambda _: False)
    found = []
    while isinstance(delivery := outbox.claim(lease, house.account, now), Delivery):
        assert outbox.enter_flight(lease, delivery.id, "wire", now)
        assert outbox.settle(lease, house.account, delivery, SENT, now)
        found.append(delivery.message_id)
    outbox.release(lease, now)
    return found


# What there is to decide


def test_the_uncertain_are_listed_oldest_first_by_period() -> None:
    house = home(2)
    (old,) = documents.save_documents([invoice(house.people[0], number="901", period=Period(2026, 9))])
    unknown = {p.emails[0]: UNKNOWN for p in house.people}
    deliver(house, unknown)
    deliver(house, unknown, wanted=[old], run="2")
    assert [d.number for d in decisions.uncertain()] == ["001", "002", "901"]
    assert [d.number for d in decisions.uncertain(PERIOD)] == ["001", "002"]
    assert [d.number for d in decisions.uncertain(Period(2026, 9))] == ["901"]
    assert decisions.count_uncertain() == 3


def test_without_any_there_is_nothing_to_decide() -> None:
    assert decisions.uncertain() == []
    assert decisions.count_uncertain() == 0


# It was sent


def test_a_message_marked_as_sent_is_sent_from_the_moment_it_left(house: Home) -> None:
    delivery = the_uncertain()
    decided = decisions.mark_sent([delivery.message_id], KARIM, LATER, "  found in\nthe Sent folder ")
    found = now_of(delivery.message_id)
    detail = "Marked as sent by karim: found in the Sent folder"
    assert (found.state, found.detail, found.updated_at) == (DeliveryState.SENT, detail, delivery.updated_at)
    assert document_of(delivery) == (DocumentState.SENT, NOW)
    assert lines_of(delivery) == ["queued", "uncertain", "marked-sent"]
    (line,) = decided.events
    assert (line.event, line.state, line.at, line.operator, line.host, line.detail, line.message_id) == (
        EventKind.MARKED_SENT, "sent", LATER, "karim", "compta-2", detail, delivery.message_id
    )  # fmt: skip
    assert decided == Decided((line,))
    assert list(journal.events(last=1)) == [replace(line, id=journal.newest())]
    assert decisions.uncertain() == []
    assert batches.summary([delivery.batch_id]).sent == 3
    assert chain.verify().intact


def test_a_reason_need_not_be_given(house: Home) -> None:
    decided = decisions.mark_sent([the_uncertain().message_id], KARIM, LATER)
    assert decided.events[0].detail == "Marked as sent by karim."


# It was not


def test_a_message_marked_as_not_sent_is_queued_anew(house: Home, new_id: Callable[[str], str]) -> None:
    old = the_uncertain()
    decided = decisions.send_again([old.message_id], KARIM, LATER, new_id, "not in the Sent folder")
    assert now_of(old.message_id).state is DeliveryState.FAILED
    assert lines_of(old) == ["queued", "uncertain", "marked-unsent"]
    (line,) = decided.events
    assert (line.event, line.state, line.operator, line.detail) == (
        EventKind.MARKED_UNSENT, "failed", "karim", "Marked as not sent by karim: not in the Sent folder"
    )  # fmt: skip
    (batch,) = decided.batches
    assert (batch.state, batch.operator, batch.invoices, batch.label) == (
        BatchState.RUNNING,
        "karim",
        1,
        "octobre 2026",
    )
    (new,) = outbox.deliveries(batch_id=batch.id)
    assert new == replace(
        old,
        id=new.id,
        batch_id=batch.id,
        message_id="<new.1.compta@home.example>",
        state=DeliveryState.QUEUED,
        attempt=0,
        updated_at=LATER,
        code="",
        reply="",
        detail="",
        wire_sha256="",
    )
    assert lines_of(new) == ["queued"]
    assert document_of(old) == (DocumentState.QUEUED, None)
    assert batches.wordings(batch.id) == batches.wordings(old.batch_id)
    assert send_what_waits(house) == [new.message_id]
    assert document_of(old) == (DocumentState.SENT, LATER)
    assert (decided.unqueued, decided.settled) == ((), ())
    assert chain.verify().intact


def test_the_attached_files_go_along_as_they_were_frozen(new_id: Callable[[str], str]) -> None:
    house = home(2)
    files = [Attachment(name, "application/pdf", f"sha-{name}", 10, name) for name in ("all", "first", "second")]
    pairs = ((0, files[0]), (house.documents[0].id, files[1]), (house.documents[1].id, files[2]))
    batches.queue(house.ask(attachments=pairs), owner(), NOW)
    lease, _mended = outbox.acquire(house.account.id, owner(), NOW, lambda _: False)
    delivery = outbox.claim(lease, house.account, NOW)
    assert isinstance(delivery, Delivery)
    outbox.settle(lease, house.account, delivery, UNKNOWN, NOW)
    (batch,) = decisions.send_again([delivery.message_id], KARIM, LATER, new_id).batches
    assert batches.attachments(batch.id) == [pairs[0], pairs[1]]


def test_messages_of_several_batches_are_queued_in_as_many(new_id: Callable[[str], str]) -> None:
    house = home(2)
    unknown = {p.emails[0]: UNKNOWN for p in house.people}
    for n, document in enumerate(house.documents):
        deliver(house, unknown, wanted=[document], run=str(n))
    decided = decisions.send_again([d.message_id for d in decisions.uncertain()], KARIM, LATER, new_id)
    assert [len(outbox.deliveries(batch_id=b.id)) for b in decided.batches] == [1, 1]
    assert len(send_what_waits(house)) == 2


def test_a_resend_that_is_uncertain_can_be_sent_again_though_an_earlier_one_arrived(
    new_id: Callable[[str], str],
) -> None:
    house = home(1)
    deliver(house)
    deliver(house, {house.people[0].emails[0]: UNKNOWN}, resend=True, run="2")
    assert len(decisions.send_again([the_uncertain().message_id], KARIM, LATER, new_id).batches) == 1
    assert len(send_what_waits(house)) == 1


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.QUEUED])
def test_no_second_message_is_queued_beside_a_later_one(state: DeliveryState, new_id: Callable[[str], str]) -> None:
    house = home(1)
    address = house.people[0].emails[0]
    deliver(house, {address: UNKNOWN})
    old = the_uncertain()
    deliver(house, {address: settled(state)} if state is not DeliveryState.QUEUED else {}, resend=True, run="2")
    if state is DeliveryState.QUEUED:
        batches.queue(house.ask(resend=True, run="3"), owner(), NOW)
    decided = decisions.send_again([old.message_id], KARIM, LATER, new_id)
    assert [e.event for e in decided.events] == [EventKind.MARKED_UNSENT]
    assert [d.message_id for d in decided.unqueued] == [old.message_id]
    assert decided.batches == ()
    assert now_of(old.message_id).state is DeliveryState.FAILED


def test_two_uncertain_messages_to_one_address_give_one_new_one(new_id: Callable[[str], str]) -> None:
    house = home(1)
    unknown = {house.people[0].emails[0]: UNKNOWN}
    deliver(house, unknown)
    deliver(house, unknown, resend=True, run="2")
    decided = decisions.send_again([d.message_id for d in decisions.uncertain()], KARIM, LATER, new_id)
    assert len(decided.events) == 2
    assert len(send_what_waits(house)) == 1
    assert decided.unqueued == ()


# What cannot be decided


@pytest.mark.parametrize("again", [False, True])
def test_only_what_is_uncertain_can_be_decided(house: Home, again: bool, new_id: Callable[[str], str]) -> None:
    others = [d for d in outbox.deliveries() if d.state is not DeliveryState.UNCERTAIN]
    before = tables()
    ids = [d.message_id for d in others]
    decided = decisions.send_again(ids, KARIM, LATER, new_id) if again else decisions.mark_sent(ids, KARIM, LATER)
    assert decided == Decided((), settled=tuple(others))
    assert tables() == before


@pytest.mark.parametrize("again", [False, True])
def test_a_message_that_does_not_exist_is_told_and_nothing_is_decided(
    house: Home, again: bool, new_id: Callable[[str], str]
) -> None:
    before = tables()
    ids = [the_uncertain().message_id, "<no@such>"]
    with pytest.raises(BadInput, match="<no@such>"):
        _ = decisions.send_again(ids, KARIM, LATER, new_id) if again else decisions.mark_sent(ids, KARIM, LATER)
    assert tables() == before


def test_a_decision_that_fails_half_way_decides_nothing(
    house: Home, new_id: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError

    before = tables()
    monkeypatch.setattr(documents, "refresh_state", refuse)
    with pytest.raises(RuntimeError):
        decisions.send_again([the_uncertain().message_id], KARIM, LATER, new_id)
    with pytest.raises(RuntimeError):
        decisions.mark_sent([the_uncertain().message_id], KARIM, LATER)
    assert tables() == before


def test_two_operators_at_once_decide_once(house: Home, store: Path) -> None:
    message_id = the_uncertain().message_id
    gate = threading.Barrier(4)
    answers: list[Decided] = []

    def decide(n: int) -> None:
        who = owner(f"operator{n}", pid=n)
        gate.wait()
        if n % 2:
            answers.append(decisions.mark_sent([message_id], who, LATER))
        else:
            answers.append(decisions.send_again([message_id], who, LATER, lambda _: f"<new.{n}@home.example>"))
        proxy.obj.close()

    operators = [threading.Thread(target=decide, args=(n,)) for n in range(4)]
    for operator in operators:
        operator.start()
    for operator in operators:
        operator.join()

    (won,) = [answer for answer in answers if answer.events]
    lost = [answer for answer in answers if not answer.events]
    assert all(len(answer.settled) == 1 and not answer.batches for answer in lost)
    assert len(lost) == 3
    decided = [e for e in journal.events() if e.event in (EventKind.MARKED_SENT, EventKind.MARKED_UNSENT)]
    assert [e.operator for e in decided] == [won.events[0].operator]
    assert len(send_what_waits(house)) == len(won.batches)
    assert chain.verify().intact


# The server's own word, late


def stopped_in_flight(house: Home) -> tuple[object, Delivery]:
    """A sender that was stopped after the dot, and whose lease another one took over."""
    batches.queue(house.ask(resend=True, run="9"), owner(), NOW)
    lease, _mended = outbox.acquire(house.account.id, owner(), NOW, lambda _: False)
    delivery = outbox.claim(lease, house.account, NOW)
    assert isinstance(delivery, Delivery)
    assert outbox.enter_flight(lease, delivery.id, "wire", NOW)
    outbox.acquire(house.account.id, KARIM, NOW, lambda _: False)
    return lease, delivery


@pytest.mark.parametrize("again", [False, True])
def test_a_late_acceptance_outweighs_what_was_decided(again: bool, new_id: Callable[[str], str]) -> None:
    house = home(1)
    lease, delivery = stopped_in_flight(house)
    ids = [delivery.message_id]
    _ = decisions.send_again(ids, KARIM, NOW, new_id) if again else decisions.mark_sent(ids, KARIM, NOW)
    late = outbox.settle(lease, house.account, delivery, SENT, LATER)  # type: ignore[arg-type]
    assert late
    assert (late.event, late.queue_id) == (EventKind.SENT, "4F2A")
    assert now_of(delivery.message_id).state is DeliveryState.SENT
    assert lines_of(delivery)[-1] == "sent"


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN])
def test_nothing_else_that_comes_late_does(state: DeliveryState, new_id: Callable[[str], str]) -> None:
    house = home(1)
    lease, delivery = stopped_in_flight(house)
    decisions.send_again([delivery.message_id], KARIM, NOW, new_id)
    before = tables()
    late = outbox.settle(lease, house.account, delivery, settled(state, "", LATER), LATER)  # type: ignore[arg-type]
    assert late is None
    assert tables() == before


def test_the_holder_of_the_account_needs_not_be_asked(house: Home, new_id: Callable[[str], str]) -> None:
    outbox.acquire(house.account.id, owner(), LATER, lambda _: False)
    assert accounts.holder(house.account.id, LATER)
    assert decisions.send_again([the_uncertain().message_id], KARIM, LATER, new_id).batches


def test_reading_the_uncertain_never_reads_the_whole_history(house: Home) -> None:
    plan = [row[3] for row in proxy.execute_sql(f"EXPLAIN QUERY PLAN {decisions._IDS}")]
    assert plan == ["SEARCH delivery USING COVERING INDEX delivery_uncertain (state=?)"]
