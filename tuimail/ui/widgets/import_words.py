"""Sentences about a file on the import desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imports import Dates, Decimals

if TYPE_CHECKING:
    from tuimail.importing.profiles import Examined


_LEAST_COLUMNS = 2
"""Below which nothing is said about a file: one title proves little."""


def contents(found: Examined) -> str:
    """`résidents, 144 lignes`."""
    from tuimail.importing.fields import Subject

    if found.match is None or len(found.match.columns) < _LEAST_COLUMNS:
        return _("not known yet")
    what = _("residents") if found.match.subject is Subject.RESIDENTS else _("invoices")
    return _("{what}, {rows}").format(what=what, rows=ngettext("{n} row", "{n} rows", len(found.match.rows)))


def read_as(found: Examined) -> str:
    """`cp1252 « ; »`, or the sheet."""
    if found.source.encoding:
        return f"{found.source.encoding} {delimiter_name(found.source.delimiter)}"
    return _("sheet “{sheet}”").format(sheet=found.match.sheet.name) if found.match else ""


def with_step(error: TuimailError, step: str) -> Text:
    """What is wrong with a file, with what to do about it on this screen: the error's own step is the command's."""
    text = Text(error.sentence, style="bold")
    text.append(f"\n{step}", style="not bold")
    return text


def delimiter_name(delimiter: str) -> str:
    """A delimiter for people."""
    return _("tab") if delimiter == "\t" else _("“{sign}”").format(sign=delimiter)


def encoding_name(encoding: str) -> str:
    """An encoding for people."""
    return {
        "utf-8": "UTF-8",
        "cp1252": _("Windows (cp1252)"),
        "utf-16-le": "UTF-16",
        "utf-16-be": _("UTF-16 (big-endian)"),
        "iso-8859-15": "ISO 8859-15",
        "cp850": _("MS-DOS (cp850)"),
    }.get(encoding, encoding)


def dates_name(dates: Dates) -> str:
    """The order of day and month for people."""
    return _("day/month/year") if dates is Dates.DAY_FIRST else _("month/day/year")


def decimals_name(decimals: Decimals) -> str:
    """The decimal mark for people."""
    return {
        Decimals.EITHER: _("comma or point"),
        Decimals.COMMA: _("comma (1.234 is a thousand)"),
        Decimals.POINT: _("point (1,234 is a thousand)"),
    }[decimals]
