"""The month-end sheet and the addresses of the letters as tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuimail.domain.csv_text import Figure, csv_table
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.month_end import Entry, MonthEnd
from tuimail.domain.periods import format_day, format_moment
from tuimail.domain.words import role_word

if TYPE_CHECKING:
    from tuimail.documents.addressee import Envelope


@dataclass(frozen=True, slots=True)
class Letter:
    """A document with the envelope it goes into."""

    entry: Entry
    envelope: Envelope


def _figure(cents: int) -> Figure:
    """`-1234,56`: a number for a spreadsheet, without the spaces that make it a text."""
    sign = "-" if cents < 0 else ""
    return Figure(f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}")


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
                home=sheet.structure,
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
            home=sheet.structure,
            documents=str(total.documents),
            net=_figure(total.net),
            vat=_figure(total.vat),
            gross=_figure(total.gross),
            date=format_moment(sheet.made_at, year=True),
            operator=sheet.operator,
            detail=sheet.equation(),
        )
    )
    rows += [row(pgettext("csv", "difference"), detail=sentence) for sentence in sheet.discrepancies()]
    rows += [
        row(
            pgettext("csv", "document"),
            home=entry.structure,
            number=entry.number,
            resident=entry.resident,
            outcome=entry.outcome.label,
            documents="1",
            net=_figure(entry.net),
            vat=_figure(entry.vat),
            gross=_figure(entry.gross),
            reached=str(entry.delivered),
            addresses=str(entry.addresses),
            date=_when(entry),
            operator=entry.decided.operator if entry.decided else "",
            detail=entry.reason,
        )
        for entry in sheet.entries
    ]
    rows += [
        row(
            pgettext("csv", "send"),
            documents=str(send.documents),
            date=format_moment(send.at, year=True),
            operator=send.operator,
            detail=f"{send.label} ({_messages(send.sent, send.failed, send.uncertain)})",
        )
        for send in sheet.sends
    ]
    return b"".join(csv_table(titles, rows))


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
        rows.append([str(place), *texts, _figure(entry.gross), why_on_paper(entry)])
    return b"".join(csv_table(titles, rows))


def why_on_paper(entry: Entry) -> str:
    """Why a document goes by post, in a sentence."""
    return entry.reason or (_("also on paper, as the resident's card says") if entry.printed else entry.outcome.label)
