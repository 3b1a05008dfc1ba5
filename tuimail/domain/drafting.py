"""Making documents: totals from lines, the next number, a credit note from an invoice, a month from the one before."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.money import MAX_CENTS, SCALE, vat
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure
from tuimail.domain.text import clean, has_control

FIRST = {
    DocumentKind.INVOICE: "001",
    DocumentKind.CREDIT_NOTE: "AV001",
    DocumentKind.QUOTE: "DV001",
    DocumentKind.ORDER: "BC001",
    DocumentKind.DELIVERY_NOTE: "BL001",
    DocumentKind.DISBURSEMENTS: "RD001",
}
"""The first number of a numbering, where nothing was numbered yet."""
JOINED = (DocumentKind.CREDIT_NOTE, DocumentKind.DISBURSEMENTS)
"""Kinds that belong to an invoice."""
MOST_LINES = 5_000
LONGEST_PREFIX = 20
_FIGURES = re.compile(r"[0-9]{1,15}")
_END = re.compile(r"(\d+)(\D*)$")


def amount(quantity: int, unit_price: int) -> int:
    """Cents without tax of a line; quantity and price are 1/10,000. Half up."""
    return int((Decimal(quantity) * unit_price * 100 / SCALE / SCALE).quantize(Decimal(1), ROUND_HALF_UP))


def line(heading: str, label: str, quantity: int, unit_price: int, vat_bp: int) -> DocumentLine:
    """A line with its amount; raises BadInput for a text or figures that no page can show."""
    heading, label = clean(heading), clean(label)
    if not label:
        raise BadInput(_("A line needs a label."), _("Write what it is for."))
    if has_control(heading) or has_control(label):
        raise BadInput(_("A line's text holds a control character."), _("Type it again."))
    if not 0 <= vat_bp <= 10_000:
        raise BadInput(_("The VAT rate lies between 0 and 100 %."), _("Write it as 5,5."))
    cents = amount(quantity, unit_price)
    if abs(cents) > MAX_CENTS:
        raise BadInput(_("That amount is beyond any invoice."), _("Check the quantity and the price."))
    return DocumentLine(heading, label, quantity, unit_price, cents, vat_bp)


def with_lines(document: Document, lines: Sequence[DocumentLine]) -> Document:
    """The document with these lines and the totals they come to: tax by rate, half up. Raises BadInput for none."""
    if not lines:
        raise BadInput(_("A document needs at least one line."), _("Add one first."))
    if len(lines) > MOST_LINES:
        raise BadInput(_("A document holds at most {n} lines.").format(n=MOST_LINES), _("Make two of it."))
    bases: dict[int, int] = {}
    for each in lines:
        bases[each.vat_bp] = bases.get(each.vat_bp, 0) + each.amount
    net, tax = sum(bases.values()), sum(vat(base, rate) for rate, base in bases.items())
    return replace(document, lines=tuple(lines), heading=lines[0].heading, net=net, vat=tax, gross=net + tax)


def checked(document: Document) -> Document:
    """The document as it may be kept; raises BadInput if totals, dates or what it is joined to do not fit."""
    again = with_lines(document, document.lines)
    if document.due_on is not None and document.due_on < document.issued_on:
        raise BadInput(_("It would be due before it is issued."), _("Change one of the two dates."))
    if document.kind in JOINED and document.related_id is None:
        raise BadInput(_("It belongs to an invoice, and none is named."), _("Make it from that invoice's card."))
    if document.kind is DocumentKind.CREDIT_NOTE and again.gross > 0:
        raise BadInput(
            _("A credit note takes money back: its total must not be above zero."), _("Write quantities with a minus.")
        )
    return again


def next_number(numbers: Iterable[str], kind: DocumentKind) -> str:
    """The number after those of a numbering, oldest first: that of the last one shaped like the newest, plus one.

    `020` after `019`, `FA-2026-100` after `FA-2026-099`; the first of its kind if there is none.
    """
    known = list(numbers)
    last = next((number for number in reversed(known) if _END.search(number)), None)
    if last is None:
        return FIRST[kind]
    start, end = _shape(last)
    highest = max(int(m[1]) for n in known if _shape(n) == (start, end) and (m := _END.search(n)))
    width = max(len(m[1]) for n in known if _shape(n) == (start, end) and (m := _END.search(n)))
    return f"{start}{highest + 1:0{width}d}{end}"


def numbered(numbers: Iterable[str], prefix: str, start: int) -> tuple[str, int]:
    """The number of a numbering whose `prefix` is codified, and the figure after it.

    The first free one from `start` on; 0: after the highest with that prefix. At least three figures, or as many as
    those there are have.
    """
    used = {}
    for number in numbers:
        figures = number.removeprefix(prefix) if number.startswith(prefix) else ""
        if _FIGURES.fullmatch(figures):
            used[int(figures)] = len(figures)
    at = start or max(used, default=0) + 1
    while at in used:
        at += 1
    return f"{prefix}{at:0{max(used.values(), default=3)}d}", at + 1


def checked_prefix(text: str) -> str:
    """What stands before the figures of an invoice's number; raises BadInput."""
    prefix = clean(text)
    if has_control(prefix) or len(prefix) > LONGEST_PREFIX:
        raise BadInput(
            _("That prefix is too long, or cannot be printed."),
            _("Write {n} characters at most, such as F- or 2026-.").format(n=LONGEST_PREFIX),
        )
    return prefix


