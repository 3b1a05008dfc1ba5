"""How far an operator has seen the journal, and what there is to tell at the next start."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from builders import NOW, deliver, home, owner, settled

from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.store import batches, journal, outbox, seen


def test_a_marker_never_goes_back(store: Path) -> None:
    assert seen.marker("virginie") is None
    seen.mark("virginie", 7, NOW)
    seen.mark("virginie", 3, NOW + timedelta(minutes=1))
    assert seen.marker("virginie") == (7, NOW + timedelta(minutes=1))
    assert seen.marker("karim") is None


def test_what_was_seen_is_not_told_again(store: Path) -> None:
    house = home()
    deliver(house, {"paul.bernard2@orange.example": settled(DeliveryState.FAILED)})
    seen.mark("karim", 0, NOW)
    (send,) = seen.away("karim", ()).sends
    assert (send.counts.sent, send.counts.failed, send.interrupted) == (2, 1, False)
    seen.mark("karim", journal.newest(), NOW)
    assert not seen.away("karim", ()).worth_telling


def test_whoever_was_never_here_is_told_only_what_was_left(store: Path) -> None:
    house = home()
    deliver(house, wanted=house.documents[:1])
    assert not seen.away("karim", ()).worth_telling
    batch = batches.queue(house.ask(house.documents[1:], run="2"), owner(), NOW)
    assert batch is not None
    away = seen.away("karim", ())
    assert [send.batch.id for send in away.sends] == [batch.id]
    assert (away.since, away.queued) == (None, 2)


def test_a_send_that_goes_on_is_not_told_as_one_that_was_left(store: Path) -> None:
    house = home()
    seen.mark("karim", 0, NOW)
    batches.queue(house.ask(), owner(), NOW)
    assert not seen.away("karim", [house.account.id]).worth_telling


def test_what_a_dead_sender_had_in_its_hands_is_uncertain_before_it_is_told(store: Path) -> None:
    from tuimail.office.recovery import Recovery

    house = home()
    batches.queue(house.ask(), owner(), NOW)
    dead = owner("dead", "nowhere", 2)
    lease, _mended = outbox.acquire(house.account.id, dead, NOW - timedelta(days=300), lambda _: False)
    claimed = outbox.claim(lease, house.account, NOW)
    assert isinstance(claimed, Delivery)
    assert outbox.enter_flight(lease, claimed.id, "wire", NOW)
    recovery = Recovery(owner("karim"))
    recovery.mend()
    away = recovery.away()
    assert (away.queued, away.uncertain) == (2, 1)
