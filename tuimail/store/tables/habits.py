"""What each operator last chose, to be found again at the next start."""

from __future__ import annotations

from typing import Any

from peewee import TextField

from tuimail.store.tables.base import Table


class HabitRow(Table):
    operator: Any = TextField()
    name: Any = TextField()
    value: Any = TextField()

    class Meta:
        table_name = "habit"
