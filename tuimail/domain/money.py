"""Amounts: integer cents inside, French or English figures outside. Quantities and unit prices keep four decimals."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from tuimail.domain.i18n import language

SCALE = 10_000
"""Quantities and unit prices are integers of 1/10,000."""

MAX_CENTS = 10**12
_SPACES = re.compile(r"[\s']+")
"""`\\s` holds the no-break and thin spaces too."""
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")
_GROUPED = re.compile(r"([0-9]{1,3}(?:([ .,])[0-9]{3})(?:\2[0-9]{3})*)((?!\2)[.,][0-9]*)?")
"""Thousands in groups of three, all parted by the same mark, and a decimal mark that is another one."""


def parse_decimal(text: str) -> Decimal:
    """A number as a person or an export writes it: `2 008,80`, `1.234,56`, `1,234.56`, `-12`, `(12,00)`, `64,80 €`.

    A single comma or point is the decimal mark. Raises ValueError for anything else (a date is not an amount), or for
    an amount beyond any invoice.
    """
    bare = _SPACES.sub(" ", text.replace("€", " ").replace("EUR", " ").replace("\u2212", "-")).strip()
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1].strip()
    elif bare[:1] in ("-", "+"):
        negative, bare = bare[0] == "-", bare[1:].strip()
    elif bare.endswith("-"):
        negative, bare = True, bare[:-1].strip()
    if not _PLAIN.fullmatch(bare):
        grouped = _GROUPED.fullmatch(bare)
        if not grouped:
            raise ValueError(text)
        whole, mark, decimals = grouped.groups()
        bare = whole.replace(mark, "") + (decimals or "")
    value = Decimal(bare.replace(",", "."))
    if value * 100 > MAX_CENTS:
        raise ValueError(text)
    return -value if negative else value


def to_cents(value: Decimal) -> int:
    """Euros to cents, half up."""
    return int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))


def to_scaled(value: Decimal) -> int:
    """A quantity or unit price to integer 1/10,000, half up."""
    return int((value * SCALE).quantize(Decimal(1), ROUND_HALF_UP))


def vat(net_cents: int, rate_bp: int) -> int:
    """The tax on `net_cents` at `rate_bp` (basis points: 550 is 5.5 %), in cents, half up."""
    return int((Decimal(net_cents) * rate_bp / 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def format_cents(cents: int, currency: bool = False, lang: str | None = None) -> str:
    """`91 204,16` in French, `91,204.16` in English, with no-break spaces; `currency` adds the euro sign."""
    return _format(Decimal(cents) / 100, 2, lang) + ("\u00a0€" if currency else "")


def format_scaled(value: int, least_decimals: int = 0, lang: str | None = None) -> str:
    """A quantity or unit price with as many decimals as it needs, `least_decimals` at least."""
    decimals = next(n for n in range(least_decimals, 5) if value % 10 ** (4 - n) == 0)
    return _format(Decimal(value) / SCALE, decimals, lang)


def format_rate(rate_bp: int, lang: str | None = None) -> str:
    """`5,5 %` for 550 basis points."""
    return format_scaled(rate_bp * (SCALE // 100), lang=lang) + "\u00a0%"


def _format(value: Decimal, decimals: int, lang: str | None) -> str:
    text = f"{value:,.{decimals}f}"
    if (lang or language()) == "fr":
        text = text.translate({ord(","): "\u00a0", ord("."): ","})
    return text
