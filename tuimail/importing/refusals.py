"""A refused row: which, and every reason why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tuimail.domain.i18n import _
from tuimail.importing.cells import BadCell, shown, visible
from tuimail.importing.fields import Field, Target
from tuimail.importing.mapping import Table
from tuimail.importing.source import Cell, Row

_KNOWN = 4096
"""Values of a column that are kept."""

T = TypeVar("T")
D = TypeVar("D")


class Cause(StrEnum):
    """Reasons that are told together, since they come in numbers."""

    OTHER = "other"
    NUMBER_TAKEN = "number-taken"
    """Another resident's invoice has that number."""
    NOBODY = "nobody"
    """No resident has that code or name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a row."""

    reason: str
    column: str = ""
    """Title of the column it is about; empty if it is about the row."""
    value: str = ""
    """The cell as it stands, line breaks and control characters made visible."""
    cause: Cause = Cause.OTHER


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody whom an unclear row may mean."""

    resident_id: int
    """0: somebody new."""
    label: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that does not go in."""

    row: Row
    problems: tuple[Problem, ...]
    because_of: int = 0
    """The line for which its whole invoice is refused, if that is another one."""
    choices: tuple[Choice, ...] = ()
    """Who may be meant, if somebody has to say so."""

    @property
    def line(self) -> int:
        """Its line in the file, counted from 1."""
        return self.row.line

    @property
    def cause(self) -> Cause:
        """Why, where that comes in numbers; the other rows of a refused invoice have none."""
        return self.problems[0].cause if not self.because_of else Cause.OTHER

    def sentence(self) -> str:
        """`line 12, column “Date facture”, “31/13/2026”: there is no such day`."""
        problem = self.problems[0]
        if problem.column and problem.value:
            where = _("line {line}, column “{column}”, “{value}”")
        elif problem.column:
            where = _("line {line}, column “{column}”")
        else:
            where = _("line {line}")
        where = where.format(line=self.line, column=problem.column, value=problem.value[:60])
        return _("{where}: {reason}").format(where=where, reason="; ".join(p.reason for p in self.problems))


class RowReader:
    """Takes rows apart by their table's columns, one after the other, and gathers what is wrong with each."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.row = Row(0, ())
        self.problems: list[Problem] = []

    def load(self, row: Row) -> None:
        """Go on to that row."""
        self.row = row
        self.problems = []
        width = len(self.table.headers)
        if len(row.cells) < width and row.line == self.table.sheet.cut_line:
            self.problems.append(Problem(_("the file ends in the middle of this row")))
        if len(row.cells) > width and any(cell != "" for cell in row.cells[width:]):
            reason = _("it has {n} cells where the titles have {width}").format(n=len(row.cells), width=width)
            self.problems.append(Problem(reason))

    def getter(self, target: Target, parse: Callable[[Cell], T], default: D) -> Callable[[], T | D]:
        """A function that gives what stands there in the loaded row, as `parse` makes it.

        It gives `default` if nothing stands there, there is no such column, or what stands there is wrong, which is
        noted.
        """
        index = self.table.columns.get(target)
        if index is None:
            return lambda: default
        # A column says few things often; texts only, since 1, 1.0 and True are one key and not one cell.
        known: dict[str, T | D] = {}
        prepare = self.table.formats.preparation(target[0])

        def get() -> T | D:
            cells = self.row.cells
            cell = cells[index] if index < len(cells) else ""
            if isinstance(cell, str):
                if cell in known:
                    return known[cell]
                if not cell or cell.isspace():
                    return default
            try:
                value = parse(prepare(cell) if prepare and isinstance(cell, str) else cell)
            except BadCell as problem:
                self.refuse(str(problem), target)
                return default
            if isinstance(cell, str) and len(known) < _KNOWN:
                known[cell] = value
            return value

        return get

    def get(self, target: Target, parse: Callable[[Cell], T], default: D) -> T | D:
        """What `getter` gives, once."""
        return self.getter(target, parse, default)()

    def field(self, field: Field, parse: Callable[[Cell], T], default: D) -> T | D:
        """`get` for a field there is one of."""
        return self.get((field, 0), parse, default)

    def is_empty(self, target: Target) -> bool:
        """Whether nothing stands there in the loaded row."""
        return self.get(target, lambda _cell: False, True)

    def has(self, target: Target) -> bool:
        """Whether the table has such a column."""
        return target in self.table.columns

    def refuse(self, reason: str, target: Target | None = None) -> None:
        """Note a reason to refuse the loaded row."""
        self.problems.append(problem_at(self.table, self.row, reason, target))

    def require(self, target: Target, reason: str) -> None:
        """Refuse the loaded row if nothing stands there."""
        if self.is_empty(target):
            self.refuse(reason, target)

    def refusal(self) -> Refusal | None:
        """The loaded row's refusal, if anything was wrong."""
        return Refusal(self.row, tuple(self.problems)) if self.problems else None


def problem_at(
    table: Table, row: Row, reason: str, target: Target | None = None, cause: Cause = Cause.OTHER
) -> Problem:
    """A reason about one field of a row, with the column's title and the cell."""
    column = table.columns.get(target) if target else None
    if column is None:
        return Problem(reason, cause=cause)
    value = visible(shown(row.cells[column])) if column < len(row.cells) else ""
    return Problem(reason, table.header(column), value, cause)
