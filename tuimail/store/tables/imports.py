"""How exports are read, the PDFs they bring, and what the last import did."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table
from tuimail.store.tables.billing import DocumentRow


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


class DocumentPdfRow(Table):
    document: Any = ForeignKeyField(DocumentRow, unique=True)
    path: Any = TextField()
    name: Any = TextField()
    sha256: Any = TextField()
    size: Any = IntegerField()

    class Meta:
        table_name = "document_pdf"


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
