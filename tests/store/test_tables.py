"""What peewee believes of the tables is what the migrations make of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from peewee import AutoField, BooleanField, FloatField, ForeignKeyField, IntegerField, TextField

from tuimail.domain.periods import Period
from tuimail.store.tables import ALL
from tuimail.store.tables.base import DayField, MomentField, PeriodField, Table, from_text, proxy, to_text

KINDS = (
    (AutoField, "INTEGER"),
    (ForeignKeyField, "INTEGER"),
    (BooleanField, "INTEGER"),
    (IntegerField, "INTEGER"),
    (FloatField, "REAL"),
    (TextField, "TEXT"),
)


def rows(sql: str) -> list[tuple[object, ...]]:
    return list(proxy.execute_sql(sql).fetchall())


def test_every_table_is_known(store: Path) -> None:
    assert {table._meta.table_name for table in ALL} == set(proxy.obj.get_tables()) - {"sqlite_sequence"}


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.__name__)
def test_columns_agree_in_name_kind_nullability_and_key(store: Path, table: type[Table]) -> None:
    real = {
        str(name): (kind, bool(required) or bool(key), bool(key))
        for _cid, name, kind, required, _default, key in rows(f"PRAGMA table_info({table._meta.table_name})")
    }
    believed = {
        field.column_name: (
            next(kind for cls, kind in KINDS if isinstance(field, cls)),
            not field.null,
            field.primary_key,
        )
        for field in table._meta.sorted_fields
    }
    assert believed == real


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.__name__)
def test_references_agree(store: Path, table: type[Table]) -> None:
    real = {(row[3], row[2]) for row in rows(f"PRAGMA foreign_key_list({table._meta.table_name})")}
    believed = {
        (field.column_name, field.rel_model._meta.table_name)
        for field in table._meta.sorted_fields
        if isinstance(field, ForeignKeyField)
    }
    assert believed == real


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.__name__)
def test_what_peewee_leaves_out_has_the_same_value_in_both(store: Path, table: type[Table]) -> None:
    real = {str(row[1]): row[4] for row in rows(f"PRAGMA table_info({table._meta.table_name})") if row[4] is not None}
    believed = {f.column_name: f.db_value(f.default) for f in table._meta.sorted_fields if f.default is not None}
    assert believed == {name: rows(f"SELECT {value}")[0][0] for name, value in real.items()}


def test_moments_are_kept_in_utc_and_sort_as_text() -> None:
    early = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    late = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
    assert str(to_text(early)) < str(to_text(late))
    assert to_text(early) == "2026-10-25T00:30:00.000000+00:00"
    assert from_text(to_text(early)) == early
    assert to_text(None) is None
    assert from_text(None) is None
    whole, half = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert str(to_text(whole)) < str(to_text(half))


def test_days_moments_and_periods_come_back_as_they_went() -> None:
    day, moment, period = date(2026, 10, 31), datetime(2026, 10, 31, 9, 0, 0, 123, tzinfo=UTC), Period(2026, 10)
    for field, value in ((DayField(), day), (MomentField(), moment), (PeriodField(), period)):
        assert field.python_value(field.db_value(value)) == value
        assert field.python_value(field.db_value(None)) is None
