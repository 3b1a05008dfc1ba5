from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, PERIOD, Home, deliver, home, invoice, owner, person, settled

from tuimail.domain.billing import Document, DocumentKind, DocumentState
from tuimail.domain.listing import InvoiceFilter, InvoiceIndex, InvoiceRow
from tuimail.domain.mail import DeliveryState
from tuimail.domain.month_end import Outcome
from tuimail.domain.people import Guardian, Relative
from tuimail.domain.periods import Period
from tuimail.store import listing
from tuimail.store.batches import cancel, queue
from tuimail.store.dispositions import exclude, mark_posted, take_back
from tuimail.store.documents import refresh_state, save_documents
from tuimail.store.month_end import month_end
from tuimail.store.residents import save_residents
from tuimail.store.structures import save_structure
from tuimail.store.tables.account import AccountRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import ResidentRow

pytestmark = pytest.mark.usefixtures("store", "english")

FAILED = settled(DeliveryState.FAILED, "Unknown address")
UNCERTAIN = settled(DeliveryState.UNCERTAIN, "Perhaps sent")


def numbers(index: InvoiceIndex) -> list[str]:
    return [row.number for row in listing.rows(list(index.ids))]


def shown(kind: InvoiceFilter = InvoiceFilter.ALL, search: str = "", **changes: int) -> list[str]:
    return numbers(listing.index(PERIOD, shown=kind, search=search, **changes))


def row_of(document: Document) -> InvoiceRow:
    return listing.rows([document.id])[0]


@pytest.fixture
def mixed() -> Home:
    """Six invoices: sent, failed, uncertain, queued, never sent, and one that nobody can receive."""
    house = home(people=[person(number=n, emails=(f"a{n}@x.example",) if n < 6 else ()) for n in range(1, 7)])
    a, b, c, d, _e, _f = house.documents
    deliver(house, {"a2@x.example": FAILED, "a3@x.example": UNCERTAIN}, wanted=[a, b, c])
    queue(house.ask([d], run="2"), owner(), NOW)
    return house


def test_everybody_stands_in_the_list(mixed: Home) -> None:
    assert shown() == ["001", "002", "003", "004", "005", "006"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (InvoiceFilter.UNSENT, ["004", "005", "006"]),
        (InvoiceFilter.SENT, ["001"]),
        (InvoiceFilter.PROBLEMS, ["002", "003"]),
        (InvoiceFilter.UNCERTAIN, ["003"]),
        (InvoiceFilter.TO_POST, ["002", "006"]),
    ],
)
def test_each_filter_shows_its_part(mixed: Home, kind: InvoiceFilter, found: list[str]) -> None:
    assert shown(kind) == found


def test_counts_add_up_whatever_is_shown(mixed: Home) -> None:
    for kind in InvoiceFilter:
        counts = listing.index(PERIOD, shown=kind, search="nobody has this name").counts
        assert (counts.total, counts.unsent, counts.sent, counts.problems, counts.unreachable) == (6, 2, 1, 2, 1)
    parts = (InvoiceFilter.UNSENT, InvoiceFilter.SENT, InvoiceFilter.PROBLEMS)
    assert sum(len(listing.index(PERIOD, shown=kind)) for kind in parts) == 6


def test_what_nobody_receives_makes_no_message(mixed: Home) -> None:
    index = listing.index(PERIOD)
    assert list(index.messages) == [1, 1, 1, 1, 1, 0]
    assert index.unreachable == {mixed.documents[5].id}


