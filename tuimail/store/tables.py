"""The tables as peewee sees them. What the database really holds is made by `migrations.py`; a test compares the two.

Moments are ISO 8601 text in UTC, days ISO dates, amounts integer cents, quantities and prices integer 1/10,000.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from peewee import (
    BooleanField,
    DatabaseProxy,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from tuimail.domain.periods import Period

proxy = DatabaseProxy()


def to_text(moment: datetime | None) -> str | None:
    """An aware datetime as the UTC text that is stored and sorts."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str | None) -> datetime | None:
    """The stored text as an aware datetime."""
    return datetime.fromisoformat(text) if text else None


class MomentField(TextField):
    """An aware datetime as UTC text."""

    def db_value(self, value: datetime | str | None) -> str | None:
        return to_text(value) if isinstance(value, datetime) else value

    def python_value(self, value: str | None) -> datetime | None:
        return from_text(value)


class DayField(TextField):
    """A date as ISO text."""

    def db_value(self, value: date | str | None) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None


class PeriodField(TextField):
    """A month as `2026-10`."""

    def db_value(self, value: Period | str | None) -> str | None:
        return None if value is None else str(value)

    def python_value(self, value: str | None) -> Period | None:
        return Period(int(value[:4]), int(value[5:7])) if value else None


class Table(Model):
    """Base of all tables."""

    class Meta:
        database = proxy
        legacy_table_names = False


class AssociationRow(Table):
    name: Any = TextField()

    class Meta:
        table_name = "association"


class StructureRow(Table):
    association: Any = ForeignKeyField(AssociationRow)
    parent: Any = ForeignKeyField("self", null=True)
    name: Any = TextField()
    legal_name: Any = TextField(default="")
    address_lines: Any = TextField(default="")
    postcode: Any = TextField(default="")
    city: Any = TextField(default="")
    phone: Any = TextField(default="")
    email: Any = TextField(default="")
    siret: Any = TextField(default="")
    finess: Any = TextField(default="")
    iban: Any = TextField(default="")
    bic: Any = TextField(default="")
    payment_terms: Any = TextField(default="")
    due_days: Any = IntegerField(default=0)
    legal_text: Any = TextField(default="")
    sender_name: Any = TextField(default="")
    sender_email: Any = TextField(default="")
    reply_to: Any = TextField(default="")
    receipt: Any = BooleanField(default=False)
    subject: Any = TextField(default="")
    body: Any = TextField(default="")
    archived_at: Any = MomentField(null=True)

    class Meta:
        table_name = "structure"


class ResidentRow(Table):
    structure: Any = ForeignKeyField(StructureRow)
    code: Any = TextField()
    title: Any = TextField(default="")
    last_name: Any = TextField()
    first_name: Any = TextField(default="")
    birth_date: Any = DayField(null=True)
    room: Any = TextField(default="")
    entry_date: Any = DayField(null=True)
    departure_date: Any = DayField(null=True)
    email1: Any = TextField(default="")
    email2: Any = TextField(default="")
    sort_key: Any = TextField()
    search_key: Any = TextField()
    recipients: Any = IntegerField(default=0)

    class Meta:
        table_name = "resident"


class GuardianRow(Table):
    resident: Any = ForeignKeyField(ResidentRow, unique=True)
    kind: Any = TextField(default="")
    delegate: Any = TextField(default="")
    email: Any = TextField(default="")
    receives: Any = BooleanField(default=False)
    address_lines: Any = TextField(default="")
    postcode: Any = TextField(default="")
    city: Any = TextField(default="")
    phone: Any = TextField(default="")

    class Meta:
        table_name = "guardian"


class RelativeRow(Table):
    resident: Any = ForeignKeyField(ResidentRow)
    position: Any = IntegerField()
    name: Any = TextField()
    link: Any = TextField(default="")
    email: Any = TextField(default="")
    receives: Any = BooleanField(default=False)
    label: Any = TextField(default="")
    address_lines: Any = TextField(default="")
    postcode: Any = TextField(default="")
    city: Any = TextField(default="")
    phone: Any = TextField(default="")

    class Meta:
        table_name = "relative"


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


class AccountRow(Table):
    association: Any = ForeignKeyField(AssociationRow, unique=True)
    host: Any = TextField()
    port: Any = IntegerField()
    security: Any = TextField()
    user: Any = TextField(default="", column_name="login")
    ca_file: Any = TextField(default="")
    gap: Any = FloatField(default=2.0)
    pause_every: Any = IntegerField(default=10)
    pause: Any = FloatField(default=10.0)
    per_minute: Any = IntegerField(default=0)
    per_hour: Any = IntegerField(default=0)
    per_day: Any = IntegerField(default=0)
    connections: Any = IntegerField(default=1)

    class Meta:
        table_name = "account"


class LeaseRow(Table):
    account: Any = ForeignKeyField(AccountRow, unique=True)
    epoch: Any = IntegerField(default=0)
    owner: Any = TextField(default="")
    operator: Any = TextField(default="")
    host: Any = TextField(default="")
    pid: Any = IntegerField(default=0)
    started: Any = TextField(default="")
    since: Any = MomentField(null=True)
    expires_at: Any = MomentField(null=True)

    class Meta:
        table_name = "lease"


class PacingRow(Table):
    account: Any = ForeignKeyField(AccountRow, unique=True)
    last: Any = MomentField(null=True)
    since_pause: Any = IntegerField(default=0)
    slow_gap: Any = FloatField(default=0.0)
    successes: Any = IntegerField(default=0)
    complaints: Any = IntegerField(default=0)
    not_before: Any = MomentField(null=True)

    class Meta:
        table_name = "pacing"


class SlotRow(Table):
    account: Any = ForeignKeyField(AccountRow)
    at: Any = MomentField()

    class Meta:
        table_name = "slot"


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
    document: Any = ForeignKeyField(DocumentRow)
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

    class Meta:
        table_name = "delivery"


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

    class Meta:
        table_name = "event"


class JournalHeadRow(Table):
    lines: Any = IntegerField()
    hash: Any = TextField()

    class Meta:
        table_name = "journal_head"


ALL: tuple[type[Table], ...] = (
    AssociationRow,
    StructureRow,
    ResidentRow,
    GuardianRow,
    RelativeRow,
    ImportRunRow,
    DocumentRow,
    LineRow,
    AccountRow,
    LeaseRow,
    PacingRow,
    SlotRow,
    BatchRow,
    WordingRow,
    AttachmentRow,
    DeliveryRow,
    EventRow,
    JournalHeadRow,
)
