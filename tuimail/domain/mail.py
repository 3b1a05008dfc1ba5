"""What is asked of the outbox and what becomes of it: batches and deliveries. `id` is 0 until the store gives one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tuimail.domain.audience import PersonKey, keys_of
from tuimail.domain.billing import Attachment, KeptFile
from tuimail.domain.people import Role
from tuimail.domain.periods import Period


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


class Purpose(StrEnum):
    """What a message is for. Only DOCUMENT says anything about where a document stands."""

    DOCUMENT = "document"
    """A document, to somebody who receives it."""
    COPY = "copy"
    """The home's own copy of such a message."""
    LETTER = "letter"
    """A letter of a mailing."""

    @property
    def rank(self) -> int:
        """What leaves first where several wait: families get their invoices before anything else."""
        return list(Purpose).index(self)


class BatchState(StrEnum):
    """What a batch is asked to do."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


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
    copy_to: str = ""
    """An own address that is to get a copy of each message; empty: none."""
    html: bool = False
    """Whether the text is said once more in HTML."""
    logo: str = ""
    """What the HTML shows: name of a file of the logos' folder; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of one send in place of those that are codified; what is empty stays as it is."""

    subject: str = ""
    body: str = ""


class Mend(StrEnum):
    """Where what keeps a document back can be mended."""

    NOWHERE = ""
    RESIDENT = "resident"
    STRUCTURE = "structure"
    BROUGHT = "brought"
    """Among the PDFs that another program made."""


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


def files_text(files: Sequence[Attachment]) -> str:
    """Attached files as a delivery keeps them; empty for none."""
    return json.dumps([asdict(each) for each in files], ensure_ascii=False) if files else ""


def files_of(text: str) -> tuple[Attachment, ...]:
    """What `files_text` wrote."""
    return tuple(Attachment(**each) for each in json.loads(text)) if text else ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address, the unit of the promise."""

    id: int
    batch_id: int
    document_id: int
    """0 for a message that is about no document."""
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
    issued_on: date | None = None
    due_on: date | None = None
    gross: int = 0
    """Cents with tax: with the two days, what the text may say of the document as it was when it was queued."""
    dated: datetime | None = None
    """What its Date header says since it first left: a later try sends the same bytes. None: it never left."""
    purpose: Purpose = Purpose.DOCUMENT
    resident_id: int = 0
    """Whom a letter is known for; 0 for what is about a document."""
    person: int = 0
    """With the resident and the role, whom a letter is written to: the number of a `PersonKey`."""
    mailing_id: int = 0
    """The mailing a letter is of."""
    copy_of: int = 0
    """The delivery that a copy is of."""
    merge_values: str = ""
    """What the keywords of a letter become, as a JSON object; empty: they are made from the document."""
    files: str = ""
    """What goes along with this letter alone, as `files_text` writes it."""
    readers: str = ""
    """Who else was to read this letter in the same mailbox, as `keys_text` writes it."""
    language: str = "fr"
    """Of the usual texts: the resident's choice when it was queued."""

    @property
    def erased(self) -> bool:
        """Whether it was emptied with its resident: what stands for the address is none."""
        return "@" not in self.address

    @property
    def person_key(self) -> PersonKey:
        """Whom a letter is written to."""
        return PersonKey(self.resident_id, self.role, self.person)

    @property
    def everybody(self) -> tuple[PersonKey, ...]:
        """Whom a letter is for: the one it is written to, then who else was to read it."""
        return (self.person_key, *keys_of(self.readers))

    def again(self, message_id: str) -> NewDelivery:
        """The same once more, as a message of its own."""
        # A delivery does not keep its file's size, and nothing asks for it again.
        pdf = KeptFile(self.pdf_path, self.pdf_name, self.pdf_sha256, 0) if self.pdf_path else None
        return NewDelivery(**_shared(self) | {"message_id": message_id, "pdf": pdf})


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
    pdf: KeptFile | None
    """None: nothing but what is attached to the batch goes along."""
    issued_on: date | None = None
    due_on: date | None = None
    gross: int = 0
    """Cents with tax: with the two days, what the text may say of the document as it was when it was queued."""
    purpose: Purpose = Purpose.DOCUMENT
    resident_id: int = 0
    person: int = 0
    mailing_id: int = 0
    copy_of: int = 0
    merge_values: str = ""
    """As in `Delivery`. `document_id` is 0 for what is about no document."""
    files: str = ""
    readers: str = ""
    not_before: datetime | None = None
    """It waits until then."""
    language: str = "fr"
    """Of the usual texts: the resident's choice when it was queued."""

    @property
    def person_key(self) -> PersonKey:
        """Whom a letter is written to."""
        return PersonKey(self.resident_id, self.role, self.person)

    def as_delivery(self, dated: datetime | None = None) -> Delivery:
        """As a delivery that is in no store: for a draft, a rehearsal or a test."""
        pdf = self.pdf or KeptFile("", "", "", 0)
        named = {"pdf_path": pdf.path, "pdf_name": pdf.name, "pdf_sha256": pdf.sha256}
        return Delivery(id=0, batch_id=0, state=DeliveryState.QUEUED, attempt=0, dated=dated, **_shared(self) | named)


_SHARED = frozenset(each.name for each in fields(Delivery)) & {each.name for each in fields(NewDelivery)}


def _shared(delivery: Delivery | NewDelivery) -> dict[str, Any]:
    """What a message is about and whom it goes to, which it keeps before the outbox, in it, and sent again."""
    return {name: getattr(delivery, name) for name in _SHARED}


@dataclass(frozen=True, slots=True)
class BlockedDocument:
    """A document of a batch that no message can be made for, with the reason for people."""

    document_id: int
    number: str
    period: Period
    resident: str
    reason: str
    mend: Mend = Mend.NOWHERE


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
