"""The journal: one line an event, appended in the transaction of what it tells, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime

from tuimail.domain.events import Event, EventKind
from tuimail.domain.periods import Period
from tuimail.store.database import execute, transaction
from tuimail.store.tables import EventRow, ImportRunRow, to_text

_COLUMNS = tuple(field.name for field in fields(Event) if field.name != "id")


def append(events: Iterable[Event]) -> None:
    """Write events in their order."""
    rows = [_row(event) for event in events]
    with transaction():
        for row in rows:
            execute(_APPEND, *row)


def _row(event: Event) -> list[object]:
    values = [getattr(event, name) for name in _COLUMNS]
    return [to_text(value) if isinstance(value, datetime) else value for value in values]


_APPEND = f"INSERT INTO event ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


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
    query = EventRow.select()
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
