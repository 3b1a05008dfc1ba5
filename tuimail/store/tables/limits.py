"""How large a message each mail server takes."""

from __future__ import annotations

from typing import Any

from peewee import ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.account import AccountRow
from tuimail.store.tables.base import MomentField, Table


class ServerLimitRow(Table):
    account: Any = ForeignKeyField(AccountRow, unique=True)
    host: Any = TextField()
    size: Any = IntegerField()
    seen_at: Any = MomentField()

    class Meta:
        table_name = "server_limit"
