"""How exports are read, and what the last import did."""

from __future__ import annotations

from typing import Any

from peewee import IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table


class ImportProfileRow(Table):
    name: Any = TextField()
    name_key: Any = TextField(unique=True)
    titles: Any = TextField()
    reading: Any = TextField()
    columns: Any = TextField()
    operator: Any = TextField()
    saved_at: Any = MomentField()

    class Meta:
        table_name = "import_profile"


class LastImportRow(Table):
    at: Any = MomentField()
    operator: Any = TextField()
    files: Any = TextField()

    class Meta:
        table_name = "last_import"


class LastImportItemRow(Table):
    kind: Any = TextField()
    target_id: Any = IntegerField()
    before: Any = TextField()
    after: Any = TextField()

    class Meta:
        table_name = "last_import_item"
