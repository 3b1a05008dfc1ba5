"""The journal: one line an event, appended and sealed in the transaction of what it tells, never changed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from peewee import fn

from tuimail.domain.events import Event, EventKind
from tuimail.domain.periods import Period
from tuimail.domain.text import fold
from tuimail.store import chain
from tuimail.store.database import execute, transaction
from tuimail.store.tables.base import to_text
from tuimail.store.tables.billing import DocumentRow, ImportRunRow
from tuimail.store.tables.journal import EventRow


def append(events: Iterable[Event]) -> None:
    """Write events in their order."""
    rows = [_row(event) for event in events]
    if not rows:
        return
    with transaction():
        for row, seal in zip(rows, chain.extend(rows), strict=True):
            execute(_APPEND, *row, *seal)


def _row(event: Event) -> list[object]:
    values = list(_columns(event))
    for place in _MOMENTS:
        values[place] = to_text(values[place])
    return values


_columns = attrgetter(*chain.COLUMNS)
_MOMENTS = [chain.COLUMNS.index(name) for name in ("at", "until")]


_APPEND = (
    f"INSERT INTO event ({', '.join(chain.COLUMNS)}, hash, salt)"  # noqa: S608
    f" VALUES ({', '.join('?' * len(chain.COLUMNS))}, ?, ?)"
)
_FIELDS = [getattr(EventRow, field.name) for field in fields(Event)]


def events(
    *,
    period: Period | None = None,
    document_id: int = 0,
    batch_id: int = 0,
    kinds: Sequence[EventKind] = (),
    after: int = 0,
    last: int = 0,
) -> Iterator[Event]:
    """Events oldest first. `period` and ids narrow; `after` leaves out ids up to it; `last` keeps only the newest N."""
    query = EventRow.select(*_FIELDS)
    if period:
        query = query.where(EventRow.period == str(period))
    if document_id:
        query = query.where(EventRow.document_id == document_id)
    if batch_id:
        query = query.where(EventRow.batch_id == batch_id)
    if kinds:
        query = query.where(EventRow.event.in_([str(kind) for kind in kinds]))
    if after:
        query = query.where(EventRow.id > after)
    if last:
        rows = reversed(list(query.order_by(EventRow.id.desc()).limit(last).dicts()))
    else:
        rows = query.order_by(EventRow.id).dicts().iterator()
    for row in rows:
        yield Event(**(row | {"event": EventKind(row["event"])}))


def index(
    period: Period | None = None, kinds: Sequence[EventKind] = (), search: str = "", after: int = 0
) -> array[int]:
    """Ids of the lines, oldest first, narrowed as `events` does: what a list of 100,000 lines is opened with.

    `search`: every word of it must be found in the name (accents ignored), number, address, Message-ID, operator or
    sentence.
    """
    query = EventRow.select(EventRow.id).where(EventRow.id > after)
    if period:
        query = query.where(EventRow.period == str(period))
    if kinds:
        query = query.where(EventRow.event.in_([str(kind) for kind in kinds]))
    for word in search.split():
        query = query.where(_holds(word))
    return array("q", (event_id for (event_id,) in query.order_by(EventRow.id).tuples()))


def _holds(word: str) -> Any:
    named = DocumentRow.select(DocumentRow.id).where(DocumentRow.sort_key.contains(fold(word)))
    columns = ("number", "resident", "recipient", "message_id", "operator", "detail")
    found = (EventRow.document_id != 0) & EventRow.document_id.in_(named)
    for name in columns:
        found |= getattr(EventRow, name).contains(word)
    return found


def read(ids: Sequence[int]) -> list[Event]:
    """The lines of these ids, in that order; a few hundred at a time."""
    query = EventRow.select(*_FIELDS).where(EventRow.id.in_(list(ids))).dicts()
    found = {row["id"]: Event(**(row | {"event": EventKind(row["event"])})) for row in query}
    return [found[event_id] for event_id in ids if event_id in found]


def tell_about(resident_id: int) -> None:
    """The line appended last is about that resident, though no document says so; inside the same transaction."""
    execute("INSERT INTO event_about (event_id, resident_id) VALUES (?, ?)", newest(), resident_id)


def newest() -> int:
    """The id of the last line; 0 if there is none."""
    return int(EventRow.select(fn.MAX(EventRow.id)).scalar() or 0)


def touched(after: int) -> tuple[int, frozenset[int], frozenset[EventKind]]:
    """What the lines since that one are about: the id of the newest, the documents and the kinds of event.

    Cheap enough to be asked every second.
    """
    lines = list(EventRow.select(EventRow.id, EventRow.event, EventRow.document_id).where(EventRow.id > after).tuples())
    documents = frozenset(document_id for _id, _kind, document_id in lines if document_id)
    kinds = frozenset(EventKind(kind) for kind in {kind for _id, kind, _document in lines})
    return max((line[0] for line in lines), default=after), documents, kinds


def add_import_run(
    at: datetime, operator: str, file_name: str, sha256: str, subject: str, counts: tuple[int, int, int, int]
) -> int:
    """Remember one file of an import; `counts` are new, changed, unchanged, refused. Returns its id."""
    new, changed, unchanged, refused = counts
    with transaction():
        row = ImportRunRow.create(
            at=at,
            operator=operator,
            file_name=file_name,
            sha256=sha256,
            subject=subject,
            new=new,
            changed=changed,
            unchanged=unchanged,
            refused=refused,
        )
        return int(row.id)
