"""Columns whose titles tell nothing, told by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuimail.importing import cells
from tuimail.importing.cells import BadCell, folded, shown
from tuimail.importing.fields import Field, Subject, Target
from tuimail.importing.formats import Formats, find_dates
from tuimail.importing.source import Cell, Row

_LOOKED_AT = 200
"""Rows that are looked at."""
_LEAST = 0.9
"""Share of the cells that must be so."""
_BORN_BEFORE = 1975
_DAYS_OF_A_RUN = 100
"""Invoices of one file are dated within so many days."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows, to be recognised in a column without a title that tells."""

    structures: frozenset[str] = frozenset()
    """Folded names."""
    codes: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Guess:
    """What columns hold by their content."""

    columns: Mapping[int, Target]
    """Those that can be relied on."""
    addresses: tuple[int, ...]
    """Columns of e-mail addresses. Whose they are, content cannot tell: only the operator may say so."""


def guess(
    subject: Subject, rows: Sequence[Row], free: Sequence[int], taken: Mapping[Target, int], known: Known
) -> Guess:
    """What the columns `free` hold, as far as the fields that `taken` lacks go; no field is given twice."""
    found: dict[int, Target] = {}
    addresses = []
    lacks = {field for field in Field if (field, 0) not in taken}
    # What the file has in another way is not looked for: a date of payment would be taken for the invoice's.
    for one, others in _INSTEAD[subject].items():
        if not lacks.issuperset(others):
            lacks.discard(one)
    for column in free:
        values = [row.cells[column] for row in rows[:_LOOKED_AT] if column < len(row.cells)]
        filled = [value for value in values if shown(value).strip()]
        if not filled:
            continue
        if _share(filled, lambda cell: "@" in shown(cell)) >= _LEAST:
            addresses.append(column)
            continue
        field = next((f for f in _candidates(subject) if f in lacks and _TESTS[f](filled, known)), None)
        if field is not None:
            found[column] = (field, 0)
            lacks.discard(field)
    return Guess(found, tuple(addresses))


_INSTEAD: Mapping[Subject, Mapping[Field, tuple[Field, ...]]] = {
    Subject.RESIDENTS: {Field.NAME: (Field.LAST_NAME,)},
    Subject.INVOICES: {
        Field.NAME: (Field.CODE,),
        Field.ISSUED_ON: (Field.PERIOD,),
        Field.PERIOD: (Field.ISSUED_ON,),
    },
}


def _candidates(subject: Subject) -> tuple[Field, ...]:
    if subject is Subject.RESIDENTS:
        return Field.STRUCTURE, Field.CODE, Field.BIRTH_DATE, Field.NAME
    return Field.STRUCTURE, Field.CODE, Field.FILE, Field.PERIOD, Field.ISSUED_ON, Field.NAME


def _share(filled: Sequence[Cell], test: Callable[[Cell], object]) -> float:
    return sum(1 for cell in filled if test(cell)) / len(filled)


def _days(filled: Sequence[Cell]) -> list[date]:
    prepare = Formats(find_dates(filled)).preparation(Field.ISSUED_ON) or str
    days = []
    for cell in filled:
        if isinstance(cell, int | float) or not re.search(r"\d.*\d", shown(cell)):
            continue
        try:
            found = cells.day(prepare(cell) if isinstance(cell, str) else cell)
        except BadCell:
            continue
        if found is not None:
            days.append(found)
    return days


def _is_birth(filled: Sequence[Cell], _known: Known) -> bool:
    days = _days(filled)
    return len(days) >= _LEAST * len(filled) and sum(d.year < _BORN_BEFORE for d in days) >= _LEAST * len(days)


def _is_issue(filled: Sequence[Cell], _known: Known) -> bool:
    days = _days(filled)
    return len(days) >= _LEAST * len(filled) and (max(days) - min(days)).days <= _DAYS_OF_A_RUN


def _is_month(cell: Cell) -> bool:
    if not isinstance(cell, str) or re.search(r"\d\D+\d+\D+\d", cell):
        return False
    try:
        cells.period(cell)
    except BadCell:
        return False
    return not cell.strip().isdecimal()


def _is_name(cell: Cell) -> bool:
    """Whether a cell says a last name in capitals and a first name."""
    words = re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", shown(cell))
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    return bool(capitals) and len(capitals) < len(words) <= 6 and not re.search(r"\d", shown(cell))


_TESTS: Mapping[Field, Callable[[Sequence[Cell], Known], bool]] = {
    Field.STRUCTURE: lambda filled, known: (
        bool(known.structures) and _share(filled, lambda cell: folded(shown(cell)) in known.structures) >= _LEAST
    ),
    Field.CODE: lambda filled, known: (
        bool(known.codes)
        and _share(filled, lambda cell: shown(cell).strip() in known.codes and not shown(cell).isdecimal()) >= _LEAST
    ),
    Field.FILE: lambda filled, _known: _share(filled, lambda c: shown(c).strip().casefold().endswith(".pdf")) >= _LEAST,
    Field.BIRTH_DATE: _is_birth,
    Field.PERIOD: lambda filled, _known: _share(filled, _is_month) >= _LEAST,
    Field.ISSUED_ON: _is_issue,
    Field.NAME: lambda filled, _known: _share(filled, _is_name) >= _LEAST,
}
