"""What was asked to be sent, and what became of it."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.account import AccountRow
from tuimail.store.tables.base import DayField, MomentField, PeriodField, Table
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.people import ResidentRow
from tuimail.store.tables.places import StructureRow


class BatchRow(Table):
    account: Any = ForeignKeyField(AccountRow)
    state: Any = TextField()
    operator: Any = TextField()
    host: Any = TextField()
    created_at: Any = MomentField()
    label: Any = TextField()
    invoices: Any = IntegerField()
    blocked: Any = IntegerField()

    class Meta:
        table_name = "batch"


class WordingRow(Table):
    batch: Any = ForeignKeyField(BatchRow)
    structure: Any = ForeignKeyField(StructureRow)
    structure_name: Any = TextField()
    sender_name: Any = TextField()
    sender_email: Any = TextField()
    reply_to: Any = TextField()
    receipt: Any = BooleanField()
    subject: Any = TextField()
    body: Any = TextField()
    copy_to: Any = TextField(default="")
    html: Any = BooleanField(default=False)
    logo: Any = TextField(default="")

    class Meta:
        table_name = "wording"


class AttachmentRow(Table):
    batch: Any = ForeignKeyField(BatchRow)
    document: Any = ForeignKeyField(DocumentRow, null=True)
    name: Any = TextField()
    media_type: Any = TextField()
    sha256: Any = TextField()
    size: Any = IntegerField()
    path: Any = TextField()

    class Meta:
        table_name = "attachment"


class DeliveryRow(Table):
    batch: Any = ForeignKeyField(BatchRow)
    account: Any = ForeignKeyField(AccountRow)
    document: Any = ForeignKeyField(DocumentRow, null=True)
    structure: Any = ForeignKeyField(StructureRow)
    number: Any = TextField()
    period: Any = PeriodField()
    resident: Any = TextField()
    address: Any = TextField()
    role: Any = TextField()
    recipient_name: Any = TextField(default="")
    message_id: Any = TextField(unique=True)
    state: Any = TextField(default="queued")
    owner: Any = TextField(default="")
    epoch: Any = IntegerField(default=0)
    attempt: Any = IntegerField(default=0)
    next_at: Any = MomentField(null=True)
    updated_at: Any = MomentField()
    code: Any = TextField(default="")
    reply: Any = TextField(default="")
    detail: Any = TextField(default="")
    queue_id: Any = TextField(default="")
    pdf_path: Any = TextField()
    pdf_name: Any = TextField()
    pdf_sha256: Any = TextField()
    wire_sha256: Any = TextField(default="")
    issued_on: Any = DayField(null=True)
    due_on: Any = DayField(null=True)
    gross: Any = IntegerField(default=0)
    dated: Any = MomentField(null=True)
    purpose: Any = TextField(default="document")
    rank: Any = IntegerField(default=0)
    resident_of: Any = ForeignKeyField(ResidentRow, column_name="resident_id", null=True)
    person: Any = IntegerField(default=0)
    mailing_id: Any = IntegerField(null=True)
    copy_of: Any = ForeignKeyField("self", column_name="copy_of", null=True)
    merge_values: Any = TextField(default="")
    files: Any = TextField(default="")
    readers: Any = TextField(default="")
    language: Any = TextField(default="fr")

    class Meta:
        table_name = "delivery"
