from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.parser import BytesParser
from itertools import count
from typing import Any

import pytest
from builders import NOW, Home, home, owner, person, settled

from tuimail.domain.audience import Person
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.letters import Letter, Unsubscribing
from tuimail.domain.mail import BatchState, Delivery, DeliveryState, Purpose
from tuimail.domain.mailing import suppressed
from tuimail.domain.people import Guardian, Relative, Role
from tuimail.domain.places import Sender
from tuimail.sending.composer import Composer
from tuimail.sending.letters import LetterControl, check_letter, rehearsed
from tuimail.store import (
    accounts,
    address_notes,
    audience,
    batches,
    cards,
    decisions,
    erasure,
    journal,
    letters,
    letters_again,
    limits,
    mailings,
    outbox,
    residents,
    structures,
    waiting,
)
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import ResidentRow

pytestmark = pytest.mark.usefixtures("store")

VIRGINIE = owner("virginie")
LETTER = Letter("Fête à &structure", "Bonjour &nom,\n\nLa fête de &resident.\n")
FAMILY = (
    person(
        number=1,
        guardian=Guardian("tutelle", "UDAF 99", "udaf@tutelle.example"),
        relatives=(Relative("BERNARD Anne", "Fille", "anne@free.example"),),
    ),
    person(number=2, relatives=(Relative("BERNARD Anne", "Nièce", "Anne@free.example"),)),
    person(number=3, emails=()),
)


def house() -> Home:
    found = home(people=FAMILY)
    structures.save_structure(replace(found.structure, sender=Sender("Virginie", "compta@maison.example")))
    return found


def control(letter: Letter = LETTER, **changes: Any) -> LetterControl:
    people: list[Person] = changes.pop("people", None) or audience.people()
    return check_letter(letter, people, "tout le monde", now=changes.pop("now", NOW))


def suppress(address: str, now: datetime = NOW) -> None:
    mailings.suppress([suppressed(address, "virginie", "courrier", now)], VIRGINIE, now)


def send(account: Any, fails: frozenset[str] = frozenset(), now: datetime = NOW) -> list[str]:
    """Send what is due; the addresses in their order."""
    lease, _ = outbox.acquire(account.id, VIRGINIE, now, lambda _: False)
    reached = []
    while isinstance(delivery := outbox.claim(lease, account, now), Delivery):
        assert outbox.enter_flight(lease, delivery.id, "wire", now)
        state = DeliveryState.FAILED if delivery.address in fails else DeliveryState.SENT
        assert outbox.settle(lease, account, delivery, settled(state), now)
        reached.append(delivery.address)
    outbox.release(lease, now)
    return reached


def test_everybody_gets_one_message_with_what_their_keywords_become() -> None:
    found = house()
    batch = control().queue((), VIRGINIE, NOW)
    (kept,) = letters.past()
    assert (batch.label, kept.mailing.criteria, kept.mailing.batch_id) == (
        "lettre\u00a0: Fête à &structure",
        "tout le monde",
        batch.id,
    )
    queued = outbox.deliveries(batch_id=batch.id)
    assert [(d.address, d.purpose, d.mailing_id) for d in queued] == [
        (address, Purpose.LETTER, kept.mailing.id)
        for address in (
            "paul.bernard1@orange.example",
            "udaf@tutelle.example",
            "anne@free.example",
            "paul.bernard2@orange.example",
        )
    ]
    assert letters.words_of(queued[2]) == (
        "Fête à Maison 1",
        "Bonjour BERNARD Anne,\n\nLa fête de BERNARD1 Paul et BERNARD2 Paul.\n",
    )
    assert send(found.account) == [d.address for d in queued]
    assert batches.finish(batch.id, VIRGINIE, NOW).complete


