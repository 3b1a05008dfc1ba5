"""Whatever becomes of a mailing's messages and of its people: nobody gets it twice, nobody is lost without a word."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, home, person
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from test_letters_kept import LETTER, VIRGINIE, attachment, control, leave, suppress

from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.errors import BadInput
from tuimail.domain.letters import Letter
from tuimail.domain.mail import LIVE_STATES, Delivery, DeliveryState, files_of
from tuimail.domain.people import Guardian, Relative
from tuimail.domain.places import Sender
from tuimail.store import audience, decisions, erasure, letters, letters_again, mailings, outbox, residents, structures
from tuimail.store.database import close_store, open_store
from tuimail.store.letters_again import Again
from tuimail.store.tables.outbox import DeliveryRow

NAMES = ("RESI1 Paul", "RESI2 Paul", "ANNE", "NINA", "ULLA")
ADDRESSES = ("x@free.example", "X@free.example", "y@free.example", "z@free.example")
FAILED = {DeliveryState.FAILED, DeliveryState.CANCELLED}
STEPS = (*["move"] * 5, *["again"] * 4, "decide", "unsubscribe", "agree", "erase")
OUTCOMES = (*[DeliveryState.FAILED] * 4, *[DeliveryState.SENT] * 2, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED)
names, addresses = st.sampled_from(NAMES), st.sampled_from(ADDRESSES)


class MailingAgain(RuleBasedStateMachine):
    """Two residents, who may share their mailboxes with those around them, and one letter to all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        open_store(Path(self.folder.name) / "x.sqlite3")
        self.made = count()
        self.readers: dict[int, set[PersonKey]] = {}
        """By message, who read that mailbox when it was queued and was to get it."""
        self.own: dict[str, PersonKey] = {}
        """By the path of a file, whom it is for."""
        self.erased: list[Person] = []
        self.mailing_id = 0

    def teardown(self) -> None:
        close_store()
        self.folder.cleanup()

    @initialize(
        where=st.tuples(*[st.sampled_from((*ADDRESSES[:2], *ADDRESSES))] * 5),
        files=st.sets(names, max_size=2),
        plain=st.booleans(),
        promotional=st.booleans(),
        late=st.sampled_from(("", "", "", *ADDRESSES)),
        sent=st.sets(addresses),
    )
    def it_is_sent(
        self, where: tuple[str, ...], files: set[str], plain: bool, promotional: bool, late: str, sent: set[str]
    ) -> None:
        one = person(
            number=1,
            last_name="RESI1",
            emails=where[:1],
            guardian=Guardian("tutelle", "ULLA", where[4]),
            relatives=(Relative("ANNE", "Fille", where[2]),),
        )
        two = person(number=2, last_name="RESI2", emails=where[1:2], relatives=(Relative("NINA", "Nièce", where[3]),))
        self.home = home(people=[replace(p, billing=replace(p.billing, mailings=True)) for p in (one, two)])
        structures.save_structure(replace(self.home.structure, sender=Sender("Virginie", "compta@maison.example")))
        letter = replace(Letter("Fête", "Bonjour à tous.\n") if plain else LETTER, promotional=promotional)
        self.own = {f"{name}.kept": self.named(name).key for name in sorted(files)}
        own_files = tuple((key, attachment(path.removesuffix(".kept"))) for path, key in self.own.items())
        checked = control(replace(letter, own_files=own_files))
        if late:
            suppress(late)
        try:
            checked.queue((), VIRGINIE, NOW)
        except BadInput:
            return
        self.mailing_id = letters.past()[0].mailing.id
        self.queued(lambda _key: True)
        for message in self.messages():
            state = DeliveryState.SENT if message.address in sent else DeliveryState.FAILED
            DeliveryRow.update(state=state).where(DeliveryRow.id == message.id).execute()

    def named(self, name: str) -> Person:
        return next(each for each in audience.people() if each.name == name)

    def messages(self) -> list[Delivery]:
        return sorted((d for d in outbox.deliveries() if d.mailing_id), key=lambda each: each.id)

    def queued(self, gets: Callable[[PersonKey], bool]) -> None:
        """Look at what has just been queued."""
        where = {each.key: each.address.casefold() for each in audience.people()}
        for message in self.messages():
            if message.id not in self.readers:
                box = message.address.casefold()
                self.readers[message.id] = {key for key, address in where.items() if address == box and gets(key)}
                assert set(message.everybody) == self.readers[message.id]
                assert {where[self.own[file.path]] for file in files_of(message.files)} <= {box}

    def arrived(self) -> set[PersonKey]:
        """Who has got it, may have got it or is about to."""
        return {key for each in self.messages() if each.state not in FAILED for key in self.readers[each.id]}

    @rule(what=st.sampled_from(STEPS), name=names, address=addresses, data=st.data())
    def something_happens(self, what: str, name: str, address: str, data: st.DataObject) -> None:
        """One rule: as rules of their own, those that go on would too often be left out for a whole run."""
        if self.mailing_id:
            getattr(self, what)(name, address, data.draw)

    def send(self, outcome: Callable[[], DeliveryState]) -> None:
        for message in self.messages():
            if message.state in LIVE_STATES:
                refused = message.address.casefold() in mailings.unwilling()
                state = DeliveryState.CANCELLED if refused else outcome()
                DeliveryRow.update(state=state).where(DeliveryRow.id == message.id).execute()

    def move(self, name: str, address: str, _draw: Any) -> None:
        for each in self.home.people:
            card = residents.resident(each.id)
            guardian = card.guardian and replace(card.guardian, email=address)
            residents.save_resident(
                replace(
                    card,
                    emails=(address,) if card.name == name else card.emails,
                    guardian=guardian if guardian and guardian.delegate == name else card.guardian,
                    relatives=tuple(replace(r, email=address) if r.name == name else r for r in card.relatives),
                ),
                NOW,
            )

    def unsubscribe(self, _name: str, address: str, _draw: Any) -> None:
        if not mailings.allow_again(address, VIRGINIE, NOW, "wish"):
            suppress(address)

    def agree(self, name: str, _address: str, _draw: Any) -> None:
        if any(each.name == name for each in audience.people()):
            card = residents.resident(self.named(name).key.resident_id)
            changed = replace(card.billing, mailings=not card.billing.mailings)
            residents.save_resident(replace(card, billing=changed), NOW)

    def erase(self, name: str, _address: str, _draw: Any) -> None:
        around = [each for each in audience.people() if name in {each.name, each.resident}]
        for resident_id in {each.key.resident_id for each in around}:
            gone = [each for each in audience.people() if each.key.resident_id == resident_id]
            leave(resident_id)
            try:
                erasure.erase(resident_id, VIRGINIE, NOW)
            except BadInput:
                continue
            self.erased += gone

    def decide(self, _name: str, _address: str, draw: Any) -> None:
        for each in self.messages():
            if each.state is not DeliveryState.UNCERTAIN:
                continue
            if draw(st.booleans()):
                decisions.mark_sent([each.message_id], VIRGINIE, NOW)
            else:
                decisions.send_again([each.message_id], VIRGINIE, NOW, self.new_message_id)
                # It goes where the first went, to whoever was to read that.
                for new in self.messages():
                    self.readers.setdefault(new.id, self.readers[each.id])

    def again(self, _name: str, _address: str, draw: Any) -> None:
        self.send(lambda: draw(st.sampled_from(OUTCOMES)))
        plan = letters_again.plan(self.mailing_id)
        chosen = planned(plan)
        if plan.to:
            letters_again.send_to_failed(self.mailing_id, VIRGINIE, NOW, self.new_message_id)
            self.queued(lambda key: key in chosen)
            self.send(lambda: draw(st.sampled_from(OUTCOMES)))
        else:
            with pytest.raises(BadInput):
                letters_again.send_to_failed(self.mailing_id, VIRGINIE, NOW, self.new_message_id)

    def new_message_id(self, _sender: str) -> str:
        return f"<again-{next(self.made)}@maison.example>"

    @precondition(lambda self: self.mailing_id)
    @invariant()
    def nobody_gets_it_twice_and_nobody_is_lost_without_a_word(self) -> None:
        plan = letters_again.plan(self.mailing_id)
        chosen, told = planned(plan), {each.key for each in plan.left_out}
        gone = {each.key for each in self.erased}
        arrived, meant = self.arrived(), set[PersonKey]().union(*self.readers.values())
        assert not chosen.keys() & arrived
        assert set(chosen.values()) <= {1}
        assert len(told) == len(plan.left_out)
        assert meant - arrived - gone == (chosen.keys() | told) - arrived
        assert not (chosen.keys() | told) & gone
        boxes = [whom.address.casefold() for _message, whom in plan.to]
        assert len(boxes) == len(set(boxes))
        assert not set(boxes) & mailings.unwilling()
        # Whoever is sent it gets what is theirs with it, and words that are whole.
        for message, whom in plan.to:
            everybody = {whom.key, *plan.readers.get(whom.key, ())}
            theirs = {path for path, key in self.own.items() if key in everybody}
            assert theirs <= {file.path for file in files_of(message.files)}
            assert "&" not in "".join(letters.words_of(message)[1])
            assert "Bonjour ," not in letters.words_of(message)[1]

    @precondition(lambda self: self.mailing_id and self.erased)
    @invariant()
    def nothing_names_who_was_erased(self) -> None:
        kept = [f"{d.resident} {d.recipient_name} {d.merge_values} {d.files}" for d in self.messages()]
        kept += [f"{each.name} {each.reason}" for each in letters.left_out(self.mailing_id)]
        assert not [each.name for each in self.erased if each.name in " ".join(kept)]


def planned(plan: Again) -> Counter[PersonKey]:
    """Who would get it, in a mailbox of their own or another's, and how often."""
    others = [key for keys in plan.readers.values() for key in keys]
    return Counter([*(whom.key for _message, whom in plan.to), *others])


ALIKE: dict[str, Any] = {"stateful_step_count": 14, "deadline": None, "suppress_health_check": list(HealthCheck)}
TestMailingAgain = MailingAgain.TestCase
TestMailingAgain.settings = settings(max_examples=20, **ALIKE)


@pytest.mark.long
@pytest.mark.timeout(600)
class TestMailingAgainAtLength(MailingAgain.TestCase):
    """The same, ten times as often."""

    settings = settings(max_examples=200, **ALIKE)
