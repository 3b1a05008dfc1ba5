"""What operators do with documents beside sending them by mail, and the PDF of it."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, TextField

from tuimail.store.tables.base import DayField, Table
from tuimail.store.tables.billing import DocumentRow


class DispositionRow(Table):
    document: Any = ForeignKeyField(DocumentRow, unique=True)
    outcome: Any = TextField()
    day: Any = DayField()
    operator: Any = TextField()
    reason: Any = TextField(default="")

    class Meta:
        table_name = "disposition"


class PinnedRow(Table):
    document: Any = ForeignKeyField(DocumentRow)
    how: Any = TextField()
    path: Any = TextField()
    sha256: Any = TextField()

    class Meta:
        table_name = "pinned_pdf"