def test_a_mailbox_that_a_family_shares_gets_one_letter_to_all_of_them() -> None:
    shared = ("famille@free.example",)
    names = [("BERNARD", "Paul", "M."), ("Bernard", "Paul", "m."), ("ÉLOI", "Zoé", "Mme"), ("ÉLOI", "Luc", "M.")]
    people = [
        person(number=n, last_name=last, first_name=first, title=title, emails=shared, room="")
        for n, (last, first, title) in enumerate(names, 1)
    ]
    home(people=people)
    (place,) = structures.structures()
    structures.save_structure(replace(place, sender=Sender("Virginie", "compta@maison.example")))
    (one,) = control(Letter("Fête", "Bonjour &civilite &nom, de &structure\n")).ready
    assert one.values == {"title": "M. et Mme", "name": "BERNARD Paul, ÉLOI Luc et ÉLOI Zoé", "structure": place.name}


def test_a_letter_that_the_server_does_not_take_is_not_queued() -> None:
    found = house()
    limits.note(found.account, 1_000_000, NOW)
    large = replace(LETTER, attachments=(Attachment("photos.pdf", "application/pdf", "0" * 64, 900_000, "photos"),))
    with pytest.raises(BadInput, match="1,2 Mo") as caught:
        control(large).queue((), VIRGINIE, NOW)
    assert "plus petit" in caught.value.next_step
    assert letters.past() == []
    assert control(replace(large, attachments=())).queue((), VIRGINIE, NOW)


def test_who_gets_none_is_told_with_the_reason() -> None:
    house()
    suppress("udaf@tutelle.example")
    asked = control()
    asked.queue((), VIRGINIE, NOW)
    (kept,) = letters.past()
    assert [(each.name, each.reason) for each in letters.left_out(kept.mailing.id)] == [
        ("UDAF 99", "ne veut pas de publipostage\u00a0: désinscription"),
        ("BERNARD Anne", "même boîte que BERNARD Anne"),
        ("BERNARD3 Paul", "aucune adresse connue"),
    ]
    assert (asked.messages, asked.people, kept.left_out) == (3, 6, 3)


def test_a_promotional_letter_goes_only_to_those_who_accept() -> None:
    found = house()
    ResidentRow.update(mailings=True).where(ResidentRow.id == found.people[1].id).execute()
    asked = control(replace(LETTER, promotional=True))
    assert [a.person.address for a in asked.ready] == ["paul.bernard2@orange.example", "Anne@free.example"]
    assert asked.reasons == [("n’accepte pas les lettres promotionnelles", 3), ("aucune adresse connue", 1)]


def test_who_unsubscribes_between_control_and_queue_gets_none() -> None:
    house()
    asked = control()
    suppress("anne@free.example")
    batch = asked.queue((), VIRGINIE, NOW)
    assert "anne@free.example" not in [d.address for d in outbox.deliveries(batch_id=batch.id)]
    (kept,) = letters.past()
    assert ("BERNARD Anne", "ne veut pas de publipostage\u00a0: désinscription") in [
        (each.name, each.reason) for each in letters.left_out(kept.mailing.id)
    ]


def test_nothing_is_queued_where_all_have_unsubscribed() -> None:
    house()
    asked = control(people=[p for p in audience.people() if p.address == "udaf@tutelle.example"])
    suppress("udaf@tutelle.example")
    with pytest.raises(BadInput):
        asked.queue((), VIRGINIE, NOW)
    assert letters.past() == []


def test_unsubscribing_takes_back_what_waits_with_a_line_of_the_journal() -> None:
    found = house()
    batch = control().queue((), VIRGINIE, NOW)
    suppress("ANNE@free.example")
    assert [d.address for d in outbox.deliveries(batch_id=batch.id, states=[DeliveryState.CANCELLED])] == [
        "anne@free.example"
    ]
    assert [e.recipient for e in journal.events(kinds=[EventKind.CANCELLED])] == ["anne@free.example"]
    assert "anne@free.example" not in send(found.account)


def test_a_letter_in_a_senders_hands_is_held_back_when_its_reader_unsubscribes() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    lease, _ = outbox.acquire(found.account.id, VIRGINIE, NOW, lambda _: False)
    taken = outbox.claim(lease, found.account, NOW)
    assert isinstance(taken, Delivery)
    suppress(taken.address)
    assert not outbox.enter_flight(lease, taken.id, "wire", NOW)
    (event,) = outbox.put_back(lease, [taken], NOW) or ()
    assert (event.event, event.recipient) == (EventKind.CANCELLED, taken.address)


