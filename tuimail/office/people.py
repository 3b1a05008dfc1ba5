"""The residents: lists for another tool, a person's data as a file, and erasing whoever left long ago."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuimail.domain.csv_text import csv_table
from tuimail.domain.errors import BadInput, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.people import Resident
from tuimail.domain.personal import as_plain
from tuimail.domain.recipients import decide
from tuimail.office.residents_list import titles, values
from tuimail.store import address_notes, cards, documents, erasure, journal, residents
from tuimail.store.erasure import Traces
from tuimail.store.tables.base import to_text

if TYPE_CHECKING:
    from tuimail.config.paths import Paths
    from tuimail.domain.account import Owner

YEARS = 10
"""How long a resident must have been gone before erasing: the accounts must be kept that long (Code de commerce)."""
_RELATIVES = 2
"""How many relatives a list has columns for at least."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing one resident came to."""

    traces: Traces
    removed: int
    """Files."""
    left: tuple[Path, ...]
    """Files that could not be removed."""


class People:
    """What is done with residents beside sending to them."""

    def __init__(self, paths: Paths, owner: Owner) -> None:
        self._paths, self._owner = paths, owner

    def save(self, resident_id: int, opened: Any, typed: Any, now: datetime) -> int:
        """Store a card; see `store.cards.save`."""
        return cards.save(resident_id, opened, typed, self._owner, now)

    def csv_rows(self, ids: Sequence[int]) -> Iterator[bytes]:
        """These residents as CSV for a spreadsheet, a line of it at a time."""
        relatives = max(_RELATIVES, residents.most_relatives(ids))
        homes = cards.homes()
        rows = (
            values(person, homes.get(person.structure_id, ""), relatives)
            for start in range(0, len(ids), residents.CHUNK)
            for person in residents.residents(list(ids[start : start + residents.CHUNK]))
        )
        return csv_table(titles(relatives), rows)

    def personal_data(self, resident_id: int, now: datetime) -> str:
        """All that is known of a resident, as JSON: the card, the invoices, every message and line of the journal."""
        person = residents.resident(resident_id)
        ids = documents.of_resident(resident_id)
        lines = set(erasure.traces(resident_id).lines)
        data = {
            "made_at": to_text(now),
            "home": cards.homes().get(person.structure_id, ""),
            "resident": as_plain(person),
            "who_receives": as_plain(decide(person)),
            "addresses": [as_plain(note) for note in address_notes.notes([resident_id]).get(resident_id, {}).values()],
            "invoices": [as_plain(document) for document in documents.documents(ids)],
            "messages": [as_plain(delivery) for delivery in cards.deliveries(resident_id)],
            "journal": [event.as_json() for event in journal.read(sorted(lines))],
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    def write(self, content: bytes, target: Path, *, force: bool = False) -> None:
        """Write a file that only this account reads, whole or not at all; raises BadInput if that cannot be done."""
        from tuimail.documents.storage import replace_file

        if not force and os.path.exists(target):  # noqa: PTH110 - Path.exists raises for a name that is too long
            raise BadInput(_("{path} is there already.").format(path=target), _("Choose another name, or add --force."))
        try:
            replace_file(target, content, 0o600)
        except OSError as error:
            raise BadInput(
                _("{path} cannot be written: {reason}.").format(path=target, reason=os_reason(error)),
                _("Choose another folder."),
            ) from error

    def gone(self, years: int, today: date) -> list[Resident]:
        """Who left more than that many years ago, had no invoice since, and was not erased yet."""
        return residents.residents(erasure.gone_before(years_before(today, years)))

    def erase(self, resident_id: int, now: datetime) -> Erased:
        """Erase that resident; see `store.erasure`. The kept PDFs and attached files go too."""
        found = erasure.erase(resident_id, self._owner, now)
        paths = [self._paths.documents / path for path in found.pdfs]
        paths += [self._paths.attachments / path for path in found.files]
        removed, left = 0, []
        for path in paths:
            try:
                path.unlink()
                removed += 1
            except FileNotFoundError:
                continue
            except OSError:
                left.append(path)
        return Erased(found, removed, tuple(left))


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
