from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, PERIOD, home, person

from tuimail.domain.errors import StoreError
from tuimail.domain.events import Event, EventKind
from tuimail.domain.periods import Period
from tuimail.store import journal
from tuimail.store.database import transaction
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import ImportRunRow
from tuimail.store.tables.journal import EventRow

FULL = Event(
    EventKind.DEFERRED, NOW, 1, 2, 3, "020", "2026-10", "ANTOINE Monique", "m@x.example", "resident", "<1@x.example>",
    "deferred", "4.7.1", "450 4.7.1 Greylisted", "4F2A", "aa", "bb", NOW + timedelta(minutes=5), "virginie", "bureau",
    "Refus temporaire",
)  # fmt: skip


def event(kind: EventKind = EventKind.SENT, **changes: object) -> Event:
    return replace(Event(kind, NOW), **changes)  # type: ignore[arg-type]


def test_a_line_comes_back_as_it_was_written(store: Path) -> None:
    assert all(getattr(FULL, field.name) for field in fields(FULL) if field.name != "id")
    journal.append([FULL])
    (found,) = journal.events()
    assert found == replace(FULL, id=found.id)
    assert found.id > 0


def test_lines_come_oldest_first(store: Path) -> None:
    journal.append([event(number="b"), event(number="a")])
    journal.append([event(number="c")])
    assert [e.number for e in journal.events()] == ["b", "a", "c"]


def test_lines_are_narrowed(store: Path) -> None:
    journal.append(
        [
            event(number="1", period="2026-10", document_id=7, batch_id=1),
            event(EventKind.FAILED, number="2", period="2026-10", document_id=8, batch_id=1),
            event(number="3", period="2026-09", document_id=7, batch_id=2),
        ]
    )

    def numbers(**narrowed: object) -> str:
        return "".join(e.number for e in journal.events(**narrowed))  # type: ignore[arg-type]

    ids = [e.id for e in journal.events()]
    assert numbers(period=PERIOD) == "12"
    assert numbers(period=Period(2026, 9)) == "3"
    assert numbers(document_id=7) == "13"
    assert numbers(batch_id=1) == "12"
    assert numbers(kinds=[EventKind.FAILED]) == "2"
    assert numbers(after=ids[0]) == "23"
    assert numbers(last=2) == "23"
    assert numbers(last=1, document_id=7) == "3"
    assert numbers(period=PERIOD, document_id=7) == "1"


def test_the_list_of_lines_is_narrowed_and_searched_as_the_screen_asks(store: Path) -> None:
    house = home(people=[person(last_name="BŒUF", first_name="Émile"), person(number=2)])
    journal.append(
        [
            event(number="020", resident="BŒUF Émile", document_id=house.documents[0].id, recipient="e@x.example"),
            event(EventKind.FAILED, number="021", period="2026-09", operator="virginie", message_id="<7@x.example>"),
            event(EventKind.IMPORTED, detail="factures-2026-10.csv"),
        ]
    )
    first, second, third = journal.index()

    def found(search: str) -> list[int]:
        return list(journal.index(search=search))

    assert list(journal.index(Period(2026, 9))) == [second]
    assert list(journal.index(kinds=[EventKind.IMPORTED, EventKind.SENT])) == [first, third]
    assert list(journal.index(after=first)) == [second, third]
    assert found("boeuf") == found("emile bœuf") == found("E@X") == [first]
    assert found("virgin") == found("<7@") == found("021") == [second]
    assert found("factures csv") == [third]
    assert found("boeuf 021") == found("%") == []
    assert [e.number for e in journal.read([second, first, 99])] == ["021", "020"]


def test_what_has_come_since_is_told_for_those_who_watch(store: Path) -> None:
    assert journal.newest() == 0
    assert journal.touched(0) == (0, frozenset(), frozenset())
    journal.append([event(document_id=7), event(EventKind.FAILED, document_id=8), event(document_id=7)])
    newest = journal.newest()
    assert journal.touched(0) == (newest, {7, 8}, {EventKind.SENT, EventKind.FAILED})
    assert journal.touched(newest) == (newest, frozenset(), frozenset())
    journal.append([event(EventKind.IMPORTED)])
    assert journal.touched(newest) == (journal.newest(), frozenset(), {EventKind.IMPORTED})


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("sql", ["UPDATE event SET state = 'sent'", "DELETE FROM event"])
def test_the_journal_is_append_only(store: Path, sql: str) -> None:
    journal.append([FULL])
    with pytest.raises(StoreError, match="append-only"), transaction():
        proxy.execute_sql(sql)
    assert [e.state for e in journal.events()] == ["deferred"]


def test_peewee_cannot_change_it_either(store: Path) -> None:
    journal.append([FULL])
    with pytest.raises(StoreError):
        EventRow.delete().execute()
    assert EventRow.select().count() == 1


def test_an_import_run_is_remembered(store: Path) -> None:
    run = journal.add_import_run(NOW, "virginie", "residents.csv", "aa", "people", (3, 2, 1, 4))
    row = ImportRunRow.get_by_id(run)
    assert (row.at, row.operator, row.file_name, row.sha256, row.subject) == (
        NOW, "virginie", "residents.csv", "aa", "people"
    )  # fmt: skip
    assert (row.new, row.changed, row.unchanged, row.refused) == (3, 2, 1, 4)
