"""What happened."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table


class EventRow(Table):
    at: Any = MomentField()
    event: Any = TextField()
    batch_id: Any = IntegerField(default=0)
    delivery_id: Any = IntegerField(default=0)
    document_id: Any = IntegerField(default=0)
    number: Any = TextField(default="")
    period: Any = TextField(default="")
    resident: Any = TextField(default="")
    recipient: Any = TextField(default="")
    role: Any = TextField(default="")
    message_id: Any = TextField(default="")
    state: Any = TextField(default="")
    code: Any = TextField(default="")
    reply: Any = TextField(default="")
    queue_id: Any = TextField(default="")
    pdf_sha256: Any = TextField(default="")
    wire_sha256: Any = TextField(default="")
    until: Any = MomentField(null=True)
    operator: Any = TextField(default="")
    host: Any = TextField(default="")
    detail: Any = TextField(default="")
    hash: Any = TextField()
    salt: Any = TextField()
    personal: Any = TextField(default="")

    class Meta:
        table_name = "event"


class EventAboutRow(Table):
    event: Any = ForeignKeyField(EventRow, primary_key=True)
    resident_id: Any = IntegerField()

    class Meta:
        table_name = "event_about"


class JournalHeadRow(Table):
    lines: Any = IntegerField()
    hash: Any = TextField()

    class Meta:
        table_name = "journal_head"
