"""The values that pass between the rooms. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
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


class Role(StrEnum):
    """In which quality somebody receives a document."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    OTHER = "other"
    """An address typed for one send."""


class DeliveryState(StrEnum):
    """Where one message to one address stands (see `store/outbox.py`)."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


LIVE_STATES = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.INFLIGHT, DeliveryState.DEFERRED)
"""A delivery in one of these can still become a sent message."""


class DocumentState(StrEnum):
    """What the deliveries of a document add up to; derived, never set by hand."""

    UNSENT = "unsent"
    QUEUED = "queued"
    SENT = "sent"
    PARTIAL = "partial"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class BatchState(StrEnum):
    """What a batch is asked to do."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


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
    sender: Sender = field(default_factory=Sender)
    id: int = 0


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
    id: int = 0

    @property
    def name(self) -> str:
        """`BERNARD Paul`."""
        return f"{self.last_name} {self.first_name}".strip()


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
    id: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """An SMTP account. Its password is a secret and stands elsewhere."""

    association_id: int
    host: str
    port: int
    security: Security
    user: str = ""
    """Empty: no authentication."""
    ca_file: str = ""
    gap: float = 2.0
    """Seconds between two messages."""
    pause_every: int = 10
    """Messages between two longer pauses; 0: none."""
    pause: float = 10.0
    """Seconds of the longer pause."""
    per_minute: int = 0
    """Most recipients in any minute, hour, day; 0: no limit known."""
    per_hour: int = 0
    per_day: int = 0
    connections: int = 1
    """Connections that send at the same time; more than one only without pacing."""
    id: int = 0

    @property
    def secret_key(self) -> str:
        """Names the password: another host, port or user never gets this one's."""
        return f"smtp://{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a batch's messages from one structure say, frozen when Send was pressed."""

    structure_id: int
    structure: str
    sender_name: str
    sender_email: str
    reply_to: str
    receipt: bool
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One press of Send."""

    account_id: int
    state: BatchState
    operator: str
    host: str
    created_at: datetime
    label: str
    """What it sends, for people: a period and a structure."""
    invoices: int
    blocked: int
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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address, the unit of the promise."""

    id: int
    batch_id: int
    document_id: int
    structure_id: int
    number: str
    resident: str
    period: Period
    address: str
    role: Role
    recipient_name: str
    message_id: str
    pdf_path: str
    """Inside the documents folder."""
    pdf_name: str
    """What the family sees it called."""
    pdf_sha256: str
    state: DeliveryState
    attempt: int
    next_at: datetime | None = None
    updated_at: datetime | None = None
    code: str = ""
    reply: str = ""
    detail: str = ""
    """How the last try ended, in a sentence."""
    wire_sha256: str = ""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message that Send asks for, before the outbox has taken it."""

    document_id: int
    structure_id: int
    number: str
    period: Period
    resident: str
    address: str
    role: Role
    recipient_name: str
    message_id: str
    pdf: KeptFile


@dataclass(frozen=True, slots=True)
class BlockedDocument:
    """A document of a batch that no message can be made for, with the reason for people."""

    document_id: int
    number: str
    period: Period
    resident: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What one press of Send asks the outbox for; written in one transaction."""

    account_id: int
    label: str
    wordings: tuple[Wording, ...]
    deliveries: tuple[NewDelivery, ...]
    blocked: tuple[BlockedDocument, ...] = ()
    attachments: tuple[tuple[int, Attachment], ...] = ()
    """With the document each goes with; 0: with every message of the batch."""
    resend: bool = False
    """Send again what was already sent or is uncertain: an operator's decision."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that sends: told apart from a dead one by its pid and when that pid started."""

    id: str
    operator: str
    host: str
    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send from an account, one owner at a time; `epoch` grows with each takeover."""

    account_id: int
    owner: Owner
    epoch: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one try of a delivery ended; `state` is what the delivery becomes."""

    state: DeliveryState
    code: str = ""
    reply: str = ""
    queue_id: str = ""
    next_at: datetime | None = None
    """For DEFERRED: not before this."""
    detail: str = ""
    """The sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may leave before `until`."""

    until: datetime
