"""The end of a month: the sheet as files, letters still to be posted in the post's order, and what is decided."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import DocumentKind, KeptFile
from tuimail.domain.errors import BadInput, DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.month_end import Entry, MonthEnd
from tuimail.domain.periods import Period, format_day
from tuimail.office.month_tables import Letter, addresses_csv, sheet_csv
from tuimail.store import brought, dispositions, documents, month_end
from tuimail.store.pinned import pinned

if TYPE_CHECKING:
    from tuimail.documents.printable import Printable
    from tuimail.office import Office

_SHORTEST_REASON = 3
"""Letters of a reason that can be understood a year later."""


class MonthEnds:
    """What an office does when a month ends."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def sheet(
        self, period: Period, structure_id: int | None = None, kind: DocumentKind = DocumentKind.INVOICE
    ) -> MonthEnd:
        """The sheet as things stand now; see `store.month_end`."""
        return month_end.month_end(period, self._office.owner.operator, datetime.now(UTC), structure_id, kind)

    def write_sheet(self, sheet: MonthEnd, out: Path) -> None:
        """Write it as a PDF (`out` ends in .pdf) or for a spreadsheet (.csv), whole or not at all.

        Raises BadInput for another ending, DocumentError if it cannot be written.
        """
        from tuimail.documents.month_sheet import render

        suffix = out.suffix.lower()
        if suffix == ".csv":
            _write(out, sheet_csv(sheet))
        elif suffix == ".pdf":
            _write(out, render(sheet))
        else:
            raise BadInput(
                _("{path} is neither a PDF nor a table.").format(path=out),
                _("End its name in .pdf, or in .csv for a spreadsheet."),
            )

    def letters(self, entries: Sequence[Entry]) -> list[Letter]:
        """These documents in the order of the post: by postcode, city and name."""
        from tuimail.documents.addressee import envelope

        of = {entry.document_id: entry for entry in entries}
        found = [Letter(of[p.document.id], envelope(p)) for p in self._office.printables(list(of))]
        return sorted(found, key=lambda letter: (*letter.envelope.order, letter.entry.number))

    def write_letters(self, letters: Sequence[Letter], out: Path, addresses: Path | None = None) -> int:
        """Write these documents as one PDF in their order, and their addresses as CSV; how many there were.

        Those that were sent or brought are written as they are kept; no page asks for a password. Both files are made
        before the first is written. Raises DocumentError, BadInput.
        """
        if not letters:
            raise DocumentError(_("There is nothing to post."), _("Choose another period or structure."))
        if out.suffix.lower() != ".pdf":
            raise BadInput(_("{path} is not the name of a PDF.").format(path=out), _("End its name in .pdf."))
        if addresses is not None and os.path.realpath(addresses) == os.path.realpath(out):
            raise BadInput(_("The letters and their list cannot be one file."), _("Give the list another name."))
        content = self._merged([letter.entry.document_id for letter in letters])
        table = addresses_csv(letters)
        _write(out, content)
        if addresses is not None:
            _write(addresses, table)
        return len(letters)

    def _merged(self, ids: Sequence[int]) -> bytes:
        from tuimail.documents.gathering import merged
        from tuimail.documents.render import merge

        items = list(self._office.printables(ids))
        elsewhere = {*brought.used(ids), *brought.held_for(ids)}
        if not elsewhere and not documents.last_sent(ids) and not pinned(ids):
            return merge([item.unlocked for item in items], _("Still to post"))
        return merged([self._content(item, item.document.id in elsewhere) for item in items])

    def _content(self, item: Printable, elsewhere: bool) -> bytes:
        from tuimail.documents.render import render

        if item.resident.pdf_password and not elsewhere:
            # As it was sent it opens with the resident's password only.
            return render(item.unlocked)
        return self._office.prints.content(item.document.id)

    # Decisions

    @staticmethod
    def check_day(day: date) -> None:
        """Raise BadInput for a day of posting that has not come yet."""
        if day > datetime.now(UTC).astimezone().date():
            raise BadInput(
                _("{day} has not come yet.").format(day=format_day(day)), _("Type the day on which they were posted.")
            )

    def posted_files(self, document_ids: Sequence[int]) -> dict[int, KeptFile]:
        """Their PDFs as they are posted, kept, by document id: made where they were neither sent nor brought.

        One that cannot be made is not in it. Raises DocumentError where nothing can be written.
        """
        from tuimail.office.pages import make_and_keep

        sent = documents.last_sent(document_ids)
        unsent = [document_id for document_id in document_ids if document_id not in sent]
        # What waits for a look was not posted by us: the page that somebody has posted is not known.
        waiting = brought.held_for(unsent)
        files = {
            key: KeptFile(item.path, item.source, item.sha256, item.size) for key, item in brought.used(unsent).items()
        }
        self._office.library.check_writable()
        made, _failed = make_and_keep(self._office, [i for i in unsent if i not in files and i not in waiting])
        return files | made

    def mark_posted(self, document_ids: Sequence[int], day: date, files: Mapping[int, KeptFile] | None = None) -> int:
        """An operator has posted them on that day; how many were not known to be. Raises BadInput for a day to come.

        `files`: what `posted_files` says, where that was asked before.
        """
        self.check_day(day)
        kept = self.posted_files(document_ids) if files is None else files
        return dispositions.mark_posted(document_ids, day, self._office.owner, datetime.now(UTC), kept)

    def exclude(self, document_ids: Sequence[int], reason: str) -> int:
        """They are not to be sent, for that reason; how many were not known to be. Raises BadInput without a reason."""
        text = " ".join(reason.split())
        if len(text) < _SHORTEST_REASON:
            raise BadInput(
                _("A document is excluded with a reason."), _("Write it in a few words: the sheet keeps it.")
            )
        return dispositions.exclude(document_ids, text, self._office.owner, datetime.now(UTC))

    def take_back(self, document_ids: Sequence[int]) -> int:
        """Neither posted nor excluded after all; of how many something was decided."""
        return dispositions.take_back(document_ids, self._office.owner, datetime.now(UTC))


def _write(out: Path, content: bytes) -> None:
    from tuimail.documents.storage import as_document_error, replace_file

    with as_document_error(out.parent):
        if out.is_dir():
            raise BadInput(_("{path} is a folder.").format(path=out), _("Name a file."))
        replace_file(out, content)
