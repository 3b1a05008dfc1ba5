from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, Home, deliver, delivery_to, home, invoice, owner, person, settled

from tuimail.domain.billing import Attachment, DocumentState
from tuimail.domain.errors import StoreError
from tuimail.domain.events import EventKind, Summary
from tuimail.domain.mail import Batch, BatchState, Delivery, DeliveryState, NewBatch, Wording
from tuimail.domain.places import Sender
from tuimail.store import batches, journal, outbox
from tuimail.store.batches import cancel, finish, outcomes, pause, queue, summary, unpause
from tuimail.store.documents import save_documents
from tuimail.store.structures import save_structure
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.journal import EventRow
from tuimail.store.tables.outbox import AttachmentRow, BatchRow, DeliveryRow, WordingRow

pytestmark = pytest.mark.usefixtures("store")

US = owner()


@pytest.fixture
def house() -> Home:
    """Three residents; the first has two addresses, the last none."""
    return home(
        people=[
            person(number=1, emails=("a@x.example", "b@x.example")),
            person(number=2, emails=("c@x.example",)),
            person(number=3, emails=()),
        ]
    )


def queued(house: Home, **options: object) -> Batch:
    batch = queue(house.ask(**options), US, NOW)  # type: ignore[arg-type]
    assert batch is not None
    return batch


def states() -> dict[str, str]:
    return {d.address: str(d.state) for d in outbox.deliveries()}


def told(*kinds: EventKind) -> list[str]:
    return [e.event for e in journal.events(kinds=kinds)]


def tables() -> list[str]:
    """Everything that is in the database."""
    return list(proxy.obj.connection().iterdump())


# Queueing


def test_one_press_of_send_writes_a_batch_with_all_that_belongs_to_it(house: Home) -> None:
    general = Attachment("Menu.pdf", "application/pdf", "cc", 1234, "cc/menu.pdf")
    own = Attachment("Relevé.pdf", "application/pdf", "dd", 99, "dd/releve.pdf")
    first, second, third = house.documents
    asked = house.ask(blocked=[third], attachments=((0, general), (first.id, own)))
    batch = queue(asked, US, NOW)
    assert batch == Batch(
        house.account.id, BatchState.RUNNING, "virginie", "bureau", NOW, "octobre 2026", invoices=3, blocked=1, id=1
    )
    assert batches.batch(batch.id) == batch
    assert batches.open_batches(house.account.id) == [batch]
    assert batches.wordings(batch.id) == {w.structure_id: w for w in asked.wordings}
    assert batches.attachments(batch.id) == [(0, general), (first.id, own)]
    found = outbox.deliveries(batch_id=batch.id)
    assert [(d.document_id, d.address, d.message_id) for d in found] == [
        (d.document_id, d.address, d.message_id) for d in asked.deliveries
    ]
    assert {(d.state, d.attempt, d.pdf_path, d.pdf_sha256) for d in found if d.document_id == second.id} == {
        (DeliveryState.QUEUED, 0, "002.pdf", f"sha-{second.id}")
    }
    assert [row.state for row in DocumentRow.select().order_by(DocumentRow.id)] == ["queued", "queued", "unsent"]


def test_the_journal_tells_of_the_batch_of_each_message_and_of_what_was_blocked(house: Home) -> None:
    batch = queued(house, blocked=house.documents[2:])
    lines = list(journal.events(batch_id=batch.id))
    assert [e.event for e in lines] == ["batch-started", "blocked", "queued", "queued", "queued"]
    started, blocked, first, *_ = lines
    assert (started.detail, started.operator, started.host, started.at) == ("octobre 2026", "virginie", "bureau", NOW)
    assert (blocked.document_id, blocked.number, blocked.resident, blocked.detail) == (
        house.documents[2].id, "003", "BERNARD3 Paul", "?"
    )  # fmt: skip
    delivery = outbox.deliveries()[0]
    assert (first.delivery_id, first.recipient, first.role, first.state, first.period, first.message_id) == (
        delivery.id, "a@x.example", "resident", "queued", "2026-10", delivery.message_id
    )  # fmt: skip