def test_a_scheduled_letter_waits_for_its_hour_even_if_others_are_tried_at_once() -> None:
    found = house()
    at = NOW + timedelta(hours=3)
    batch = control(replace(LETTER, scheduled_at=at)).queue((), VIRGINIE, NOW)
    assert waiting.retry_now(found.account.id, VIRGINIE, NOW) == []
    assert send(found.account) == []
    assert waiting.next_departure(found.account, NOW) == at
    assert waiting.due_batch(found.account.id, at) == batch.id
    assert len(send(found.account, now=at)) == 4


def test_a_paused_mailing_waits_and_a_cancelled_one_never_leaves() -> None:
    found = house()
    batch = control().queue((), VIRGINIE, NOW)
    batches.pause(batch.id, VIRGINIE, NOW)
    assert send(found.account) == []
    batches.cancel(batch.id, VIRGINIE, NOW)
    batches.unpause(batch.id, VIRGINIE, NOW)
    assert send(found.account) == []
    assert batches.batch(batch.id).state is BatchState.CANCELLED
    assert letters.past()[0].open == ()


def test_a_mailing_of_several_sends_is_paused_and_cancelled_as_one() -> None:
    found, made = house(), ids()
    control().queue((), VIRGINIE, NOW)
    (first, *_rest) = outbox.deliveries()
    DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == first.id).execute()
    decisions.send_again([first.message_id], VIRGINIE, NOW, lambda _sender: next(made))
    (kept,) = letters.past()
    assert (len(kept.open), kept.paused, kept.counts.queued) == (2, False, 4)
    letters.change_open(kept.mailing.id, batches.pause, VIRGINIE, NOW)
    assert letters.past()[0].paused
    assert send(found.account) == []
    letters.change_open(kept.mailing.id, batches.unpause, VIRGINIE, NOW)
    assert not letters.past()[0].paused
    letters.change_open(kept.mailing.id, batches.cancel, VIRGINIE, NOW)
    assert send(found.account) == []
    (kept,) = letters.past()
    assert (kept.open, kept.counts.cancelled) == ((), 4)


def test_invoices_leave_before_letters_that_were_queued_first() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    batches.queue(found.ask(found.documents[:1]), VIRGINIE, NOW)
    lease, _ = outbox.acquire(found.account.id, VIRGINIE, NOW, lambda _: False)
    first = outbox.claim(lease, found.account, NOW)
    assert isinstance(first, Delivery)
    assert first.purpose is Purpose.DOCUMENT


def test_it_is_sent_again_to_the_failed_and_to_nobody_else() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"anne@free.example", "udaf@tutelle.example"}))
    (kept,) = letters.past()
    assert (kept.counts.sent, kept.counts.failed) == (2, 2)
    suppress("udaf@tutelle.example")
    ids = iter(f"<again-{n}@maison.example>" for n in range(9))
    letters_again.send_to_failed(kept.mailing.id, VIRGINIE, NOW, lambda _sender: next(ids))
    assert send(found.account) == ["anne@free.example"]
    (kept,) = letters.past()
    assert (kept.counts.sent, kept.counts.failed) == (3, 1)
    with pytest.raises(BadInput):
        letters_again.send_to_failed(kept.mailing.id, VIRGINIE, NOW, lambda _sender: "<x@maison.example>")


