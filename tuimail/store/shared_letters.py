"""Letters that several people read in one mailbox: what is kept about one of them names the others as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuimail.domain.i18n import _
from tuimail.store.database import execute


@dataclass(frozen=True, slots=True)
class SharedLetter:
    """A message to somebody else whose words and files are also a resident's, or somebody's around that resident."""

    id: int
    state: str
    merge_values: str


def shared_with(resident_id: int) -> list[SharedLetter]:
    """The messages around others that were for that resident too, those that were sent again elsewhere included."""
    return [letter for mailing_id, boxes in _boxes(resident_id) for letter in _shared(mailing_id, boxes, resident_id)]


def forget(resident_id: int) -> None:
    """Empty what such messages say and carry, and the name that others were left out for."""
    for letter in shared_with(resident_id):
        values = dict.fromkeys(json.loads(letter.merge_values or "{}"), "")
        execute("UPDATE delivery SET merge_values = ?, files = '' WHERE id = ?", json.dumps(values), letter.id)
    for mailing_id, boxes in _boxes(resident_id):
        for left_out_id, *_key, address in _left_out(mailing_id):
            if address.casefold() in boxes:
                reason = _("same mailbox as another")
                execute("UPDATE mailing_left_out SET reason = ? WHERE id = ?", reason, left_out_id)


def emptied(merge_values: str) -> bool:
    """Whether the words of a letter went with somebody who was erased."""
    return "" in json.loads(merge_values or "{}").values()


def _boxes(resident_id: int) -> Iterator[tuple[int, set[str]]]:
    """The mailboxes that mailings were to reach that resident at."""
    found: dict[int, set[str]] = {}
    for mailing_id, address in execute(_REACHED, resident_id).fetchall():
        found.setdefault(mailing_id, set()).add(address.casefold())
    yield from found.items()


def _shared(mailing_id: int, boxes: set[str], resident_id: int) -> Iterator[SharedLetter]:
    keys = {tuple(key) for _id, *key, address in _left_out(mailing_id) if address.casefold() in boxes}
    if not keys:
        return
    rows: list[Any] = execute(_MESSAGES, mailing_id).fetchall()
    # What failed may have been sent again to each of them, at the address that they have now.
    keys |= {tuple(key) for _id, _state, _values, address, *key in rows if address.casefold() in boxes}
    for delivery_id, state, values, _address, *key in rows:
        if tuple(key) in keys and key[0] != resident_id:
            yield SharedLetter(delivery_id, state, values)


def _left_out(mailing_id: int) -> list[Any]:
    rows: list[Any] = execute(_SHARING, mailing_id).fetchall()
    return rows


_REACHED = (
    "SELECT mailing_id, address FROM mailing_left_out WHERE shares = 1 AND resident_id = ?1"
    " UNION SELECT mailing_id, address FROM delivery WHERE mailing_id IS NOT NULL AND resident_id = ?1"
)
_SHARING = "SELECT id, resident_id, role, number, address FROM mailing_left_out WHERE shares = 1 AND mailing_id = ?"
_MESSAGES = "SELECT id, state, merge_values, address, resident_id, role, person FROM delivery WHERE mailing_id = ?"
