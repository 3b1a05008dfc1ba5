"""The promise, one fault at a time: what the server accepted is the truth that the journal is held against."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from outbox_samples import House, gathered
from scripted import Accept, After, Drop, Hang, Hold, Reset, Say, Server, offering

from tuimail.config.process import this_owner
from tuimail.domain.errors import AccountBusy, ServerError
from tuimail.domain.events import Event, EventKind
from tuimail.domain.mail import BatchState, Delivery, DeliveryState
from tuimail.sending.engine import Engine
from tuimail.sending.link import Timeouts
from tuimail.store import accounts, batches, documents, journal, outbox
from tuimail.store.database import in_writer

SENT, FAILED, UNCERTAIN = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN
QUEUED, DEFERRED, CANCELLED = DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.CANCELLED
Serve = Any


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.office.close()


def accepted(server: Server) -> Counter[str]:
    """How often the server took each Message-ID."""
    return Counter(str(received.message["Message-ID"]) for received in server.accepted)


def deliveries(house: House) -> list[Delivery]:
    return [d for document_id in house.ids for d in outbox.deliveries(document_id=document_id)]


def assert_promise(house: House, server: Server) -> None:
    """Nothing accepted twice, nothing marked sent that was not, nothing accepted that looks unsent."""
    taken = accepted(server)
    assert all(times == 1 for times in taken.values())
    for delivery in deliveries(house):
        if delivery.state is SENT:
            assert taken[delivery.message_id] == 1
        if taken[delivery.message_id]:
            assert delivery.state in (SENT, UNCERTAIN)


async def test_every_address_receives_its_own_pdf_byte_for_byte(house: House, serve: Serve) -> None:
    server = await serve()
    _events, summary = await house.send(house.account(server.port))
    assert (summary.sent, summary.invoices) == (3, 3)
    assert summary.complete
    pdfs = {d.address: house.office.pdf(d) for d in deliveries(house)}
    assert len(set(pdfs.values())) == 3
    for received in server.accepted:
        (attached,) = received.message.iter_attachments()
        assert attached.get_payload(decode=True) == pdfs[received.recipient]
        number = int(received.recipient.removeprefix("famille").partition("@")[0])
        assert attached.get_filename() == f"Facture {number:03} - BŒUF Zoé {number} - octobre 2026.pdf"
        assert received.message["Subject"] == "Votre facture d'octobre 2026"
        body = received.message.get_body()
        assert body is not None
        assert f"BŒUF Zoé {number} " in body.get_content()


async def test_the_journal_tells_what_the_server_took(house: House, serve: Serve) -> None:
    server = await serve()
    await house.send(house.account(server.port))
    lines = [e for e in journal.events() if e.event is EventKind.SENT]
    by_id = {str(r.message["Message-ID"]): r for r in server.accepted}
    assert {line.message_id for line in lines} == set(by_id)
    for line in lines:
        received = by_id[line.message_id]
        assert line.recipient == received.recipient
        assert line.wire_sha256 == sha256(received.data).hexdigest()
        assert line.reply == "250 2.0.0 Ok: queued as 4F9D1954"
        assert (line.code, line.queue_id) == ("2.0.0", "4F9D1954")
        (attached,) = received.message.iter_attachments()
        assert line.pdf_sha256 == sha256(attached.get_payload(decode=True)).hexdigest()
    kinds = Counter(e.event for e in journal.events())
    assert kinds == {"batch-started": 1, "queued": 3, "sent": 3, "batch-ended": 1}


async def test_a_second_send_of_the_same_invoices_sends_nothing(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port)
    await house.send(account)
    control = house.office.control(house.ids, "octobre 2026")
    assert (len(control.ready), len(control.already_sent)) == (0, 3)
    async with house.engine(account):
        assert await house.office.queue(house.office.prepare(control)) is None
    assert len(server.accepted) == 3


async def test_a_resend_is_a_new_message_to_the_same_address(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port)
    await house.send(account)
    async with house.engine(account) as engine:
        batch = await house.queue([house.ids[0]], resend=True)
        assert batch is not None
        _events, summary = await gathered(engine.run(batch.id))
    assert summary.sent == 1
    assert Counter(r.recipient for r in server.accepted)["famille0@poste.example"] == 2
    assert_promise(house, server)


@pytest.mark.parametrize("step", ["mail", "rcpt"])
async def test_one_refused_address_does_not_halt_the_batch(house: House, serve: Serve, step: str) -> None:
    refusal = [Say("250 ok"), Say("550 5.1.1 no such user"), Say("250 ok")]
    server = await serve({step: refusal})
    events, summary = await house.send(house.account(server.port))
    assert (summary.sent, summary.failed) == (2, 1)
    assert house.states() == [SENT, FAILED, SENT]
    (failed,) = [e for e in events if e.event is EventKind.FAILED]
    assert failed.code == "5.1.1"
    assert failed.reply == "550 5.1.1 no such user"
    assert failed.detail == "Adresse inconnue\u00a0: à corriger"
    assert_promise(house, server)


async def test_a_refusal_after_the_dot_is_a_refusal(house: House, serve: Serve) -> None:
    server = await serve({"dot": [Say("552 5.3.4 too big"), Say("250 2.0.0 ok")]})
    _events, summary = await house.send(house.account(server.port))
    assert house.states() == [FAILED, SENT, SENT]
    assert summary.failed == 1
    assert_promise(house, server)


async def test_a_greylisted_message_is_deferred_and_goes_with_a_later_resume(house: House, serve: Serve) -> None:
    server = await serve({"rcpt": [Say("450 4.2.0 greylisted"), Say("250 ok")]})
    account = house.account(server.port)
    events, summary = await house.send(account)
    (deferred,) = [e for e in events if e.event is EventKind.DEFERRED]
    assert summary.deferred == 1
    assert not summary.complete
    assert deferred.until is not None
    _events, summary = await house.resume(account)
    assert summary.deferred == 1
    house.clock.moment = deferred.until
    _events, summary = await house.resume(account)
    assert (summary.sent, summary.deferred) == (3, 0)
    assert_promise(house, server)


def _ticking(house: House, seconds: float) -> Any:
    """A clock that moves by `seconds` each time it is read: waits are over when they begin."""

    def now() -> Any:
        house.clock.forward(seconds=seconds)
        return house.clock()

    return now


POLITE = {"mail": Say("250 ok"), "rcpt": Say("250 ok"), "data": Say("354 go")}


@pytest.mark.parametrize("step", POLITE)
@pytest.mark.parametrize("fault", [Drop(), Reset()])
async def test_a_cut_before_the_dot_is_simply_tried_again(house: House, serve: Serve, step: str, fault: Any) -> None:
    server = await serve({step: [fault, POLITE[step]]})
    _events, summary = await house.send(house.account(server.port))
    assert summary.sent == 3
    assert_promise(house, server)


async def test_a_server_that_cuts_every_message_short_ends_the_run_with_all_queued(house: House, serve: Serve) -> None:
    server = await serve({"body": [After(2000, Drop())]})
    _events, summary = await house.send(house.account(server.port))
    assert summary.queued + summary.deferred == 3
    assert "resume" in summary.detail
    assert not server.accepted


@pytest.mark.parametrize("fault", [Drop(), Reset(), Say("garbage"), Accept(Drop()), Accept(Reset())])
async def test_no_clear_answer_to_the_dot_is_uncertain_and_never_sent_again(
    house: House, serve: Serve, fault: Any
) -> None:
    server = await serve({"dot": [fault, Say("250 2.0.0 ok")]})
    account = house.account(server.port)
    events, summary = await house.send(account)
    assert (summary.sent, summary.uncertain) == (2, 1)
    assert house.states() == [UNCERTAIN, SENT, SENT]
    (uncertain,) = [e for e in events if e.event is EventKind.UNCERTAIN]
    assert uncertain.detail == "Accusé non reçu\u00a0: peut-être envoyé, à vérifier"
    _events, summary = await house.resume(account)
    control = house.office.control(house.ids, "octobre 2026")
    assert (len(control.uncertain), len(control.ready)) == (1, 0)
    assert_promise(house, server)


async def test_a_server_that_never_answers_the_dot_leaves_it_uncertain(house: House, serve: Serve) -> None:
    server = await serve({"dot": [Hang()]})
    events, _summary = await house.send(house.account(server.port), timeouts=Timeouts(dot=0.2, greeting=0.2))
    assert Counter(house.states())[UNCERTAIN] >= 1
    assert events[0].event is EventKind.UNCERTAIN
    assert_promise(house, server)


async def test_a_busy_server_slows_the_account_and_loses_nothing(house: House, serve: Serve) -> None:
    server = await serve({"mail": [Say("250 ok"), Drop("421 4.3.2 too many"), Say("250 ok")]})
    account = house.account(server.port)
    _events, summary = await house.send(account, now=_ticking(house, seconds=61))
    assert summary.sent == 3
    assert accounts.pacing(account.id).slow_gap > 0
    assert_promise(house, server)


async def test_a_quota_suspends_the_account_and_says_until_when(house: House, serve: Serve) -> None:
    quota = "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"
    server = await serve({"dot": [Say("250 ok"), Say(quota)]})
    account = house.account(server.port)
    _events, summary = await house.send(account)
    assert (summary.sent, summary.failed) == (1, 0)
    assert summary.deferred + summary.queued == 2
    assert "resume" in summary.detail
    assert accounts.pacing(account.id).not_before is not None
    assert len(server.accepted) == 1


async def test_a_pdf_that_changed_on_disk_is_not_sent_and_the_rest_is(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port)
    async with house.engine(account) as engine:
        batch = await house.queue()
        assert batch is not None
        first = outbox.deliveries(document_id=house.ids[0])[0]
        (house.office.paths.documents / first.pdf_path).write_bytes(b"%PDF-1.7 of someone else")
        _events, summary = await gathered(engine.run(batch.id))
    assert house.states() == [FAILED, SENT, SENT]
    assert summary.failed == 1
    assert "famille0@poste.example" not in {r.recipient for r in server.accepted}


async def test_nothing_is_queued_when_the_server_is_not_there(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port)
    server.refuse()
    with pytest.raises(ServerError) as told:
        await house.send(account)
    assert told.value.next_step
    assert not deliveries(house)
    assert accounts.holder(account.id, house.clock()) is None


async def test_a_sender_given_up_before_its_thread_is_there_ends(
    house: House, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await serve()
    begun, go_on, begin = threading.Event(), threading.Event(), Engine._serve

    async def late(engine: Engine, ready: asyncio.Future[None]) -> None:
        begun.set()
        go_on.wait(10)
        await begin(engine, ready)

    monkeypatch.setattr(Engine, "_serve", late)
    entering = asyncio.create_task(house.engine(house.account(server.port)).__aenter__())
    assert await asyncio.to_thread(begun.wait, 10)
    entering.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(entering, 10)


async def test_a_second_sender_is_told_who_sends(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port)
    async with house.engine(account):
        with pytest.raises(AccountBusy) as told:
            await house.send(account)
    assert this_owner().operator in told.value.sentence
    assert told.value.exit_status == 3
    assert not deliveries(house)


async def test_a_sender_that_lost_the_account_writes_no_dot(house: House, serve: Serve) -> None:
    gate = asyncio.Event()
    server = await serve({"data": [Hold(gate, Say("354 go"))]})
    account = house.account(server.port)
    async with house.engine(account) as engine:
        batch = await house.queue()
        assert batch is not None
        running = asyncio.create_task(gathered(engine.run(batch.id)))
        await server.reached("data")
        other = this_owner()
        await in_writer(outbox.acquire, account.id, other, house.clock(), lambda _owner: False)
        gate.set()
        _events, summary = await running
    assert not server.accepted
    assert summary.queued == 3
    assert "autre session" in summary.detail


async def test_stop_ends_after_the_message_in_flight_and_resume_sends_the_rest(house: House, serve: Serve) -> None:
    gate = asyncio.Event()
    server = await serve({"dot": [Accept(Hold(gate, Say("250 2.0.0 ok"))), Say("250 2.0.0 ok")]})
    account = house.account(server.port)
    async with house.engine(account) as engine:
        batch = await house.queue()
        assert batch is not None
        running = asyncio.create_task(gathered(engine.run(batch.id)))
        await server.reached("dot")
        engine.stop()
        gate.set()
        _events, summary = await running
    assert (summary.sent, summary.queued) == (1, 2)
    _events, summary = await house.resume(account)
    assert (summary.sent, summary.queued) == (3, 0)
    assert batches.batch(batch.id).state is BatchState.DONE
    assert_promise(house, server)


async def test_whoever_stops_listening_gets_the_message_in_flight_settled(house: House, serve: Serve) -> None:
    gate = asyncio.Event()
    server = await serve({"dot": [Accept(Hold(gate, Say("250 2.0.0 ok")))]})
    account = house.account(server.port)

    async def listen() -> None:
        async with house.engine(account) as engine:
            batch = await house.queue()
            assert batch is not None
            async for _item in engine.run(batch.id):
                pass

    running = asyncio.create_task(listen())
    await server.reached("dot")
    running.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert Counter(house.states()) == {SENT: 1, QUEUED: 2}
    assert_promise(house, server)


async def test_a_paused_batch_lets_nothing_leave_until_it_goes_on(house: House, serve: Serve) -> None:
    gate = asyncio.Event()
    server = await serve({"dot": [Accept(Hold(gate, Say("250 2.0.0 ok"))), Say("250 2.0.0 ok")]})
    account = house.account(server.port)
    seen: list[EventKind] = []
    async with house.engine(account) as engine:
        batch = await house.queue()
        assert batch is not None
        pausing = asyncio.create_task(_pause_in_flight(engine, server, gate))
        async for item in engine.run(batch.id):
            if isinstance(item, Event):
                seen.append(item.event)
                if item.event is EventKind.BATCH_PAUSED:
                    assert len(server.accepted) == 1
                    await engine.unpause()
        await pausing
    assert seen == ["sent", "batch-paused", "batch-resumed", "sent", "sent"]
    assert [e.event for e in journal.events(kinds=[EventKind.BATCH_PAUSED, EventKind.BATCH_RESUMED])] == [
        "batch-paused",
        "batch-resumed",
    ]


async def _pause_in_flight(engine: Any, server: Server, gate: asyncio.Event) -> None:
    await server.reached("dot")
    await engine.pause()
    gate.set()


async def test_cancelling_takes_back_what_has_not_left(house: House, serve: Serve) -> None:
    gate = asyncio.Event()
    server = await serve({"dot": [Accept(Hold(gate, Say("250 2.0.0 ok")))]})
    account = house.account(server.port)
    async with house.engine(account) as engine:
        batch = await house.queue()
        assert batch is not None
        running = asyncio.create_task(gathered(engine.run(batch.id)))
        await server.reached("dot")
        await engine.cancel()
        gate.set()
        _events, summary = await running
    assert (summary.sent, summary.cancelled) == (1, 2)
    assert house.states() == [SENT, CANCELLED, CANCELLED]
    control = house.office.control(house.ids, "octobre 2026")
    assert len(control.ready) == 2
    assert_promise(house, server)


async def test_a_dead_sender_s_message_in_flight_is_uncertain_and_the_claimed_one_goes_again(
    house: House, serve: Serve
) -> None:
    server = await serve()
    account = house.account(server.port)
    dead = replace(this_owner(), pid=2**22 + 1, started="long/ago")
    lease, _mended = outbox.acquire(account.id, dead, house.clock(), lambda _owner: False)
    await house.queue()
    first = outbox.claim(lease, account, house.clock())
    second = outbox.claim(lease, account, house.clock())
    assert isinstance(first, Delivery)
    assert isinstance(second, Delivery)
    assert outbox.enter_flight(lease, first.id, "hash", house.clock())
    events, summary = await house.resume(account)
    assert [e.event for e in events][:2] == ["uncertain", "requeued"]
    assert (summary.sent, summary.uncertain) == (2, 1)
    assert house.states() == [UNCERTAIN, SENT, SENT]
    assert "famille0@poste.example" not in {r.recipient for r in server.accepted}


async def test_a_password_refused_on_reconnection_pauses_the_batch(house: House, serve: Serve) -> None:
    server = await serve(
        {
            "ehlo": offering("PIPELINING", "AUTH PLAIN"),
            "auth": [Say("235 welcome"), Say("535 5.7.8 no")],
            "mail": [Say("250 ok"), Drop(), Say("250 ok")],
        }
    )
    account = house.account(server.port, user="virginie")
    _events, summary = await house.send(account, password="sekrit")
    assert summary.sent == 1
    assert summary.queued == 2
    (batch,) = batches.open_batches(account.id)
    assert batch.state is BatchState.PAUSED
    assert sum(command.startswith("AUTH") for command in server.commands) == 2
    assert_promise(house, server)


async def test_the_list_shows_the_document_s_state_as_the_messages_settle(house: House, serve: Serve) -> None:
    server = await serve({"rcpt": [Say("550 5.1.1 unknown"), Say("250 ok")]})
    await house.send(house.account(server.port))
    states = {number: state for number, (_d, state) in documents.of_year(house.structure.id, "invoice", 2026).items()}
    assert states == {"000": "failed", "001": "sent", "002": "sent"}
    assert set(documents.last_sent(house.ids)) == set(house.ids[1:])


async def test_pacing_waits_between_messages_and_longer_every_so_many(house: House, serve: Serve) -> None:
    server = await serve()
    account = house.account(server.port, gap=0.05, pause_every=2, pause=0.3)
    loop = asyncio.get_running_loop()
    began = loop.time()
    _events, summary = await house.send(account, now=_real_clock())
    assert summary.sent == 3
    assert loop.time() - began >= 0.35


def _real_clock() -> Any:
    from datetime import UTC, datetime

    return lambda: datetime.now(UTC)
