"""Whom lists, selections and letters name, once a resident's own addresses stand elsewhere on the card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tuimail.domain.audience import PersonKey, keys_of, keys_text
from tuimail.domain.people import Role
from tuimail.store.database import execute
from tuimail.store.tables.mailings import KeptSelectionRow, LetterDraftRow, ListMemberRow, MailingLeftOutRow
from tuimail.store.tables.outbox import DeliveryRow

Moves = Mapping[int, Mapping[int, int]]
"""By resident: where each own address that moved stood, and where it stands (see `own_addresses_moved`)."""


def follow(moves: Moves) -> None:
    """Name the same addresses as before; inside the transaction that moves them."""
    for resident_id, moved in moves.items():
        _follow_lists(resident_id, moved)
        _follow_letters(MailingLeftOutRow, "resident", "number", resident_id, moved)
        _follow_letters(DeliveryRow, "resident_of", "person", resident_id, moved)
    if moves:
        # Once for all: a message may be read by several of them, and each moves once.
        _follow_readers(moves)
        _follow_selections(moves)
        _follow_drafts(moves)


def _follow_readers(moves: Moves) -> None:
    for delivery_id, before in execute(_READ_ALONG).fetchall():
        after = keys_text([_moved(key, moves) for key in keys_of(before)])
        if after != before:
            DeliveryRow.update(readers=after).where(DeliveryRow.id == delivery_id).execute()


def _follow_selections(moves: Moves) -> None:
    for row in KeptSelectionRow.select():
        before = [PersonKey(*key) for key in json.loads(row.chosen)]
        after = list(dict.fromkeys(_moved(key, moves) for key in before))
        if after != before:
            KeptSelectionRow.update(chosen=json.dumps(after)).where(KeptSelectionRow.id == row.id).execute()


def _follow_drafts(moves: Moves) -> None:
    # Not before there is something to follow: residents are read at every start.
    from tuimail.domain.letters import Letter

    for row in LetterDraftRow.select():
        letter = Letter.from_json(row.letter)
        files = tuple((_moved(key, moves), file) for key, file in letter.own_files)
        if files != letter.own_files:
            kept = replace(letter, own_files=files).to_json()
            LetterDraftRow.update(letter=kept).where(LetterDraftRow.id == row.id).execute()


def _moved(key: PersonKey, moves: Moves) -> PersonKey:
    moved = moves.get(key.resident_id, {}) if key.role == Role.RESIDENT else {}
    return key._replace(number=moved.get(key.number, key.number))


def _follow_lists(resident_id: int, moved: Mapping[int, int]) -> None:
    mine = (ListMemberRow.resident == resident_id) & (ListMemberRow.role == Role.RESIDENT)
    query = ListMemberRow.select(ListMemberRow.list, ListMemberRow.number).where(mine).order_by(ListMemberRow.id)
    members = dict.fromkeys((list_id, moved.get(number, number)) for list_id, number in query.tuples())
    ListMemberRow.delete().where(mine).execute()
    for list_id, number in members:
        ListMemberRow.create(list=list_id, resident=resident_id, role=Role.RESIDENT, number=number)


def _follow_letters(table: Any, resident: str, number: str, resident_id: int, moved: Mapping[int, int]) -> None:
    """`resident` and `number` name the table's fields."""
    column = getattr(table, number)
    query = table.select(table.id, column).where(
        (getattr(table, resident) == resident_id) & (table.role == Role.RESIDENT) & column.in_(list(moved))
    )
    for row_id, place in list(query.tuples()):
        table.update({column: moved[place]}).where(table.id == row_id).execute()


_READ_ALONG = "SELECT id, readers FROM delivery WHERE readers <> ''"
"""Its condition word for word that of the index, or all of the history is read."""
