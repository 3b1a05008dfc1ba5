"""Finding the table in a file: what stands in it, or what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _
from tuimail.importing.cells import visible
from tuimail.importing.content import NOTHING_KNOWN, Known
from tuimail.importing.fields import Field, Subject, Target, field_label
from tuimail.importing.formats import Formats
from tuimail.importing.matches import HEADER_WITHIN, Match, Overrides, best_matches
from tuimail.importing.reading import ReadAs
from tuimail.importing.source import Row, Sheet, Source
from tuimail.importing.titles import words

_SHOWN_HEADERS = 12


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
    formats: Formats = field(default_factory=Formats)
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
    gross = [title for title in match.headers if words(title)[0] & {"ttc", "gross", "incl", "comprise"}]
    if gross and match.missing == (field_label((Field.AMOUNT, 0)),):
        return BadFile(
            _("{name} has amounts with tax only (“{title}”): the invoices are made from amounts before tax.").format(
                name=name, title=gross[0]
            ),
            _(
                'Add the amounts before tax to the export; where there is no tax, say so: --map "{title}=amount".'
            ).format(title=gross[0]),
        )
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
