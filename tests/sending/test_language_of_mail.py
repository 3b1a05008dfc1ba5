"""The language on a resident's card is that of the usual texts; a home's own text stays as it is written."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from pathlib import Path

import pytest
from builders import NOW, Home, home, owner, person

from tuimail.domain.billing import KeptFile
from tuimail.domain.mail import Delivery
from tuimail.domain.people import Billing
from tuimail.domain.places import Sender
from tuimail.sending.composer import Composer
from tuimail.sending.control import check
from tuimail.store import batches, outbox, structures

pytestmark = pytest.mark.usefixtures("store")


class Files:
    def pdf(self, _delivery: Delivery) -> bytes:
        return b"%PDF-1.7"

    def attached(self, _attachment: object) -> bytes:
        return b""


def mails(house: Home) -> list[tuple[str, str]]:
    """Subject and text of each message of a send, in the order of the residents."""
    control = check([d.id for d in house.documents], "octobre")
    control = control.with_files({c.document.id: KeptFile("a.pdf", "a.pdf", "0" * 64, 8) for c in control.ready}, {})
    batch = batches.queue(control.batch(), owner(), NOW)
    assert batch is not None
    composer = Composer(Files())
    composer.learn(batch.id)
    found = []
    for delivery in outbox.deliveries(batch_id=batch.id):
        wire = composer.compose(delivery).wire
        message = email.message_from_bytes(bytes(wire), policy=policy.default)
        body = message.get_body()
        assert body is not None
        found.append((str(message["Subject"]), body.get_content()))
    return found


def house(**sender: str) -> Home:
    people = [person(number=1, billing=Billing(language="en")), person(number=2)]
    found = home(people=people)
    sender = {"name": "Compta", "email": "compta@home.example", **sender}
    structures.save_structure(replace(found.structure, sender=Sender(**sender)))  # type: ignore[arg-type]
    return found


def test_the_usual_text_is_in_the_residents_language(store: Path) -> None:
    (english, text), (french, texte) = mails(house())
    assert (english, french) == ("Your invoice", "Votre facture")
    assert "for October 2026" in text
    assert "d'octobre 2026" in texte


def test_a_homes_own_text_stays_with_its_months(store: Path) -> None:
    (subject, text), _other = mails(house(subject="Facture de &periode"))
    assert subject == "Facture d'octobre 2026"
    assert "invoice of BERNARD1 Paul for October 2026" in text
