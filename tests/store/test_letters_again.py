"""A letter that failed is sent again to whoever did not get it, person by person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from builders import NOW, Home, home, person
from test_letters_kept import LETTER, VIRGINIE, again, attachment, control, ids, leave, send, suppress

from tuimail.domain.audience import Person, keys_of
from tuimail.domain.errors import BadInput
from tuimail.domain.letters import Letter
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Guardian, Relative, Role
from tuimail.domain.places import Sender
from tuimail.store import audience, erasure, letters, letters_again, members, outbox, residents, structures
from tuimail.store.tables.base import proxy
from tuimail.store.tables.outbox import DeliveryRow

pytestmark = pytest.mark.usefixtures("store")

PLAIN = Letter("Fête", "Bonjour à tous.\n")
X = "x@free.example"
FILE = "un fichier destiné à l’une des personnes qui partageaient la boîte est joint\u00a0: écrivez-lui à nouveau"
WORDS = "son texte a été effacé avec une autre personne\u00a0: écrivez-lui à nouveau"
UNSUBSCRIBED = "ne veut pas de publipostage\u00a0: désinscription"


@dataclass
class Family:
    """Anne, around the first resident, and Nina, around the second, share a mailbox; Ulla is the first's guardian."""

    home: Home
    made: Iterator[str]

    @property
    def anne(self) -> Person:
        return self.named("ANNE")

    @property
    def nina(self) -> Person:
        return self.named("NINA")

    @property
    def ulla(self) -> Person:
        return self.named("ULLA")

    def named(self, name: str) -> Person:
        return next(each for each in audience.people() if each.name == name)

    @property
    def mailing_id(self) -> int:
        return letters.past()[0].mailing.id

    def move(self, name: str, address: str) -> None:
        card = residents.resident(self.named(name).key.resident_id)
        guardian = card.guardian
        if guardian and guardian.delegate == name:
            guardian = replace(guardian, email=address)
        relatives = tuple(replace(each, email=address) if each.name == name else each for each in card.relatives)
        residents.save_resident(replace(card, relatives=relatives, guardian=guardian), NOW)

    def erase(self, which: int) -> None:
        leave(self.home.people[which].id)
        erasure.erase(self.home.people[which].id, VIRGINIE, NOW)

    def write(self, letter: Letter = LETTER, fails: frozenset[str] = frozenset({X}), **own: str) -> None:
        """Send it, with a file of their own to each person who is named."""
        files = tuple((self.named(name).key, attachment(file)) for name, file in own.items())
        control(replace(letter, own_files=files)).queue((), VIRGINIE, NOW)
        send(self.home.account, fails)

    def again(self, *fails: str) -> list[str]:
        reached = again(self.mailing_id, self.made)
        send(self.home.account, frozenset(fails))
        return reached

    def plan(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Who would get it, with the address; who would not, with the reason."""
        found = letters_again.plan(self.mailing_id)
        return [(p.name, p.address) for _d, p in found.to], [(each.name, each.reason) for each in found.left_out]


@pytest.fixture
def family(store: Any) -> Family:
    people = (
        person(
            number=1,
            guardian=Guardian("tutelle", "ULLA", "ulla@tutelle.example"),
            relatives=(Relative("ANNE", "Fille", X),),
        ),
        person(number=2, relatives=(Relative("NINA", "Nièce", X.title()),)),
    )
    found = home(people=people)
    structures.save_structure(replace(found.structure, sender=Sender("Virginie", "compta@maison.example")))
    return Family(found, ids())


def test_a_letter_without_keywords_is_not_sent_again_without_its_file_that_was_erased(family: Family) -> None:
    family.write(PLAIN, ANNE="facture")
    family.erase(1)
    assert family.plan() == ([], [("ANNE", WORDS)])


def test_a_letter_that_says_nothing_of_anybody_is_sent_again_after_an_erasure(family: Family) -> None:
    family.write(PLAIN)
    family.erase(1)
    assert family.plan() == ([("ANNE", X)], [])


def test_a_file_stays_with_those_who_share_a_mailbox_however_often_they_move(family: Family) -> None:
    family.write(NINA="facture")
    family.move("ANNE", "z@free.example")
    family.move("NINA", "z@free.example")
    assert family.again("z@free.example") == ["z@free.example"]
    assert family.plan() == ([("ANNE", "z@free.example")], [])
    family.move("ANNE", "q@free.example")
    assert family.plan() == ([], [("ANNE", FILE), ("NINA", FILE)])


def test_erasing_reaches_what_was_sent_again_to_several_mailboxes_in_turn(family: Family) -> None:
    family.write()
    for address in ("z@free.example", "q@free.example"):
        family.move("ANNE", address)
        family.move("NINA", address)
        assert family.again(address) == [address]
    family.move("ANNE", "r@free.example")
    assert family.again() == ["r@free.example", "q@free.example"]
    family.erase(1)
    assert not [d for d in outbox.deliveries() if "BERNARD2" in d.merge_values]


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED])
def test_who_has_a_newer_message_of_their_own_is_not_sent_it_with_the_failed_one(
    family: Family, state: DeliveryState
) -> None:
    family.write()
    family.move("NINA", "y@free.example")
    assert family.again(X) == [X, "y@free.example"]
    DeliveryRow.update(state=state).where(DeliveryRow.address == "y@free.example").execute()
    family.move("NINA", "w@free.example")
    assert family.plan() == ([("ANNE", X)], [])


def test_who_cannot_be_sent_it_is_named_once(family: Family) -> None:
    family.write()
    family.move("NINA", "y@free.example")
    family.again(X, "y@free.example")
    suppress("y@free.example")
    assert family.plan() == ([("ANNE", X)], [("NINA", UNSUBSCRIBED)])


def test_who_shared_a_letter_with_somebody_erased_is_told(family: Family) -> None:
    family.write()
    family.erase(0)
    assert family.plan() == ([], [("NINA", WORDS)])
    with pytest.raises(BadInput) as refused:
        family.again()
    assert WORDS in str(refused.value.next_step)


def test_two_who_come_into_one_mailbox_get_one_letter_and_the_second_is_told(family: Family) -> None:
    family.write(fails=frozenset({X, "ulla@tutelle.example"}))
    family.move("ANNE", "z@free.example")
    family.move("ULLA", "z@free.example")
    assert family.plan() == (
        [("ANNE", "z@free.example"), ("NINA", X.title())],
        [("ULLA", "même boîte que ANNE")],
    )
    family.again("z@free.example")
    # Each has what was written to them once they are reached apart again.
    family.move("ULLA", "u@free.example")
    assert family.plan() == ([("ANNE", "z@free.example"), ("ULLA", "u@free.example")], [])
    family.again()
    words = {d.address: letters.words_of(d)[1] for d in letters.deliveries(family.mailing_id)}
    assert "Bonjour ULLA," in words["u@free.example"]


def test_who_got_it_in_the_mailbox_of_another_is_told_so_and_not_sent_it_elsewhere(family: Family) -> None:
    family.write(fails=frozenset({X, "ulla@tutelle.example"}))
    family.move("ANNE", "z@free.example")
    family.move("ULLA", "z@free.example")
    family.again()
    family.move("ULLA", "u@free.example")
    assert family.plan() == ([], [("ULLA", "cette boîte a reçu la lettre")])


@pytest.mark.parametrize("fails", [(), ("z@free.example",)])
def test_a_file_of_ones_own_is_never_dropped_for_the_letter_to_another(family: Family, fails: tuple[str, ...]) -> None:
    family.write(fails=frozenset({X, "ulla@tutelle.example"}), ULLA="facture")
    family.move("ANNE", "z@free.example")
    family.move("ULLA", "z@free.example")
    assert ("ULLA", FILE) in family.plan()[1]
    family.again(*fails)
    assert ("ULLA", FILE) in family.plan()[1]
    family.move("ULLA", "u@free.example")
    assert ("ULLA", "u@free.example") in family.plan()[0]


def test_who_shares_the_mailbox_of_somebody_who_unsubscribed_is_left_out_for_that(family: Family) -> None:
    asked = control()
    suppress(X)
    asked.queue((), VIRGINIE, NOW)
    reasons = [(each.name, each.reason) for each in letters.left_out(family.mailing_id)]
    assert reasons == [("NINA", UNSUBSCRIBED), ("ANNE", UNSUBSCRIBED)]
    send(family.home.account)
    family.erase(0)
    assert [each.reason for each in letters.left_out(family.mailing_id)] == [UNSUBSCRIBED]


def test_who_reads_a_letter_along_is_known_still_once_their_addresses_change_places(family: Family) -> None:
    second = family.home.people[1]
    card = residents.resident(second.id)
    residents.save_resident(replace(card, emails=("paul@free.example", X)), NOW)
    family.write()
    residents.save_resident(replace(residents.resident(second.id), emails=(X, "paul@free.example")), NOW)
    (failed,) = (d for d in outbox.deliveries() if d.state is DeliveryState.FAILED)
    addresses = {each.key: each.address for each in audience.people()}
    assert [addresses[key].casefold() for key in failed.everybody] == [X] * 3


def test_two_who_read_a_letter_along_are_known_still_once_both_their_addresses_change_places(family: Family) -> None:
    residents.save_resident(person(number=3), NOW)
    cards = [replace(each, emails=(f"{each.code}@free.example", X)) for each in residents.residents()]
    residents.save_residents(cards, NOW)
    family.write()
    moved = [replace(each, emails=each.emails[::-1]) for each in residents.residents()]
    residents.save_residents(moved, NOW)
    (failed,) = (d for d in outbox.deliveries() if d.state is DeliveryState.FAILED)
    addresses = {each.key: each.address for each in audience.people()}
    assert [addresses[key].casefold() for key in failed.everybody] == [X] * 5
    assert sum(key.role is Role.RESIDENT for key in keys_of(failed.readers)) == 2


def test_who_reads_letters_along_is_found_without_reading_every_message() -> None:
    (plan,) = proxy.execute_sql("EXPLAIN QUERY PLAN " + members._READ_ALONG).fetchall()
    assert plan[3] == "SCAN delivery USING INDEX delivery_read_along"
