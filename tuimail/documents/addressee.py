"""Whose address stands in the envelope's window. One document has one PDF, so it is the same for all who receive it."""

from __future__ import annotations

from tuimail.documents.printable import Printable
from tuimail.domain.people import Guardian, Relative, Role


def resident_name(item: Printable) -> str:
    """`M. BERNARD Paul`."""
    return f"{item.resident.title} {item.resident.name}".strip()


def addressee(item: Printable) -> tuple[Role, tuple[str, ...]]:
    """In which quality somebody is written to, and the lines of the address.

    The guardian ticked to receive invoices, else the first relative ticked, each only if the postal address is known;
    else the resident, in the home.
    """
    guardian = item.resident.guardian
    if guardian and guardian.receives and guardian.address.block():
        return Role.GUARDIAN, (*_guardian(guardian, resident_name(item)), *guardian.address.block())
    for relative in item.resident.relatives:
        if relative.receives and relative.address.block():
            return Role.RELATIVE, (*_relative(relative, resident_name(item)), *relative.address.block())
    room = f"Chambre {item.resident.room}" if item.resident.room else ""
    block = (resident_name(item), room, item.structure.name, *item.structure.address.block())
    return Role.RESIDENT, tuple(line for line in block if line)


def _guardian(guardian: Guardian, resident: str) -> tuple[str, ...]:
    kind = guardian.kind[:1].upper() + guardian.kind[1:]
    about = f"{kind} de {resident}" if kind else f"Pour {resident}"
    return (guardian.delegate, about) if guardian.delegate else (about,)


def _relative(relative: Relative, resident: str) -> tuple[str, ...]:
    return f"{relative.label} {relative.name}".strip(), f"Pour {resident}"
