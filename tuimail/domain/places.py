"""Where invoices come from: the tree of associations and structures. `id` is 0 until the store has given one."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tuimail.domain.i18n import _


@dataclass(frozen=True, slots=True)
class Association:
    """Root of the tree; owns the SMTP account, and the text of the structures that have none of their own."""

    name: str
    id: int = 0
    sender_name: str = ""
    subject: str = ""
    body: str = ""


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
    """Who a structure's messages come from, and what they say; an empty name, subject or body: the association's."""

    name: str = ""
    email: str = ""
    reply_to: str = ""
    receipt: bool = False
    """Ask for a read receipt."""
    subject: str = ""
    body: str = ""
    copy_to: str = ""
    """An own address that gets a copy of each message; empty: none."""
    html: bool = False
    """Say the text once more in HTML, with the structure's logo."""


class VatRegime(StrEnum):
    """How a structure stands with the tax on value added."""

    UNSAID = ""
    EXEMPT = "exempt"
    """Care by a body without profit: article 261, 7 of the tax code."""
    FRANCHISE = "franchise"
    """Below the threshold: article 293 B."""
    TAXED = "taxed"
    """5.5 % on board and lodging, 20 % on the rest."""

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return {
            VatRegime.UNSAID: _("not said"),
            VatRegime.EXEMPT: _("exempt"),
            VatRegime.FRANCHISE: _("below the threshold"),
            VatRegime.TAXED: _("taxed"),
        }[self]

    @property
    def usual_text(self) -> str:
        """What such an invoice says of its missing tax, as French invoices do; empty where tax is charged."""
        return {
            VatRegime.EXEMPT: "Exonération de TVA, article 261, 7-1° du CGI",
            VatRegime.FRANCHISE: "TVA non applicable, article 293 B du CGI",
        }.get(self, "")


class FacturX(StrEnum):
    """Which machine-readable invoice a structure's PDFs carry."""

    NONE = "none"
    BASIC = "basic"
    EN16931 = "en16931"

    @property
    def label(self) -> str:
        """Its name as the standard writes it."""
        return {FacturX.NONE: _("no Factur-X"), FacturX.BASIC: "BASIC", FacturX.EN16931: "EN 16931"}[self]


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
    due_day: int = 0
    """Day of the month that is then waited for, 31 being the last one; 0: none."""
    number_prefix: str = ""
    next_number: int = 0
    """What the next invoice made here is called: prefix and number; 0: it follows the highest there is."""
    vat_regime: VatRegime = VatRegime.UNSAID
    legal_text: str = ""
    """Printed at the foot: why there is no tax, and what the law wants to be said."""
    logo: str = ""
    """Name of a file of the logos' folder."""
    factur_x: FacturX = FacturX.NONE
    sender: Sender = field(default_factory=Sender)
    id: int = 0
    archived: bool = False
    """Not offered any more; what was sent from it stays."""

    def due_on(self, issued_on: date) -> date | None:
        """When an invoice of that day is due; None where nothing is codified."""
        if not (self.due_days or self.due_day):
            return None
        due = issued_on + timedelta(days=self.due_days)
        if not self.due_day:
            return due
        if due.day > self._day_in(due):
            due = (due.replace(day=1) + timedelta(days=31)).replace(day=1)
        return due.replace(day=self._day_in(due))

    def _day_in(self, month: date) -> int:
        return min(self.due_day, monthrange(month.year, month.month)[1])
