"""How a file writes days and amounts: found by looking at its cells, or said by the operator."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tuimail.domain.imports import Dates, Decimals
from tuimail.importing.fields import Field
from tuimail.importing.source import Cell

DATE_FIELDS = frozenset(
    (
        Field.BIRTH_DATE,
        Field.WIDOWHOOD_DATE,
        Field.ENTRY_DATE,
        Field.DEPARTURE_DATE,
        Field.CONSENT_DATE,
        Field.ISSUED_ON,
        Field.DUE_ON,
        Field.PERIOD,
    )
)
NUMBER_FIELDS = frozenset((Field.QUANTITY, Field.UNIT_PRICE, Field.AMOUNT, Field.VAT))

_DAY = re.compile(r"\s*(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(.*)", re.DOTALL)
_THOUSANDS = {
    Decimals.COMMA: re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))"),
    Decimals.POINT: re.compile(r"(?<=\d),(?=\d{3}(?!\d))"),
}
_THREE_DECIMALS = re.compile(r"([.,]\d{3})(?!\d)")


@dataclass(frozen=True, slots=True)
class Formats:
    """How one file writes days and amounts."""

    dates: Dates = Dates.DAY_FIRST
    decimals: Decimals = Decimals.EITHER

    def preparation(self, field: Field) -> Callable[[str], str] | None:
        """What makes a text of that column one that `cells` reads; None if it reads it as it is."""
        if field in DATE_FIELDS and self.dates is Dates.MONTH_FIRST:
            return _day_first
        if field in NUMBER_FIELDS and self.decimals is not Decimals.EITHER:
            return _comma if self.decimals is Decimals.COMMA else _point
        return None


def _day_first(text: str) -> str:
    match = _DAY.fullmatch(text)
    return f"{match[3]}{match[2]}{match[1]}{match[2]}{match[4]}{match[5]}" if match else text


def _comma(text: str) -> str:
    # A fourth decimal says that the mark before three figures parts no thousands.
    return _THREE_DECIMALS.sub(r"\g<1>0", _THOUSANDS[Decimals.COMMA].sub("", text))


def _point(text: str) -> str:
    return _THREE_DECIMALS.sub(r"\g<1>0", _THOUSANDS[Decimals.POINT].sub("", text))


def find_dates(cells: Iterable[Cell]) -> Dates:
    """The order of day and month in these cells; the day first where none of them tells."""
    first = second = 0
    for cell in cells:
        if isinstance(cell, str) and (match := _DAY.fullmatch(cell)):
            first, second = max(first, int(match[1])), max(second, int(match[3]))
    return Dates.MONTH_FIRST if second > 12 >= first else Dates.DAY_FIRST
