"""Undoing the last import: the rows it made go, those it changed come back, unless somebody has built on them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from peewee import IntegrityError, fn

from tuimail.domain.account import Owner
from tuimail.domain.errors import BadInput, StoreError
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imports import LastImport, Undone
from tuimail.store import bulk, journal, undo_around
from tuimail.store.database import execute, transaction
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import DocumentRow, LineRow
from tuimail.store.tables.imports import LastImportItemRow, LastImportRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import AddressNoteRow, GuardianRow, RelativeRow, ResidentRow
from tuimail.store.tables.places import StructureRow

STRUCTURE, RESIDENT, DOCUMENT = "structure", "resident", "document"
_TABLES: dict[str, tuple[tuple[Any, str], ...]] = {
    STRUCTURE: ((StructureRow, "id"),),
    RESIDENT: (
        (ResidentRow, "id"),
        (GuardianRow, "resident_id"),
        (RelativeRow, "resident_id"),
        (AddressNoteRow, "resident_id"),
    ),
    DOCUMENT: ((DocumentRow, "id"), (LineRow, "document_id")),
}
"""What a thing is kept in, and the column that says whose row it is; the first table holds the thing itself."""
_DERIVED = {"document": ("state", "last_sent")}
"""What the outbox writes: it is not the import's."""

Snapshot = dict[str, list[dict[str, Any]]]
"""Name of a table -> rows as the database has them."""


def snapshots(kind: str, ids: Sequence[int]) -> Iterator[tuple[int, Snapshot]]:
    """The rows of these things as they are now, whatever columns their tables have."""
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        found: dict[int, Snapshot] = {target: {} for target in chunk}
        for table, owner in _TABLES[kind]:
            name = table._meta.table_name  # noqa: SLF001 - peewee's way to ask
            columns = [field.column_name for field in table._meta.sorted_fields]  # noqa: SLF001
            marks = ", ".join("?" * len(chunk))
            sql = f"SELECT {', '.join(columns)} FROM {name} WHERE {owner} IN ({marks}) ORDER BY id"  # noqa: S608
            for values in execute(sql, *chunk).fetchall():
                row = dict(zip(columns, values, strict=True))
                found[row[owner]].setdefault(name, []).append(row)
        yield from found.items()


def _digest(kind: str, snapshot: Snapshot) -> str:
    told = []
    for name in sorted(snapshot.keys() - {undo_around.NOTES}):
        # The rows around a resident are written anew with them, under other ids.
        silent = {*_DERIVED.get(name, ()), *(("id",) if name != kind else ())}
        told.append(
            (name, [[value for column, value in row.items() if column not in silent] for row in snapshot[name]])
        )
    return hashlib.sha256(repr(told).encode()).hexdigest()