def test_groups_are_in_order_and_their_sums_add_up() -> None:
    house, other = home(2), home(1)
    save_structure(replace(house.structure, name="Zèbre"))
    save_structure(replace(other.structure, name="Écureuil"))
    someone, without = house.people[0], save_residents([person(house.structure.id, 9, emails=())])[0]
    save_documents(
        [
            invoice(someone, "100", heading="Repas", net=1),
            invoice(without, "101", heading="Repas", net=2),
            invoice(someone, "102", heading="Animation", net=4),
        ]
    )
    index = listing.index(PERIOD)
    assert [g.title for g in index.groups] == [
        "Écureuil · Frais de séjour",
        "Zèbre · Animation",
        "Zèbre · Frais de séjour",
        "Zèbre · Repas",
    ]
    meals = index.groups[3]
    assert (meals.count, meals.net, meals.reachable_count, meals.reachable_net, meals.messages) == (2, 3, 1, 1, 1)
    assert sum(g.count for g in index.groups) == len(index) == index.counts.total == 6
    assert sum(g.net for g in index.groups) == sum(index.nets) == 30_007
    assert sum(g.messages for g in index.groups) == sum(index.messages) == 5
    alone = listing.index(PERIOD, house.structure.id)
    assert [g.title for g in alone.groups] == ["Animation", "Frais de séjour", "Repas"]
    assert [g.key for g in alone.groups] == [g.key for g in index.groups[1:]]
    assert alone.counts.total == 5


def test_only_that_month_and_kind_are_shown() -> None:
    house = home(1)
    someone = house.people[0]
    save_documents(
        [invoice(someone, "050", period=Period(2026, 9)), invoice(someone, "001", kind=DocumentKind.QUOTE, net=3)]
    )
    assert shown() == ["001"]
    assert numbers(listing.index(Period(2026, 9))) == ["050"]
    assert list(listing.index(PERIOD, kind=DocumentKind.QUOTE).nets) == [3]
    assert len(listing.index(Period(2020, 1))) == 0
    assert listing.counts(Period(2020, 1)).total == 0


def test_people_are_sorted_as_a_directory_would() -> None:
    names = ["ZOLA", "ÉTIENNE", "ETXE", "de la Tour", "DUMAS", "Œuvrard"]
    home(people=[person(number=n, last_name=name) for n, name in enumerate(names)])
    rows = listing.rows(list(listing.index(PERIOD).ids))
    assert [row.resident.split(" Paul")[0] for row in rows] == [
        "de la Tour", "DUMAS", "ÉTIENNE", "ETXE", "Œuvrard", "ZOLA"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["001", "002", "003"]),
        ("emile", ["001"]),
        ("ÉMILE", ["001"]),
        ("boeuf", ["001"]),
        ("bœuf ém", ["001"]),
        ("emile boeuf", ["001"]),
        ("emile durand", []),
        ("d'art", ["002"]),
        ("d’ART", ["002"]),
        ("erable", ["003"]),
        ("ÉRABLE 12", ["003"]),
        ("r0002", ["002"]),
        ("R00", ["001", "002", "003"]),
        ("0002", []),
        ("02", ["002"]),
        ("003", ["003"]),
        ("lise 003", ["003"]),
        ("%", []),
        ("_", []),
        ("'", ["002"]),
    ],
)
def test_every_word_of_a_search_is_found_in_name_number_room_or_code(search: str, found: list[str]) -> None:
    home(
        people=[
            person(number=1, last_name="BŒUF", first_name="Émile"),
            person(number=2, last_name="d’Artagnan", first_name="Jean"),
            person(number=3, last_name="LEROY", first_name="Lise", room="Érable 12"),
        ]
    )
    assert sorted(shown(search=search)) == found


def test_the_code_is_no_reason_that_an_operator_cannot_see() -> None:
    home(people=[person(number=n, last_name=f"AUBRY{n}") for n in (1, 2)])
    ResidentRow.update(code="7002").where(ResidentRow.code == "R0001").execute()
    assert shown(search="002") == ["002"]
    assert shown(search="7002") == ["001"]


def test_the_one_with_that_very_number_is_known_from_those_that_hold_it() -> None:
    house = home(3)
    someone = house.people[0]
    (longer, other) = save_documents([invoice(someone, "1002"), invoice(someone, "002", period=Period(2025, 9))])
    for typed in ("002", "2", " 02"):
        assert listing.numbered(PERIOD, typed) == {house.documents[1].id}
    assert listing.numbered(PERIOD, "1002") == {longer.id}
    assert listing.numbered(Period(2025, 9), "2") == {other.id}
    assert listing.numbered(PERIOD, "0") == listing.numbered(PERIOD, "aubry") == listing.numbered(PERIOD, "") == set()


