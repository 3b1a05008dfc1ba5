"""Associations and the structures below them, as they are read and written; `store.tree` changes the tree itself."""

from __future__ import annotations

from typing import Any

from tuimail.domain.places import Association, FacturX, PostalAddress, Sender, Structure, VatRegime
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
    "due_day",
    "number_prefix",
    "next_number",
    "legal_text",
    "logo",
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
    return sorted(map(_association, AssociationRow.select()), key=lambda a: (fold(a.name), a.id))


def association(association_id: int) -> Association | None:
    """The association of that id, if there is one."""
    row = AssociationRow.get_or_none(AssociationRow.id == association_id)
    return _association(row) if row else None


def add_association(name: str) -> Association:
    """Store a new association."""
    with transaction():
        return Association(name, AssociationRow.create(name=name).id)


def rename_association(association_id: int, name: str) -> None:
    """Give an association another name."""
    with transaction():
        AssociationRow.update(name=name).where(AssociationRow.id == association_id).execute()


def save_association(association: Association) -> None:
    """Store the new state of a known association."""
    values = {
        "name": association.name,
        "sender_name": association.sender_name,
        "subject": association.subject,
        "body": association.body,
    }
    with transaction():
        AssociationRow.update(**values).where(AssociationRow.id == association.id).execute()


def structures(association_id: int | None = None, *, archived: bool = False) -> list[Structure]:
    """Those of one association or of all, by name; `archived`: with the archived ones."""
    query = StructureRow.select()
    if not archived:
        query = query.where(StructureRow.archived_at.is_null())
    if association_id is not None:
        query = query.where(StructureRow.association == association_id)
    return sorted((_structure(row) for row in query), key=lambda s: (fold(s.name), s.id))


def structure(structure_id: int) -> Structure:
    """The structure of that id, which must exist."""
    return _structure(StructureRow.get_by_id(structure_id))


def structure_if_there(structure_id: int) -> Structure | None:
    """The structure of that id, if it was not removed."""
    row = StructureRow.get_or_none(StructureRow.id == structure_id)
    return _structure(row) if row else None


def save_structure(structure: Structure) -> Structure:
    """Store a new structure (`id` 0) or the new state of a known one; returns it with its id.

    Whether it is archived is not touched.
    """
    values = {name: getattr(structure, name) for name in _PLAIN} | address_values(structure.address)
    values |= {"association": structure.association_id, "parent": structure.parent_id}
    values |= {"vat_regime": str(structure.vat_regime), "factur_x": str(structure.factur_x)}
    values |= _sender_values(structure.sender)
    with transaction():
        if structure.id:
            StructureRow.update(**values).where(StructureRow.id == structure.id).execute()
            return structure
        return _structure(StructureRow.create(**values))


def _sender_values(sender: Sender) -> dict[str, Any]:
    return {
        "sender_name": sender.name,
        "sender_email": sender.email,
        "reply_to": sender.reply_to,
        "receipt": sender.receipt,
        "subject": sender.subject,
        "body": sender.body,
        "copy_to": sender.copy_to,
        "html": sender.html,
    }


def _association(row: Any) -> Association:
    return Association(row.name, row.id, row.sender_name, row.subject, row.body)


def _structure(row: Any) -> Structure:
    sender = Sender(
        row.sender_name, row.sender_email, row.reply_to, row.receipt, row.subject, row.body, row.copy_to, row.html
    )
    return Structure(
        **{name: getattr(row, name) for name in _PLAIN},
        association_id=row.association_id,
        parent_id=row.parent_id,
        address=address_of(row),
        vat_regime=VatRegime(row.vat_regime),
        factur_x=FacturX(row.factur_x),
        sender=sender,
        id=row.id,
        archived=row.archived_at is not None,
    )
