"""One cell to one value. What cannot be one is refused with the reason, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from tuimail.domain.addresses import normalise_address
from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import BadAddress
from tuimail.domain.i18n import _
from tuimail.domain.money import parse_decimal, to_cents, to_scaled
from tuimail.domain.periods import Period, format_day
from tuimail.domain.text import clean, fold, has_control
from tuimail.importing.source import Cell

LONGEST_TEXT = 300
HIGHEST_RATE = 30
"""Per cent; no tax on a home's invoices comes near it, so that amounts of tax are not taken for rates."""
_CACHE = 1 << 13
_EXCEL_DAY_0 = date(1899, 12, 30)
_OLDEST_COUNTED = 1980
"""A plain number is a day of a period only from this year on: small numbers are something else."""
_YES = {"o", "oui", "x", "1", "vrai", "true", "yes", "y", "v", "on"}
_NO = {"n", "non", "0", "faux", "false", "no", "f", "-", "off"}
_KINDS = {
    "facture": DocumentKind.INVOICE, "fact": DocumentKind.INVOICE, "fac": DocumentKind.INVOICE,
    "f": DocumentKind.INVOICE, "invoice": DocumentKind.INVOICE,
    "avoir": DocumentKind.CREDIT_NOTE, "av": DocumentKind.CREDIT_NOTE, "a": DocumentKind.CREDIT_NOTE,
    "credit note": DocumentKind.CREDIT_NOTE, "credit": DocumentKind.CREDIT_NOTE,
    "devis": DocumentKind.QUOTE, "quote": DocumentKind.QUOTE,
    "commande": DocumentKind.ORDER, "bon de commande": DocumentKind.ORDER, "order": DocumentKind.ORDER,
    "bon de livraison": DocumentKind.DELIVERY_NOTE, "bl": DocumentKind.DELIVERY_NOTE,
    "delivery note": DocumentKind.DELIVERY_NOTE,
    "releve de debours": DocumentKind.DISBURSEMENTS, "disbursements": DocumentKind.DISBURSEMENTS,
} | {str(kind): kind for kind in DocumentKind}  # fmt: skip


folded = lru_cache(maxsize=_CACHE)(fold)
"""`fold`, for the few texts that a file says again and again."""


class BadCell(Exception):
    """A cell that is not what its column holds; the text is the reason, for people."""


def shown(cell: Cell) -> str:
    """A cell as a person would have typed it."""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f").replace(".", ",")
    if isinstance(cell, datetime):
        return format_day(cell) if cell.time() == datetime.min.time() else f"{format_day(cell)} {cell:%H:%M}"
    if isinstance(cell, date):
        return format_day(cell)
    return str(cell)


def visible(value: str) -> str:
    """`value` on one line of what can be printed, control characters as their codes."""
    return "".join(c if c.isprintable() or c in "\u00a0\u202f" else repr(c)[1:-1] for c in value)


@lru_cache(maxsize=_CACHE, typed=True)
def text(cell: Cell) -> str:
    """Words, a code, a number of a document: kept as typed, leading zeros too.

    Refuses line breaks, control characters and whole paragraphs.
    """
    value = shown(cell) if not isinstance(cell, str) else cell
    if match := re.fullmatch(r'\s*="(.*)"\s*', value):
        # How exports keep a spreadsheet from eating leading zeros.
        value = match[1]
    value = clean(value)
    if not value.isprintable() and has_control(value):
        raise BadCell(_("there is a line break or control character in it"))
    if len(value) > LONGEST_TEXT:
        raise BadCell(_("it is longer than {n} characters").format(n=LONGEST_TEXT))
    return value


@lru_cache(maxsize=_CACHE, typed=True)
def number(cell: Cell) -> str:
    """The number of a document: text, but never what a spreadsheet has made a date or a fraction of."""
    if isinstance(cell, bool | date | time | timedelta) or (isinstance(cell, float) and not cell.is_integer()):
        raise BadCell(_("a number was expected; the spreadsheet has made something else of it"))
    return text(cell)


@lru_cache(maxsize=_CACHE, typed=True)
def day(cell: Cell) -> date | None:
    """A day: `31/10/2026`, `31-10-26`, `2026-10-31`, `31 octobre 2026`, a spreadsheet's date; None for `00/00/0000`."""
    return _day(cell, pivot=70)


@lru_cache(maxsize=_CACHE, typed=True)
def birth_day(cell: Cell) -> date | None:
    """As `day`, but a year of two figures lies in the last century from `10` on."""
    return _day(cell, pivot=10)


@lru_cache(maxsize=_CACHE, typed=True)
def past_day(cell: Cell) -> date | None:
    """As `day`, but a year of two figures has begun already, or is the next."""
    return _day(cell, pivot=date.today().year % 100 + 2)  # noqa: DTZ011 - the operator's day


def _day(cell: Cell, pivot: int) -> date | None:
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, float | int) and not isinstance(cell, bool):
        if not 1 <= cell < 100_000:
            raise _no_date()
        found = _EXCEL_DAY_0 + timedelta(days=int(cell))
    else:
        plain = fold(text(cell))
        if plain and not plain.strip("0/-. :"):
            return None
        found = _written_day(plain, pivot)
    if not 1850 <= found.year <= 2199:
        raise BadCell(_("the year is out of the question"))
    return found