def _shape(number: str) -> tuple[str, str]:
    found = _END.search(number)
    return (number[: found.start()], found[2]) if found else (number, "")


def new_document(
    kind: DocumentKind,
    resident: Resident,
    structure: Structure,
    period: Period,
    issued_on: date,
    related: int | None = None,
) -> Document:
    """A document without lines or number of that resident; due as the structure says, if money is asked for."""
    asks = kind in (DocumentKind.INVOICE, DocumentKind.DISBURSEMENTS)
    return Document(
        structure_id=structure.id,
        resident_id=resident.id,
        kind=kind,
        number="",
        period=period,
        issued_on=issued_on,
        due_on=structure.due_on(issued_on) if asks else None,
        heading="",
        net=0,
        vat=0,
        gross=0,
        related_id=related,
    )


def credit_note(invoice: Document, issued_on: date) -> Document:
    """The credit note that takes back all of an invoice: the same lines with quantities negated, without a number."""
    if invoice.kind is not DocumentKind.INVOICE:
        raise BadInput(_("A credit note corrects an invoice."), _("Choose the invoice first."))
    back = [replace(each, quantity=-each.quantity, amount=-each.amount) for each in invoice.lines]
    note = replace(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        number="",
        issued_on=issued_on,
        due_on=None,
        paid=0,
        related_id=invoice.id,
        id=0,
    )
    return with_lines(note, back)


def left_to_credit(invoice: Document, notes: Iterable[Document]) -> int:
    """Cents with tax of an invoice that these credit notes of it have not taken back; 0 at least."""
    return max(0, invoice.gross + sum(note.gross for note in notes))


# The month's invoices


@dataclass(frozen=True, slots=True)
class Recurring:
    """A line that comes back each month. `quantity` is 1/10,000; of one by the day, the days present take its place."""

    line: DocumentLine
    per_day: bool


class Mark(StrEnum):
    """How a line of the proposal differs from last month's invoice."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line as it was and as it is proposed; one of them may be missing."""

    mark: Mark
    before: DocumentLine | None
    after: DocumentLine | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A resident's invoice of the month, before it is made. `document.id` is 0 and its number empty."""

    resident: Resident
    document: Document
    before: Document | None
    """Last month's invoice."""
    days: int
    """Present in the month."""

    @property
    def makes_invoice(self) -> bool:
        """Whether there is anything to bill; of somebody who was said to be absent all month there is not."""
        return bool(self.document.lines)

    @property
    def differences(self) -> tuple[LineDifference, ...]:
        """Against last month's invoice, line by line, in the order of the proposal; what is gone comes last."""
        old = list(self.before.lines) if self.before else []
        found = []
        for after in self.document.lines:
            same = next((b for b in old if (b.heading, b.label) == (after.heading, after.label)), None)
            if same is None:
                found.append(LineDifference(Mark.NEW, None, after))
            else:
                old.remove(same)
                found.append(LineDifference(Mark.SAME if same == after else Mark.CHANGED, same, after))
        return (*found, *(LineDifference(Mark.GONE, before, None) for before in old))

    @property
    def difference(self) -> int:
        """Cents without tax more than last month; all of it where there was no invoice."""
        return self.document.net - (self.before.net if self.before else 0)


def days_present(resident: Resident, period: Period) -> int:
    """Days of the month from entry to departure, both included; absences are not known here."""
    first = date(period.year, period.month, 1)
    last = date(period.year, period.month, calendar.monthrange(period.year, period.month)[1])
    start = max(first, resident.entry_date or first)
    end = min(last, resident.departure_date or last)
    return max(0, (end - start).days + 1)


def recurring_from(invoice: Document, resident: Resident, earlier: Document | None = None) -> tuple[Recurring, ...]:
    """The lines of an invoice that come back: those by the day, and those that the invoice before it had as well.

    By the day are lines for as many units as the resident was present, or the month has, days.
    """
    days = {days_present(resident, invoice.period), calendar.monthrange(invoice.period.year, invoice.period.month)[1]}
    twice = {(each.heading, each.label) for each in earlier.lines} if earlier else set()
    found = []
    for each in invoice.lines:
        per_day = abs(each.quantity) in {SCALE * n for n in days if n > 1}
        if per_day or (each.heading, each.label) in twice:
            found.append(Recurring(each, per_day))
    return tuple(found)


def propose(
    resident: Resident,
    structure: Structure,
    period: Period,
    issued_on: date,
    recurring: Sequence[Recurring],
    before: Document | None,
    days: int | None = None,
) -> Proposal | None:
    """The resident's invoice of the month from lines that come back; None where nothing is to be billed.

    `days`: what somebody says instead of entry and departure; of 0 a proposal without lines stays, to be corrected.
    """
    present = days_present(resident, period) if days is None else days
    lines = []
    for each in recurring:
        sign = -1 if each.line.quantity < 0 else 1
        quantity = sign * present * SCALE if each.per_day else each.line.quantity
        if quantity and (present or not each.per_day):
            lines.append(replace(each.line, quantity=quantity, amount=amount(quantity, each.line.unit_price)))
    bare = new_document(DocumentKind.INVOICE, resident, structure, period, issued_on)
    if lines and present:
        return Proposal(resident, with_lines(bare, lines), before, present)
    return Proposal(resident, bare, before, 0) if days == 0 and recurring else None
