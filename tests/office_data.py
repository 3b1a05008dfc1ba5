"""A small association for the tests of the screens: two homes, two months, one of every kind of trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from tuimail.domain.account import Account, Owner, Security
from tuimail.domain.billing import Document, DocumentKind, DocumentLine, KeptFile
from tuimail.domain.mail import DeliveryState as State
from tuimail.domain.mail import NewBatch, NewDelivery, Settlement, Wait, Wording
from tuimail.domain.money import vat
from tuimail.domain.pacing import PacingState
from tuimail.domain.people import Guardian, Relative, Resident
from tuimail.domain.periods import Period
from tuimail.domain.places import PostalAddress, Sender, Structure
from tuimail.domain.recipients import decide
from tuimail.store import accounts, batches, documents, outbox, residents, structures

NOW = datetime(2026, 11, 5, 13, 30, tzinfo=UTC)
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
STAY, AID = "Frais de séjour au payant", "Frais de séjour, aide sociale"
OWNER = Owner("before", "virginie", "compta-1", 1, "")

REFUSED = Settlement(
    State.FAILED, "5.1.1", "550 5.1.1 <udaf99@tutelle.example>: User unknown", detail="Adresse inconnue : à corriger"
)
UNANSWERED = Settlement(State.UNCERTAIN, detail="Le serveur n’a pas confirmé : peut-être envoyé")


@dataclass(frozen=True)
class Person:
    """A resident with an invoice in October, and how the messages to its addresses ended in order."""

    number: str
    name: str
    emails: tuple[str, ...] = ()
    guardian: Guardian | None = None
    relatives: tuple[Relative, ...] = ()
    heading: str = STAY
    ended: tuple[Settlement, ...] = ()
    cents: int = 226_517


def sent(queue_id: str) -> Settlement:
    return Settlement(State.SENT, "2.0.0", f"250 2.0.0 Ok: queued as {queue_id}", queue_id)


UDAF = Guardian("tutelle", "UDAF 99", "udaf99@tutelle.example", receives=True)
SAINT_ELOI = (
    Person(
        "020",
        "ANTOINE Monique",
        ("monique.antoine@orange.example",),
        Guardian("curatelle", "Me ROY", "etude.roy@mjpm.example", receives=True),
        (Relative("ANTOINE Luc", "Fils", "luc.antoine@free.example", receives=True),),
        ended=(sent("4F2A01"), sent("4F2A02"), sent("4F2A03")),
    ),
    Person(
        "021",
        "BERNARD Paul",
        ("paul.bernard@orange.example",),
        relatives=(Relative("BERNARD Anne", "Fille", "anne.bernard@free.example"),),
        cents=242_669,
    ),
    Person("022", "BOUCHER Émile", ("emile.boucher@orange.example",), UDAF, ended=(sent("4F2A04"), REFUSED)),
    Person("023", "CARON Lucie", relatives=(Relative("CARON Guy", "Neveu", "", receives=True),)),
    Person(
        "025",
        "DELMAS Odette",
        ("odette.delmas@laposte.example", "o.delmas@sfr.example"),
        relatives=(Relative("DELMAS Yves", "Fils", "yves.delmas@free.example", receives=True),),
    ),
    Person("026", "ÉTIENNE Zoé", ("zoe.etienne@orange.example",), ended=(UNANSWERED,)),
    Person("027", "FABRE Noël", guardian=UDAF, heading=AID),
    Person("028", "GIRARD Œlia", ("oelia.girard@gmail.example",), heading=AID, cents=48_120),
)
OEILLET = (
    Person("101", "LŒWE Suzanne", ("suzanne.loewe@free.example",), cents=92_550),
    Person("102", "MARTIN Guy", ("guy.martin@free.example",), cents=94_040),
    Person("103", "NOËL Jeanne", cents=91_940),
)


def fill(port: int = 2525, gap: float = 0.0, host: str = "127.0.0.1", user: str = "") -> Account:
    """Put the association into the open, empty database."""
    association = structures.add_association("Les Tilleuls")
    account = accounts.save_account(
        Account(association.id, host, port, Security.NONE, user=user, gap=gap, pause_every=0, pause=0.0)
    )
    saint_eloi = structures.save_structure(
        _structure("EHPAD Saint-Éloi", association.id, "Virginie Dubois", "compta@st-eloi.example")
    )
    oeillet = structures.save_structure(
        _structure("Résidence L’Œillet", association.id, "Karim Benoît", "compta@oeillet.example")
    )
    for place, people in ((saint_eloi, SAINT_ELOI), (oeillet, OEILLET)):
        known = residents.save_residents([_resident(place, n, person) for n, person in enumerate(people, 1)])
        invoices = documents.save_documents(
            [_invoice(place, resident, person) for resident, person in zip(known, people, strict=True)]
        )
        _history(
            account,
            place,
            [
                (invoice, resident, person.ended)
                for invoice, resident, person in zip(invoices, known, people, strict=True)
                if person.ended
            ],
        )
        if place is saint_eloi:
            documents.save_documents([_invoice(place, known[0], people[0], SEPTEMBER, "004")])
    return account


def _structure(name: str, association_id: int, sender: str, address: str) -> Structure:
    return Structure(
        name=name,
        association_id=association_id,
        address=PostalAddress(("12, allée des Tilleuls",), "99120", "VALMONT"),
        sender=Sender(sender, address, subject="Votre facture de &periode"),
    )


def _resident(place: Structure, number: int, person: Person) -> Resident:
    last, _space, first = person.name.partition(" ")
    return Resident(
        structure_id=place.id,
        code=f"R{place.id}{number:03d}",
        last_name=last,
        first_name=first,
        room=str(100 + number),
        emails=person.emails,
        guardian=person.guardian,
        relatives=person.relatives,
    )


def _invoice(
    place: Structure, resident: Resident, person: Person, period: Period = OCTOBER, number: str = ""
) -> Document:
    line = DocumentLine(person.heading, "Hébergement, chambre individuelle", 310_000, 731_000, person.cents, 550)
    tax = vat(person.cents, 550)
    issued = date(period.year, period.month, 30)
    return Document(
        structure_id=place.id,
        resident_id=resident.id,
        kind=DocumentKind.INVOICE,
        number=number or person.number,
        period=period,
        issued_on=issued,
        due_on=issued + timedelta(days=10),
        heading=person.heading,
        net=person.cents,
        vat=tax,
        gross=person.cents + tax,
        lines=(line,),
    )


def _history(
    account: Account, place: Structure, items: Sequence[tuple[Document, Resident, tuple[Settlement, ...]]]
) -> None:
    """One send in the past."""
    if not items:
        return
    at = NOW - timedelta(days=9)
    wanted: dict[str, Settlement] = {}
    new: list[NewDelivery] = []
    for invoice, resident, ended in items:
        for recipient, outcome in zip(decide(resident).recipients, ended, strict=True):
            message_id = f"<{len(wanted) + 1:04d}.20261027@st-eloi.example>"
            wanted[message_id] = outcome
            new.append(
                NewDelivery(
                    invoice.id,
                    place.id,
                    invoice.number,
                    invoice.period,
                    resident.name,
                    recipient.address,
                    recipient.role,
                    recipient.name,
                    message_id,
                    KeptFile(f"old/{invoice.number}.pdf", f"Facture {invoice.number}.pdf", _digest(message_id), 9000),
                )
            )
    sender = place.sender
    wording = Wording(
        place.id, place.name, sender.name, sender.email, "", receipt=False, subject="Votre facture", body=""
    )
    lease, _mended = outbox.acquire(account.id, OWNER, at, lambda _owner: False)
    batch = batches.queue(NewBatch(account.id, f"octobre 2026, {place.name}", (wording,), tuple(new)), OWNER, at)
    assert batch is not None
    while (claimed := outbox.claim(lease, account, at, batch.id)) is not None:
        if isinstance(claimed, Wait):
            at = claimed.until
            continue
        at += timedelta(seconds=2)
        outbox.enter_flight(lease, claimed.id, _digest(claimed.message_id + "wire"), at)
        outbox.settle(lease, account, claimed, wanted[claimed.message_id], at)
    batches.finish(batch.id, OWNER, at)
    outbox.release(lease)
    # What is said here of the past may be the future of the machine's clock: the account forgets its pace.
    accounts.save_pacing(account.id, PacingState())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