def test_what_failed_in_several_batches_is_sent_again_in_one() -> None:
    """A batch that replaces an uncertain letter knows the wording of that one's structure alone."""
    found = house()
    other = structures.save_structure(
        replace(found.structure, id=0, name="Autre maison", sender=Sender("Zoé", "zoe@autre.example"))
    )
    residents.save_resident(replace(person(found.structure.id, 1, last_name="ABEL"), structure_id=other.id, code="z"))
    control().queue((), VIRGINIE, NOW)
    ids = iter(f"<again-{n}@maison.example>" for n in range(9))
    first = next(d for d in outbox.deliveries() if d.structure_id == other.id)
    DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == first.id).execute()
    decisions.send_again([first.message_id], VIRGINIE, NOW, lambda _sender: next(ids))
    everybody = {d.address for d in outbox.deliveries()}
    send(found.account, frozenset(everybody))
    (kept,) = letters.past()
    again = letters_again.send_to_failed(kept.mailing.id, VIRGINIE, NOW, lambda _sender: next(ids))
    assert {w.sender_email for w in batches.wordings(again.id).values()} == {
        "compta@maison.example",
        "zoe@autre.example",
    }
    assert {d.address for d in outbox.deliveries(batch_id=again.id)} == everybody


def test_a_letter_stands_in_the_residents_history_and_teaches_of_the_address() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"anne@free.example"}))
    past = cards.deliveries(found.people[0].id)
    assert {d.address for d in past} == {"paul.bernard1@orange.example", "udaf@tutelle.example", "anne@free.example"}
    assert set(letters.subjects({d.mailing_id for d in past}).values()) == {"Fête à &structure"}
    assert address_notes.notes([found.people[0].id])[found.people[0].id]["anne@free.example"].bounces


def test_erasing_a_resident_empties_the_letters_too() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    send(found.account)
    ResidentRow.update(departure_date=date(2010, 1, 1)).where(ResidentRow.id == found.people[0].id).execute()
    erasure.erase(found.people[0].id, VIRGINIE, NOW)
    past = cards.deliveries(found.people[0].id)
    assert all("BERNARD" not in f"{d.resident}{d.recipient_name}{d.merge_values}{d.address}" for d in past)
    lines = [e for e in journal.events(kinds=[EventKind.SENT]) if e.delivery_id in {d.id for d in past}]
    assert [e.recipient for e in lines] == ["", "", ""]
    assert [e.recipient for e in journal.events(kinds=[EventKind.SENT]) if e not in lines] == [
        "paul.bernard2@orange.example"
    ]


def test_an_erased_letter_that_failed_is_not_sent_again() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"paul.bernard1@orange.example"}))
    ResidentRow.update(departure_date=date(2010, 1, 1)).where(ResidentRow.id == found.people[0].id).execute()
    erasure.erase(found.people[0].id, VIRGINIE, NOW)
    with pytest.raises(BadInput):
        letters_again.send_to_failed(letters.past()[0].mailing.id, VIRGINIE, NOW, lambda _sender: "<x@maison.example>")


def test_a_late_acceptance_of_a_letter_outweighs_what_was_decided() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    lease, _ = outbox.acquire(found.account.id, VIRGINIE, NOW, lambda _: False)
    letter = outbox.claim(lease, found.account, NOW)
    assert isinstance(letter, Delivery)
    assert outbox.enter_flight(lease, letter.id, "wire", NOW)
    outbox.acquire(found.account.id, owner("karim"), NOW, lambda _: False)
    decisions.send_again([letter.message_id], VIRGINIE, NOW, lambda _sender: "<again@maison.example>")
    assert outbox.settle(lease, found.account, letter, settled(DeliveryState.SENT), NOW)
    assert outbox.deliveries()[0].state is DeliveryState.SENT


def test_the_batch_of_invoices_has_its_turn_before_letters_that_were_queued_first() -> None:
    found = house()
    control().queue((), VIRGINIE, NOW)
    invoices = batches.queue(found.ask(found.documents[:1]), VIRGINIE, NOW)
    assert waiting.next_batch(found.account.id, NOW) == invoices


def test_a_draft_and_where_one_unsubscribes_are_kept() -> None:
    found = house()
    at = datetime(2026, 11, 5, 8, tzinfo=UTC)
    kept = replace(LETTER, fields=(("lieu", "au salon"),), scheduled_at=at, instead=(("title", ""),))
    assert letters.draft("virginie") == Letter()
    letters.keep_draft("virginie", kept)
    assert letters.draft("virginie") == kept
    assert letters.draft("karim") == Letter()
    wanted = Unsubscribing("stop@maison.example", "https://maison.example/stop?a={address}")
    letters.set_unsubscribing(found.association.id, wanted, VIRGINIE, NOW)
    assert letters.unsubscribing(found.association.id) == wanted
    assert control().unsubscribing == wanted
    assert accounts.account(found.account.id) == found.account


