"""Whose address stands in the envelope's window. One document has one PDF, so it is the same for all who receive it."""

from __future__ import annotations

from dataclasses import dataclass

from tuimail.documents.printable import Printable
from tuimail.domain.people import Guardian, Relative, Role
from tuimail.domain.places import PostalAddress
from tuimail.domain.text import fold


def resident_name(item: Printable) -> str:
    """`M. BERNARD Paul`."""
    return f"{item.resident.title} {item.resident.name}".strip()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a letter goes to."""

    role: Role
    """In which quality somebody is written to."""
    names: tuple[str, ...]
    """The lines above the street."""
    address: PostalAddress

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """Sorts letters as the post does: by postcode, city and name; those without a postcode last."""
        city, name = fold(self.address.city), fold(self.names[0] if self.names else "")
        return not self.address.postcode, self.address.postcode, city, name

    @property
    def complete(self) -> bool:
        """Whether a postman would find it."""
        return bool(self.names and self.address.lines and self.address.postcode and self.address.city)


def envelope(item: Printable) -> Envelope:
    """Whose address stands on the page.

    The guardian ticked to receive invoices, else the first relative ticked, each only if the postal address is known;
    else the resident, in the home.
    """
    guardian = item.resident.guardian
    if guardian and guardian.receives and guardian.address.block():
        return Envelope(Role.GUARDIAN, _guardian(guardian, resident_name(item)), guardian.address)
    for relative in item.resident.relatives:
        if relative.receives and relative.address.block():
            return Envelope(Role.RELATIVE, _relative(relative, resident_name(item)), relative.address)
    room = f"Chambre {item.resident.room}" if item.resident.room else ""
    names = (resident_name(item), room, item.structure.name)
    return Envelope(Role.RESIDENT, tuple(line for line in names if line), item.structure.address)


def addressee(item: Printable) -> tuple[Role, tuple[str, ...]]:
    """In which quality somebody is written to, and the lines of the address; whose, `envelope` says."""
    found = envelope(item)
    return found.role, (*found.names, *found.address.block())


def _guardian(guardian: Guardian, resident: str) -> tuple[str, ...]:
    kind = guardian.kind[:1].upper() + guardian.kind[1:]
    about = f"{kind} de {resident}" if kind else f"Pour {resident}"
    return (guardian.delegate, about) if guardian.delegate else (about,)


def _relative(relative: Relative, resident: str) -> tuple[str, ...]:
    return f"{relative.label} {relative.name}".strip(), f"Pour {resident}"
