"""Residents and those around them."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import DayField, Table
from tuimail.store.tables.places import StructureRow


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
    pdf_password: Any = TextField(default="")
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