def test_a_search_narrows_a_filter(mixed: Home) -> None:
    assert shown(InvoiceFilter.PROBLEMS, "bernard2") == ["002"]
    assert shown(InvoiceFilter.SENT, "bernard2") == []


def test_a_row_says_who_receives() -> None:
    house = home(
        people=[
            person(
                emails=("a@x.example", "b@x.example"),
                room="104",
                guardian=Guardian("tutelle", "UDAF", "udaf@x.example", True),
                relatives=(Relative("L", "Fille", "lise@x.example", False), Relative("M", "", "marc@x.example", True)),
            )
        ]
    )
    row = row_of(house.documents[0])
    assert (row.primary, row.guardian, row.relative) == ("a@x.example, b@x.example", "udaf@x.example", "marc@x.example")
    assert (row.resident, row.room, row.number, row.net) == ("BERNARD1 Paul", "104", "001", 10_000)
    assert (row.structure, row.heading) == (house.structure.name, "Frais de séjour")
    assert (row.state, row.reachable, row.delivered, row.addresses, row.last_sent, row.problem) == (
        DocumentState.UNSENT, True, 0, 4, None, ""
    )  # fmt: skip


def test_rows_come_in_the_order_asked_and_what_is_unknown_is_left_out() -> None:
    house = home(450)
    ids = [d.id for d in reversed(house.documents)]
    assert [row.id for row in listing.rows([*ids[:5], 99_999, *ids[5:]])] == ids


def test_a_row_says_when_it_was_last_sent(mixed: Home) -> None:
    sent = row_of(mixed.documents[0])
    assert (sent.state, sent.last_sent, sent.delivered, sent.addresses) == (DocumentState.SENT, NOW, 1, 1)
    later = NOW + timedelta(days=1)
    deliver(mixed, {"a1@x.example": FAILED}, wanted=mixed.documents[:1], run="3", resend=True, now=later)
    again = row_of(mixed.documents[0])
    assert (again.state, again.last_sent) == (DocumentState.SENT, NOW)
    deliver(mixed, wanted=mixed.documents[:1], run="4", resend=True, now=later)
    assert row_of(mixed.documents[0]).last_sent == later


def test_a_row_says_what_went_wrong(mixed: Home) -> None:
    rows = [row_of(d) for d in mixed.documents]
    assert [row.problem for row in rows] == ["", "Unknown address", "Perhaps sent", "", "", "no address"]
    assert [row.state for row in rows][:4] == [
        DocumentState.SENT, DocumentState.FAILED, DocumentState.UNCERTAIN, DocumentState.QUEUED
    ]  # fmt: skip


@pytest.fixture
def two_addresses() -> Home:
    return home(people=[person(emails=("a@x.example", "b@x.example"))])


def test_an_invoice_that_reached_one_address_of_two_is_partial(two_addresses: Home) -> None:
    deliver(two_addresses, {"a@x.example": FAILED, "b@x.example": settled(DeliveryState.SENT, "Accepted")})
    row = row_of(two_addresses.documents[0])
    assert (row.state, row.delivered, row.addresses) == (DocumentState.PARTIAL, 1, 2)
    assert row.problem == "Unknown address"
    assert shown(InvoiceFilter.PROBLEMS) == ["001"]


def test_a_cancelled_address_is_not_counted_as_reached(two_addresses: Home) -> None:
    deliver(two_addresses)
    DeliveryRow.update(state="cancelled").where(DeliveryRow.address == "b@x.example").execute()
    refresh_state([two_addresses.documents[0].id])
    row = row_of(two_addresses.documents[0])
    assert (row.state, row.delivered, row.addresses) == (DocumentState.PARTIAL, 1, 2)


