"""The end of a month: the sheet as files, letters still to be posted in the post's order, and what is decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import BadInput, DocumentError
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.month_end import Entry, MonthEnd
from tuimail.domain.periods import Period, format_day, format_moment
from tuimail.domain.personal import harmless
from tuimail.domain.words import role_word
from tuimail.store import brought, dispositions, documents, month_end

if TYPE_CHECKING:
    from tuimail.documents.addressee import Envelope
    from tuimail.documents.printable import Printable
    from tuimail.office import Office

_SHORTEST_REASON = 3
"""Letters of a reason that can be understood a year later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A document with the envelope it goes into."""

    entry: Entry
    envelope: Envelope


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
        if not elsewhere and not documents.last_sent(ids):
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

    def mark_posted(self, document_ids: Sequence[int], day: date) -> int:
        """An operator has posted them on that day; how many were not known to be. Raises BadInput for a day to come."""
        self.check_day(day)
        return dispositions.mark_posted(document_ids, day, self._office.owner, datetime.now(UTC))

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

    if out.is_dir():
        raise BadInput(_("{path} is a folder.").format(path=out), _("Name a file."))
    with as_document_error(out.parent):
        replace_file(out, content)


def _csv(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """For a French spreadsheet: UTF-8 with its mark, semicolons; what is no figure is no formula either."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _figure(cents: int) -> str:
    """`-1234,56`: a number for a spreadsheet, without the spaces that make it a text."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def sheet_csv(sheet: MonthEnd) -> bytes:
    """One table: the first column tells the lines of outcomes, of their total, of what differs, documents and sends."""
    period = str(sheet.period)
    titles = [
        pgettext("csv", "Line"),
        pgettext("csv", "Period"),
        pgettext("csv", "Home"),
        pgettext("csv", "No."),
        pgettext("csv", "Resident"),
        pgettext("csv", "Outcome"),
        pgettext("csv", "Documents"),
        pgettext("csv", "Net amount"),
        pgettext("csv", "VAT"),
        pgettext("csv", "With tax"),
        pgettext("csv", "Addresses reached"),
        pgettext("csv", "Addresses"),
        pgettext("csv", "Date"),
        pgettext("csv", "Operator"),
        pgettext("csv", "Detail"),
    ]

    def row(kind: str, **values: str) -> list[str]:
        names = ("home", "number", "resident", "outcome", "documents", "net", "vat", "gross", "reached", "addresses")
        return [kind, period, *(values.get(name, "") for name in (*names, "date", "operator", "detail"))]

    rows = []
    for outcome, total in sheet.outcomes():
        rows.append(
            row(
                pgettext("csv", "outcome"),
                home=harmless(sheet.structure),
                outcome=outcome.words(total.documents),
                documents=str(total.documents),
                net=_figure(total.net),
                vat=_figure(total.vat),
                gross=_figure(total.gross),
            )
        )
    total = sheet.total()
    rows.append(
        row(
            pgettext("csv", "total"),
            home=harmless(sheet.structure),
            documents=str(total.documents),
            net=_figure(total.net),
            vat=_figure(total.vat),
            gross=_figure(total.gross),
            date=format_moment(sheet.made_at, year=True),
            operator=harmless(sheet.operator),
            detail=sheet.equation(),
        )
    )
    rows += [row(pgettext("csv", "difference"), detail=harmless(sentence)) for sentence in sheet.discrepancies()]
    rows += [
        row(
            pgettext("csv", "document"),
            home=harmless(entry.structure),
            number=harmless(entry.number),
            resident=harmless(entry.resident),
            outcome=entry.outcome.label,
            documents="1",
            net=_figure(entry.net),
            vat=_figure(entry.vat),
            gross=_figure(entry.gross),
            reached=str(entry.delivered),
            addresses=str(entry.addresses),
            date=_when(entry),
            operator=harmless(entry.decided.operator) if entry.decided else "",
            detail=harmless(entry.reason),
        )
        for entry in sheet.entries
    ]
    rows += [
        row(
            pgettext("csv", "send"),
            documents=str(send.documents),
            date=format_moment(send.at, year=True),
            operator=harmless(send.operator),
            detail=harmless(f"{send.label} ({_messages(send.sent, send.failed, send.uncertain)})"),
        )
        for send in sheet.sends
    ]
    return _csv(titles, rows)


def _messages(sent: int, failed: int, uncertain: int) -> str:
    parts = [
        ngettext("{n} sent", "{n} sent", sent),
        ngettext("{n} failed", "{n} failed", failed),
        ngettext("{n} uncertain", "{n} uncertain", uncertain),
    ]
    return ", ".join(parts)


def _when(entry: Entry) -> str:
    if entry.at is not None:
        return format_moment(entry.at, year=True)
    return format_day(entry.decided.on) if entry.decided else ""


_LINES = 6
"""Lines of an address before the postcode, as the postal standard has them."""


def addresses_csv(letters: Sequence[Letter]) -> bytes:
    """The letters' addresses in their order, for labels or for the post's own list."""
    titles = [
        pgettext("csv", "Order"),
        pgettext("csv", "Postcode"),
        pgettext("csv", "City"),
        *(pgettext("csv", "Line {n}").format(n=n) for n in range(1, _LINES + 1)),
        pgettext("csv", "Role"),
        pgettext("csv", "No."),
        pgettext("csv", "Resident"),
        pgettext("csv", "Home"),
        pgettext("csv", "With tax"),
        pgettext("csv", "Why on paper"),
    ]
    rows = []
    for place, letter in enumerate(letters, 1):
        entry, envelope = letter.entry, letter.envelope
        lines = [*envelope.names, *envelope.address.lines]
        # What would not fit stands in the last of them: an address keeps all its words.
        lines = [*lines[: _LINES - 1], ", ".join(lines[_LINES - 1 :])] if len(lines) > _LINES else lines
        lines += [""] * (_LINES - len(lines))
        texts = [envelope.address.postcode, envelope.address.city, *lines, role_word(envelope.role)]
        texts += [entry.number, entry.resident, entry.structure]
        cells = [str(place), *(harmless(text) for text in texts), _figure(entry.gross), harmless(why_on_paper(entry))]
        rows.append(cells)
    return _csv(titles, rows)


def why_on_paper(entry: Entry) -> str:
    """Why a document goes by post, in a sentence."""
    return entry.reason or (_("also on paper, as the resident's card says") if entry.printed else entry.outcome.label)