def test_two_presses_of_send_give_one_message(house: Home) -> None:
    queued(house)
    before = tables()
    assert queue(house.ask(run="2"), US, NOW) is None
    assert tables() == before


def test_a_second_press_queues_only_what_the_first_did_not(house: Home) -> None:
    queued(house, wanted=house.documents[:1])
    batch = queued(house, run="2")
    assert [d.address for d in outbox.deliveries(batch_id=batch.id)] == ["c@x.example"]
    assert batch.invoices == 1


def test_an_address_asked_for_twice_in_one_press_gets_one_message(house: Home) -> None:
    document = house.documents[1]
    asked = house.ask([document])
    twice = replace(asked, deliveries=(*asked.deliveries, delivery_to(document, "c@x.example", "<other@x.example>")))
    queue(twice, US, NOW)
    assert [(d.address, d.message_id) for d in outbox.deliveries()] == [("c@x.example", asked.deliveries[0].message_id)]


def test_the_database_itself_refuses_a_second_message_on_its_way(house: Home) -> None:
    queued(house)
    values = dict(DeliveryRow.select().dicts().get())
    del values["id"]
    with pytest.raises(StoreError, match="UNIQUE"):
        DeliveryRow.insert(**values | {"message_id": "<another@x.example>"}).execute()


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNCERTAIN])
def test_what_was_or_may_have_been_sent_is_sent_again_only_when_asked(house: Home, state: DeliveryState) -> None:
    deliver(house, {address: settled(state) for address in ("a@x.example", "b@x.example", "c@x.example")})
    assert queue(house.ask(run="2"), US, NOW) is None
    again = queued(house, run="3", resend=True)
    assert len(outbox.deliveries(batch_id=again.id)) == 3
    assert queue(house.ask(run="4", resend=True), US, NOW) is None
    assert len(outbox.deliveries()) == 6


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.CANCELLED])
def test_what_failed_or_was_cancelled_can_be_sent_again(house: Home, state: DeliveryState) -> None:
    if state is DeliveryState.FAILED:
        deliver(house, {"c@x.example": settled(state)}, wanted=house.documents[1:2])
    else:
        cancel(queued(house, wanted=house.documents[1:2]).id, US, NOW)
    batch = queued(house, wanted=house.documents[1:2], run="2")
    assert [d.address for d in outbox.deliveries(batch_id=batch.id)] == ["c@x.example"]


def test_where_each_address_stands_is_known(house: Home) -> None:
    first, second, third = house.documents
    deliver(house, {"a@x.example": settled(DeliveryState.FAILED), "b@x.example": settled(DeliveryState.UNCERTAIN)})
    ids = [d.id for d in house.documents]
    assert outcomes(ids) == {
        (first.id, "b@x.example"): DeliveryState.UNCERTAIN,
        (second.id, "c@x.example"): DeliveryState.SENT,
    }
    queued(house, run="2", resend=True)
    assert set(outcomes(ids).values()) == {DeliveryState.QUEUED}
    assert outcomes([third.id]) == {}
    assert outcomes([]) == {}


def test_a_send_of_nothing_but_blocked_invoices_is_written_down_and_done(house: Home) -> None:
    batch = queue(house.ask([], blocked=house.documents[2:]), US, NOW)
    assert batch is not None
    assert (batch.state, batch.invoices, batch.blocked) == (BatchState.DONE, 1, 1)
    assert batches.open_batches(house.account.id) == []
    assert summary([batch.id]) == Summary(invoices=1, blocked=1)


