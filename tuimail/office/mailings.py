"""What is done with lists of people beside writing to them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.audience import Person, role_label
from tuimail.domain.i18n import _
from tuimail.domain.personal import harmless

if TYPE_CHECKING:
    from tuimail.office.people import People


class Mailings:
    """Lists and letters of the open database."""

    def __init__(self, people: People) -> None:
        self._people = people

    def write_list(self, people: Sequence[Person], target: Path) -> None:
        """Write people as CSV for a spreadsheet, over a file that is there; raises BadInput if that cannot be done."""
        self._people.write(people_csv(people), target, force=True)


def people_csv(people: Sequence[Person]) -> bytes:
    """UTF-8 with its mark, semicolons, and nothing that a spreadsheet takes for a formula."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(
        [
            _("Full name"),
            _("Quality"),
            _("Address"),
            _("Resident"),
            _("Relation"),
            _("Home"),
            _("Room"),
            _("Billing family"),
        ]
    )
    for person in people:
        values = (
            person.name,
            role_label(person.role),
            person.address,
            person.resident,
            person.link,
            person.structure,
            person.room,
            person.family,
        )
        rows.writerow([harmless(value) for value in values])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")