class Recording:
    """What one import does, written down in its own transaction."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, int], str] = {}
        self._made: dict[str, list[int]] = defaultdict(list)

    def will_change(self, kind: str, ids: Iterable[int]) -> None:
        """Keep these as they are before they are changed; one that this import has made needs no keeping."""
        new = set(self._made[kind])
        wanted = [i for i in ids if (kind, i) not in self._before and i not in new]
        for target, snapshot in snapshots(kind, wanted):
            self._before[kind, target] = json.dumps(snapshot)

    def made(self, kind: str, ids: Iterable[int]) -> None:
        """These are new."""
        self._made[kind] += ids

    def keep(self, at: datetime, operator: str, files: Sequence[str]) -> None:
        """From now on this is the import that can be undone."""
        LastImportItemRow.delete().execute()
        LastImportRow.delete().execute()
        LastImportRow.create(at=at, operator=operator, files=json.dumps(files, ensure_ascii=False))
        bulk.insert(LastImportItemRow, self._items())

    def _items(self) -> Iterator[dict[str, Any]]:
        for kind in _TABLES:
            changed = [target for known, target in self._before if known == kind]
            # Nothing but an import changes the content of a document, and the last one is this.
            new = self._made[kind]
            watched = [*changed, *new] if kind != DOCUMENT else changed
            after = {target: _digest(kind, snapshot) for target, snapshot in snapshots(kind, watched)}
            for target in (*new, *changed):
                yield {
                    "kind": kind,
                    "target_id": target,
                    "before": self._before.get((kind, target), ""),
                    "after": after.get(target, ""),
                }


def last_import() -> LastImport | None:
    """The import that can be undone; None if there is none."""
    row = LastImportRow.get_or_none()
    if row is None:
        return None
    counts = dict(
        LastImportItemRow.select(LastImportItemRow.kind, fn.COUNT(LastImportItemRow.id))
        .group_by(LastImportItemRow.kind)
        .tuples()
    )
    return LastImport(
        row.at, row.operator, tuple(json.loads(row.files)), counts.get(RESIDENT, 0), counts.get(DOCUMENT, 0)
    )


def undo_last_import(owner: Owner, now: datetime) -> Undone:
    """Take the last import back, in one transaction.

    Raises BadInput, with nothing changed, if there is none, if something of it was sent or is queued, or if somebody
    has changed or used it since.
    """
    with transaction():
        last = last_import()
        if last is None:
            raise BadInput(_("There is no import that can be undone."), _("Only the last import can be, and once."))
        made: dict[str, list[int]] = defaultdict(list)
        changed: dict[str, dict[int, Snapshot]] = defaultdict(dict)
        for kind, target, before in LastImportItemRow.select(
            LastImportItemRow.kind, LastImportItemRow.target_id, LastImportItemRow.before
        ).tuples():
            if before:
                changed[kind][target] = json.loads(before)
            else:
                made[kind].append(target)
        _check_unsent([*made[DOCUMENT], *changed[DOCUMENT]])
        _check_untouched()
        _check_unused(made[RESIDENT])
        undo_around.check_undecided()
        undo_around.check_decided(made[DOCUMENT], made[RESIDENT])
        try:
            undo_around.take_back()
            removed = _take_back(made, changed)
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            raise undo_around.used() from error
        undone = Undone(
            residents_removed=len(made[RESIDENT]),
            residents_restored=len(changed[RESIDENT]),
            documents_removed=len(made[DOCUMENT]),
            documents_restored=len(changed[DOCUMENT]),
            structures_removed=removed,
        )
        LastImportItemRow.delete().execute()
        LastImportRow.delete().execute()
        detail = _("{files}: {people}, {documents} taken back.").format(
            files=", ".join(last.files),
            people=ngettext("{n} resident", "{n} residents", last.residents),
            documents=ngettext("{n} invoice", "{n} invoices", last.documents),
        )
        journal.append([Event(EventKind.IMPORT_UNDONE, now, operator=owner.operator, host=owner.host, detail=detail)])
    return undone


def _check_unsent(ids: Sequence[int]) -> None:
    sent: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        query = DeliveryRow.select(DeliveryRow.document).where(
            DeliveryRow.document.in_(list(ids[start : start + CHUNK]))
        )
        sent.update(document_id for (document_id,) in query.tuples())
    if sent:
        raise BadInput(
            ngettext(
                "{n} invoice of the last import was sent or given to a send: it cannot be undone.",
                "{n} invoices of the last import were sent or given to a send: it cannot be undone.",
                len(sent),
            ),
            _("Make credit notes for what was sent; import a corrected file for the rest."),
        )


def _check_untouched() -> None:
    for kind in (RESIDENT, DOCUMENT):
        query = LastImportItemRow.select(LastImportItemRow.target_id, LastImportItemRow.after).where(
            (LastImportItemRow.kind == kind) & (LastImportItemRow.after != "")
        )
        after = dict(query.tuples())
        touched = [t for t, found in snapshots(kind, list(after)) if _digest(kind, found) != after[t]]
        if touched:
            told = ngettext(
                "{n} invoice of the last import was changed since: undoing it would lose that.",
                "{n} invoices of the last import were changed since: undoing it would lose that.",
                len(touched),
            )
            if kind == RESIDENT:
                told = ngettext(
                    "{n} resident of the last import was changed since: undoing it would lose that.",
                    "{n} residents of the last import were changed since: undoing it would lose that.",
                    len(touched),
                )
            raise BadInput(
                told, _("Correct the file and import it again: what it says anew replaces what it said before.")
            )


def _check_unused(residents: Sequence[int]) -> None:
    """Documents that something else has made for these residents would lose them."""
    mine = LastImportItemRow.select(LastImportItemRow.target_id).where(LastImportItemRow.kind == DOCUMENT)
    for start in range(0, len(residents), CHUNK):
        theirs = (
            DocumentRow.select(fn.COUNT(DocumentRow.id))
            .where(DocumentRow.resident.in_(list(residents[start : start + CHUNK])) & DocumentRow.id.not_in(mine))
            .scalar()
        )
        if theirs:
            raise BadInput(
                _("Residents of the last import have invoices that it did not bring: it cannot be undone."),
                _("Correct the file and import it again: what it says anew replaces what it said before."),
            )


def _take_back(made: dict[str, list[int]], changed: dict[str, dict[int, Snapshot]]) -> int:
    """Remove and restore; the number of structures removed."""
    for kind in (DOCUMENT, RESIDENT):
        _remove(kind, made[kind])
        for target, snapshot in changed[kind].items():
            with undo_around.naming_the_same(target) if kind == RESIDENT else nullcontext():
                _restore(kind, target, snapshot)
    # A structure that was codified since, or has somebody else by now, stays.
    after = dict(
        LastImportItemRow.select(LastImportItemRow.target_id, LastImportItemRow.after)
        .where(LastImportItemRow.kind == STRUCTURE)
        .tuples()
    )
    free = [
        target
        for target, found in snapshots(STRUCTURE, made[STRUCTURE])
        if _digest(STRUCTURE, found) == after[target]
        and not ResidentRow.select().where(ResidentRow.structure == target).exists()
        and not DocumentRow.select().where(DocumentRow.structure == target).exists()
    ]
    _remove(STRUCTURE, free)
    return len(free)


def _remove(kind: str, ids: Sequence[int]) -> None:
    table = _TABLES[kind][0][0]
    for start in range(0, len(ids), CHUNK):
        table.delete().where(table.id.in_(list(ids[start : start + CHUNK]))).execute()


def _restore(kind: str, target: int, snapshot: Snapshot) -> None:
    (main, _owner), *around = _TABLES[kind]
    name = main._meta.table_name  # noqa: SLF001
    (row,) = snapshot[name]
    kept = {column: value for column, value in row.items() if column != "id" and column not in _DERIVED.get(name, ())}
    sets = ", ".join(f"{column} = ?" for column in kept)
    execute(f"UPDATE {name} SET {sets} WHERE id = ?", *kept.values(), target)  # noqa: S608
    for table, owner in around:
        name = table._meta.table_name  # noqa: SLF001
        if name == undo_around.NOTES:
            continue
        execute(f"DELETE FROM {name} WHERE {owner} = ?", target)  # noqa: S608
        for values in snapshot.get(name, ()):
            marks = ", ".join("?" * len(values))
            execute(f"INSERT INTO {name} ({', '.join(values)}) VALUES ({marks})", *values.values())  # noqa: S608
    if kind == RESIDENT:
        undo_around.restore_notes(target, snapshot.get(undo_around.NOTES, ()))
        sort_key = row["sort_key"]
        DocumentRow.update(sort_key=sort_key).where(DocumentRow.resident == target).execute()
