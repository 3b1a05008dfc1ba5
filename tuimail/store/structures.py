"""Associations and the structures below them."""

from __future__ import annotations

from typing import Any

from tuimail.domain.places import Association, FacturX, PostalAddress, Sender, Structure
from tuimail.domain.text import fold
from tuimail.store.database import transaction
from tuimail.store.tables.places import AssociationRow, StructureRow

_PLAIN = (
    "name",
    "legal_name",
    "phone",
    "email",
    "siret",
    "finess",
    "iban",
    "bic",
    "payment_terms",
    "due_days",
    "legal_text",
)


def address_of(row: Any) -> PostalAddress:
    """The postal address in a row that has `address_lines`, `postcode` and `city`."""
    lines = tuple(line for line in row.address_lines.split("\n") if line)
    return PostalAddress(lines, row.postcode, row.city)


def address_values(address: PostalAddress) -> dict[str, str]:
    """The columns of a postal address."""
    return {"address_lines": "\n".join(address.lines), "postcode": address.postcode, "city": address.city}


def associations() -> list[Association]:
    """All of them, by name."""
    found = [Association(row.name, row.id) for row in AssociationRow.select()]
    return sorted(found, key=lambda a: (fold(a.name), a.id))


def add_association(name: str) -> Association:
    """Store a new association."""
    with transaction():
        return Association(name, AssociationRow.create(name=name).id)


def rename_association(association_id: int, name: str) -> None:
    """Give an association another name."""
    with transaction():
        AssociationRow.update(name=name).where(AssociationRow.id == association_id).execute()


def structures(association_id: int | None = None) -> list[Structure]:
    """Those of one association or of all, by name, without the archived ones."""
    query = StructureRow.select().where(StructureRow.archived_at.is_null())
    if association_id is not None:
        query = query.where(StructureRow.association == association_id)
    return sorted((_structure(row) for row in query), key=lambda s: (fold(s.name), s.id))


def structure(structure_id: int) -> Structure:
    """The structure of that id, which must exist."""
    return _structure(StructureRow.get_by_id(structure_id))


def save_structure(structure: Structure) -> Structure:
    """Store a new structure (`id` 0) or the new state of a known one; returns it with its id."""
    values = {name: getattr(structure, name) for name in _PLAIN} | address_values(structure.address)
    values |= {"association": structure.association_id, "parent": structure.parent_id, "factur_x": structure.factur_x}
    values |= _sender_values(structure.sender)
    with transaction():
        if structure.id:
            StructureRow.update(**values).where(StructureRow.id == structure.id).execute()
            return structure
        return _structure(StructureRow.create(**values))


def set_sender(structure_id: int, sender: Sender) -> None:
    """Store who that structure's messages come from and what they say."""
    with transaction():
        StructureRow.update(**_sender_values(sender)).where(StructureRow.id == structure_id).execute()


def _sender_values(sender: Sender) -> dict[str, Any]:
    return {
        "sender_name": sender.name,
        "sender_email": sender.email,
        "reply_to": sender.reply_to,
        "receipt": sender.receipt,
        "subject": sender.subject,
        "body": sender.body,
    }


def _structure(row: Any) -> Structure:
    sender = Sender(row.sender_name, row.sender_email, row.reply_to, row.receipt, row.subject, row.body)
    return Structure(
        **{name: getattr(row, name) for name in _PLAIN},
        association_id=row.association_id,
        parent_id=row.parent_id,
        address=address_of(row),
        factur_x=FacturX(row.factur_x),
        sender=sender,
        id=row.id,
    )
