from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, PERIOD, home, invoice, line, owner

from tuimail.domain.billing import Document, DocumentKind, DocumentState
from tuimail.domain.errors import StoreError
from tuimail.domain.periods import Period
from tuimail.store import batches, documents
from tuimail.store.documents import find, is_kept, of_year, periods, save_documents
from tuimail.store.tables.billing import DocumentRow, LineRow

pytestmark = pytest.mark.usefixtures("store")

LINES = (
    line(200_880, label="Hébergement", quantity=310_000, unit_price=648_000),
    line(-1_500, label="Absence", vat_bp=0, heading="Régularisation"),
    line(0, label="Offert"),
)


def test_a_document_comes_back_as_saved_with_its_lines_in_order() -> None:
    house = home(1)
    new = invoice(
        house.people[0], "0042", kind=DocumentKind.CREDIT_NOTE, due_on=date(2026, 11, 10), heading="Régul.",
        net=-1, vat=-2, gross=-3, lines=LINES, paid=1, related_id=house.documents[0].id,
    )  # fmt: skip
    assert all(getattr(new, f.name) for f in fields(new) if f.name != "id")
    (saved,) = save_documents([new])
    assert documents.document(saved.id) == saved == replace(new, id=saved.id)


def test_leading_zeros_count() -> None:
    (someone,) = home(1).people
    saved = save_documents([invoice(someone, "7"), invoice(someone, "007"), invoice(someone, "07")])
    assert [documents.document(d.id).number for d in saved] == ["7", "007", "07"]
    assert set(of_year(someone.structure_id, DocumentKind.INVOICE, 2026)) == {"001", "7", "007", "07"}
    assert find(["7", "07"], PERIOD) == {"7": [saved[0].id], "07": [saved[2].id]}


@pytest.mark.usefixtures("english")
def test_a_number_is_given_once_for_a_structure_kind_and_year() -> None:
    one, two = home(1), home(1)
    someone = one.people[0]
    free = [
        invoice(someone, "001", kind=DocumentKind.CREDIT_NOTE),
        invoice(someone, "001", period=Period(2027, 1)),
        invoice(two.people[0], "002"),
        invoice(someone, "002"),
    ]
    assert len(save_documents(free)) == 4
    with pytest.raises(StoreError, match="UNIQUE"):
        save_documents([invoice(someone, "003"), invoice(someone, "001", period=Period(2026, 9))])
    assert "003" not in of_year(someone.structure_id, DocumentKind.INVOICE, 2026)


def test_a_document_that_another_session_removes_while_a_year_is_read_is_in_it_whole(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = home(2)
    read = documents._with_lines

    def removed_after(*wanted: Any) -> list[Document]:
        found = read(*wanted)
        with closing(sqlite3.connect(store)) as other, other:
            other.execute("DELETE FROM document_line WHERE document_id = ?", (house.documents[0].id,))
            other.execute("DELETE FROM document WHERE id = ?", (house.documents[0].id,))
        return found

    monkeypatch.setattr(documents, "_with_lines", removed_after)
    found = of_year(house.structure.id, DocumentKind.INVOICE, 2026)
    assert [document for document, _state in found.values()] == house.documents
    monkeypatch.undo()
    assert set(of_year(house.structure.id, DocumentKind.INVOICE, 2026)) == {"002"}


def test_new_content_replaces_the_old_lines() -> None:
    house = home(1)
    changed = replace(house.documents[0], net=5, lines=LINES)
    assert save_documents([changed]) == [changed]
    assert documents.document(changed.id) == changed
    save_documents([replace(changed, lines=())])
    assert LineRow.select().count() == 0


def test_new_and_known_documents_are_saved_together_in_their_order() -> None:
    house = home(2)
    mixed = [invoice(house.people[0], "100"), replace(house.documents[1], net=7), invoice(house.people[1], "101")]
    saved = save_documents(iter(mixed))
    assert [d.number for d in saved] == ["100", "002", "101"]
    assert documents.documents([d.id for d in saved]) == saved


def test_saving_leaves_state_and_last_send_alone() -> None:
    house = home(1)
    DocumentRow.update(state=DocumentState.SENT, last_sent=NOW).execute()
    save_documents(house.documents)
    row = DocumentRow.get()
    assert (row.state, row.last_sent) == (DocumentState.SENT, NOW)


def test_more_documents_than_one_statement_takes_come_in_the_order_asked() -> None:
    house = home(1)
    saved = save_documents(invoice(house.people[0], f"A{n}", lines=LINES[:2]) for n in range(450))
    assert documents.documents([d.id for d in reversed(saved)]) == saved[::-1]


def test_a_year_of_one_numbering_with_its_states() -> None:
    house, other = home(2), home(1)
    someone = house.people[0]
    save_documents(
        [
            invoice(someone, "001", period=Period(2025, 12)),
            invoice(someone, "001", kind=DocumentKind.QUOTE),
            invoice(someone, "090", period=Period(2026, 1)),
        ]
    )
    DocumentRow.update(state=DocumentState.SENT).where(DocumentRow.id == house.documents[1].id).execute()
    found = of_year(house.structure.id, DocumentKind.INVOICE, 2026)
    assert {number: state for number, (_, state) in found.items()} == {
        "001": DocumentState.UNSENT,
        "002": DocumentState.SENT,
        "090": DocumentState.UNSENT,
    }
    assert found["002"][0] == house.documents[1]
    assert set(of_year(other.structure.id, DocumentKind.INVOICE, 2026)) == {"001"}


def test_a_number_is_found_in_every_structure_that_uses_it() -> None:
    one, two = home(1), home(2)
    assert find(["001", "002", "9"], PERIOD) == {
        "001": [one.documents[0].id, two.documents[0].id],
        "002": [two.documents[1].id],
        "9": [],
    }
    assert find(["001"], PERIOD.shift(1)) == {"001": []}
    assert find(["001"], PERIOD, DocumentKind.QUOTE) == {"001": []}


def test_periods_are_those_that_have_documents_oldest_first() -> None:
    house = home(2)
    assert periods() == [PERIOD]
    someone = house.people[0]
    save_documents([invoice(someone, "1", period=Period(2026, 11)), invoice(someone, "2", period=Period(2025, 12))])
    save_documents([invoice(someone, "1", kind=DocumentKind.QUOTE, period=Period(2024, 1))])
    assert periods() == [Period(2025, 12), PERIOD, Period(2026, 11)]
    assert periods(DocumentKind.QUOTE) == [Period(2024, 1)]


def test_a_pdf_stays_once_it_was_queued_unless_that_was_taken_back() -> None:
    house = home(1)
    document: Document = house.documents[0]
    assert not is_kept(document.id, f"sha-{document.id}")
    batch = batches.queue(house.ask(), owner(), NOW)
    assert batch
    assert is_kept(document.id, f"sha-{document.id}")
    assert not is_kept(document.id, "another")
    batches.cancel(batch.id, owner(), NOW)
    assert not is_kept(document.id, f"sha-{document.id}")
