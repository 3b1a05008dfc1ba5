"""A small association in a store of its own, ready to be sent from, and what a test asks of it afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tuimail.config.paths import Paths
from tuimail.config.process import is_alive, this_owner
from tuimail.domain.account import Account, Security
from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.events import Event, Summary
from tuimail.domain.mail import Batch, DeliveryState
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period
from tuimail.domain.places import Sender, Structure
from tuimail.office import Office
from tuimail.sending.engine import Engine
from tuimail.store import accounts, documents, outbox, residents, structures

PERIOD = Period(2026, 10)


class Clock:
    """A clock that a test moves; sleeping moves nothing."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class House:
    """An open office with `count` residents, each with an address and an invoice."""

    def __init__(self, folder: Path, count: int = 3) -> None:
        self.office = Office(Paths(folder / "house.sqlite3"))
        self.association = structures.add_association("Les Tilleuls")
        sender = Sender("Virginie Dubois", "compta@st-eloi.example", subject="Votre facture de &periode")
        self.structure = structures.save_structure(Structure("EHPAD Saint-Éloi", self.association.id, sender=sender))
        self.people = residents.save_residents(
            Resident(self.structure.id, f"R{n:04}", "BŒUF", f"Zoé {n}", emails=(f"famille{n}@poste.example",))
            for n in range(count)
        )
        line = DocumentLine("Frais de séjour", "Hébergement", 310_000, 648_000, 200_880, 550)
        self.documents = documents.save_documents(
            Document(
                structure_id=self.structure.id,
                resident_id=person.id,
                kind=DocumentKind.INVOICE,
                number=f"{n:03}",
                period=PERIOD,
                issued_on=date(2026, 10, 31),
                due_on=None,
                heading="Frais de séjour",
                net=200_880,
                vat=11_048,
                gross=211_928,
                lines=(line,),
            )
            for n, person in enumerate(self.people)
        )
        self.ids = [document.id for document in self.documents]
        self.clock = Clock()

    def account(self, port: int, **changes: Any) -> Account:
        """The account for a server on loopback, without pacing."""
        plain = Account(self.association.id, "127.0.0.1", port, Security.NONE, gap=0, pause_every=0)
        return accounts.save_account(replace(plain, **changes))

    def engine(self, account: Account, **options: Any) -> Engine:
        """An engine of a sender of its own, with this house's clock."""
        with_defaults: dict[str, Any] = {"now": self.clock, "reconnect": (0.0, 0.0), "password": None} | options
        password = with_defaults.pop("password")
        return Engine(account, password, this_owner(), self.office, is_alive, **with_defaults)

    async def queue(self, ids: list[int] | None = None, **options: Any) -> Batch | None:
        """Control, prepare and queue these documents, or all."""
        control = self.office.prepare(self.office.control(ids or self.ids, "octobre 2026", **options))
        return await self.office.queue(control)

    async def send(self, account: Account, **options: Any) -> tuple[list[Event], Summary]:
        """Queue everything and run to the end."""
        async with self.engine(account, **options) as engine:
            batch = await self.queue()
            return await gathered(engine.run(batch.id if batch else 0))

    async def resume(self, account: Account, **options: Any) -> tuple[list[Event], Summary]:
        """Go on with what waits."""
        async with self.engine(account, **options) as engine:
            return await gathered(engine.run())

    def states(self) -> list[DeliveryState]:
        """Of all deliveries, oldest first."""
        return [d.state for document_id in self.ids for d in outbox.deliveries(document_id=document_id)]


async def gathered(items: AsyncIterator[Event | Summary]) -> tuple[list[Event], Summary]:
    """All events, and the summary at their end."""
    found = [item async for item in items]
    *events, summary = found
    assert isinstance(summary, Summary)
    assert all(isinstance(event, Event) for event in events)
    return events, summary  # type: ignore[return-value]
