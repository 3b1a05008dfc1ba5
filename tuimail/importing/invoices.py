"""Lines gathered into invoices by their number: an invoice goes in whole or is refused whole."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuimail.domain.billing import DocumentKind, DocumentLine
from tuimail.domain.i18n import _
from tuimail.domain.money import vat
from tuimail.domain.periods import Period
from tuimail.importing.cells import folded, shown
from tuimail.importing.fields import Field
from tuimail.importing.lines import Key, LineReader, LineRow, agrees, sums_up
from tuimail.importing.mapping import Table
from tuimail.importing.people import name_key
from tuimail.importing.refusals import Problem, Refusal, problem_at
from tuimail.importing.source import Row

_SHARED = (
    ("code", Field.CODE),
    ("name", Field.NAME),
    ("period", Field.PERIOD),
    ("issued_on", Field.ISSUED_ON),
    ("due_on", Field.DUE_ON),
    ("file", Field.FILE),
)
"""What every line of an invoice may say, and must not say differently."""


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """What a file says of one invoice."""

    structure: str | None
    """None: the file has no such column."""
    kind: DocumentKind
    number: str
    code: str
    name: str
    """Code and name of the resident; one of them may be empty."""
    period: Period
    issued_on: date
    due_on: date | None
    file: str
    """Name or path of its own PDF; empty if the file names none."""
    lines: tuple[DocumentLine, ...]
    rows: tuple[Row, ...]

    @property
    def net(self) -> int:
        """Cents without tax."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """Cents of tax: each rate on the sum of its lines."""
        by_rate: dict[int, int] = defaultdict(int)
        for line in self.lines:
            by_rate[line.vat_bp] += line.amount
        return sum(vat(amount, rate) for rate, amount in by_rate.items())


@dataclass(frozen=True, slots=True)
class Invoices:
    """What a file of invoices says."""

    records: tuple[InvoiceRecord, ...]
    refused: tuple[Refusal, ...]
    refused_invoices: int
    totals: int
    """Rows that only add up others."""
    doubtful: tuple[int, ...]
    """Lines of the file whose amount is not quantity times unit price; the amount is what counts."""


def read_invoices(table: Table, period: Period | None = None) -> Invoices:
    """The invoices of a table, their lines gathered by structure, kind, number and year.

    `period` is for those the file gives none for; failing both, it is the month of the date. Without a column of dates
    an invoice is dated the last day of its period. An invoice with a refused line is refused whole.
    """
    gathering = _Gathering(table, period)
    for row in table.rows:
        gathering.take(row)
    return gathering.finish()


def refuse_whole(rows: Sequence[Row], line: int, problem: Problem) -> list[Refusal]:
    """Refuse all rows of an invoice for what is wrong on `line`, which need not be one of them."""
    other = Problem(_("its invoice is refused because of line {line}").format(line=line))
    return [Refusal(row, (problem,)) if row.line == line else Refusal(row, (other,), line) for row in rows]


class _NoInvoiceError(Exception):
    """Lines that are no invoice: the line that shows it, and why."""

    def __init__(self, line: int, problem: Problem) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem


class _Gathering:
    """The invoices of a table as its rows come by."""

    def __init__(self, table: Table, period: Period | None) -> None:
        self.table = table
        self.reader = LineReader(table)
        self.period = period
        self.groups: dict[Key, list[LineRow]] = {}
        self.above: Key | None = None
        self.refused: list[Refusal] = []
        self.bad: list[tuple[LineRow, Key | None]] = []
        """Refused rows, each with the invoice above it: an invoice that may miss one of them is refused too."""
        self.lost: set[tuple[str, str, str]] = set()
        """Invoices of which no line can be used."""
        self.totals = 0
        self.doubtful: list[int] = []

    def take(self, row: Row) -> None:
        """Gather one row, refuse it, or leave it out as a total."""
        said = self.reader.read(row)
        if said is None:
            self.totals += 1
            return
        if refusal := self.reader.rows.refusal():
            self.refused.append(refusal)
            self.bad.append((said, self.above))
            return
        self.above = key = said.head.key
        group = self.groups.setdefault(key, [])
        if sums_up(group, said.line):
            self.totals += 1
            return
        group.append(said)
        if not agrees(said.line.quantity, said.line.unit_price, said.line.amount):
            self.doubtful.append(row.line)

    def finish(self) -> Invoices:
        """The invoices that are whole; the rows of the others are refused."""
        self._settle_years()
        suspects = self._suspects()
        records: list[InvoiceRecord] = []
        refused_invoices = len(self.lost)
        for key, group in self.groups.items():
            try:
                if key in suspects:
                    raise _NoInvoiceError(suspects[key], Problem(""))
                records.append(self._record(group))
            except _NoInvoiceError as error:
                refused_invoices += 1
                self.refused += refuse_whole([said.row for said in group], error.line, error.problem)
        records, twice = self._without_clashes(records)
        refused = tuple(sorted(self.refused, key=lambda refusal: refusal.line))
        return Invoices(tuple(records), refused, refused_invoices + twice, self.totals, tuple(self.doubtful))

    def _settle_years(self) -> None:
        """Lines that tell neither period nor date belong to the one invoice of their number that does."""
        for key in [key for key in self.groups if not key[3]]:
            told = [other for other in self.groups if other[:3] == key[:3] and other[3]]
            if len(told) == 1:
                self.groups[told[0]] += self.groups.pop(key)

    def _suspects(self) -> dict[Key, int]:
        """The invoices that a refused row may belong to -> its line.

        By its number; where that is not known, by its resident; failing both, the invoice above it.
        """
        by_number: dict[str, list[Key]] = defaultdict(list)
        by_person: dict[tuple[Any, ...], set[Key]] = defaultdict(set)
        if self.bad:
            for key, group in self.groups.items():
                by_number[key[2]].append(key)
                for said in group:
                    by_person[said.head.person].add(key)
        found: dict[Key, int] = {}
        for bad, above in self.bad:
            head = bad.head
            keys: Iterable[Key] = (above,) if above else ()
            if head.number:
                keys = by_number.get(head.number, ())
            elif head.person:
                keys = by_person.get(head.person, ())
            mine = [key for key in keys if not head.structure or key[0] == folded(head.structure)]
            for key in mine:
                found.setdefault(key, bad.row.line)
            if head.number and not mine:
                self.lost.add(head.key[:3])
        return found

    def _record(self, group: list[LineRow]) -> InvoiceRecord:
        """The invoice of these lines; raises _NoInvoiceError."""
        first = group[0]
        head = first.head
        known = {name: value for name, _field in _SHARED if (value := getattr(head, name))}
        for said in group:
            if said.head is head:
                continue
            for name, field_ in _SHARED:
                value = getattr(said.head, name)
                if not value:
                    continue
                if known.setdefault(name, value) != value and not (
                    name == "name" and name_key(value) == name_key(known[name])
                ):
                    reason = _("invoice {number} begins on line {line} with “{known}”; a number is one invoice").format(
                        number=head.number, line=first.row.line, known=self._shown(known[name])
                    )
                    raise _NoInvoiceError(said.row.line, problem_at(self.table, said.row, reason, (field_, 0)))
        if not known.get("code") and not known.get("name"):
            raise self._lacks(first, _("the resident is missing"), Field.CODE)
        issued_on = known.get("issued_on")
        period = known.get("period") or self.period or (Period.of(issued_on) if issued_on else None)
        if period is None:
            raise self._lacks(first, _("the period is missing"), Field.PERIOD)
        if issued_on is None:
            if (Field.ISSUED_ON, 0) in self.table.columns:
                raise self._lacks(first, _("the date is missing"), Field.ISSUED_ON)
            issued_on = date(period.year, period.month, monthrange(period.year, period.month)[1])
        return InvoiceRecord(
            structure=head.structure,
            kind=head.kind,
            number=head.number,
            code=known.get("code", ""),
            name=known.get("name", ""),
            period=period,
            issued_on=issued_on,
            due_on=known.get("due_on"),
            file=known.get("file", ""),
            lines=tuple(said.line for said in group),
            rows=tuple(said.row for said in group),
        )

    def _shown(self, value: Any) -> str:
        return str(value) if isinstance(value, Period) else shown(value)

    def _lacks(self, first: LineRow, reason: str, field_: Field) -> _NoInvoiceError:
        return _NoInvoiceError(first.row.line, problem_at(self.table, first.row, reason, (field_, 0)))

    def _without_clashes(self, records: list[InvoiceRecord]) -> tuple[list[InvoiceRecord], int]:
        """The records without those that would have one number in one year of dates, and how many those are."""
        numbered: dict[tuple[Any, ...], list[InvoiceRecord]] = defaultdict(list)
        for record in records:
            year = record.issued_on.year
            numbered[folded(record.structure or ""), record.kind, record.number, year].append(record)
        clashing = [record for group in numbered.values() if len(group) > 1 for record in group]
        for record in clashing:
            reason = _("the number {number} stands for two invoices of {year}").format(
                number=record.number, year=record.issued_on.year
            )
            problem = problem_at(self.table, record.rows[0], reason, (Field.NUMBER, 0))
            self.refused += refuse_whole(record.rows, record.rows[0].line, problem)
        left_out = set(map(id, clashing))
        return [record for record in records if id(record) not in left_out], len(clashing)
