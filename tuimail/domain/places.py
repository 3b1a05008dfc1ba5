"""Where invoices come from: the tree of associations and structures. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Association:
    """Root of the tree; owns the SMTP account."""

    name: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Lines above the postcode, then postcode and city."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""

    def block(self) -> tuple[str, ...]:
        """The lines as they are printed, without empty ones."""
        return tuple(line for line in (*self.lines, f"{self.postcode} {self.city}".strip()) if line)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a structure's messages come from, and what they say; empty subject or body: the default text."""

    name: str = ""
    email: str = ""
    reply_to: str = ""
    receipt: bool = False
    """Ask for a read receipt."""
    subject: str = ""
    body: str = ""


class FacturX(StrEnum):
    """Which machine-readable invoice a structure's PDFs carry."""

    NONE = "none"
    BASIC = "basic"
    EN16931 = "en16931"


@dataclass(frozen=True, slots=True)
class Structure:
    """A home or service below an association or another structure."""

    name: str
    association_id: int
    parent_id: int | None = None
    legal_name: str = ""
    address: PostalAddress = field(default_factory=PostalAddress)
    phone: str = ""
    email: str = ""
    siret: str = ""
    finess: str = ""
    iban: str = ""
    bic: str = ""
    payment_terms: str = ""
    due_days: int = 0
    """Days from the invoice's date to its due date."""
    legal_text: str = ""
    factur_x: FacturX = FacturX.NONE
    sender: Sender = field(default_factory=Sender)
    id: int = 0
