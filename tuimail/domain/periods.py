"""The month an invoice is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, language


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar month, `2026-10` in the database and on the command line."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """`2026-10`; raises BadInput for anything else."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
        if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2199:
            raise BadInput(_("“{text}” is not a period.").format(text=text), _("Write it as YYYY-MM, such as 2026-10."))
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date | datetime) -> Period:
        """The month `day` lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def shift(self, months: int) -> Period:
        """The month `months` later (earlier if negative)."""
        ordinal = self.year * 12 + self.month - 1 + months
        return Period(ordinal // 12, ordinal % 12 + 1)

    def label(self, lang: str | None = None) -> str:
        """`octobre 2026`, in the interface's language unless `lang` says another."""
        return f"{_months(lang or language())[self.month]} {self.year}"


@cache
def _months(lang: str) -> dict[int, str]:
    # The names alone: babel's formatting of dates takes a tenth of a second to be imported.
    from babel.core import Locale

    return dict(Locale(lang).months["stand-alone"]["wide"])


def format_day(day: date) -> str:
    """`31/10/2026` in both languages: the invoices are French."""
    return f"{day:%d/%m/%Y}"


def format_moment(moment: datetime, year: bool = False) -> str:
    """`27/10 15:50`, or `27/10/2026 15:50` with the year, in the machine's time zone."""
    return f"{moment.astimezone():{'%d/%m/%Y' if year else '%d/%m'} %H:%M}"
