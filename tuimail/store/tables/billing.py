"""Documents and where they came from."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import DayField, MomentField, PeriodField, Table
from tuimail.store.tables.people import ResidentRow
from tuimail.store.tables.places import StructureRow


class ImportRunRow(Table):
    at: Any = MomentField()
    operator: Any = TextField()
    file_name: Any = TextField()
    sha256: Any = TextField()
    subject: Any = TextField()
    new: Any = IntegerField()
    changed: Any = IntegerField()
    unchanged: Any = IntegerField()
    refused: Any = IntegerField()

    class Meta:
        table_name = "import_run"


class DocumentRow(Table):
    structure: Any = ForeignKeyField(StructureRow)
    resident: Any = ForeignKeyField(ResidentRow)
    kind: Any = TextField()
    number: Any = TextField()
    year: Any = IntegerField()
    period: Any = PeriodField()
    issued_on: Any = DayField()
    due_on: Any = DayField(null=True)
    heading: Any = TextField()
    net: Any = IntegerField()
    vat: Any = IntegerField()
    gross: Any = IntegerField()
    paid: Any = IntegerField(default=0)
    related: Any = ForeignKeyField("self", null=True)
    sort_key: Any = TextField()
    state: Any = TextField(default="unsent")
    last_sent: Any = MomentField(null=True)

    class Meta:
        table_name = "document"


class LineRow(Table):
    document: Any = ForeignKeyField(DocumentRow)
    position: Any = IntegerField()
    heading: Any = TextField()
    label: Any = TextField()
    quantity: Any = IntegerField()
    unit_price: Any = IntegerField()
    amount: Any = IntegerField()
    vat_bp: Any = IntegerField()

    class Meta:
        table_name = "document_line"


class RecurringRow(Table):
    resident: Any = ForeignKeyField(ResidentRow)
    position: Any = IntegerField()
    heading: Any = TextField()
    label: Any = TextField()
    quantity: Any = IntegerField()
    unit_price: Any = IntegerField()
    vat_bp: Any = IntegerField()
    per_day: Any = IntegerField()

    class Meta:
        table_name = "recurring_line"


class BroughtRow(Table):
    document: Any = ForeignKeyField(DocumentRow, null=True)
    period: Any = PeriodField()
    source: Any = TextField()
    source_sha256: Any = TextField()
    pages: Any = TextField()
    path: Any = TextField()
    sha256: Any = TextField()
    size: Any = IntegerField()
    state: Any = TextField()
    doubt: Any = TextField(default="")
    detail: Any = TextField(default="")
    at: Any = MomentField()
    operator: Any = TextField()

    class Meta:
        table_name = "brought_pdf"
