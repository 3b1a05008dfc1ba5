"""The month-end sheet of the invented association reconciles to the cent, month by month and home by home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.config.paths import Paths
from tuimail.demo.data import fill
from tuimail.demo.invoices import PERIODS
from tuimail.domain.month_end import Outcome
from tuimail.office import Office
from tuimail.store import documents, listing, structures
from tuimail.store.tables.outbox import DeliveryRow


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    path = tmp_path / "demo.sqlite3"
    with Office(Paths(path)) as found:
        fill(found, "127.0.0.1", 2525, 0.3)
        yield found


def test_every_month_adds_up_to_the_cent_and_so_do_its_homes(office: Office) -> None:
    for period in PERIODS:
        found = office.month_ends.sheet(period)
        known = documents.documents(list(listing.index(period).ids))
        assert found.discrepancies() == []
        total = found.total()
        assert (total.documents, total.net, total.gross) == (
            len(known),
            sum(document.net for document in known),
            sum(document.gross for document in known),
        )
        assert total.vat == sum(document.vat for document in known)
        parts = [part for _outcome, part in found.outcomes()]
        assert sum(part.documents for part in parts) == total.documents
        assert sum(part.gross for part in parts) == total.gross
        homes = [office.month_ends.sheet(period, place.id) for place in structures.structures()]
        assert sum(home.total().gross for home in homes) == total.gross
        assert sum(home.total().net for home in homes) == total.net
        assert all(home.discrepancies() == [] for home in homes)


def test_the_months_that_are_over_were_sent_but_for_what_is_told(office: Office) -> None:
    for period in PERIODS[:-1]:
        found = office.month_ends.sheet(period)
        assert len(found.of(Outcome.SENT)) > 100
        assert not found.of(Outcome.NOT_SENT, Outcome.WAITING)
        assert all(entry.reason for entry in found.unfinished)
        assert sum(send.documents for send in found.sends) == found.total().documents - len(found.of(Outcome.TO_POST))


def test_a_message_that_was_tampered_with_is_told(office: Office) -> None:
    period = PERIODS[0]
    entry = office.month_ends.sheet(period).of(Outcome.SENT)[0]
    DeliveryRow.update(state="failed").where(DeliveryRow.document == entry.document_id).execute()
    (sentence,) = office.month_ends.sheet(period).discrepancies()
    assert entry.number in sentence
