"""Filling the throw-away database."""

from __future__ import annotations

from datetime import UTC, datetime

from tuimail.demo.history import Past
from tuimail.demo.invoices import PERIODS, invoices
from tuimail.demo.people import residents
from tuimail.demo.places import ASSOCIATION, structures
from tuimail.documents.bulk import Helper
from tuimail.documents.printable import Printable
from tuimail.domain.account import Account, Owner, Security
from tuimail.office import Office
from tuimail.store import documents as document_store
from tuimail.store import residents as resident_store
from tuimail.store import structures as structure_store
from tuimail.store.database import transaction
from tuimail.store.settings import change_account


def fill(office: Office, host: str, port: int, gap: float) -> None:
    """Put the invented association into the empty database; its mail account is that server, unprotected.

    `gap`: seconds between two messages.
    """
    owner = Owner("demo", "virginie", "compta-1", 1, "")
    # Another process reads what it takes to make PDFs, while this one writes the database.
    with Helper() as helper, transaction():
        association = structure_store.add_association(ASSOCIATION)
        places = [structure_store.save_structure(s) for s in structures(association.id)]
        account = Account(association.id, host, port, Security.NONE, gap=gap, pause_every=0, pause=0.0)
        account = change_account(account, owner, datetime(2026, 8, 24, 9, 12, tzinfo=UTC))
        people = resident_store.save_residents(residents([place.id for place in places]))
        saved = document_store.save_documents(invoices(people, [place.id for place in places[:2]]))
        person_of = {person.id: person for person in people}
        months = [
            [
                [
                    Printable(place, person_of[document.resident_id], document)
                    for document in saved
                    if document.structure_id == place.id and document.period == period
                ]
                for place in places
            ]
            for period in PERIODS
        ]
        Past(office, helper).replay(account, months)
