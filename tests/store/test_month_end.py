from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import NOW, PERIOD, Home, deliver, home, owner, person, settled

from tuimail.domain.mail import DeliveryState
from tuimail.domain.month_end import MonthEnd, Outcome
from tuimail.domain.people import Relative
from tuimail.store import batches, dispositions, journal
from tuimail.store.month_end import month_end
from tuimail.store.tables.billing import LineRow
from tuimail.store.tables.outbox import DeliveryRow

pytestmark = pytest.mark.usefixtures("store")

VIRGINIE = owner("virginie")
DAY = date(2026, 11, 12)
TWO = (Relative("BERNARD Anne", "Fille", "anne@free.example", receives=True),)


def sheet(structure_id: int | None = None) -> MonthEnd:
    return month_end(PERIOD, "virginie", NOW, structure_id)


def outcomes(found: MonthEnd) -> dict[Outcome, int]:
    return {outcome: total.documents for outcome, total in found.outcomes()}


def every_way() -> Home:
    """One document of every outcome."""
    people = [person(number=n) for n in range(1, 6)]
    people += [person(number=6, emails=()), person(number=7, emails=()), person(number=8), person(number=9)]
    people[1] = person(number=2, relatives=TWO)
    house = home(people=people)
    sent, partial, failed, uncertain, waiting, _to_post, posted, excluded, _not_sent = house.documents
    deliver(
        house,
        {
            "anne@free.example": settled(DeliveryState.FAILED, "Adresse inconnue"),
            "paul.bernard3@orange.example": settled(DeliveryState.FAILED, "Boîte pleine"),
            "paul.bernard4@orange.example": settled(DeliveryState.UNCERTAIN, "Sans réponse"),
        },
        wanted=[sent, partial, failed, uncertain],
    )
    batches.queue(house.ask([waiting], run="2"), VIRGINIE, NOW)
    dispositions.mark_posted([posted.id], DAY, VIRGINIE, NOW)
    dispositions.exclude([excluded.id], "décédé, à solder", VIRGINIE, NOW)
    return house


def test_every_document_is_in_one_place_and_the_places_add_up() -> None:
    house = every_way()
    found = sheet()
    assert outcomes(found) == dict.fromkeys(set(Outcome) - {Outcome.BOUNCED}, 1)
    assert found.total().documents == len(house.documents) == found.witness.documents
    assert found.total().gross == sum(d.gross for d in house.documents)
    assert sum(total.gross for _outcome, total in found.outcomes()) == found.total().gross
    assert found.discrepancies() == []
    assert not found.settled
    assert found.equation().startswith("9 documents = 1 envoyée par e-mail + 1 ")


def test_each_reason_is_told() -> None:
    every_way()
    reasons = {entry.outcome: entry.reason for entry in sheet().entries}
    assert reasons[Outcome.PARTIAL] == "anne@free.example : Adresse inconnue"
    assert reasons[Outcome.FAILED] == "paul.bernard3@orange.example : Boîte pleine"
    assert "Sans réponse" in reasons[Outcome.UNCERTAIN]
    assert "aucune adresse" in reasons[Outcome.TO_POST]
    assert reasons[Outcome.EXCLUDED] == "décédé, à solder"
    assert reasons[Outcome.SENT] == reasons[Outcome.POSTED] == ""


def test_who_sent_what_and_when() -> None:
    every_way()
    first, second = sheet().sends
    assert (first.operator, first.documents, first.sent, first.failed, first.uncertain) == ("virginie", 4, 2, 2, 1)
    assert (second.documents, second.sent) == (1, 0)


def test_one_structure_has_a_sheet_of_its_own() -> None:
    home(2)
    second = home(3)
    assert sheet(second.structure.id).total().documents == 3
    assert sheet(second.structure.id).structure == "Maison 2"
    assert sheet().total().documents == 5


def test_a_month_without_documents_is_an_empty_sheet() -> None:
    found = sheet()
    assert found.entries == ()
    assert found.discrepancies() == []
    assert found.equation() == "0 document = 0"


def test_what_was_decided_is_in_the_journal_and_can_be_taken_back() -> None:
    house = home(1)
    ids = [house.documents[0].id]
    assert dispositions.mark_posted(ids, DAY, VIRGINIE, NOW) == 1
    assert dispositions.mark_posted(ids, DAY, VIRGINIE, NOW) == 0
    assert dispositions.exclude(ids, "double", VIRGINIE, NOW) == 1
    assert dispositions.take_back(ids, VIRGINIE, NOW) == 1
    assert dispositions.take_back(ids, VIRGINIE, NOW) == 0
    assert outcomes(sheet()) == {Outcome.NOT_SENT: 1}
    lines = [event for event in journal.events() if event.document_id == ids[0]]
    assert [str(line.event) for line in lines] == ["posted", "excluded", "taken-back"]
    assert lines[0].detail == "Envoyée par la poste le 12/11/2026."
    assert {(line.number, line.operator) for line in lines} == {("001", "virginie")}


def test_what_was_posted_and_then_sent_by_mail_counts_as_sent() -> None:
    house = home(1)
    dispositions.mark_posted([house.documents[0].id], DAY, VIRGINIE, NOW)
    deliver(house)
    assert outcomes(sheet()) == {Outcome.SENT: 1}


def test_an_address_that_failed_and_then_worked_is_no_failure() -> None:
    house = home(1)
    deliver(house, {"paul.bernard1@orange.example": settled(DeliveryState.FAILED)})
    deliver(house, run="2")
    (entry,) = sheet().entries
    assert (entry.outcome, entry.delivered, entry.addresses) == (Outcome.SENT, 1, 1)


def test_a_delivery_marked_as_sent_behind_the_journal_s_back_is_told() -> None:
    house = home(2)
    batches.queue(house.ask(), VIRGINIE, NOW)
    DeliveryRow.update(state="sent").where(DeliveryRow.document == house.documents[1].id).execute()
    assert sheet().discrepancies() == ["1 document figure comme envoyé sans ligne au journal\u00a0: 002."]


def test_a_journal_that_knows_more_than_the_deliveries_is_told() -> None:
    house = home(1)
    deliver(house)
    DeliveryRow.update(state="failed").execute()
    assert sheet().discrepancies() == ["Le journal dit que 1 document a été envoyé, ses messages non\u00a0: 001."]


def test_lines_that_do_not_make_the_total_are_told() -> None:
    house = home(2)
    LineRow.update(amount=1).where(LineRow.document == house.documents[0].id).execute()
    assert sheet().discrepancies() == ["Les lignes de 1 document ne font pas son total\u00a0: 001."]


def test_a_document_that_came_meanwhile_is_told() -> None:
    home(2)
    found = sheet()
    short = replace(found, entries=found.entries[:1])
    assert short.discrepancies()[0] == "Le bordereau compte 1 documents, la base 2."
    assert len(short.discrepancies()) == 2
