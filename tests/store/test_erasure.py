"""Whoever left long ago is erased: nothing names them any more, and counts, seal and proofs stay."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from builders import NOW, Home, deliver, home, owner, person, settled

from tuimail.domain.errors import BadInput, StoreError
from tuimail.domain.events import Event, EventKind
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Guardian, Relative
from tuimail.domain.seal import Tampering
from tuimail.store import cards, chain, dispositions, documents, erasure, journal, listing, outbox, residents
from tuimail.store.database import close_store, execute
from tuimail.store.tables.billing import DocumentRow

SECRET = ("zelinska", "mandataire.example", "0699887766", "Linselles")
MESSAGE_ID = re.compile(rb"<1\.\d+\.[^>]*>")
"""Those of the tests hold the address; real ones are drawn by lot."""
LATER = NOW + timedelta(days=4000)


@pytest.fixture
def house(store: Path) -> Home:
    """Two residents who were sent to, of whom the first has left; the second is to stay as is."""
    known = person(
        number=1,
        last_name="ZELINSKA",
        birth_place="Linselles",
        emails=("zelinska@orange.example",),
        guardian=Guardian("tutelle", "Me ZELINSKA", "etude@mandataire.example", True, phone="0699887766"),
        relatives=(Relative("ZELINSKA Luc", "Fils", "luc.zelinska@free.example", True),),
        departure_date=date(2026, 11, 3),
    )
    house = home(people=(known, person(number=2)))
    refused = replace(settled(DeliveryState.FAILED), reply="550 <etude@mandataire.example> unknown")
    deliver(house, {"etude@mandataire.example": refused})
    card = cards.card(house.people[0].id)
    cards.save(house.people[0].id, card, replace(card, room="12 zelinska"), owner(), NOW)
    return house


def content(path: Path) -> str:
    """All that stands in the database, in any table."""
    with closing(sqlite3.connect(path)) as raw:
        return MESSAGE_ID.sub(b"", "\n".join(raw.iterdump()).encode()).decode().casefold()


def test_nothing_names_them_any_more_not_even_in_the_file(store: Path, house: Home) -> None:
    dispositions.exclude([house.documents[0].id], "payée par Me Zelinska", owner(), NOW)
    assert all(word.casefold() in content(store) for word in SECRET)
    erasure.erase(house.people[0].id, owner(), LATER)
    left = [line for line in content(store).splitlines() if any(word.casefold() in line for word in SECRET)]
    assert left == []
    close_store()
    found = MESSAGE_ID.sub(b"", b"".join(path.read_bytes() for path in store.parent.iterdir() if path.is_file()))
    assert not [word for word in SECRET if word.encode() in found or word.upper().encode() in found]


def test_counts_states_and_proofs_stay(house: Home) -> None:
    first, second = house.people
    paper = house.documents[0]
    events = Counter(event.event for event in journal.events())
    counts = listing.counts(paper.period)
    seal = chain.verify().head
    proofs = [(d.message_id, d.pdf_sha256, d.state) for d in outbox.deliveries(document_id=paper.id)]
    state = DocumentRow.get_by_id(paper.id).state
    other = residents.resident(second.id)

    found = erasure.erase(first.id, owner(), LATER)

    assert len(found.lines) >= 6
    assert Counter(event.event for event in journal.events()) == events + Counter([EventKind.ERASED])
    assert [(d.message_id, d.pdf_sha256, d.state) for d in outbox.deliveries(document_id=paper.id)] == proofs
    assert replace(listing.counts(paper.period), unsent=0) == replace(counts, unsent=0)
    documents.refresh_state([paper.id])
    assert DocumentRow.get_by_id(paper.id).state == state == "partial"
    assert documents.document(paper.id) == replace(paper, resident_id=first.id)
    assert residents.resident(second.id) == other
    verdict = chain.verify(seal)
    assert verdict.intact
    assert verdict.erased == len(found.lines)


def test_lines_of_others_are_left_alone(house: Home) -> None:
    erasure.erase(house.people[0].id, owner(), LATER)
    kept = list(journal.events(document_id=house.documents[1].id))
    assert {event.resident for event in kept} == {house.people[1].name}
    assert all(event.resident == "" for event in journal.events(document_id=house.documents[0].id))


def test_the_line_that_tells_it_says_who_did_it_and_to_which_lines(house: Home) -> None:
    found = erasure.erase(house.people[0].id, owner("karim"), LATER)
    *_rest, last = journal.events()
    assert (last.event, last.operator, last.resident) == (EventKind.ERASED, "karim", "")
    assert last.code == chain.lines_named(found.lines)


def test_a_line_emptied_from_outside_is_told(store: Path, house: Home) -> None:
    (line,) = execute("SELECT id, salt, resident, recipient, reply, detail FROM event WHERE id = 2").fetchall()
    digest = chain.digest_of(line[1], line[2:])
    execute(
        "UPDATE event SET resident = '', recipient = '', reply = '', detail = '', salt = '', personal = ? WHERE id = 2",
        digest,
    )
    verdict = chain.verify()
    assert (verdict.tampering, verdict.line) == (Tampering.CHANGED, 2)
    # An earlier `erased` line does not excuse it, a later one that names it does.
    journal.append([Event(EventKind.ERASED, LATER, code="2")])
    assert chain.verify().intact


@pytest.mark.parametrize(
    "change",
    [
        "number = '999', personal = 'x', salt = '', resident = '', recipient = '', reply = '', detail = ''",
        "resident = ''",
        "personal = 'x', salt = '', resident = 'Another', recipient = '', reply = '', detail = ''",
        "hash = 'x', personal = 'x', salt = '', resident = '', recipient = '', reply = '', detail = ''",
    ],
)
def test_the_database_lets_nothing_else_of_a_line_be_changed(house: Home, change: str) -> None:
    with pytest.raises(StoreError, match="append-only"):
        execute(f"UPDATE event SET {change} WHERE id = 2")


def test_an_emptied_line_cannot_be_filled_again(house: Home) -> None:
    found = erasure.erase(house.people[0].id, owner(), LATER)
    with pytest.raises(StoreError, match="append-only"):
        execute(f"UPDATE event SET resident = 'X' WHERE id = {found.lines[0]}")


@pytest.mark.usefixtures("english")
def test_who_is_there_who_waits_and_who_was_erased_is_refused(house: Home) -> None:
    first, second = (p.id for p in house.people)
    with pytest.raises(BadInput, match="has not left"):
        erasure.erase(second, owner(), LATER)
    execute("UPDATE delivery SET state = 'uncertain' WHERE id = 1")
    with pytest.raises(BadInput, match="uncertain"):
        erasure.erase(first, owner(), LATER)
    execute("UPDATE delivery SET state = 'sent' WHERE id = 1")
    erasure.erase(first, owner(), LATER)
    with pytest.raises(BadInput, match="erased already"):
        erasure.erase(first, owner(), LATER)


def test_only_whoever_left_long_ago_and_had_no_invoice_since_is_proposed(house: Home) -> None:
    first = house.people[0].id
    assert erasure.gone_before(date(2026, 11, 3)) == []
    assert erasure.gone_before(date(2026, 11, 4)) == [first]
    documents.save_documents([replace(house.documents[0], issued_on=date(2027, 1, 5), due_on=None)])
    assert erasure.gone_before(date(2026, 11, 4)) == []
    assert erasure.gone_before(date(2027, 2, 1)) == [first]
    erasure.erase(first, owner(), LATER)
    assert erasure.gone_before(date(2027, 2, 1)) == []


def test_ids_of_lines_are_told_in_runs() -> None:
    assert chain.lines_named([7, 3, 4, 5, 12]) == "3-5,7,12"
    assert [list(span) for span in chain._named("3-5,7")] == [[3, 4, 5], [7]]
    assert chain.lines_named([]) == ""
