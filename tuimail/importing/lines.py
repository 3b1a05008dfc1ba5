"""Rows of a file of invoices: what each says of its invoice, and the line it adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from tuimail.domain.billing import DocumentKind, DocumentLine
from tuimail.domain.i18n import _
from tuimail.domain.money import SCALE
from tuimail.domain.periods import Period
from tuimail.importing import cells
from tuimail.importing.cells import folded
from tuimail.importing.fields import Field
from tuimail.importing.mapping import Table
from tuimail.importing.people import name_key, says_total
from tuimail.importing.refusals import RowReader
from tuimail.importing.source import Cell, Row

T = TypeVar("T")
D = TypeVar("D")

Key = tuple[str, str, str, int]
"""What lines of one invoice share: folded structure, kind, number, year of the period or of the date (0: neither)."""

_PRODUCT = SCALE * SCALE // 100
"""Quantity times unit price, both in 1/10,000, to cents."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a line says of its invoice. Empty texts and None are what it says nothing about."""

    structure: str | None
    """None: the file has no such column."""
    kind: DocumentKind
    number: str
    code: str
    name: str
    period: Period | None
    issued_on: date | None
    due_on: date | None
    file: str

    @property
    def key(self) -> Key:
        """What it shares with the other lines of its invoice."""
        year = self.period.year if self.period else self.issued_on.year if self.issued_on else 0
        return folded(self.structure or ""), self.kind.value, self.number, year

    @property
    def person(self) -> tuple[Any, ...]:
        """Who it is about, as far as it says."""
        return (self.code,) if self.code else name_key(self.name)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One row: the line it adds to an invoice, and what it says of that."""

    row: Row
    head: Head
    line: DocumentLine


_HEAD = (
    Field.STRUCTURE,
    Field.KIND,
    Field.NUMBER,
    Field.CODE,
    Field.NAME,
    Field.FIRST_NAME,
    Field.PERIOD,
    Field.ISSUED_ON,
    Field.DUE_ON,
    Field.FILE,
)


class LineReader:
    """Reads the rows of a table of invoices, one after the other."""

    def __init__(self, table: Table) -> None:
        self.rows = RowReader(table)
        self.has_structure = self.rows.has((Field.STRUCTURE, 0))
        self.has_amount = self.rows.has((Field.AMOUNT, 0))
        self._head_columns = [table.columns[f, 0] for f in _HEAD if (f, 0) in table.columns]
        self._widest = max(self._head_columns)
        self._last: tuple[tuple[Cell, ...], Head] | None = None

        def getter(field: Field, parse: Callable[[Cell], T], default: D) -> Callable[[], T | D]:
            return self.rows.getter((field, 0), parse, default)

        self._structure = getter(Field.STRUCTURE, cells.text, "")
        self._number = getter(Field.NUMBER, cells.number, "")
        self._code = getter(Field.CODE, cells.number, "")
        self._name = getter(Field.NAME, cells.text, "")
        self._first_name = getter(Field.FIRST_NAME, cells.text, "")
        self._kind = getter(Field.KIND, cells.kind, DocumentKind.INVOICE)
        self._period = getter(Field.PERIOD, cells.period, None)
        self._issued_on = getter(Field.ISSUED_ON, cells.day, None)
        self._due_on = getter(Field.DUE_ON, cells.day, None)
        self._file = getter(Field.FILE, cells.text, "")
        self._heading = getter(Field.HEADING, cells.text, "")
        self._label = getter(Field.LABEL, cells.text, "")
        self._quantity = getter(Field.QUANTITY, cells.scaled, None)
        self._price = getter(Field.UNIT_PRICE, cells.scaled, None)
        self._amount = getter(Field.AMOUNT, cells.cents, None)
        self._vat = getter(Field.VAT, cells.rate, 0)
        self._raw_number = getter(Field.NUMBER, cells.shown, "")
        self._raw_code = getter(Field.CODE, cells.shown, "")
        self._raw_name = getter(Field.NAME, cells.shown, "")

    def read(self, row: Row) -> LineRow | None:
        """What a row says, or None if it only adds up others; what is wrong with it stands in `rows.problems`."""
        self.rows.load(row)
        # The lines of an invoice mostly stand together and say the same of it: it is read once, and kept once.
        told = tuple(row.cells[column] for column in self._head_columns) if len(row.cells) > self._widest else None
        head = self._last[1] if told is not None and self._last and self._last[0] == told else None
        if head is None:
            if self._is_total():
                return None
            head = self._head()
            self._last = (told, head) if told is not None and head.number and not self.rows.problems else None
        return LineRow(row, head, self._line(head.number))

    def _head(self) -> Head:
        structure = self._structure() if self.has_structure else None
        if structure == "":
            self.rows.require((Field.STRUCTURE, 0), _("the structure is missing"))
        number = self._number()
        if not number:
            self.rows.require((Field.NUMBER, 0), _("the invoice number is missing"))
        name = self._name()
        if first_name := self._first_name():
            name = f"{name} {first_name}".strip()
        return Head(
            structure=structure,
            kind=self._kind(),
            number=number,
            code=self._code(),
            name=name,
            period=self._period(),
            issued_on=self._issued_on(),
            due_on=self._due_on(),
            file=self._file(),
        )

    def _line(self, number: str) -> DocumentLine:
        heading = self._heading()
        quantity, price, amount = self._quantity(), self._price(), self._amount()
        if amount is None and quantity is not None and price is not None and not self.has_amount:
            amount = _divided(quantity * price, _PRODUCT)
        if amount is None:
            self.rows.require((Field.AMOUNT, 0), _("the amount is missing"))
        quantity, price = _completed(quantity, price, amount or 0)
        return DocumentLine(
            heading=heading,
            # Invoices are read by French families whatever the operator's language.
            label=self._label() or heading or f"Facture {number}",
            quantity=quantity,
            unit_price=price,
            amount=amount or 0,
            vat_bp=self._vat(),
        )

    def _is_total(self) -> bool:
        """Whether the row adds up other invoices: no number or resident of its own and “Total”, or sums alone."""
        number = self._raw_number()
        if number and not says_total(number) and (self._raw_code() or not says_total(self._raw_name())):
            return False
        if any(isinstance(cell, str) and says_total(cell) for cell in self.rows.row.cells):
            return True
        details = (Field.NUMBER, Field.CODE, Field.NAME, Field.LABEL, Field.HEADING, Field.UNIT_PRICE, Field.ISSUED_ON)
        return all(self.rows.is_empty((f, 0)) for f in details) and not self.rows.is_empty((Field.AMOUNT, 0))


def _completed(quantity: int | None, price: int | None, amount: int) -> tuple[int, int]:
    """Quantity and unit price where one or both are not said; `amount` in cents."""
    if quantity is not None and price is not None:
        return quantity, price
    if quantity:
        return quantity, _divided(amount * _PRODUCT, quantity)
    if price and agrees(found := _divided(amount * _PRODUCT, price), price, amount) and found % (SCALE // 100) == 0:
        return found, price
    return SCALE, amount * SCALE // 100


def agrees(quantity: int, price: int, amount: int) -> bool:
    """Whether an amount is quantity times unit price, to a cent."""
    return abs(_divided(quantity * price, _PRODUCT) - amount) <= 1


def _divided(value: int, by: int) -> int:
    """`value / by` to the nearest integer, half away from zero."""
    quotient = (2 * abs(value) + abs(by)) // (2 * abs(by))
    return quotient if (value < 0) == (by < 0) else -quotient


def sums_up(above: list[LineRow], line: DocumentLine) -> bool:
    """Whether a line of an invoice says “Total” and is the sum of those above it, or of those under its heading."""
    if not above or not (says_total(line.label) or says_total(line.heading)):
        return False
    sums = {sum(said.line.amount for said in above)}
    sums.add(sum(said.line.amount for said in above if said.line.heading == line.heading))
    return line.amount in sums