def _written_day(plain: str, pivot: int) -> date:
    plain = re.sub(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$", "", plain)
    if match := re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", plain):
        year, month, dom = int(match[1]), int(match[3]), int(match[4])
    elif match := re.fullmatch(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", plain):
        year, month, dom = int(match[4]), int(match[3]), int(match[1])
        if len(match[4]) == 2:
            year += 2000 if year < pivot else 1900
    elif (match := re.fullmatch(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})", plain)) and (
        named := _months().get(match[2])
    ):
        year, month, dom = int(match[3]), named, int(match[1])
    else:
        raise _no_date()
    try:
        return date(year, month, dom)
    except ValueError as error:
        raise BadCell(_("there is no such day")) from error


def _no_date() -> BadCell:
    return BadCell(_("a date such as 31/10/2026 was expected"))


@lru_cache(maxsize=_CACHE, typed=True)
def period(cell: Cell) -> Period:
    """A month: `2026-10`, `10/2026`, `202610`, `octobre 2026`, or any day in it."""
    if isinstance(cell, datetime | date):
        return Period.of(cell)
    plain = fold(text(cell))
    found: tuple[int, int] | None = None
    if match := re.fullmatch(r"(\d{4})(?:[-/. ](?=\d\d?$)|(?=\d\d$))(\d{1,2})", plain):
        found = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", plain):
        found = int(match[2]), int(match[1])
    elif (match := re.fullmatch(r"([a-z]+)\.?[ -/]?(\d{4})", plain)) and (named := _months().get(match[1])):
        found = int(match[2]), named
    if found and 1 <= found[1] <= 12 and 1900 <= found[0] <= 2199:
        return Period(*found)
    try:
        whole = day(cell)
    except BadCell:
        whole = None
    if whole is None or (isinstance(cell, float | int) and whole.year < _OLDEST_COUNTED):
        raise BadCell(_("a month such as 2026-10 or octobre 2026 was expected"))
    return Period.of(whole)


@cache
def _months() -> dict[str, int]:
    """Names of the months in both languages, and their beginnings of three letters or more that are no other's."""
    names: dict[str, set[int]] = {}
    for lang in ("fr", "en"):
        for month in range(1, 13):
            name = fold(Period(2000, month).label(lang)).split()[0]
            for length in range(3, len(name) + 1):
                names.setdefault(name[:length], set()).add(month)
    return {name: min(months) for name, months in names.items() if len(months) == 1}


@lru_cache(maxsize=_CACHE, typed=True)
def flag(cell: Cell) -> bool:
    """Yes or no: O/N, oui/non, x, 1/0, vrai/faux, yes/no."""
    if isinstance(cell, bool):
        return cell
    plain = fold(text(cell))
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise BadCell(_("yes or no (O or N) was expected"))


def _decimal(cell: Cell) -> Decimal:
    if isinstance(cell, bool | date | time | timedelta):
        raise _no_amount()
    try:
        if isinstance(cell, float) and abs(cell) < 1:
            # Its shortest text may have an exponent.
            return Decimal(repr(cell))
        return parse_decimal(text(cell) if isinstance(cell, str) else repr(cell))
    except ValueError as error:
        raise _no_amount() from error


def _no_amount() -> BadCell:
    return BadCell(_("an amount such as 2 008,80 was expected"))


@lru_cache(maxsize=_CACHE, typed=True)
def cents(cell: Cell) -> int:
    """An amount in cents. `1.234` is refused: it may be one euro or a thousand."""
    if isinstance(cell, str) and re.fullmatch(r"\s*[-+(]?[1-9]\d{0,2}[.,]\d{3}\)?\s*€?\s*", cell):
        raise BadCell(_("it may mean thousands or decimals: write it with two decimals"))
    return to_cents(_decimal(cell))


@lru_cache(maxsize=_CACHE, typed=True)
def scaled(cell: Cell) -> int:
    """A quantity or unit price in 1/10,000."""
    return to_scaled(_decimal(cell))


@lru_cache(maxsize=_CACHE, typed=True)
def rate(cell: Cell) -> int:
    """A tax rate in basis points: `5,50`, `5.5 %`, or a spreadsheet's percentage 0.055."""
    if isinstance(cell, str):
        percent = _decimal(text(cell).replace("%", ""))
    else:
        percent = _decimal(cell)
        if 0 < percent < Decimal("0.3"):
            percent *= 100
    basis = percent * 100
    if not 0 <= percent <= HIGHEST_RATE or basis != basis.to_integral_value():
        raise BadCell(_("a VAT rate such as 5,5 was expected"))
    return int(basis)


@lru_cache(maxsize=_CACHE, typed=True)
def kind(cell: Cell) -> DocumentKind:
    """What a document is: facture, avoir, devis…"""
    try:
        return _KINDS[fold(text(cell))]
    except KeyError as error:
        raise BadCell(_("the kind of a document is “facture” or “avoir”")) from error


@lru_cache(maxsize=_CACHE, typed=True)
def address(cell: Cell) -> str:
    """One e-mail address, as it is sent to."""
    try:
        return normalise_address(text(cell).removeprefix("mailto:"))
    except BadAddress as error:
        raise BadCell(str(error)) from error


def addresses(cell: Cell) -> tuple[str, ...]:
    """The one or several addresses that stand in one cell, each as it is sent to."""
    return tuple(address(part) for part in re.split(r"[;,|\s]+(?:/\s+)?", text(cell)) if part)
