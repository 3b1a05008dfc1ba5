"""Finding the table in a file: which sheet, which row is the header, which column is which field."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from tuimail.domain.errors import BadFile, BadInput
from tuimail.domain.i18n import _
from tuimail.importing.cells import visible
from tuimail.importing.content import NOTHING_KNOWN, Known, guess
from tuimail.importing.fields import Field, Subject, Target, field_label, parse_target, recognise, title_key, words
from tuimail.importing.formats import DATE_FIELDS, Decimals, Formats, find_dates
from tuimail.importing.reading import ReadAs
from tuimail.importing.source import Cell, Row, Sheet, Source

HEADER_WITHIN = 20
"""The header is looked for in so many rows: titles and dates may stand above it."""
_SHOWN_HEADERS = 12

Overrides = Mapping[str, Target | None]
"""`title_key` of a column, or `#3` for the third -> its field, or None for a column to leave aside."""


class Matched(StrEnum):
    """How it is known what a column holds."""

    TITLE = "title"
    CONTENT = "content"
    SAID = "said"
    """By the operator or a profile."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's table, understood."""

    source: Source
    sheet: Sheet
    subject: Subject
    headers: tuple[str, ...]
    columns: Mapping[Target, int]
    """Where each field stands, counted from 0."""
    rows: tuple[Row, ...]
    """What stands below the header."""
    formats: Formats = Formats()
    addresses: tuple[int, ...] = ()
    """Columns left aside that hold e-mail addresses."""

    def header(self, column: int) -> str:
        """The title of a column, for people."""
        title = self.headers[column] if column < len(self.headers) else ""
        return title or _("column {n}").format(n=column + 1)

    @property
    def unused(self) -> tuple[str, ...]:
        """The titles of the columns that are not imported."""
        used = set(self.columns.values())
        return tuple(title for n, title in enumerate(self.headers) if title and n not in used)


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
        cells = (row.cells[n] for row in self.sheet.rows[self.at + 1 :] for n in days if n < len(row.cells))
        return Formats(how.dates or find_dates(cells), how.decimals or Decimals.EITHER)


