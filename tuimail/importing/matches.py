"""Which row of a sheet is its titles, and which column is which field."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.imports import Decimals
from tuimail.importing.cells import visible
from tuimail.importing.content import NOTHING_KNOWN, Known, guess
from tuimail.importing.fields import Field, Subject, Target, field_label
from tuimail.importing.formats import DATE_FIELDS, Formats, find_dates
from tuimail.importing.reading import ReadAs
from tuimail.importing.source import Cell, Row, Sheet, Source
from tuimail.importing.titles import is_derived, parse_target, recognise, recognise_after, title_key

HEADER_WITHIN = 20
"""The header is looked for in so many rows: titles and dates may stand above it."""

Overrides = Mapping[str, Target | None]
"""`title_key` of a column, or `#3` for the third -> its field, or None for a column to leave aside."""


class Matched(StrEnum):
    """How it is known what a column holds."""

    TITLE = "title"
    CONTENT = "content"
    SAID = "said"
    """By the operator or a profile."""


@dataclass(frozen=True, slots=True)
class Match:
    """A row taken as the header of a file about `subject`."""

    sheet: Sheet
    at: int
    subject: Subject
    headers: tuple[str, ...]
    columns: Mapping[Target, int]
    twice: tuple[tuple[Target, list[str]], ...]
    missing: tuple[str, ...]
    """Fields that the file needs and does not have, for people."""
    aside: frozenset[int]
    """Columns that are to be left aside."""
    how: Mapping[int, Matched]
    """By column."""
    addresses: tuple[int, ...] = ()
    """Columns of e-mail addresses that nobody has said whose they are."""

    @property
    def rank(self) -> tuple[int, bool, bool, int]:
        """How well it fits; more is better."""
        # Fewer titles understood, even if nothing is missing, would be the wrong subject: invoices name residents too.
        return len(self.columns), not self.missing, self.subject is Subject.INVOICES, -self.at

    @property
    def rows(self) -> tuple[Row, ...]:
        """What stands below the titles, blank rows and repeated titles left out."""
        header = self.sheet.rows[self.at]
        # Exports made for printing say their titles again on each page.
        return tuple(row for row in self.sheet.rows[self.at + 1 :] if not row.blank and row.cells != header.cells)

    def formats(self, how: ReadAs) -> Formats:
        """How the file writes days and amounts, where nobody has said it."""
        days = [n for (field, _n), n in self.columns.items() if field in DATE_FIELDS]
        # A day stands on many rows: it is looked at once.
        cells = {row.cells[n] for row in self.sheet.rows[self.at + 1 :] for n in days if n < len(row.cells)}
        return Formats(how.dates or find_dates(cells), how.decimals or Decimals.EITHER)


def parse_overrides(given: Mapping[str, str]) -> Overrides:
    """`--map "Header=field"` as the mapping takes it; an empty field sets the column aside.

    Raises BadInput for a field that does not exist.
    """
    overrides: dict[str, Target | None] = {}
    for header, said in given.items():
        target = parse_target(said) if said.strip() else None
        if target is None and said.strip():
            raise BadInput(
                _("“{field}” is no field that a column can hold.").format(field=said),
                _("The fields are: {fields}.").format(fields=", ".join(f"{f} ({field_label((f, 0))})" for f in Field)),
            )
        overrides[column_key(header)] = target
    return overrides


def column_key(title: str) -> str:
    """A column as overrides name it: its folded title, or `#3` as it is."""
    return title.strip() if re.fullmatch(r"\s*#\d{1,4}\s*", title) else title_key(title)


def best_matches(
    source: Source,
    overrides: Overrides,
    how: ReadAs = ReadAs(),  # noqa: B008 - frozen
    *,
    period_given: bool = False,
    known: Callable[[], Known] = lambda: NOTHING_KNOWN,
) -> list[Match]:
    """For each sheet that is not empty the row whose titles fit best, the best sheet first.

    `known` is asked only if a title tells nothing.
    """
    needed = partial(_missing, period_given=period_given)
    best: dict[str, Match] = {}
    for sheet in source.sheets:
        if how.sheet and source.sheets[0].name and sheet.name != how.sheet:
            continue
        for at, row in enumerate(sheet.rows if how.header_line else sheet.rows[:HEADER_WITHIN]):
            if how.header_line and row.line != how.header_line:
                continue
            for subject in Subject:
                match = _match(sheet, at, row, subject, overrides, needed)
                if sheet.name not in best or match.rank > best[sheet.name].rank:
                    best[sheet.name] = match
    completed = [_completed(match, needed, known) for match in best.values()]
    return sorted(completed, key=lambda match: (not match.missing, match.rank), reverse=True)


def _completed(match: Match, needed: partial[tuple[str, ...]], known: Callable[[], Known]) -> Match:
    """The match with the columns whose content tells what their title does not."""
    width = max((len(row.cells) for row in match.sheet.rows[match.at : match.at + HEADER_WITHIN]), default=0)
    # An association may call its homes services: where no column is the homes', that of the units may be.
    unit = match.columns.get((Field.UNIT, 0), -1)
    doubtful = {unit} if (Field.STRUCTURE, 0) not in match.columns and match.how.get(unit) is Matched.TITLE else set()
    taken = {*match.columns.values(), *match.aside} - doubtful
    free = [column for column in range(width) if column not in taken]
    if len(match.columns) < 2 or not free:
        return match
    found = guess(match.subject, match.rows, free, match.columns, known())
    if unit in doubtful and found.columns.get(unit) != (Field.STRUCTURE, 0):
        found = replace(found, columns={column: target for column, target in found.columns.items() if column != unit})
        doubtful = set()
    kept = {target: column for target, column in match.columns.items() if column not in doubtful}
    columns = kept | {target: column for column, target in found.columns.items()}
    return replace(
        match,
        columns=columns,
        missing=needed(match.subject, columns),
        how=dict(match.how) | dict.fromkeys(found.columns, Matched.CONTENT),
        addresses=found.addresses,
    )


def _match(
    sheet: Sheet, at: int, row: Row, subject: Subject, overrides: Overrides, needed: partial[tuple[str, ...]]
) -> Match:
    headers = tuple(_title(cell) for cell in row.cells)
    candidates: dict[Target, list[tuple[int, int]]] = defaultdict(list)
    aside = set()
    how: dict[int, Matched] = {}
    before: Target | None = None
    along = False
    for column, title in enumerate(headers):
        key = f"#{column + 1}" if f"#{column + 1}" in overrides else title_key(title)
        if key in overrides and (title or key.startswith("#")):
            how[column] = Matched.SAID
            if target := overrides[key]:
                before, along = target if subject is Subject.RESIDENTS else None, False
                candidates[target].append((-1, column))
            else:
                aside.add(column)
        elif before is not None and (said := recognise_after(title, before, along=along)):
            how[column] = Matched.TITLE
            along = True
            # It tells least, and of two the first is meant.
            candidates[said].append((len(headers) + column, column))
        elif title and (hit := recognise(title, subject)):
            how[column] = Matched.TITLE
            before, along = hit[0] if subject is Subject.RESIDENTS else None, False
            candidates[hit[0]].append((hit[1], column))
        elif subject is Subject.RESIDENTS and is_derived(title):
            aside.add(column)
    columns = {target: min(found)[1] for target, found in candidates.items()}
    rivals = {
        target: [headers[column] for rank, column in found if rank == min(found)[0]]
        for target, found in candidates.items()
    }
    twice = tuple((target, titles) for target, titles in rivals.items() if len(titles) > 1)
    if not columns.keys() & {(Field.LAST_NAME, 0), (Field.NAME, 0)} and (Field.BIRTH_NAME, 0) in columns:
        # The only name that there is.
        columns[Field.LAST_NAME, 0] = columns.pop((Field.BIRTH_NAME, 0))
    if subject is Subject.RESIDENTS and (Field.FIRST_NAME, 0) not in columns and (Field.LAST_NAME, 0) in columns:
        # A last name without a first name beside it: the one column holds both.
        columns.setdefault((Field.NAME, 0), columns.pop((Field.LAST_NAME, 0)))
    return Match(sheet, at, subject, headers, columns, twice, needed(subject, columns), frozenset(aside), how)


def _title(cell: Cell) -> str:
    return visible(" ".join(cell.replace("\ufeff", "").split())) if isinstance(cell, str) else ""


def _missing(subject: Subject, columns: Mapping[Target, int], *, period_given: bool) -> tuple[str, ...]:
    """What a file about `subject` needs and these columns do not have, for people."""

    def lacks(*fields: Field) -> bool:
        return not any((field, 0) in columns for field in fields)

    missing = []
    if subject is Subject.RESIDENTS:
        if lacks(Field.LAST_NAME, Field.NAME):
            missing.append(field_label((Field.LAST_NAME, 0)))
        elif len(columns) < 2:
            missing.append(field_label((Field.CODE, 0)))
        return tuple(missing)
    if lacks(Field.NUMBER):
        missing.append(field_label((Field.NUMBER, 0)))
    if lacks(Field.CODE, Field.NAME):
        missing.append(field_label((Field.CODE, 0)))
    if lacks(Field.AMOUNT) and (lacks(Field.QUANTITY) or lacks(Field.UNIT_PRICE)):
        missing.append(field_label((Field.AMOUNT, 0)))
    if lacks(Field.PERIOD, Field.ISSUED_ON) and not period_given:
        missing.append(field_label((Field.ISSUED_ON, 0)))
    return tuple(missing)
