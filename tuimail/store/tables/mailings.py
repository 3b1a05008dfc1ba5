"""Lists of people, letters, and who wants none."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table
from tuimail.store.tables.outbox import BatchRow
from tuimail.store.tables.people import ResidentRow
from tuimail.store.tables.places import AssociationRow


class MailingListRow(Table):
    name: Any = TextField(unique=True)
    criteria: Any = TextField()
    fixed: Any = BooleanField(default=False)
    operator: Any = TextField()
    changed_at: Any = MomentField()

    class Meta:
        table_name = "mailing_list"


class ListMemberRow(Table):
    list: Any = ForeignKeyField(MailingListRow)
    resident: Any = ForeignKeyField(ResidentRow)
    role: Any = TextField()
    number: Any = IntegerField()

    class Meta:
        table_name = "list_member"


class KeptSelectionRow(Table):
    operator: Any = TextField(unique=True)
    criteria: Any = TextField()
    chosen: Any = TextField()

    class Meta:
        table_name = "kept_selection"


class SuppressionRow(Table):
    address: Any = TextField(unique=True)
    since: Any = MomentField()
    operator: Any = TextField()
    source: Any = TextField()

    class Meta:
        table_name = "suppression"


class LetterModelRow(Table):
    name: Any = TextField(unique=True)
    subject: Any = TextField()
    body: Any = TextField()
    promotional: Any = BooleanField(default=False)

    class Meta:
        table_name = "letter_model"


class LetterDraftRow(Table):
    operator: Any = TextField(unique=True)
    letter: Any = TextField()

    class Meta:
        table_name = "letter_draft"


class MailingRow(Table):
    subject: Any = TextField()
    body: Any = TextField()
    kind: Any = TextField()
    label: Any = TextField()
    criteria: Any = TextField()
    operator: Any = TextField()
    created_at: Any = MomentField()
    scheduled_at: Any = MomentField(null=True)
    batch: Any = ForeignKeyField(BatchRow, null=True)
    attachments: Any = TextField()
    unsubscribe_address: Any = TextField()
    unsubscribe_url: Any = TextField()

    class Meta:
        table_name = "mailing"


class MailingLeftOutRow(Table):
    mailing: Any = ForeignKeyField(MailingRow)
    resident: Any = ForeignKeyField(ResidentRow)
    role: Any = TextField()
    number: Any = IntegerField()
    name: Any = TextField()
    address: Any = TextField()
    reason: Any = TextField()

    class Meta:
        table_name = "mailing_left_out"


class UnsubscribingRow(Table):
    association: Any = ForeignKeyField(AssociationRow, unique=True)
    address: Any = TextField()
    url: Any = TextField()

    class Meta:
        table_name = "unsubscribing"
