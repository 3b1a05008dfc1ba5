"""Documents made and changed by hand: numbers without gaps whoever asks at once, and nothing changed once sent."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home, deliver, home, invoice, line, owner

from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.drafting import Recurring, credit_note, with_lines
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.store import documents, drafting, journal
from tuimail.store.database import open_store

DAY = date(2026, 11, 30)
NOVEMBER = PERIOD.shift(1)


@pytest.fixture
def house(store: Path) -> Home:
    return home(3)


def fresh(house: Home, kind: DocumentKind = DocumentKind.INVOICE, person: int = 0) -> Document:
    return invoice(house.people[person], "", kind=kind, issued_on=DAY, period=NOVEMBER)


def test_a_document_gets_the_next_number_of_its_own_numbering(house: Home) -> None:
    made = drafting.create(
        [fresh(house), fresh(house, DocumentKind.QUOTE), fresh(house), fresh(house, DocumentKind.ORDER)], owner(), NOW
    )

    assert [item.number for item in made] == ["004", "DV001", "005", "BC001"]
    assert documents.documents([item.id for item in made]) == made
    (first, *_rest) = journal.events(kinds=[EventKind.DOCUMENT_MADE])
    assert (first.number, first.document_id, first.operator) == ("004", made[0].id, "virginie")


def test_one_that_does_not_fit_keeps_all_of_them_back(house: Home) -> None:
    with pytest.raises(BadInput):
        drafting.create([fresh(house), replace(fresh(house), lines=())], owner(), NOW)

    assert len(documents.of_year(house.structure.id, DocumentKind.INVOICE, 2026)) == 3


_MAKE = """
import sys
sys.path.insert(0, {tests!r})
from datetime import date
from pathlib import Path
from builders import NOW, invoice, owner
from tuimail.store import drafting, residents
from tuimail.store.database import close_store, open_store
open_store(Path({path!r}))
(person, *_rest) = residents.residents()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    drafting.create([invoice(person, "", issued_on=date(2026, 11, 30))] * 2, owner(), NOW)
close_store()
"""


def test_two_processes_that_number_at_once_leave_no_gap(house: Home, store: Path) -> None:
    script = _MAKE.format(tests=str(Path(__file__).parents[1]), path=str(store))
    makers = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for maker in makers:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "ready\n"
    for maker in makers:
        maker.communicate("go\n")
        assert maker.returncode == 0

    open_store(store)
    numbers = sorted(documents.of_year(house.structure.id, DocumentKind.INVOICE, 2026))
    assert numbers == [f"{n:03}" for n in range(1, 84)]


def test_a_change_keeps_number_and_owner_and_makes_the_totals_anew(house: Home) -> None:
    before = documents.document(house.documents[0].id)

    after = drafting.change(before, replace(before, lines=(line(20_000, vat_bp=2_000),), number="999"), owner(), NOW)

    assert (after.number, after.net, after.vat, after.gross) == ("001", 20_000, 4_000, 24_000)
    assert documents.document(before.id) == after
    (event,) = journal.events(kinds=[EventKind.DOCUMENT_CHANGED])
    assert "240,00" in event.detail


def test_what_was_sent_stays_and_only_a_credit_note_follows(house: Home) -> None:
    deliver(house, wanted=house.documents[:1])
    sent = documents.document(house.documents[0].id)

    with pytest.raises(BadInput, match="avoir"):
        drafting.change(sent, replace(sent, lines=(line(1),)), owner(), NOW)

    (note,) = drafting.create([credit_note(sent, DAY)], owner(), NOW)
    assert (note.number, note.related_id, note.gross) == ("AV001", sent.id, -sent.gross)


def test_credit_notes_never_take_back_more_than_their_invoice(house: Home) -> None:
    first = house.documents[0]
    whole = credit_note(first, DAY)
    part = with_lines(whole, [replace(whole.lines[0], unit_price=400_000, amount=-4_000)])
    (note,) = drafting.create([part], owner(), NOW)
    assert note.gross == -4_220

    with pytest.raises(BadInput, match=r"63,30"):
        drafting.create([whole], owner(), NOW)
    rest = with_lines(whole, [replace(whole.lines[0], unit_price=600_000, amount=-6_000)])
    (last,) = drafting.create([rest], owner(), NOW)
    assert note.gross + last.gross == -first.gross
    with pytest.raises(BadInput, match="avoir"):
        drafting.change(last, with_lines(last, whole.lines), owner(), NOW)
    with pytest.raises(BadInput, match="avoir"):
        drafting.create([part], owner(), NOW)


def test_an_invoice_that_was_corrected_stays_as_it_is(house: Home) -> None:
    first = house.documents[0]
    assert drafting.can_change(first.id) == ""
    drafting.create([credit_note(first, DAY)], owner(), NOW)

    assert "AV001" in drafting.can_change(first.id)
    with pytest.raises(BadInput, match="AV001"):
        drafting.change(first, with_lines(first, [line(5_000)]), owner(), NOW)


def test_the_second_of_two_who_change_is_told(house: Home) -> None:
    before = documents.document(house.documents[0].id)
    drafting.change(before, replace(before, lines=(line(1),)), owner(), NOW)

    with pytest.raises(BadInput, match="entre-temps"):
        drafting.change(before, replace(before, lines=(line(2),)), owner("karim"), NOW)


def test_a_statement_belongs_to_an_invoice_of_the_same_resident(house: Home) -> None:
    statement = replace(fresh(house, DocumentKind.DISBURSEMENTS), related_id=house.documents[0].id)

    (made,) = drafting.create([statement], owner(), NOW)
    assert made.number == "RD001"
    for wrong in (None, house.documents[1].id, made.id):
        with pytest.raises(BadInput):
            drafting.create([replace(statement, related_id=wrong)], owner(), NOW)


def test_a_month_is_proposed_from_the_last_one_and_made_once(house: Home) -> None:
    stay = line(310_000, quantity=310_000, unit_price=100_000)
    for document in house.documents[:2]:
        before = documents.document(document.id)
        drafting.change(before, with_lines(before, [stay]), owner(), NOW)
    extra = Recurring(line(5_000, label="Téléphone"), per_day=False)
    drafting.set_recurring(house.people[2].id, [extra], owner(), NOW)

    found = drafting.proposals(NOVEMBER, None, DAY, {house.people[1].id: 10})

    assert [(p.resident.id, p.days, p.document.net) for p in found] == [
        (house.people[0].id, 30, 30_000),
        (house.people[1].id, 10, 10_000),
        (house.people[2].id, 30, 5_000),
    ]
    absent = drafting.proposals(NOVEMBER, None, DAY, {house.people[1].id: 0})
    assert [(p.resident.id, p.days, p.makes_invoice) for p in absent][1] == (house.people[1].id, 0, False)
    assert absent[1].difference == -310_000
    assert drafting.accept([absent[1]], owner(), NOW) == []
    made = drafting.accept(found[:2], owner(), NOW)
    assert [item.number for item in made] == ["004", "005"]
    assert drafting.accept(found, owner(), NOW)[0].resident_id == house.people[2].id
    assert drafting.proposals(NOVEMBER, None, DAY) == []
    assert drafting.accept(found, owner(), NOW) == []
