"""What is billed: documents, their lines, and their PDFs as they are kept. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuimail.domain.periods import Period


class DocumentKind(StrEnum):
    """What a document is; numbers are unique per structure, kind and year."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY_NOTE = "delivery-note"
    DISBURSEMENTS = "disbursements"


class DocumentState(StrEnum):
    """What the deliveries of a document add up to; derived, never set by hand."""

    UNSENT = "unsent"
    QUEUED = "queued"
    SENT = "sent"
    PARTIAL = "partial"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line of a document. `quantity` and `unit_price` are 1/10,000, `amount` cents without tax."""

    heading: str
    label: str
    quantity: int
    unit_price: int
    amount: int
    vat_bp: int
    """Tax rate in basis points: 550 is 5.5 %."""


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or another document of a resident. Totals are cents; `net` is without tax, `gross` with."""

    structure_id: int
    resident_id: int
    kind: DocumentKind
    number: str
    """As text: leading zeros count."""
    period: Period
    issued_on: date
    due_on: date | None
    heading: str
    """What the document is listed under: the heading of its first line."""
    net: int
    vat: int
    gross: int
    lines: tuple[DocumentLine, ...] = ()
    paid: int = 0
    """Cents of `gross` that were paid before the document was issued."""
    related_id: int | None = None
    """The invoice that a credit note corrects or that a disbursement statement goes with."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A document's PDF as it is kept and sent."""

    path: str
    """Inside the documents folder."""
    name: str
    """What the family sees it called."""
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with messages beside the document itself, kept by its content."""

    name: str
    media_type: str
    sha256: str
    size: int
    """Bytes."""
    path: str
    """Inside the attachments folder."""
