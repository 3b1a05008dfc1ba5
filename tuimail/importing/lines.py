"""One row of a file of invoices: what it says of its invoice, and the line it adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tuimail.domain.i18n import _
from tuimail.domain.models import DocumentKind, DocumentLine
from tuimail.domain.money import SCALE
from tuimail.domain.periods import Period
from tuimail.domain.text import fold
from tuimail.importing import cells
from tuimail.importing.fields import Field
from tuimail.importing.people import name_key, says_total
from tuimail.importing.refusals import RowReader
from tuimail.importing.source import Row

Key = tuple[str, DocumentKind, str, int]
"""What lines of one invoice share: folded structure, kind, number, year of the period or of the date (0: neither)."""

_PRODUCT = SCALE * SCALE // 100
"""Quantity times unit price, both in 1/10,000, to cents."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """What one row says. Empty texts and None are what it says nothing about."""

    row: Row
    structure: str | None
    """None: the file has no such column."""
    kind: DocumentKind
    number: str
    code: str
    name: str
    period: Period | None
    issued_on: date | None
    due_on: date | None
    line: DocumentLine

    @property
    def key(self) -> Key:
        """What it shares with the other lines of its invoice."""
        year = self.period.year if self.period else self.issued_on.year if self.issued_on else 0
        return fold(self.structure or ""), self.kind, self.number, year

    @property
    def person(self) -> tuple[Any, ...]:
        """Who it is about, as far as this row says."""
        return (self.code,) if self.code else name_key(self.name)


def read_line(reader: RowReader) -> LineRow:
    """What a row says; what is wrong with it stands in `reader.problems`."""
    structure = reader.field(Field.STRUCTURE, cells.text, "") if reader.has((Field.STRUCTURE, 0)) else None
    if structure == "" and reader.cell((Field.STRUCTURE, 0)) == "":
        reader.refuse(_("the structure is missing"), (Field.STRUCTURE, 0))
    number = reader.field(Field.NUMBER, cells.number, "")
    if reader.cell((Field.NUMBER, 0)) == "":
        reader.refuse(_("the invoice number is missing"), (Field.NUMBER, 0))
    name = reader.field(Field.NAME, cells.text, "")
    if first_name := reader.field(Field.FIRST_NAME, cells.text, ""):
        name = f"{name} {first_name}".strip()
    return LineRow(
        row=reader.row,
        structure=structure,
        kind=reader.field(Field.KIND, cells.kind, DocumentKind.INVOICE),
        number=number,
        code=reader.field(Field.CODE, cells.number, ""),
        name=name,
        period=reader.field(Field.PERIOD, cells.period, None),
        issued_on=reader.field(Field.ISSUED_ON, cells.day, None),
        due_on=reader.field(Field.DUE_ON, cells.day, None),
        line=_line(reader, number),
    )


def _line(reader: RowReader, number: str) -> DocumentLine:
    heading = reader.field(Field.HEADING, cells.text, "")
    quantity = reader.field(Field.QUANTITY, cells.scaled, None)
    price = reader.field(Field.UNIT_PRICE, cells.scaled, None)
    amount = reader.field(Field.AMOUNT, cells.cents, None)
    if amount is None and reader.cell((Field.AMOUNT, 0)) == "":
        if quantity is None or price is None:
            reader.refuse(_("the amount is missing"), (Field.AMOUNT, 0))
        else:
            amount = _divided(quantity * price, _PRODUCT)
    quantity, price = _completed(quantity, price, amount or 0)
    return DocumentLine(
        heading=heading,
        # Invoices are read by French families whatever the operator's language.
        label=reader.field(Field.LABEL, cells.text, "") or heading or f"Facture {number}",
        quantity=quantity,
        unit_price=price,
        amount=amount or 0,
        vat_bp=reader.field(Field.VAT, cells.rate, 0),
    )


def _completed(quantity: int | None, price: int | None, amount: int) -> tuple[int, int]:
    """Quantity and unit price where one or both are not said; `amount` in cents."""
    if quantity is not None and price is not None:
        return quantity, price
    if quantity:
        return quantity, _divided(amount * _PRODUCT, quantity)
    if price and agrees(found := _divided(amount * _PRODUCT, price), price, amount):
        return found, price
    return SCALE, amount * SCALE // 100


def agrees(quantity: int, price: int, amount: int) -> bool:
    """Whether an amount is quantity times unit price, to a cent."""
    return abs(_divided(quantity * price, _PRODUCT) - amount) <= 1


def _divided(value: int, by: int) -> int:
    """`value / by` to the nearest integer, half away from zero."""
    quotient = (2 * abs(value) + abs(by)) // (2 * abs(by))
    return quotient if (value < 0) == (by < 0) else -quotient


def is_total_row(reader: RowReader) -> bool:
    """Whether a row adds up other invoices: no number or resident of its own and it says “Total”, or sums alone."""
    number, code, name = (reader.cell((field, 0)) for field in (Field.NUMBER, Field.CODE, Field.NAME))
    if number == "" or says_total(str(number)) or (code == "" and says_total(str(name))):
        if any(isinstance(cell, str) and says_total(cell) for cell in reader.row.cells):
            return True
        details = (Field.NUMBER, Field.CODE, Field.NAME, Field.LABEL, Field.HEADING, Field.UNIT_PRICE, Field.ISSUED_ON)
        return all(reader.cell((field, 0)) == "" for field in details) and reader.cell((Field.AMOUNT, 0)) != ""
    return False


def sums_up(above: list[LineRow], line: DocumentLine) -> bool:
    """Whether a line of an invoice says “Total” and is the sum of those above it, or of those under its heading."""
    if not above or not (says_total(line.label) or says_total(line.heading)):
        return False
    sums = {sum(said.line.amount for said in above)}
    sums.add(sum(said.line.amount for said in above if said.line.heading == line.heading))
    return line.amount in sums