def test_the_draft_that_is_sent_is_forgotten_with_it_and_another_one_stays() -> None:
    house()
    drafted = replace(LETTER, subject=f" {LETTER.subject} ", fields=(("lieu", "au salon"),))
    letters.keep_draft("virginie", drafted)
    letters.keep_draft("karim", drafted)
    control().queue((), VIRGINIE, NOW)
    assert letters.draft("virginie") == drafted, "another letter was sent"
    suppress("udaf@tutelle.example")
    control(drafted.decided("title", "")).queue((), VIRGINIE, NOW)
    assert letters.draft("virginie") == Letter()
    assert letters.draft("karim") == drafted


def test_a_draft_stays_where_its_letter_could_not_be_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    house()
    letters.keep_draft("virginie", LETTER)
    checked = control()
    monkeypatch.setattr(letters, "_forget_draft", _forgotten_then_broken(letters._forget_draft))
    with pytest.raises(RuntimeError):
        checked.queue((), VIRGINIE, NOW)
    assert letters.draft("virginie") == LETTER
    assert not letters.past()


def _forgotten_then_broken(forget: Callable[[str, Letter], None]) -> Callable[[str, Letter], None]:
    def broken(operator: str, sent: Letter) -> None:
        forget(operator, sent)
        assert letters.draft(operator) == Letter()
        raise RuntimeError

    return broken


def ids() -> Iterator[str]:
    return (f"<again-{n}@maison.example>" for n in count())


def again(mailing_id: int, made: Iterator[str]) -> list[str]:
    batch = letters_again.send_to_failed(mailing_id, VIRGINIE, NOW, lambda _sender: next(made))
    return [d.address for d in outbox.deliveries(batch_id=batch.id)]


def test_it_is_sent_again_to_the_address_that_was_mended() -> None:
    found, made = house(), ids()
    control().queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"anne@free.example", "udaf@tutelle.example"}))
    (kept,) = letters.past()
    card = residents.resident(found.people[0].id)
    (anne,) = card.relatives
    mended = replace(card, relatives=(replace(anne, email="anne.bernard@free.example"),), guardian=None)
    residents.save_resident(mended, NOW)
    plan = letters_again.plan(kept.mailing.id)
    assert [(each.name, each.reason) for each in plan.left_out] == [("UDAF 99", "n’est plus connu(e)")]
    # The niece shared the mailbox that failed, and has it still.
    assert sorted(p.address for _d, p in plan.to) == ["Anne@free.example", "anne.bernard@free.example"]
    assert plan.mended == 1
    assert sorted(again(kept.mailing.id, made)) == ["Anne@free.example", "anne.bernard@free.example"]
    words = {d.address: letters.words_of(d)[1] for d in letters.deliveries(kept.mailing.id)}
    assert words["anne.bernard@free.example"] == words["Anne@free.example"]
    assert "BERNARD1 Paul et BERNARD2 Paul" in words["anne.bernard@free.example"]
    send(found.account)
    (kept,) = letters.past()
    assert (kept.counts.sent, kept.counts.failed) == (4, 1)
    with pytest.raises(BadInput) as refused:
        again(kept.mailing.id, made)
    assert "UDAF 99\u00a0: n’est plus connu(e)" in str(refused.value.next_step)


def attachment(name: str) -> Attachment:
    return Attachment(f"{name}.pdf", "application/pdf", name * 8, 4000, f"{name}.kept")


class Files:
    """The content of a kept file is its digest."""

    def attached(self, attachment: Attachment) -> bytes:
        return attachment.sha256.encode()


def names_in(wire: bytes) -> list[str]:
    message = BytesParser(policy=policy.default).parsebytes(wire)
    return [part.get_filename() for part in message.iter_attachments()]


