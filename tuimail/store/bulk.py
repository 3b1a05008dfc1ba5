"""Many rows at once: one statement prepared once, where building a query for each row would cost more than the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from tuimail.store.tables.base import MomentField, proxy

CHUNK = 200
"""Rows in one statement."""

Values = dict[str, Any]
"""A row: name of a field -> its value."""


def insert(table: Any, rows: Iterable[Values]) -> None:
    """Insert rows that all have the same fields."""
    left = iter(rows)
    if (first := next(left, None)) is None:
        return
    into, convert = _shape(table, tuple(first))
    mark = ", ".join([proxy.param] * len(first))
    sql = f"INSERT INTO {into} VALUES ({mark})"  # noqa: S608
    proxy.cursor().executemany(sql, map(convert, chain((first,), left)))


def insert_returning(table: Any, rows: Iterable[Values], returned: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Insert rows that all have the same fields; gives id and the fields `returned` of each, in any order."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        into, convert = _shape(table, tuple(chunk[0]))
        marks = ", ".join(["(" + ", ".join([proxy.param] * len(chunk[0])) + ")"] * len(chunk))
        back = ", ".join(getattr(table, name).column_name for name in ("id", *returned))
        sql = f"INSERT INTO {into} VALUES {marks} RETURNING {back}"  # noqa: S608
        yield from proxy.execute_sql(sql, [value for row in chunk for value in convert(row)]).fetchall()


def select(query: Any) -> Any:
    """The rows of a query as the database has them, without peewee's conversions."""
    return proxy.execute_sql(*query.sql())


def _shape(table: Any, names: Sequence[str]) -> tuple[str, Callable[[Values], list[Any]]]:
    """The table with the columns of these fields, and the conversion of a row to what the database keeps in them."""
    fields = [getattr(table, name) for name in names]
    # Numbers and texts are kept as they are; the fields of `tables.py` have conversions of their own.
    converters = {
        n: field.db_value for n, field in enumerate(fields) if type(field).__module__ == MomentField.__module__
    }
    columns = ", ".join(field.column_name for field in fields)

    def convert(row: Values) -> list[Any]:
        values = [row[name] for name in names]
        for n, to_database in converters.items():
            values[n] = to_database(values[n])
        return values

    return f"{fields[0].model._meta.table_name} ({columns})", convert  # noqa: SLF001 - peewee's way to ask
