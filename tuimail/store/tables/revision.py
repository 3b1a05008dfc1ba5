"""Who saved which card last."""

from __future__ import annotations

from typing import Any

from peewee import IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table


class RevisionRow(Table):
    kind: Any = TextField()
    ref: Any = IntegerField()
    operator: Any = TextField()
    host: Any = TextField()
    at: Any = MomentField()
    digest: Any = TextField()

    class Meta:
        table_name = "revision"
