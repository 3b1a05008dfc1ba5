"""People, documents and sends as tests need them: believable where nothing is said, exact where something is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from tuimail.domain.account import Account, Owner, Security
from tuimail.domain.billing import Attachment, Document, DocumentKind, DocumentLine, KeptFile
from tuimail.domain.mail import (
    Batch,
    BlockedDocument,
    Delivery,
    DeliveryState,
    NewBatch,
    NewDelivery,
    Settlement,
    Wording,
)
from tuimail.domain.people import Resident, Role
from tuimail.domain.periods import Period
from tuimail.domain.places import Association, Structure
from tuimail.domain.recipients import decide
from tuimail.store import accounts, batches, documents, outbox, residents, structures

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PERIOD = Period(2026, 10)


def person(structure_id: int = 1, number: int = 1, **changes: Any) -> Resident:
    """A resident with one address; `number` tells people apart."""
    values: dict[str, Any] = {
        "structure_id": structure_id,
        "code": f"R{number:04}",
        "last_name": f"BERNARD{number}",
        "first_name": "Paul",
        "emails": (f"paul.bernard{number}@orange.example",),
    }
    return Resident(**values | changes)


def line(amount: int = 10_000, **changes: Any) -> DocumentLine:
    """A line of `amount` cents without tax."""
    values: dict[str, Any] = {
        "heading": "Frais de séjour",
        "label": "Hébergement",
        "quantity": 10_000,
        "unit_price": amount * 100,
        "amount": amount,
        "vat_bp": 550,
    }
    return DocumentLine(**values | changes)


def invoice(resident: Resident, number: str = "001", **changes: Any) -> Document:
    """An invoice of a stored resident, of October 2026 unless `period` says another."""
    period: Period = changes.get("period", PERIOD)
    values: dict[str, Any] = {
        "structure_id": resident.structure_id,
        "resident_id": resident.id,
        "kind": DocumentKind.INVOICE,
        "number": number,
        "period": period,
        "issued_on": date(period.year, period.month, 28),
        "due_on": None,
        "heading": "Frais de séjour",
        "net": 10_000,
        "vat": 550,
        "gross": 10_550,
        "lines": (line(),),
    }
    return Document(**values | changes)


def owner(name: str = "virginie", host: str = "bureau", pid: int = 100) -> Owner:
    """A process that sends."""
    return Owner(id=f"{name}-{host}-{pid}", operator=name, host=host, pid=pid, started=f"boot/{pid}")


@dataclass
class Home:
    """A structure with its account, residents and one invoice each, all stored."""

    association: Association
    structure: Structure
    account: Account
    people: list[Resident]
    documents: list[Document]

    def ask(
        self,
        wanted: Sequence[Document] | None = None,
        *,
        resend: bool = False,
        blocked: Sequence[Document] = (),
        attachments: tuple[tuple[int, Attachment], ...] = (),
        run: str = "1",
    ) -> NewBatch:
        """What a press of Send would ask for; `run` tells the Message-IDs of one press from another's."""
        of = {p.id: p for p in self.people}
        deliveries = [
            NewDelivery(
                document_id=document.id,
                structure_id=document.structure_id,
                number=document.number,
                period=document.period,
                resident=of[document.resident_id].name,
                address=recipient.address,
                role=recipient.role,
                recipient_name=recipient.name,
                message_id=f"<{run}.{document.id}.{recipient.address}>",
                pdf=KeptFile(f"{document.number}.pdf", f"Facture {document.number}.pdf", f"sha-{document.id}", 70_000),
            )
            for document in (self.documents if wanted is None else wanted)
            for recipient in decide(of[document.resident_id]).recipients
        ]
        return NewBatch(
            account_id=self.account.id,
            label="octobre 2026",
            wordings=(
                Wording(self.structure.id, self.structure.name, "Compta", "compta@home.example", "", False, "S", "B"),
            ),
            deliveries=tuple(deliveries),
            blocked=tuple(BlockedDocument(d.id, d.number, d.period, of[d.resident_id].name, "?") for d in blocked),
            attachments=attachments,
            resend=resend,
        )


def home(count: int = 3, people: Sequence[Resident] | None = None, **account: Any) -> Home:
    """`count` residents (or these) with an invoice each, numbered from 001, and an account without pacing.

    Needs an open store; `account` changes the account. Several homes get names of their own.
    """
    number = len(structures.associations()) + 1
    association = structures.add_association(f"Association {number}")
    structure = structures.save_structure(Structure(f"Maison {number}", association.id))
    plain: dict[str, Any] = {"host": "smtp.example", "port": 25, "security": Security.NONE, "gap": 0, "pause_every": 0}
    saved = accounts.save_account(Account(association.id, **plain | account))
    if people is None:
        people = [person(number=n) for n in range(1, count + 1)]
    stored = residents.save_residents(replace(p, structure_id=structure.id) for p in people)
    papers = documents.save_documents(invoice(p, f"{n:03}") for n, p in enumerate(stored, 1))
    return Home(association, structure, saved, stored, papers)


def settled(state: DeliveryState, detail: str = "", next_at: datetime | None = None) -> Settlement:
    """How a try ended."""
    return Settlement(state, "2.0.0" if state is DeliveryState.SENT else "5.1.1", "250 Ok", "4F2A", next_at, detail)


def deliver(
    house: Home,
    outcomes: dict[str, Settlement] | None = None,
    *,
    run: str = "1",
    wanted: Sequence[Document] | None = None,
    resend: bool = False,
    now: datetime = NOW,
) -> Batch | None:
    """Queue and send these documents, or all: by address as `outcomes` says, else accepted."""
    sender = owner()
    batch = batches.queue(house.ask(wanted, resend=resend, run=run), sender, now)
    if batch is None:
        return None
    lease, _ = outbox.acquire(house.account.id, sender, now, lambda _: False)
    while isinstance(delivery := outbox.claim(lease, house.account, now, batch.id), Delivery):
        assert outbox.enter_flight(lease, delivery.id, f"wire-{delivery.id}", now)
        outcome = (outcomes or {}).get(delivery.address) or settled(DeliveryState.SENT)
        assert outbox.settle(lease, house.account, delivery, outcome, now)
    outbox.release(lease, now)
    batches.finish(batch.id, sender, now)
    return batch


def delivery_to(document: Document, address: str, message_id: str = "<1@home.example>") -> NewDelivery:
    """A message of a document to any address."""
    return NewDelivery(
        document_id=document.id,
        structure_id=document.structure_id,
        number=document.number,
        period=document.period,
        resident="BERNARD Paul",
        address=address,
        role=Role.RESIDENT,
        recipient_name="",
        message_id=message_id,
        pdf=KeptFile(f"{document.number}.pdf", "Facture.pdf", f"sha-{document.id}", 70_000),
    )
