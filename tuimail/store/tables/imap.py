"""Where the association's own mail is read."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import Table
from tuimail.store.tables.places import AssociationRow


class ImapRow(Table):
    association: Any = ForeignKeyField(AssociationRow, unique=True)
    host: Any = TextField()
    port: Any = IntegerField()
    security: Any = TextField()
    user: Any = TextField(column_name="login")
    ca_file: Any = TextField(default="")
    sent_folder: Any = TextField(default="")
    copy_sent: Any = BooleanField(default=False)
    returns_folder: Any = TextField(default="")

    class Meta:
        table_name = "imap_account"
