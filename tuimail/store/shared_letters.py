"""Letters that several people read in one mailbox: what is kept about one of them names the others as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tuimail.domain.audience import PersonKey, keys_of
from tuimail.domain.i18n import _
from tuimail.domain.people import Role
from tuimail.store.database import execute


@dataclass(frozen=True, slots=True)
class SharedLetter:
    """A message to somebody else whose words and files are also a resident's, or somebody's around that resident."""

    id: int
    state: str
    merge_values: str
    files: str


def shared_with(resident_id: int) -> list[SharedLetter]:
    """The messages around others that were for that resident too, those that were sent again elsewhere included."""
    mailings = execute(_MAILINGS, resident_id).fetchall()
    return [letter for (mailing_id,) in mailings for letter in _shared(mailing_id, resident_id)]


def _shared(mailing_id: int, resident_id: int) -> Iterator[SharedLetter]:
    # What failed is sent again, to each of its readers, with the words and files of all.
    readers: set[PersonKey] = set()
    for delivery_id, state, values, files, others, number, role, person in execute(_MESSAGES, mailing_id).fetchall():
        key = PersonKey(number, Role(role), person)
        everybody = {key, *keys_of(others)}
        if key in readers or any(each.resident_id == resident_id for each in everybody):
            readers |= everybody
            if key.resident_id != resident_id:
                yield SharedLetter(delivery_id, state, values, files)


def forget(resident_id: int) -> None:
    """Empty what such messages say and carry, and the name that others were left out for."""
    for letter in shared_with(resident_id):
        values = json.loads(letter.merge_values or "{}")
        if values or letter.files:
            emptied_values = json.dumps(dict.fromkeys([*values, _EMPTIED], ""))
            execute("UPDATE delivery SET merge_values = ?, files = '' WHERE id = ?", emptied_values, letter.id)
    for mailing_id, readers in execute(_READERS, resident_id).fetchall():
        for key in keys_of(readers):
            execute(_RENAME, _("same mailbox as another"), mailing_id, *key)


def emptied(merge_values: str) -> bool:
    """Whether the words of a letter went with somebody who was erased."""
    return not merge_values or _EMPTIED in json.loads(merge_values)


_EMPTIED = "erased"
"""Stands among the values of the keywords, so that a letter without any tells it as well."""
_MAILINGS = (
    "SELECT mailing_id FROM mailing_left_out WHERE resident_id = ?1"
    " UNION SELECT mailing_id FROM delivery WHERE mailing_id IS NOT NULL AND resident_id = ?1"
)
_MESSAGES = (
    "SELECT id, state, merge_values, files, readers, resident_id, role, person FROM delivery WHERE mailing_id = ?"
    " ORDER BY id"
)
_READERS = "SELECT mailing_id, readers FROM delivery WHERE mailing_id IS NOT NULL AND resident_id = ? AND readers <> ''"
_RENAME = "UPDATE mailing_left_out SET reason = ? WHERE mailing_id = ? AND resident_id = ? AND role = ? AND number = ?"
