"""What came back about messages, how far each mailbox was read, and what lies in a Sent folder."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.imap import ImapRow
from tuimail.store.tables.outbox import DeliveryRow


class ReturnRow(Table):
    key: Any = TextField(unique=True)
    kind: Any = TextField()
    at: Any = MomentField()
    delivery: Any = ForeignKeyField(DeliveryRow, null=True)
    document: Any = ForeignKeyField(DocumentRow, null=True)
    address: Any = TextField()
    code: Any = TextField(default="")
    why: Any = TextField(default="")
    sender: Any = TextField(default="")
    subject: Any = TextField(default="")

    class Meta:
        table_name = "return_report"


class MailboxReadRow(Table):
    imap_account: Any = ForeignKeyField(ImapRow)
    folder: Any = TextField()
    uidvalidity: Any = IntegerField()
    uid: Any = IntegerField()
    at: Any = MomentField()

    class Meta:
        table_name = "mailbox_read"


class SentCopyRow(Table):
    delivery: Any = ForeignKeyField(DeliveryRow, unique=True)
    at: Any = MomentField()
    outcome: Any = TextField()
    folder: Any = TextField()

    class Meta:
        table_name = "sent_copy"
