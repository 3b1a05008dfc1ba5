"""Making documents: totals, numbers, credit notes, and a month from the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import PERIOD, invoice, person
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.billing import DocumentKind
from tuimail.domain.drafting import (
    Mark,
    Recurring,
    amount,
    checked,
    credit_note,
    days_present,
    line,
    new_document,
    next_number,
    propose,
    recurring_from,
    with_lines,
)
from tuimail.domain.errors import BadInput
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure

RESIDENT = person(number=1, id=1)
HOME = Structure("Maison", 1, due_days=10, id=1)
NOVEMBER = Period(2026, 11)
STAY = line("Séjour", "Hébergement", 310_000, 648_000, 550)
TV = line("Extras", "Télévision", 10_000, 120_000, 2_000)
HAIR = line("Extras", "Coiffeur", 10_000, 250_000, 2_000)


@pytest.mark.parametrize(
    ("days", "day", "due"),
    [(0, 0, None), (10, 0, date(2026, 11, 10)), (0, 10, date(2026, 11, 10)), (15, 31, date(2026, 11, 30))],
)
def test_what_is_made_here_is_due_as_the_structure_says(days: int, day: int, due: date | None) -> None:
    home = replace(HOME, due_days=days, due_day=day)
    made = new_document(DocumentKind.INVOICE, RESIDENT, home, PERIOD, date(2026, 10, 31))
    assert made.due_on == due
    assert new_document(DocumentKind.QUOTE, RESIDENT, home, PERIOD, date(2026, 10, 31)).due_on is None


def test_a_line_costs_quantity_times_price_half_up() -> None:
    assert STAY.amount == 200_880
    assert amount(3_333, 10_000) == 33
    assert amount(10_000, 50) == 1
    assert amount(-15_000, 10_000) == -150


def test_totals_are_taxed_by_rate() -> None:
    document = with_lines(invoice(RESIDENT), [STAY, TV, replace(TV, label="Radio")])

    assert (document.net, document.vat) == (203_280, 11_048 + 480)
    assert document.gross == document.net + document.vat
    assert document.heading == "Séjour"


@pytest.mark.parametrize(
    ("label", "quantity", "price", "rate"),
    [("", 1, 1, 0), ("a\nb", 1, 1, 0), ("a", 1, 1, -1), ("a", 1, 1, 10_001), ("a", 10**12, 10**12, 0)],
)
def test_a_line_that_no_page_can_show_is_refused(label: str, quantity: int, price: int, rate: int) -> None:
    with pytest.raises(BadInput):
        line("Extras", label, quantity, price, rate)


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ([], "001"),
        (["019", "020"], "021"),
        (["0020", "0009"], "0021"),
        (["99"], "100"),
        (["FA-2026-099"], "FA-2026-100"),
        (["7", "FA-2026-009"], "FA-2026-010"),
        (["12/A", "13/A"], "14/A"),
        (["sans"], "001"),
    ],
)
def test_the_next_number_follows_the_highest_of_its_shape(known: list[str], wanted: str) -> None:
    assert next_number(known, DocumentKind.INVOICE) == wanted


@given(st.lists(st.integers(0, 5000).map(lambda n: f"{n:03}"), max_size=30))
def test_the_next_number_is_never_one_that_there_is(known: list[str]) -> None:
    assert next_number(known, DocumentKind.INVOICE) not in known


def test_a_credit_note_names_its_invoice_and_takes_all_of_it_back() -> None:
    bill = with_lines(invoice(RESIDENT, id=7), [STAY, TV])

    note = credit_note(bill, date(2026, 11, 3))

    assert (note.kind, note.related_id, note.number, note.id) == (DocumentKind.CREDIT_NOTE, 7, "", 0)
    assert (note.net, note.vat, note.gross) == (-bill.net, -bill.vat, -bill.gross)
    assert [each.quantity for each in note.lines] == [-310_000, -10_000]
    with pytest.raises(BadInput):
        credit_note(note, date(2026, 11, 3))


def test_what_does_not_fit_is_refused() -> None:
    bill = with_lines(invoice(RESIDENT, id=7), [STAY])
    note = credit_note(bill, bill.issued_on)

    assert checked(note) == note
    for wrong in (
        replace(note, related_id=None),
        replace(note, lines=(STAY,)),
        replace(bill, lines=()),
        replace(bill, due_on=date(2026, 1, 1)),
    ):
        with pytest.raises(BadInput):
            checked(wrong)


def test_days_present_run_from_entry_to_departure() -> None:
    def days(entry: date | None, departure: date | None) -> int:
        return days_present(replace(RESIDENT, entry_date=entry, departure_date=departure), NOVEMBER)

    assert days(None, None) == 30
    assert days(date(2026, 11, 30), None) == 1
    assert days(date(2026, 11, 10), date(2026, 11, 12)) == 3
    assert days(None, date(2026, 10, 31)) == 0
    assert days(date(2026, 12, 1), None) == 0


def test_lines_by_the_day_and_those_of_two_months_come_back() -> None:
    september = with_lines(invoice(RESIDENT, period=Period(2026, 9)), [TV])
    october = with_lines(invoice(RESIDENT), [STAY, TV, HAIR])

    assert recurring_from(october, RESIDENT, september) == (Recurring(STAY, True), Recurring(TV, False))


def test_a_proposal_is_told_as_what_differs_from_last_month() -> None:
    october = with_lines(invoice(RESIDENT, period=PERIOD), [STAY, TV, HAIR])
    lines = (
        Recurring(STAY, True),
        Recurring(TV, False),
        Recurring(line("Extras", "Linge", 10_000, 5_000, 2_000), False),
    )

    proposal = propose(RESIDENT, HOME, NOVEMBER, date(2026, 11, 30), lines, october)

    assert proposal is not None
    assert [(d.mark, (d.after or d.before).label) for d in proposal.differences] == [
        (Mark.CHANGED, "Hébergement"),
        (Mark.SAME, "Télévision"),
        (Mark.NEW, "Linge"),
        (Mark.GONE, "Coiffeur"),
    ]
    assert proposal.document.lines[0].quantity == 300_000
    assert proposal.document.due_on == date(2026, 12, 10)
    assert proposal.difference == proposal.document.net - october.net
    absent = propose(RESIDENT, HOME, NOVEMBER, date(2026, 11, 30), lines, october, days=0)
    assert absent is not None
    assert (absent.days, absent.makes_invoice, absent.difference) == (0, False, -october.net)
    gone = replace(RESIDENT, departure_date=date(2026, 10, 15))
    assert propose(gone, HOME, NOVEMBER, date(2026, 11, 30), lines, october) is None