def parse_overrides(given: Mapping[str, str]) -> Overrides:
    """`--map "Header=field"` as the mapping takes it; an empty field sets the column aside.

    Raises BadInput for a field that does not exist.
    """
    overrides: dict[str, Target | None] = {}
    for header, field in given.items():
        target = parse_target(field) if field.strip() else None
        if target is None and field.strip():
            raise BadInput(
                _("“{field}” is no field that a column can hold.").format(field=field),
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
    completed = [_completed(match, overrides, needed, known) for match in best.values()]
    return sorted(completed, key=lambda match: (not match.missing, match.rank), reverse=True)


def find_table(
    source: Source,
    overrides: Overrides,
    how: ReadAs = ReadAs(),  # noqa: B008 - frozen
    *,
    period_given: bool = False,
    known: Callable[[], Known] = lambda: NOTHING_KNOWN,
) -> Table:
    """The table in a file: the sheet and row whose titles fit residents or invoices best.

    `period_given`: a period is known, so that the file need not have one. Raises BadFile that names the titles found
    and what is missing.
    """
    return chosen_table(source, best_matches(source, overrides, how, period_given=period_given, known=known), how)


def chosen_table(source: Source, matches: Sequence[Match], how: ReadAs) -> Table:
    """The one table among these; raises BadFile as `find_table` does."""
    complete = [match for match in matches if not match.missing]
    if not complete:
        raise _nothing_fits(source, matches)
    if len(complete) > 1:
        raise BadFile(
            _("{name} has several sheets that could be imported: {sheets}.").format(
                name=source.path.name, sheets=_quoted([match.sheet.name for match in complete])
            ),
            _("Say which one (--sheet), or save it as a file of its own and import that."),
        )
    return _table(source, complete[0], how)


def _completed(
    match: Match, overrides: Overrides, needed: partial[tuple[str, ...]], known: Callable[[], Known]
) -> Match:
    """The match with the columns whose content tells what their title does not."""
    width = max((len(row.cells) for row in match.sheet.rows[match.at : match.at + HEADER_WITHIN]), default=0)
    taken = {*match.columns.values(), *match.aside}
    free = [column for column in range(width) if column not in taken]
    if len(match.columns) < 2 or not free:
        return match
    found = guess(match.subject, match.rows, free, match.columns, known())
    columns = dict(match.columns) | {target: column for column, target in found.columns.items()}
    return replace(
        match,
        columns=columns,
        missing=needed(match.subject, columns),
        how=dict(match.how) | dict.fromkeys(found.columns, Matched.CONTENT),
        addresses=found.addresses,
    )


def _table(source: Source, match: Match, how: ReadAs) -> Table:
    name = source.path.name
    if match.twice:
        target, titles = match.twice[0]
        raise BadFile(
            _("Several columns of {name} would be the {field}: {titles}.").format(
                name=name, field=field_label(target), titles=_quoted(titles)
            ),
            _('Leave one aside with --map "Title="; of two that have the same title, by its place: --map "#3=".'),
        )
    taken = {*match.columns.values(), *match.aside}
    doubtful = [title for n, title in enumerate(match.headers) if _is_tax(title) and n not in taken]
    if match.subject is Subject.INVOICES and (Field.VAT, 0) not in match.columns and doubtful:
        raise BadFile(
            _("{name} has no column of VAT rates, and “{title}” may be rates or amounts.").format(
                name=name, title=doubtful[0]
            ),
            _('Say which: --map "{title}=vat" for rates, --map "{title}=" to leave the column aside.').format(
                title=doubtful[0]
            ),
        )
    rows = match.rows
    if not rows:
        raise BadFile(
            _("{name} has titles but no row below them.").format(name=name),
            _("Export it again from the billing software."),
        )
    _check_merged(name, match, rows)
    return Table(
        source, match.sheet, match.subject, match.headers, match.columns, rows, match.formats(how), match.addresses
    )


def _check_merged(name: str, match: Match, rows: Sequence[Row]) -> None:
    """Refuse cells merged over several rows of the table: only the first of the rows would have the value."""
    used = set(match.columns.values())
    for merged in match.sheet.merged:
        below = merged.last_row > rows[0].line and merged.first_row != merged.last_row
        if below and any(merged.first_column <= column <= merged.last_column for column in used):
            raise BadFile(
                _("In {name} the cells of rows {first} to {last} are merged under “{title}”.").format(
                    name=name,
                    first=merged.first_row,
                    last=merged.last_row,
                    title=match.headers[merged.first_column] if merged.first_column < len(match.headers) else "",
                ),
                _("Undo the merging in a spreadsheet program, so that each row has its own value, and save it."),
            )


def _match(
    sheet: Sheet, at: int, row: Row, subject: Subject, overrides: Overrides, needed: partial[tuple[str, ...]]
) -> Match:
    headers = tuple(_title(cell) for cell in row.cells)
    candidates: dict[Target, list[tuple[int, int]]] = defaultdict(list)
    aside = set()
    how: dict[int, Matched] = {}
    for column, title in enumerate(headers):
        key = f"#{column + 1}" if f"#{column + 1}" in overrides else title_key(title)
        if key in overrides and (title or key.startswith("#")):
            how[column] = Matched.SAID
            if target := overrides[key]:
                candidates[target].append((-1, column))
            else:
                aside.add(column)
        elif title and (hit := recognise(title, subject)):
            how[column] = Matched.TITLE
            candidates[hit[0]].append((hit[1], column))
    columns = {target: min(found)[1] for target, found in candidates.items()}
    rivals = {
        target: [headers[column] for rank, column in found if rank == min(found)[0]]
        for target, found in candidates.items()
    }
    twice = tuple((target, titles) for target, titles in rivals.items() if len(titles) > 1)
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


def _is_tax(title: str) -> bool:
    return bool(words(title)[0] & {"tva", "ttc"})


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(_("“{name}”").format(name=name) for name in names)


def _nothing_fits(source: Source, best: Sequence[Match]) -> BadFile:
    name = source.path.name
    step = _('Choose the export of residents or of invoices, or say which column is which: --map "Title=field".')
    sheets = [sheet.name for sheet in source.sheets]
    if not best:
        return BadFile(_("{name} has no row that is not empty.").format(name=name), step)
    match = max(best, key=lambda found: found.rank)
    titles = [title for title in match.headers if title]
    if len(titles) < 2:
        # Nothing looks like titles there: a row of several cells says more about the file.
        rows = [row for sheet in source.sheets for row in sheet.rows[:HEADER_WITHIN]]
        titles = [str(cell) for cell in max(rows, key=lambda row: sum(cell != "" for cell in row.cells)).cells]
    shown = _quoted(visible(title[:40]) for title in titles[:_SHOWN_HEADERS])
    shown += ", …" if len(titles) > _SHOWN_HEADERS else ""
    if len(match.columns) < 2:
        if len(sheets) > 1:
            sentence = _(
                "None of the sheets of {name} ({sheets}) holds residents or invoices; one begins with {titles}."
            )
        else:
            sentence = _("{name} holds neither residents nor invoices: its titles are {titles}.")
    elif match.subject is Subject.RESIDENTS:
        sentence = _("{name} looks like residents, but lacks {missing}: its titles are {titles}.")
    else:
        sentence = _("{name} looks like invoices, but lacks {missing}: its titles are {titles}.")
    return BadFile(
        sentence.format(name=name, sheets=_quoted(sheets), titles=shown, missing=", ".join(match.missing)), step
    )
