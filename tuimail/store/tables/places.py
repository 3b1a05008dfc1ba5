"""Associations and structures."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from tuimail.store.tables.base import MomentField, Table


class AssociationRow(Table):
    name: Any = TextField()
    sender_name: Any = TextField(default="")
    subject: Any = TextField(default="")
    body: Any = TextField(default="")

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
    due_day: Any = IntegerField(default=0)
    number_prefix: Any = TextField(default="")
    next_number: Any = IntegerField(default=0)
    vat_regime: Any = TextField(default="")
    legal_text: Any = TextField(default="")
    logo: Any = TextField(default="")
    factur_x: Any = TextField(default="none")
    sender_name: Any = TextField(default="")
    sender_email: Any = TextField(default="")
    reply_to: Any = TextField(default="")
    receipt: Any = BooleanField(default=False)
    subject: Any = TextField(default="")
    body: Any = TextField(default="")
    copy_to: Any = TextField(default="")
    html: Any = BooleanField(default=False)
    archived_at: Any = MomentField(null=True)

    class Meta:
        table_name = "structure"