def test_an_invoice_whose_send_was_cancelled_is_as_it_was_before(two_addresses: Home) -> None:
    batch = queue(two_addresses.ask(), owner(), NOW)
    assert batch
    assert row_of(two_addresses.documents[0]).state is DocumentState.QUEUED
    cancel(batch.id, owner(), NOW)
    save_residents([replace(two_addresses.people[0], emails=("new@x.example",))])
    row = row_of(two_addresses.documents[0])
    assert (row.state, row.delivered, row.addresses, row.problem) == (DocumentState.UNSENT, 0, 1, "")


def test_what_is_on_its_way_counts_as_such_even_if_the_address_was_taken_away_since(two_addresses: Home) -> None:
    queue(two_addresses.ask(), owner(), NOW)
    save_residents([replace(two_addresses.people[0], emails=())])
    counts = listing.counts(PERIOD)
    assert (counts.total, counts.unsent, counts.unreachable) == (1, 1, 0)


def test_what_was_posted_or_excluded_is_no_problem_any_more(mixed: Home) -> None:
    sent, failed, uncertain, _queued, unsent, unreachable = (document.id for document in mixed.documents)
    mark_posted([failed, uncertain, unreachable, sent], NOW.date(), owner(), NOW)
    exclude([unsent], "paid", owner(), NOW)
    assert shown(InvoiceFilter.PROBLEMS) == []
    assert shown(InvoiceFilter.UNSENT) == ["004"]
    counts = listing.counts(PERIOD)
    assert (counts.sent, counts.unsent, counts.problems, counts.unreachable, counts.decided) == (1, 1, 0, 0, 4)
    sheet = month_end(PERIOD, owner().operator, NOW)
    assert [entry.number for entry in sheet.unfinished] == ["004"]
    take_back([failed], owner(), NOW)
    assert shown(InvoiceFilter.PROBLEMS) == ["002"]


def test_a_new_try_that_succeeds_ends_the_problem(two_addresses: Home) -> None:
    deliver(two_addresses, {"a@x.example": FAILED, "b@x.example": settled(DeliveryState.FAILED, "Mailbox full")})
    assert row_of(two_addresses.documents[0]).problem == "Mailbox full"
    deliver(two_addresses, {"a@x.example": FAILED}, run="2")
    row = row_of(two_addresses.documents[0])
    assert (row.state, row.delivered, row.problem) == (DocumentState.PARTIAL, 1, "Unknown address")
    deliver(two_addresses, run="3")
    assert (row_of(two_addresses.documents[0]).state, row_of(two_addresses.documents[0]).problem) == ("sent", "")


def test_why_nobody_receives_is_told_of_each_person() -> None:
    house = home(
        people=[
            person(
                emails=("é@x.example",),
                guardian=Guardian("tutelle", "UDAF", "udaf@x.example", False),
                relatives=(Relative("Lise", "Fille", "", True),),
            )
        ]
    )
    assert row_of(house.documents[0]).problem == (
        "no address that receives: resident: the address cannot be used ;"
        " guardian “tutelle”: not ticked to receive invoices ; relative 1 “Fille”: no address"
    )


def test_a_home_without_account_or_sends_is_listed_too() -> None:
    home(2)
    AccountRow.delete().execute()
    assert shown() == ["001", "002"]


def test_what_is_to_post_is_what_the_month_end_sheet_says(mixed: Home) -> None:
    a, b, _c, _d, e, f = mixed.documents
    mark_posted([b.id], NOW.date(), owner(), NOW)

    def by_the_sheet() -> list[str]:
        sheet = month_end(PERIOD, "virginie", NOW)
        return sorted(entry.number for entry in sheet.of(Outcome.TO_POST, Outcome.FAILED))

    assert shown(InvoiceFilter.TO_POST) == by_the_sheet() == ["006"]
    exclude([f.id, e.id, a.id], "hospital", owner(), NOW)
    assert shown(InvoiceFilter.TO_POST) == by_the_sheet() == []
    take_back([b.id, f.id], owner(), NOW)
    assert shown(InvoiceFilter.TO_POST) == by_the_sheet() == ["002", "006"]
