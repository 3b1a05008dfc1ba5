"""The promise, under any interleaving: two senders, a server that may or may not answer, crashes and takeovers."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, Home, home, owner, person, settled
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tuimail.domain.account import Lease, Owner
from tuimail.domain.errors import AccountBusy
from tuimail.domain.mail import LIVE_STATES, Delivery, DeliveryState, Wait
from tuimail.store import accounts, batches, chain, decisions, documents, outbox, waiting
from tuimail.store.database import close_store, execute, open_store
from tuimail.store.tables.account import LeaseRow


class Stage(Enum):
    """How far a sender is with the message in its hand."""

    BODY = "the body is written, the dot is not"
    DOT = "the dot is written, the server has not made up its mind"
    ACCEPTED = "the server has accepted, the reply is on its way"


@dataclass
class Sender:
    """A process of the model. One that was replaced does not know it until it asks the store."""

    name: str
    life: int = 0
    lease: Lease | None = None
    hand: Delivery | None = None
    ahead: list[Delivery] = field(default_factory=list)
    """Claimed, and not begun."""
    stage: Stage = Stage.BODY

    @property
    def owner(self) -> Owner:
        return owner(f"{self.name}{self.life}", pid=self.life)


WEIGHTS = {
    "go_one_step_on": 12,
    "become_the_sender": 4,
    "press_send": 3,
    "sleep_too_long": 3,
    "crash": 2,
    "be_refused": 2,
    "lose_the_connection_after_the_dot": 2,
    "end_well": 1,
    "beat": 1,
    "let_time_pass": 1,
    "change_a_batch": 1,
    "decide": 3,
    "want_it_now": 1,
}


class Outbox(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.senders = [Sender("one"), Sender("two")]
        self.accepted: Counter[str] = Counter()
        self.asked: list[str] = []
        self.batches: list[int] = []
        self.believed: dict[str, DeliveryState] = {}
        """What an operator has decided about an uncertain message."""
        self.now = NOW
        open_store(Path(self.folder.name) / "x.sqlite3")
        people = [person(number=1, emails=("a@x.example", "b@x.example")), person(number=2)]
        self.home: Home = home(people=people)

    def teardown(self) -> None:
        close_store()
        self.folder.cleanup()

    @initialize()
    def something_is_sent(self) -> None:
        self._queue({0, 1}, resend=False)
        self._acquire(self.senders[0])

    @rule(
        what=st.sampled_from([name for name, weight in WEIGHTS.items() for _ in range(weight)]),
        first=st.sampled_from([0, 1]),
        data=st.data(),
    )
    def something_happens(self, what: str, first: int, data: st.DataObject) -> None:
        """One rule: as rules of their own, those that go on would too often be left out for a whole run."""
        getattr(self, what)(first, data.draw)

    # What operators do

    def press_send(self, first: int, draw: Any) -> None:
        self._queue(draw(st.sampled_from([{0}, {1}, {0, 1}])), resend=draw(st.booleans()))

    def _queue(self, which: set[int], *, resend: bool) -> None:
        wanted = [self.home.documents[n] for n in which]
        asked = self.home.ask(wanted, resend=resend, run=str(len(self.asked)))
        batch = batches.queue(asked, self.senders[0].owner, self.now)
        if batch is not None:
            self.batches.append(batch.id)
            self.asked += [d.message_id for d in outbox.deliveries(batch_id=batch.id)]

    def change_a_batch(self, first: int, draw: Any) -> None:
        change = draw(st.sampled_from([batches.unpause, batches.finish, batches.pause, batches.cancel]))
        change(draw(st.sampled_from(self.batches)), self.senders[first].owner, self.now)

    def decide(self, first: int, draw: Any) -> None:
        """An operator believes that an uncertain message arrived, or that it did not: right or wrong."""
        found = decisions.uncertain()
        if not found:
            return
        message_id, who = draw(st.sampled_from(found)).message_id, owner("operator")
        if draw(st.booleans()):
            decided = decisions.mark_sent([message_id], who, self.now)
        else:
            new_id = f"<new.{len(self.asked)}@home.example>"
            decided = decisions.send_again([message_id], who, self.now, lambda _sender: new_id)
        (line,) = decided.events
        self.believed[message_id] = DeliveryState(line.state)
        for batch in decided.batches:
            self.batches.append(batch.id)
            self.asked += [d.message_id for d in outbox.deliveries(batch_id=batch.id)]
        event(f"{line.event}: {len(decided.batches)} queued anew")

    def want_it_now(self, first: int, draw: Any) -> None:
        waiting.retry_now(self.home.account.id, owner("operator"), self.now)

    def let_time_pass(self, first: int, draw: Any) -> None:
        self.now += timedelta(seconds=draw(st.sampled_from([600, 31, 29, 1])))

    # What senders do

    def become_the_sender(self, first: int, draw: Any) -> None:
        sender = self.senders[first]
        if sender.hand is None:
            self._acquire(sender)

    def sleep_too_long(self, first: int, draw: Any) -> None:
        """A sender was stopped beyond its lease and the other has taken over: it does not know when it goes on."""
        if self.senders[1 - first].hand is None:
            self.now += timedelta(seconds=accounts.LEASE_SECONDS)
            self._acquire(self.senders[1 - first])

    def _acquire(self, sender: Sender) -> None:
        alive = {s.owner.id for s in self.senders if s.lease}
        before = accounts.holder(self.home.account.id, self.now)
        try:
            sender.lease, mended = outbox.acquire(
                self.home.account.id, sender.owner, self.now, lambda holder: holder.id in alive
            )
            for line in mended:
                event(f"mended: {line.event}")
        except AccountBusy:
            assert before is not None
            assert before[0].id in alive - {sender.owner.id}

    def beat(self, first: int, draw: Any) -> None:
        lease = self.senders[first].lease
        if lease is not None:
            row = LeaseRow.get()
            held = (row.owner, row.epoch) == (lease.owner.id, lease.epoch)
            assert accounts.heartbeat(lease, self.now) == held

    def go_one_step_on(self, first: int, draw: Any) -> None:
        """Claim, pass the barrier and write the dot, be accepted, read the reply."""
        sender = self.senders[first] if self.senders[first].lease else self.senders[1 - first]
        if sender.lease is None:
            self._acquire(sender)
        elif sender.hand is None:
            if not sender.ahead and draw(st.booleans()):
                sender.ahead = outbox.claim_ahead(sender.lease, self.home.account, self.now, 0, 2)
            sender.hand = sender.ahead.pop(0) if sender.ahead else self._claim(sender.lease)
            sender.stage = Stage.BODY
        elif sender.stage is Stage.BODY:
            self._pass_the_barrier(sender)
        elif sender.stage is Stage.DOT:
            self.accepted[sender.hand.message_id] += 1
            sender.stage = Stage.ACCEPTED
        else:
            assert self._settle(sender, DeliveryState.SENT), "an acceptance that was read is never lost"

    def _claim(self, lease: Lease) -> Delivery | None:
        step = outbox.claim(lease, self.home.account, self.now)
        assert not isinstance(step, Wait)
        return step

    def _pass_the_barrier(self, sender: Any) -> None:
        if outbox.enter_flight(sender.lease, sender.hand.id, "wire", self.now):
            sender.stage = Stage.DOT
        else:
            event("held back at the barrier")
            sender.hand = None

    def be_refused(self, first: int, draw: Any) -> None:
        if sender := self._with(first, Stage.BODY, Stage.DOT):
            states = (DeliveryState.DEFERRED, DeliveryState.FAILED, DeliveryState.QUEUED)
            self._settle(sender, draw(st.sampled_from(states)))

    def lose_the_connection_after_the_dot(self, first: int, draw: Any) -> None:
        if sender := self._with(first, Stage.DOT, Stage.ACCEPTED):
            self._settle(sender, DeliveryState.UNCERTAIN)

    def end_well(self, first: int, draw: Any) -> None:
        sender = self.senders[first]
        if sender.lease is not None and (sender.hand is None or sender.stage is Stage.BODY):
            outbox.put_back(sender.lease, sender.ahead, self.now)
            outbox.release(sender.lease, self.now)
            sender.lease, sender.hand, sender.ahead = None, None, []

    def crash(self, first: int, draw: Any) -> None:
        """The process is gone, with its hand as it was; whoever comes next is another process."""
        if self.senders[first].hand is not None:
            event(f"crashed at {self.senders[first].stage.name}")
        self.senders[first] = Sender(self.senders[first].name, self.senders[first].life + 1)

    def _with(self, first: int, *stages: Stage) -> Any:
        """That sender if it is at one of those stages with a message, else the other, else None."""
        for sender in (self.senders[first], self.senders[1 - first]):
            if sender.hand is not None and sender.stage in stages:
                return sender
        return None

    def _settle(self, sender: Any, state: DeliveryState) -> bool:
        next_at = self.now + timedelta(minutes=5) if state is DeliveryState.DEFERRED else None
        outcome = settled(state, "", next_at)
        written = outbox.settle(sender.lease, self.home.account, sender.hand, outcome, self.now)
        late = " late" if LeaseRow.get().epoch > sender.lease.epoch else ""
        event(f"{state} from {sender.stage.name}{late}: {written.event if written else 'not ours any more'}")
        sender.hand = None
        return written is not None

    # What must hold whatever happened

    @invariant()
    def the_promise_holds(self) -> None:
        found = outbox.deliveries()
        self.nothing_is_accepted_twice()
        self.sent_means_accepted_and_what_was_accepted_is_never_shown_as_unsent(found)
        self.nothing_is_lost(found)
        self.an_address_has_at_most_one_message_on_its_way(found)
        self.nothing_waits_where_nobody_would_send_it(found)
        self.only_the_present_sender_has_messages_under_way()
        self.the_journals_last_word_is_where_each_message_stands(found)
        self.a_documents_state_is_what_its_deliveries_add_up_to(found)
        assert chain.verify().intact

    def nothing_is_accepted_twice(self) -> None:
        assert all(count == 1 for count in self.accepted.values())

    def sent_means_accepted_and_what_was_accepted_is_never_shown_as_unsent(self, found: list[Delivery]) -> None:
        for delivery in found:
            believed = self.believed.get(delivery.message_id)
            if delivery.state is DeliveryState.SENT:
                assert self.accepted[delivery.message_id] == 1 or believed is DeliveryState.SENT
            if self.accepted[delivery.message_id]:
                states = (DeliveryState.SENT, DeliveryState.INFLIGHT, DeliveryState.UNCERTAIN)
                assert delivery.state in states or delivery.state is believed

    def nothing_is_lost(self, found: list[Delivery]) -> None:
        assert sorted(d.message_id for d in found) == sorted(self.asked)
        counts = batches.summary(self.batches)
        parts = (counts.sent, counts.failed, counts.uncertain, counts.deferred, counts.cancelled, counts.queued)
        assert sum(parts) == len(self.asked)

    def an_address_has_at_most_one_message_on_its_way(self, found: list[Delivery]) -> None:
        on_the_way = Counter((d.document_id, d.address) for d in found if d.state in LIVE_STATES)
        assert all(count == 1 for count in on_the_way.values())

    def nothing_waits_where_nobody_would_send_it(self, found: list[Delivery]) -> None:
        running = {b.id for b in batches.open_batches(self.home.account.id)}
        waiting = {d.batch_id for d in found if d.state in (DeliveryState.QUEUED, DeliveryState.DEFERRED)}
        assert waiting <= running

    def only_the_present_sender_has_messages_under_way(self) -> None:
        epochs = execute("SELECT DISTINCT epoch FROM delivery WHERE state IN ('claimed', 'inflight')").fetchall()
        assert epochs in ([], execute("SELECT epoch FROM lease").fetchall())

    def the_journals_last_word_is_where_each_message_stands(self, found: list[Delivery]) -> None:
        last = dict(execute("SELECT delivery_id, state FROM event WHERE delivery_id <> 0 ORDER BY id").fetchall())
        for delivery in found:
            if delivery.state in (DeliveryState.CLAIMED, DeliveryState.INFLIGHT):
                assert last[delivery.id] in (DeliveryState.QUEUED, DeliveryState.DEFERRED)
            else:
                assert last[delivery.id] == delivery.state

    def a_documents_state_is_what_its_deliveries_add_up_to(self, found: list[Delivery]) -> None:
        for document_id, state in execute("SELECT id, state FROM document").fetchall():
            assert state == documents.derive_state(d for d in found if d.document_id == document_id)


ALIKE = {"stateful_step_count": 50, "deadline": None, "suppress_health_check": list(HealthCheck)}

TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=2 * settings().max_examples // 5, **ALIKE)


@pytest.mark.long
@pytest.mark.timeout(600)
class TestOutboxAtLength(Outbox.TestCase):
    """The same, five times as often."""

    settings = settings(max_examples=200, **ALIKE)
