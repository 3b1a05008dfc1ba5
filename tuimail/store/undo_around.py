"""What hangs on what an import has made, for its undoing: PDFs that came with it, notes of addresses, decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from peewee import fn

from tuimail.domain.brought import BroughtState
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.same_person import own_addresses_moved
from tuimail.store import members
from tuimail.store.database import execute, transaction
from tuimail.store.residents import CHUNK, residents
from tuimail.store.tables.billing import BroughtRow
from tuimail.store.tables.dispositions import DispositionRow, PinnedRow
from tuimail.store.tables.imports import LastImportItemRow, LastImportRow
from tuimail.store.tables.mailings import ListMemberRow
from tuimail.store.tables.people import AddressNoteRow

NOTES = "address_note"
"""What servers have said of addresses: it stays, and is no change of the resident."""
_BROUGHT = "brought"
_COUNTING = (BroughtState.MATCHED, BroughtState.HELD, BroughtState.CONFIRMED)


def used() -> BadInput:
    """Somebody has built on what the import brought."""
    return BadInput(
        _("What the last import brought is used by something made since: it cannot be undone."),
        _("Correct the file and import it again: what it says anew replaces what it said before."),
    )


def check_decided(documents: Sequence[int], people: Sequence[int]) -> None:
    """Raise BadInput for what somebody has decided since, and would go with these documents and residents unsaid."""
    for table, column, ids in (
        (DispositionRow, DispositionRow.document, documents),
        (PinnedRow, PinnedRow.document, documents),
        (ListMemberRow, ListMemberRow.resident, people),
    ):
        for start in range(0, len(ids), CHUNK):
            if table.select().where(column.in_(list(ids[start : start + CHUNK]))).exists():
                raise used()


@contextmanager
def naming_the_same(resident_id: int) -> Iterator[None]:
    """What names an own address of this resident names it still, once the resident is as before."""
    (before,) = residents([resident_id])
    yield
    (after,) = residents([resident_id])
    if moved := own_addresses_moved(before.emails, after.emails):
        members.follow({resident_id: moved})


def restore_notes(resident_id: int, notes: Iterable[Mapping[str, Any]]) -> None:
    """Once a resident is as before: notes of addresses that are gone again go, those of addresses that are back return.

    Whatever became known since of an address that stayed is kept.
    """
    (person,) = residents([resident_id])
    known = {address.casefold() for address in person.addresses}
    here = AddressNoteRow.select(AddressNoteRow.id, AddressNoteRow.address).where(
        AddressNoteRow.resident == resident_id
    )
    for note_id, address in list(here.tuples()):
        if address not in known:
            AddressNoteRow.delete().where(AddressNoteRow.id == note_id).execute()
    for note in notes:
        values = {column: value for column, value in note.items() if column != "id"}
        marks = ", ".join("?" * len(values))
        execute(
            f"INSERT INTO address_note ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
            " ON CONFLICT (resident_id, address) DO NOTHING",
            *values.values(),
        )


# The PDFs that came with it


class Before(NamedTuple):
    """What was brought before the PDFs of an import were."""

    last_id: int
    counting: Mapping[int, str]
    """Id -> state of those that another may take the place of."""


def before_bringing(document_ids: Iterable[int]) -> Before:
    """What there is for these documents, to be told from what an import brings."""
    return Before(BroughtRow.select(fn.MAX(BroughtRow.id)).scalar() or 0, _counting(document_ids))


def remember(before: Before, operator: str) -> None:
    """What that operator has brought since belongs to the last import, and goes with it."""
    with transaction():
        if not LastImportRow.select().exists():
            return
        new = BroughtRow.select().where((BroughtRow.id > before.last_id) & (BroughtRow.operator == operator))
        for row in new:
            replaced = {i: s for i, s in before.counting.items() if _is_replaced_by(i, row.document_id)}
            values = {"kind": _BROUGHT, "target_id": row.id, "before": json.dumps(replaced), "after": row.state}
            LastImportItemRow.create(**values)


def check_undecided() -> None:
    """Raise BadInput if somebody has looked at a PDF of the last import and decided whose it is."""
    for target, _before, after in _items():
        if BroughtRow.select(BroughtRow.state).where(BroughtRow.id == target).scalar() != after:
            raise used()


def take_back() -> None:
    """Let the PDFs of the last import go, and those come back whose place they took."""
    for target, before, _after in _items():
        BroughtRow.delete().where(BroughtRow.id == target).execute()
        for replaced, state in json.loads(before).items():
            BroughtRow.update(state=state).where(
                (BroughtRow.id == int(replaced)) & (BroughtRow.state == BroughtState.REPLACED)
            ).execute()


def _items() -> list[tuple[int, str, str]]:
    query = LastImportItemRow.select(LastImportItemRow.target_id, LastImportItemRow.before, LastImportItemRow.after)
    return list(query.where(LastImportItemRow.kind == _BROUGHT).tuples())


def _counting(document_ids: Iterable[int]) -> dict[int, str]:
    ids = sorted(document_ids)
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        query = BroughtRow.select(BroughtRow.id, BroughtRow.state).where(
            BroughtRow.document.in_(ids[start : start + CHUNK]) & BroughtRow.state.in_([str(s) for s in _COUNTING])
        )
        found.update(query.tuples())
    return found


def _is_replaced_by(brought_id: int, document_id: int | None) -> bool:
    return bool(
        BroughtRow.select()
        .where(
            (BroughtRow.id == brought_id)
            & (BroughtRow.document == document_id)
            & (BroughtRow.state == BroughtState.REPLACED)
        )
        .exists()
    )
