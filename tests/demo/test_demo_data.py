"""The invented association: believable, the same each time, and nobody's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuimail.config.paths import Paths
from tuimail.demo.data import fill
from tuimail.demo.invoices import PERIODS
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.domain.addresses import normalise_address
from tuimail.domain.billing import Document, DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.history import Sameness
from tuimail.domain.listing import InvoiceFilter
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Resident, Role
from tuimail.domain.recipients import decide
from tuimail.office import Office
from tuimail.store import accounts, batches, documents, journal, listing, outbox, residents, structures
from tuimail.store.database import close_store, open_store


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    with Office(Paths(path)) as office:
        fill(office, "127.0.0.1", 2525, 0.3)
    return path


@pytest.fixture(autouse=True)
def _open(filled: Path) -> Iterator[None]:
    open_store(filled)
    yield
    close_store()


def everything() -> list[Document]:
    return documents.documents([i for period in PERIODS for i in listing.index(period).ids])


def addresses(people: list[Resident]) -> list[str]:
    return [r.address for p in people for side in (decide(p).recipients, decide(p).left_out) for r in side if r.address]


def test_there_are_three_structures_120_residents_and_three_months() -> None:
    assert len(structures.structures()) == 3
    assert len(residents.residents()) == 120
    assert documents.periods() == list(PERIODS)
    assert all(110 <= listing.counts(period).total <= 120 for period in PERIODS)


def test_every_address_is_an_example_and_can_be_written_on_an_envelope() -> None:
    found = addresses(residents.residents())
    found += [address for s in structures.structures() for address in (s.email, s.sender.email)]

    assert all(address.endswith(".example") for address in found)
    assert all(normalise_address(address) == address for address in found)


def test_telephone_numbers_are_of_the_ranges_kept_for_fiction() -> None:
    numbers = [r.phone for p in residents.residents() for r in p.relatives if r.phone]
    numbers += [p.guardian.phone for p in residents.residents() if p.guardian]
    numbers += [s.phone for s in structures.structures()]

    assert numbers
    assert all(re.fullmatch(r"(01 99 00|06 39 98) \d\d \d\d", number) for number in numbers)


def test_iban_siret_and_finess_have_their_check_digits() -> None:
    for place in structures.structures():
        digits = "".join(str(int(c, 36)) for c in place.iban[4:] + place.iban[:4])
        assert int(digits) % 97 == 1
        bank, branch, account, key = (int(place.iban[a:b]) for a, b in ((4, 9), (9, 14), (14, 25), (25, 27)))
        assert (89 * bank + 15 * branch + 3 * account + key) % 97 == 0
        assert luhn(place.siret)
        assert luhn(place.siret[:9])
        assert luhn(place.finess)


def luhn(number: str) -> bool:
    doubled = [int(c) * (1 + n % 2) for n, c in enumerate(reversed(number))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def test_every_way_of_receiving_and_of_not_receiving_is_there() -> None:
    decisions = [decide(p) for p in residents.residents()]
    roles = Counter(frozenset(r.role for r in d.recipients) for d in decisions)
    reasons = Counter(r.reason.value for d in decisions for r in d.left_out)

    assert 8 <= roles[frozenset()] <= 14
    assert roles[frozenset({Role.GUARDIAN})] >= 1
    assert roles[frozenset({Role.RESIDENT, Role.GUARDIAN, Role.RELATIVE})] >= 1
    assert any(len([r for r in d.recipients if r.role is Role.RESIDENT]) == 2 for d in decisions)
    assert set(reasons) == {"no-address", "not-flagged", "later-relative", "duplicate"}


def test_the_lines_add_up_and_hold_both_rates() -> None:
    rates: set[int] = set()
    for document in everything():
        assert document.net == sum(line.amount for line in document.lines)
        assert document.gross == document.net + document.vat
        assert document.net > 0
        rates |= {line.vat_bp for line in document.lines}
    assert rates == {550, 0}


def test_numbers_keep_their_zeros_and_do_not_repeat() -> None:
    found = Counter((d.structure_id, d.number) for d in everything())

    assert max(found.values()) == 1
    assert all(re.fullmatch(r"\d{3}", number) for _structure, number in found)
    assert {number for structure, number in found if structure == 1} >= {"001", "099"}


def test_the_past_is_sent_and_the_last_month_is_not() -> None:
    august, september, october = (listing.counts(period) for period in PERIODS)

    assert (august.unsent, september.unsent) == (0, 0)
    assert august.sent > 100
    assert september.problems >= 3
    assert october.unsent > 90
    assert october.sent >= 4
    states = {row.state for row in listing.rows(listing.index(PERIODS[2]).ids)}
    assert states == set(DocumentState) - {DocumentState.QUEUED}


def test_the_journal_and_the_deliveries_tell_the_same_past() -> None:
    events = list(journal.events())
    ends = Counter(e.delivery_id for e in events if e.event in (EventKind.SENT, EventKind.FAILED, EventKind.UNCERTAIN))
    found = outbox.deliveries()

    assert set(ends) == {d.id for d in found}
    assert max(ends.values()) == 1
    assert {d.state for d in found} == {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN}
    assert {e.operator for e in events} == {"virginie", "karim"}
    assert sorted(e.at for e in events if e.delivery_id) == [e.at for e in events if e.delivery_id]


def test_a_send_may_begin_at_once_whatever_the_clock_says() -> None:
    (account,) = accounts.accounts()

    assert accounts.pacing(account.id).last is None
    assert not batches.open_batches(account.id)
    assert accounts.holder(account.id, datetime(2026, 9, 2, 12, 3, tzinfo=UTC)) is None
    assert (account.gap, account.pause_every, account.user) == (0.3, 0, "")


def test_it_is_the_same_at_each_start(tmp_path: Path) -> None:
    def content() -> list[object]:
        return [residents.residents(), everything(), list(journal.events())]

    first = content()
    with Office(Paths(tmp_path / "again" / "demo.sqlite3")) as office:
        fill(office, "127.0.0.1", 2525, 0.3)
        assert content() == first


def test_the_messages_of_the_open_month_can_be_opened_as_they_went(filled: Path) -> None:
    with Office(Paths(filled)) as office:
        sent = [d for d in outbox.deliveries() if d.period == PERIODS[-1] and d.wire_sha256]
        assert len(sent) > 8
        assert {office.history.message(delivery.id).sameness for delivery in sent} == {Sameness.SAME}


def test_nothing_is_kept_back_because_its_pdf_had_been_invented(filled: Path) -> None:
    with Office(Paths(filled)) as office:
        for period in PERIODS:
            problems = listing.index(period, shown=InvoiceFilter.PROBLEMS).ids
            control = office.control(list(problems), "again")
            prepared = office.prepare(control)
            assert prepared.blocked == control.blocked
            assert prepared.to_check == control.to_check


def test_every_kind_of_page_can_be_printed() -> None:
    places = {s.id: s for s in structures.structures()}
    people = {p.id: p for p in residents.residents()}
    seen: set[tuple[object, ...]] = set()
    for document in everything():
        kind = (document.structure_id, *(line.label for line in document.lines))
        if kind not in seen:
            seen.add(kind)
            assert render(Printable(places[document.structure_id], people[document.resident_id], document))
    assert any("Œ" in person.last_name for person in people.values())
