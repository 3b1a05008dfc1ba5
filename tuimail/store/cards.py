"""A resident's card: opened and saved under the eyes of others, and every message that was ever about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery
from tuimail.domain.resident_card import ResidentCard, card_of, check, labels, resident_of
from tuimail.store import changes, journal, structures
from tuimail.store.changes import Subject
from tuimail.store.database import transaction
from tuimail.store.delivery_rows import delivery_of
from tuimail.store.residents import residents, save_resident
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import ResidentRow

KIND = "resident"
"""Names this sort of card in `revision`."""


def homes() -> dict[int, str]:
    """The structures' names by id; two of the same name are told apart."""
    places = structures.structures()
    times = Counter(place.name for place in places)
    return {p.id: p.name if times[p.name] == 1 else f"{p.name} ({p.id})" for p in places}


def card(resident_id: int) -> ResidentCard:
    """The card of that resident, who must exist."""
    return card_of(residents([resident_id])[0], homes())


def subject(resident_id: int, title: str, now: datetime) -> Subject[ResidentCard]:
    """The card of that resident, as cards are saved; `title` is what the journal calls it."""

    def read() -> ResidentCard | None:
        known = ResidentRow.select(ResidentRow.id).where(
            (ResidentRow.id == resident_id) & ResidentRow.erased_at.is_null()
        )
        return card(resident_id) if known.exists() else None

    def write(typed: ResidentCard) -> None:
        _write(typed, resident_id, now)

    return Subject(KIND, resident_id, title, labels(), read, write)


def save(resident_id: int, opened: ResidentCard, typed: ResidentCard, owner: Owner, now: datetime) -> int:
    """Store the card of a known resident, or of a new one (id 0); returns the id. With its journal line.

    Raises Changed where somebody else saved meanwhile, BadInput for a card that cannot be kept so.
    """
    check(typed)
    title = f"{typed.last_name} {typed.first_name}".strip()
    with transaction():
        if not resident_id:
            resident_id = _write(typed, 0, now)
            changes.tell(_("New resident: {name}").format(name=title), owner, now)
            journal.tell_about(resident_id)
            return resident_id
        before = journal.newest()
        changes.save(subject(resident_id, title, now), opened, typed, owner, now)
        if journal.newest() != before:
            journal.tell_about(resident_id)
    return resident_id


def _write(typed: ResidentCard, resident_id: int, now: datetime) -> int:
    person = resident_of(typed, homes(), resident_id)
    for address in person.addresses:
        normalise_address(address)
    if person.code:
        other = ResidentRow.select(ResidentRow.id).where(
            (ResidentRow.structure == person.structure_id)
            & (ResidentRow.code == person.code)
            & (ResidentRow.id != resident_id)
        )
        if (taken := other.scalar()) is not None:
            name = residents([taken])[0].name
            raise BadInput(
                _("The code {code} is {name}'s in this home.").format(code=person.code, name=name),
                _("Give another code, or leave it empty."),
            )
    return save_resident(person, now).id


def deliveries(resident_id: int) -> Sequence[Delivery]:
    """Every message about that resident's documents, and every letter to those around, the newest first."""
    papers = DocumentRow.select(DocumentRow.id).where(DocumentRow.resident == resident_id)
    about = DeliveryRow.document.in_(papers) | (DeliveryRow.resident_of == resident_id)
    query = DeliveryRow.select().where(about)
    return [delivery_of(row) for row in query.order_by(DeliveryRow.updated_at.desc(), DeliveryRow.id.desc())]