def test_a_file_for_one_person_goes_with_that_letter_alone_and_again() -> None:
    found, made = house(), ids()
    anne, niece = (p for p in audience.people() if p.name == "BERNARD Anne")
    paul = next(p for p in audience.people() if p.role is Role.RESIDENT)
    letter = replace(
        LETTER,
        attachments=(attachment("plan"),),
        own_files=((niece.key, attachment("facture")), (paul.key, attachment("badge"))),
    )
    assert Letter.from_json(letter.to_json()) == letter
    checked = control(letter)
    composed = {message.recipient: bytes(message.wire) for message in rehearsed(checked, Files())}
    # The niece reads the letter that is addressed to Anne, in the mailbox of both.
    wanted = {a: ["plan.pdf"] for a in ("udaf@tutelle.example", "paul.bernard2@orange.example")}
    wanted |= {anne.address: ["plan.pdf", "facture.pdf"], paul.address: ["plan.pdf", "badge.pdf"]}
    assert {address: names_in(wire) for address, wire in composed.items()} == wanted
    sizes = dict(zip((a.person.address for a in checked.ready), checked.sizes(), strict=True))
    assert sizes[paul.address] > sizes["udaf@tutelle.example"] > 5000
    batch = checked.queue((), VIRGINIE, NOW)
    send(found.account, frozenset({anne.address, paul.address}))
    (kept,) = letters.past()
    assert len(again(kept.mailing.id, made)) == 2
    composer = Composer(Files())  # type: ignore[arg-type]
    for delivery in outbox.deliveries():
        composer.learn(delivery.batch_id)
        whole = composer.compose(delivery).wire
        assert names_in(bytes(whole)) == wanted[delivery.address]
    assert batch.id


def test_a_file_for_one_person_goes_to_no_mailbox_that_the_other_has_alone_now() -> None:
    found, made = house(), ids()
    anne, niece = (p for p in audience.people() if p.name == "BERNARD Anne")
    control(replace(LETTER, own_files=((anne.key, attachment("facture")),))).queue((), VIRGINIE, NOW)
    send(found.account, frozenset({anne.address}))
    (kept,) = letters.past()

    def moves(owner: int, address: str) -> None:
        card = residents.resident(found.people[owner].id)
        (relative,) = card.relatives
        residents.save_resident(replace(card, relatives=(replace(relative, email=address),)), NOW)

    moves(0, "anne.seule@free.example")
    plan = letters_again.plan(kept.mailing.id)
    assert plan.to == ()
    assert [(each.name, each.address) for each in plan.left_out] == [
        (p.name, a) for p, a in ((anne, "anne.seule@free.example"), (niece, "Anne@free.example"))
    ]
    assert all("un fichier destiné à" in each.reason for each in plan.left_out)
    with pytest.raises(BadInput):
        again(kept.mailing.id, made)
    # Both have moved into one: nobody else reads it.
    moves(1, "Anne.Seule@free.example")
    assert again(kept.mailing.id, made) == ["anne.seule@free.example"]


def test_erasing_a_resident_forgets_the_files_of_their_letters() -> None:
    found = house()
    people = audience.people()
    paul, other = people[0], next(p for p in people if p.resident != people[0].resident)
    shared, own = attachment("commun"), attachment("badge")
    letter = replace(LETTER, own_files=((paul.key, own), (paul.key, shared), (other.key, shared)))
    control(letter).queue((), VIRGINIE, NOW)
    letters.keep_draft("virginie", letter)
    send(found.account)
    ResidentRow.update(departure_date=date(2010, 1, 1)).where(ResidentRow.id == found.people[0].id).execute()
    assert erasure.erase(found.people[0].id, VIRGINIE, NOW).files == (own.path,)
    assert [d.files for d in outbox.deliveries() if d.resident_id == found.people[0].id] == ["", "", ""]
    assert letters.draft("virginie").own_files == ((other.key, shared),)


def leave(resident_id: int) -> None:
    ResidentRow.update(departure_date=date(2010, 1, 1)).where(ResidentRow.id == resident_id).execute()


