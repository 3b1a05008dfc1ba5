"""The mail account, who holds it and how fast it may send."""

from __future__ import annotations

from typing import Any

from peewee import FloatField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table
from tuimail.store.tables.places import AssociationRow


class AccountRow(Table):
    association: Any = ForeignKeyField(AssociationRow)
    operator: Any = TextField(default="")
    host: Any = TextField()
    port: Any = IntegerField()
    security: Any = TextField()
    user: Any = TextField(default="", column_name="login")
    authentication: Any = TextField(default="password")
    signed_in_as: Any = TextField(default="")
    tenant: Any = TextField(default="")
    client_id: Any = TextField(default="")
    clear_host: Any = TextField(default="")
    ca_file: Any = TextField(default="")
    connect_timeout: Any = FloatField(default=30.0)
    reply_timeout: Any = FloatField(default=300.0)
    gap: Any = FloatField(default=2.0)
    pause_every: Any = IntegerField(default=10)
    pause: Any = FloatField(default=10.0)
    per_minute: Any = IntegerField(default=0)
    per_hour: Any = IntegerField(default=0)
    per_day: Any = IntegerField(default=0)
    connections: Any = IntegerField(default=1)
    paused_at: Any = MomentField(null=True)
    paused_by: Any = TextField(default="")

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