def test_many_messages_are_queued_in_their_order() -> None:
    house = home(1)
    many = save_documents(invoice(house.people[0], f"A{n:04}") for n in range(450))
    batch = queue(house.ask(many), US, NOW)
    assert batch is not None
    assert [d.number for d in outbox.deliveries(batch_id=batch.id)] == [d.number for d in many]
    assert DocumentRow.select().where(DocumentRow.state == DocumentState.QUEUED).count() == 450
    assert EventRow.select().where(EventRow.event == "queued").count() == 450


# All or nothing


def refuse(*args: object, **kwargs: object) -> None:
    raise RuntimeError("the journal cannot be written")


def test_queueing_is_all_or_nothing(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables()
    monkeypatch.setattr(journal, "append", refuse)
    with pytest.raises(RuntimeError):
        queue(house.ask(), US, NOW)
    assert tables() == before


def test_a_wording_given_twice_keeps_everything_out(house: Home) -> None:
    asked = house.ask()
    wording: Wording = asked.wordings[0]
    before = tables()
    with pytest.raises(StoreError):
        queue(replace(asked, wordings=(wording, wording)), US, NOW)
    assert tables() == before
    assert (BatchRow.select().count(), WordingRow.select().count(), AttachmentRow.select().count()) == (0, 0, 0)


@pytest.mark.parametrize("change", [pause, cancel, finish])
def test_a_batch_does_not_change_without_its_line(
    house: Home, change: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = deliver(house) if change is finish else queued(house)
    assert batch
    if change is finish:
        BatchRow.update(state=BatchState.RUNNING).execute()
    before = tables()
    monkeypatch.setattr(journal, "append", refuse)
    with pytest.raises(RuntimeError):
        change(batch.id, US, NOW)
    assert tables() == before


# Pausing, cancelling, ending


def test_a_batch_pauses_and_goes_on_with_one_line_each(house: Home) -> None:
    batch = queued(house)
    other = owner("thomas")
    for change, state in (
        (pause, BatchState.PAUSED), (pause, BatchState.PAUSED),
        (unpause, BatchState.RUNNING), (unpause, BatchState.RUNNING),
    ):  # fmt: skip
        change(batch.id, other, NOW)
        assert batches.batch(batch.id).state is state
    assert told(EventKind.BATCH_PAUSED, EventKind.BATCH_RESUMED) == ["batch-paused", "batch-resumed"]
    assert {e.operator for e in journal.events(kinds=[EventKind.BATCH_PAUSED])} == {"thomas"}


def test_cancelling_takes_back_what_is_queued_or_deferred(house: Home) -> None:
    later = settled(DeliveryState.DEFERRED, "later", NOW + timedelta(hours=1))
    deliver(house, {"a@x.example": later}, wanted=house.documents[:1])
    batch = batches.open_batches(house.account.id)[0]
    lines = cancel(batch.id, owner("thomas"), NOW)
    assert [(e.event, e.recipient) for e in lines] == [("batch-cancelled", ""), ("cancelled", "a@x.example")]
    assert states() == {"a@x.example": "cancelled", "b@x.example": "sent"}
    assert batches.batch(batch.id).state is BatchState.CANCELLED
    assert batches.open_batches(house.account.id) == []
    written = list(journal.events(kinds=[EventKind.BATCH_CANCELLED, EventKind.CANCELLED]))
    assert [replace(e, id=0) for e in written] == lines
    assert {e.operator for e in written} == {"thomas"}
    assert DocumentRow.get_by_id(house.documents[0].id).state == DocumentState.PARTIAL


def test_a_paused_batch_can_be_cancelled(house: Home) -> None:
    batch = queued(house)
    pause(batch.id, US, NOW)
    assert len(cancel(batch.id, US, NOW)) == 4
    assert set(states().values()) == {"cancelled"}
    assert {row.state for row in DocumentRow.select()} == {"unsent"}


def test_what_has_ended_cannot_be_cancelled_paused_or_taken_up_again(house: Home) -> None:
    done = deliver(house, wanted=house.documents[:1])
    gone = queued(house, run="2")
    cancel(gone.id, US, NOW)
    assert done
    before = tables()
    for batch in (done, gone):
        assert cancel(batch.id, US, NOW) == []
        pause(batch.id, US, NOW)
        unpause(batch.id, US, NOW)
    assert tables() == before


def test_a_message_in_flight_outlives_the_cancelling(house: Home) -> None:
    batch = queued(house, wanted=house.documents[1:2])
    lease, _ = outbox.acquire(house.account.id, US, NOW, lambda _: None)
    delivery = outbox.claim(lease, house.account, NOW)
    assert isinstance(delivery, Delivery)
    assert outbox.enter_flight(lease, delivery.id, "w", NOW)
    assert len(cancel(batch.id, US, NOW)) == 1
    assert outbox.settle(lease, house.account, delivery, settled(DeliveryState.SENT), NOW)
    assert states() == {"c@x.example": "sent"}


def test_a_batch_is_done_once_nothing_of_it_is_on_its_way(house: Home) -> None:
    batch = queued(house, wanted=house.documents[1:2])
    assert finish(batch.id, US, NOW) == Summary(invoices=1, queued=1)
    assert batches.batch(batch.id).state is BatchState.RUNNING
    lease, _ = outbox.acquire(house.account.id, US, NOW, lambda _: None)
    delivery = outbox.claim(lease, house.account, NOW)
    assert isinstance(delivery, Delivery)
    assert finish(batch.id, US, NOW).queued == 1
    outbox.settle(lease, house.account, delivery, settled(DeliveryState.DEFERRED, "later", NOW), NOW)
    assert finish(batch.id, US, NOW) == Summary(invoices=1, deferred=1)
    assert told(EventKind.BATCH_ENDED) == []
    delivery = outbox.claim(lease, house.account, NOW)
    assert isinstance(delivery, Delivery)
    outbox.enter_flight(lease, delivery.id, "w", NOW)
    outbox.settle(lease, house.account, delivery, settled(DeliveryState.SENT), NOW)
    assert finish(batch.id, US, NOW) == Summary(invoices=1, sent=1)
    assert batches.batch(batch.id).state is BatchState.DONE
    assert finish(batch.id, US, NOW) == Summary(invoices=1, sent=1)
    assert told(EventKind.BATCH_ENDED) == ["batch-ended"]


def test_a_summary_adds_batches_up() -> None:
    house = home(people=[person(number=n, emails=(f"a{n}@x.example",)) for n in range(1, 8)])
    ends = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.SENT)
    one = deliver(house, {f"a{n}@x.example": settled(s) for n, s in enumerate(ends, 1)}, wanted=house.documents[:4])
    two = queue(house.ask(house.documents[4:6], blocked=house.documents[6:], run="2"), US, NOW)
    assert one
    assert two
    counts = summary([one.id, two.id])
    assert counts == Summary(invoices=7, sent=2, failed=1, uncertain=1, blocked=1, queued=2)
    cancel(two.id, US, NOW)
    assert summary([one.id, two.id]) == replace(counts, queued=0, cancelled=2)
    assert summary([]) == Summary()


def test_batches_that_still_have_something_come_oldest_first(house: Home) -> None:
    first, second = queued(house, wanted=house.documents[:1]), queued(house, wanted=house.documents[1:2], run="2")
    pause(first.id, US, NOW)
    assert [b.id for b in batches.open_batches(house.account.id)] == [first.id, second.id]
    assert batches.open_batches(house.account.id + 1) == []


def test_what_a_batch_says_is_frozen_when_send_is_pressed(house: Home) -> None:
    asked: NewBatch = house.ask()
    batch = queue(asked, US, NOW)
    assert batch
    save_structure(replace(house.structure, sender=Sender("Autre", "autre@x.example", body="Autre texte")))
    assert batches.wordings(batch.id)[house.structure.id] == asked.wordings[0]
