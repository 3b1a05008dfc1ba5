"""Who invoices are about, and who may receive them. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tuimail.domain.places import PostalAddress


class Role(StrEnum):
    """In which quality somebody receives a document."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    OTHER = "other"
    """An address typed for one send."""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Legal protection of a resident."""

    kind: str = ""
    delegate: str = ""
    email: str = ""
    receives: bool = False
    address: PostalAddress = field(default_factory=PostalAddress)
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """Family of a resident; their order counts."""

    name: str
    link: str = ""
    email: str = ""
    receives: bool = False
    label: str = ""
    """Printed before the postal address."""
    address: PostalAddress = field(default_factory=PostalAddress)
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Resident:
    """Who the invoices are about."""

    structure_id: int
    code: str
    last_name: str
    first_name: str
    title: str = ""
    birth_date: date | None = None
    room: str = ""
    entry_date: date | None = None
    departure_date: date | None = None
    emails: tuple[str, ...] = ()
    """At most two own addresses."""
    guardian: Guardian | None = None
    relatives: tuple[Relative, ...] = ()
    pdf_password: str = ""
    """What opens this resident's PDFs; empty: they are not encrypted."""
    id: int = 0

    @property
    def name(self) -> str:
        """`BERNARD Paul`."""
        return f"{self.last_name} {self.first_name}".strip()
