"""How much of the journal each operator has had on the screen."""

from __future__ import annotations

from typing import Any

from peewee import IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table


class SeenRow(Table):
    operator: Any = TextField(unique=True)
    event_id: Any = IntegerField()
    at: Any = MomentField()

    class Meta:
        table_name = "seen"
