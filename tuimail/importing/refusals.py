"""A refused row: which, and every reason why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tuimail.domain.i18n import _
from tuimail.importing.cells import BadCell, shown
from tuimail.importing.fields import Field, Target
from tuimail.importing.mapping import Table
from tuimail.importing.source import Cell, Row

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a row."""

    reason: str
    column: str = ""
    """Title of the column it is about; empty if it is about the row."""
    value: str = ""
    """The cell as it stands, line breaks and control characters made visible."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that does not go in."""

    row: Row
    problems: tuple[Problem, ...]
    because_of: int = 0
    """The line for which its whole invoice is refused, if that is another one."""

    @property
    def line(self) -> int:
        """Its line in the file, counted from 1."""
        return self.row.line

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


def visible(value: str) -> str:
    """`value` on one line of what can be printed."""
    return "".join(c if c.isprintable() or c in "\u00a0\u202f" else repr(c)[1:-1] for c in value)


class RowReader:
    """Takes a row apart by its table's columns and gathers what is wrong with it."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table = table
        self.row = row
        self.problems: list[Problem] = []
        width = len(table.headers)
        if len(row.cells) < width and row.line == table.sheet.cut_line:
            self.problems.append(Problem(_("the file ends in the middle of this row")))
        if any(cell != "" for cell in row.cells[width:]):
            reason = _("it has {n} cells where the titles have {width}").format(n=len(row.cells), width=width)
            self.problems.append(Problem(reason))

    def cell(self, target: Target) -> Cell:
        """What stands there; empty text if nothing does, or there is no such column."""
        index = self.table.columns.get(target)
        if index is None or index >= len(self.row.cells):
            return ""
        cell = self.row.cells[index]
        return "" if isinstance(cell, str) and not cell.strip() else cell

    def get(self, target: Target, parse: Callable[[Cell], T], default: D) -> T | D:
        """What stands there as `parse` makes it; `default` if nothing does, or it is wrong."""
        cell = self.cell(target)
        if cell == "":
            return default
        try:
            return parse(cell)
        except BadCell as problem:
            self.refuse(str(problem), target)
            return default

    def field(self, field: Field, parse: Callable[[Cell], T], default: D) -> T | D:
        """`get` for a field there is one of."""
        return self.get((field, 0), parse, default)

    def has(self, target: Target) -> bool:
        """Whether the table has such a column."""
        return target in self.table.columns

    def refuse(self, reason: str, target: Target | None = None) -> None:
        """Note a reason to refuse the row."""
        self.problems.append(problem_at(self.table, self.row, reason, target))

    def refusal(self) -> Refusal | None:
        """The row's refusal, if anything was wrong."""
        return Refusal(self.row, tuple(self.problems)) if self.problems else None


def problem_at(table: Table, row: Row, reason: str, target: Target | None = None) -> Problem:
    """A reason about one field of a row, with the column's title and the cell."""
    column = table.columns.get(target) if target else None
    if column is None:
        return Problem(reason)
    value = visible(shown(row.cells[column])) if column < len(row.cells) else ""
    return Problem(reason, table.header(column), value)
