"""Residents and those around them."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import DayField, MomentField, Table
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
    sex: Any = TextField(default="")
    birth_name: Any = TextField(default="")
    birth_place: Any = TextField(default="")
    family_status: Any = TextField(default="")
    widowhood_date: Any = DayField(null=True)
    policy: Any = TextField(default="")
    paper: Any = BooleanField(default=False)
    language: Any = TextField(default="fr")
    mailings: Any = BooleanField(default=False)
    consent_date: Any = DayField(null=True)
    consent_source: Any = TextField(default="")
    address_key: Any = TextField(default="")
    protected: Any = BooleanField(default=False)
    erased_at: Any = MomentField(null=True)
    unit: Any = TextField(default="")

    class Meta:
        table_name = "resident"


class AddressNoteRow(Table):
    resident: Any = ForeignKeyField(ResidentRow)
    address: Any = TextField()
    changed_at: Any = MomentField(null=True)
    succeeded_at: Any = MomentField(null=True)
    bounced_at: Any = MomentField(null=True)
    bounce: Any = TextField(default="")
    refused: Any = BooleanField(default=False)

    class Meta:
        table_name = "address_note"


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
    fax: Any = TextField(default="")
    mobile: Any = TextField(default="")
    title: Any = TextField(default="")

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
