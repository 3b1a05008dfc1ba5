"""What is known of an address: typed anew, proven by its first success, or come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import NOW, Home, deliver, home, person, settled

from tuimail.domain.mail import DeliveryState
from tuimail.domain.places import Sender
from tuimail.domain.roll import ResidentFilter
from tuimail.sending.control import check
from tuimail.store import address_notes, residents, roll, structures

pytestmark = pytest.mark.usefixtures("store")

TODAY = date(2026, 11, 5)
NEW = "new@orange.example"


def changed(house: Home) -> None:
    residents.save_resident(replace(house.people[0], emails=(NEW,)), NOW)


def shown(kind: ResidentFilter) -> list[int]:
    return list(roll.index(TODAY, kind))


def test_an_address_of_a_new_resident_needs_no_proof() -> None:
    house = home(1)
    assert address_notes.notes([house.people[0].id]) == {}


def test_a_changed_address_is_marked_until_its_first_success() -> None:
    house = home(2)
    structures.save_structure(replace(house.structure, sender=Sender("Compta", "compta@home.example")))
    changed(house)
    (first, _second) = (p.id for p in house.people)
    assert address_notes.notes([first])[first][NEW].unproven
    assert shown(ResidentFilter.CHANGED) == [first]
    (candidate,) = check([house.documents[0].id], "octobre").to_check
    assert NEW in candidate.remarks[0]
    house.people = residents.residents([p.id for p in house.people])
    deliver(house, now=NOW + timedelta(hours=1))
    assert not address_notes.notes([first])[first][NEW].unproven
    assert shown(ResidentFilter.CHANGED) == []
    assert check([d.id for d in house.documents], "octobre", resend=True).to_check == ()


def test_an_address_that_the_server_does_not_know_is_marked_until_it_is_changed() -> None:
    house = home(2)
    first = house.people[0]
    deliver(house, {first.emails[0]: settled(DeliveryState.FAILED)})
    note = address_notes.notes([first.id])[first.id][first.emails[0]]
    assert (note.bounces, note.refused) == (True, True)
    (row,) = roll.rows([first.id], TODAY)
    assert (row.refused, row.bounced) == (True, False)
    assert shown(ResidentFilter.BOUNCED) == [first.id]
    changed(house)
    assert shown(ResidentFilter.BOUNCED) == []


def test_a_return_that_comes_later_is_noted_too() -> None:
    house = home(1)
    first = house.people[0]
    address_notes.bounced(first.id, first.emails[0].upper(), "boîte pleine", NOW)
    (row,) = roll.rows([first.id], TODAY)
    assert (row.bounced, row.refused) == (True, False)
    assert shown(ResidentFilter.BOUNCED) == [first.id]


def test_the_last_failure_tells_whether_it_left(english: None) -> None:
    house = home(1)
    structures.save_structure(replace(house.structure, sender=Sender("Compta", "compta@home.example")))
    first, address = house.people[0], house.people[0].emails[0]

    def remarks() -> tuple[str, ...]:
        (candidate,) = check([house.documents[0].id], "octobre", resend=True).to_check
        return candidate.remarks

    deliver(house, {address: settled(DeliveryState.FAILED)})
    assert f"{address} was refused by the server on" in remarks()[0]
    address_notes.bounced(first.id, address, "boîte pleine", NOW)
    assert f"{address} came back on" in remarks()[0]


def test_filters_and_counts_agree() -> None:
    people = [
        person(number=1),
        person(number=2, emails=()),
        person(number=3, departure_date=date(2026, 11, 4)),
        person(number=4, departure_date=TODAY),
    ]
    house = home(people=people)
    counts = roll.counts(TODAY)
    for kind in ResidentFilter:
        assert getattr(counts, str(kind)) == len(shown(kind)), kind
    assert [counts.present, counts.unreachable, counts.left] == [3, 1, 1]
    assert roll.counts(TODAY, house.structure.id + 1).everyone == 0


@pytest.mark.parametrize(
    "search", ["bernard1", "ORANGE.example bernard1", "r0001", "Paul r0001", "leger", "LÉGER r0001"]
)
def test_any_word_finds_a_resident(search: str) -> None:
    house = home(people=[person(number=1, birth_name="Léger"), person(number=2)])
    assert list(roll.index(TODAY, search=search)) == [house.people[0].id]