def kept_of_letters() -> str:
    """All that is kept of letters but who they were to."""
    said = [f"{d.resident} {d.recipient_name} {d.merge_values} {d.files}" for d in outbox.deliveries()]
    return " ".join([*said, *(each.reason for each in letters.left_out(letters.past()[0].mailing.id))])


@pytest.mark.parametrize("which", [0, 1])
def test_erasing_empties_what_is_kept_of_a_letter_that_others_read_in_the_same_mailbox(which: int) -> None:
    found, made = house(), ids()
    anne, niece = (p for p in audience.people() if p.name == "BERNARD Anne")
    own = attachment("facture")
    control(replace(LETTER, own_files=((niece.key, own),))).queue((), VIRGINIE, NOW)
    letters.change_open(letters.past()[0].mailing.id, batches.cancel, VIRGINIE, NOW)
    DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.address == anne.address).execute()
    leave(found.people[1].id)
    with pytest.raises(BadInput, match="1 message"):
        erasure.erase(found.people[1].id, VIRGINIE, NOW)
    DeliveryRow.update(state=DeliveryState.FAILED).where(DeliveryRow.address == anne.address).execute()
    if not which:
        # Each has a letter that names both.
        DeliveryRow.update(files="").execute()
        card = residents.resident(found.people[0].id)
        moved = (replace(card.relatives[0], email="anne.seule@free.example"),)
        residents.save_resident(replace(card, relatives=moved), NOW)
        assert "anne.seule@free.example" in again(letters.past()[0].mailing.id, made)
        send(found.account)
    erased, other = found.people[which], found.people[1 - which]
    leave(erased.id)
    assert erased.name in kept_of_letters()
    assert erasure.erase(erased.id, VIRGINIE, NOW).files == ((own.path,) if which else ())
    assert erased.name not in kept_of_letters()
    assert own.path not in kept_of_letters()
    assert other.name in kept_of_letters()
    kept = [d for d in outbox.deliveries() if d.resident_id == other.id and d.role is Role.RELATIVE]
    assert {letters.words_of(d)[1] for d in kept} == {"Bonjour ,\n\nLa fête de .\n"}
    assert not [d for d, _person in letters_again.plan(letters.past()[0].mailing.id).to if d in kept]


def test_erasing_takes_the_files_of_drafts_that_nobody_else_is_sent() -> None:
    found = house()
    people = audience.people()
    paul, other = people[0], next(p for p in people if p.resident != people[0].resident)
    own, shared, sent = attachment("badge"), attachment("commun"), attachment("plan")
    letters.keep_draft("virginie", replace(LETTER, own_files=tuple((paul.key, f) for f in (own, shared, sent))))
    letters.keep_draft("karim", replace(LETTER, attachments=(sent,), own_files=((other.key, shared),)))
    leave(found.people[0].id)
    assert erasure.erase(found.people[0].id, VIRGINIE, NOW).files == (own.path,)


def test_nobody_is_sent_it_again_without_agreeing_still() -> None:
    found, made = house(), ids()
    card = residents.resident(found.people[0].id)
    residents.save_resident(replace(card, billing=replace(card.billing, mailings=True)), NOW)
    control(replace(LETTER, promotional=True)).queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"anne@free.example"}))
    (kept,) = letters.past()
    residents.save_resident(card, NOW)
    with pytest.raises(BadInput) as refused:
        again(kept.mailing.id, made)
    assert "n’accepte pas" in str(refused.value.next_step)


def test_a_mailbox_that_has_the_letter_gets_no_second_one() -> None:
    found, made = house(), ids()
    control().queue((), VIRGINIE, NOW)
    send(found.account, frozenset({"udaf@tutelle.example"}))
    (kept,) = letters.past()
    card = residents.resident(found.people[0].id)
    assert card.guardian is not None
    residents.save_resident(replace(card, guardian=replace(card.guardian, email="Anne@FREE.example")), NOW)
    with pytest.raises(BadInput) as refused:
        again(kept.mailing.id, made)
    assert "cette boîte a reçu la lettre" in str(refused.value.next_step)
