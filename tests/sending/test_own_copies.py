"""Own copies: a message of its own after each that was sent, told apart everywhere, with no say about documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from outbox_samples import House
from scripted import Say

from tuimail.config.process import this_owner
from tuimail.domain.billing import DocumentState
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.mail import BatchState, DeliveryState, Purpose
from tuimail.domain.people import Role
from tuimail.store import batches, decisions, documents, erasure, journal, outbox, residents, structures
from tuimail.store.tables.billing import DocumentRow

COPIES = "compta-archives@st-eloi.example"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    sender = replace(house.structure.sender, copy_to=COPIES, receipt=True)
    structures.save_structure(replace(house.structure, sender=sender))
    yield house
    house.office.close()


async def test_each_message_that_was_sent_is_followed_by_a_copy_that_the_family_does_not_see(
    house: House, serve: Any
) -> None:
    server = await serve()
    account = house.account(server.port)
    control = house.office.control(house.ids, "octobre 2026")
    assert (control.messages, control.copies) == (3, 3)
    events, summary = await house.send(account)
    assert (summary.sent, summary.copies, summary.copies_failed, summary.complete) == (3, 3, 0, True)
    families, own = server.accepted[:3], server.accepted[3:]
    assert all(COPIES not in str(m.message) and m.message["Disposition-Notification-To"] for m in families)
    assert [m.message["To"] for m in own] == [COPIES] * 3
    for original, copy in zip(families, own, strict=True):
        assert copy.message["Subject"] == f"Copie ({original.message['To']}) : {original.message['Subject']}"
        assert copy.message["Disposition-Notification-To"] is None
        files = [[p.get_payload(decode=True) for p in m.message.iter_attachments()] for m in (original, copy)]
        assert files[0] == files[1]
        assert files[0]
    told = [event for event in events if event.role == Role.COPY and event.event is EventKind.SENT]
    assert [(event.recipient, event.document_id) for event in told] == [(COPIES, 0)] * 3
    assert all(len(outbox.deliveries(document_id=d)) == 1 for d in house.ids)


async def test_a_copy_that_is_refused_changes_nothing_about_the_document(house: House, serve: Any) -> None:
    server = await serve({"rcpt": [*[Say("250 ok")] * 3, Say("550 5.1.1 unknown")]})
    _events, summary = await house.send(house.account(server.port))
    assert (summary.sent, summary.failed, summary.copies, summary.copies_failed) == (3, 0, 0, 3)
    assert "3 copies non envoyées" in summary.sentence().replace("\u00a0", " ")
    assert {row.state for row in DocumentRow.select()} == {DocumentState.SENT}
    refused = list(journal.events(kinds=[EventKind.FAILED]))
    assert {(event.role, event.document_id) for event in refused} == {("copy", 0)}


async def test_what_was_refused_has_no_copy_and_a_stopped_batch_makes_no_more(house: House, serve: Any) -> None:
    server = await serve({"rcpt": [Say("550 5.1.1 unknown"), Say("250 ok")]})
    _events, summary = await house.send(house.account(server.port))
    assert (summary.sent, summary.failed, summary.copies) == (2, 1, 2)
    (batch,) = {d.batch_id for i in house.ids for d in outbox.deliveries(document_id=i)}
    assert batches.batch(batch).state is BatchState.DONE


async def test_a_copy_is_in_the_language_of_what_the_family_got(house: House, serve: Any) -> None:
    english = replace(house.people[0], billing=replace(house.people[0].billing, language="en"))
    residents.save_residents([english])
    server = await serve()
    await house.send(house.account(server.port))
    families, own = server.accepted[:3], server.accepted[3:]
    first = outbox.deliveries(batch_id=1)[3]
    assert (first.purpose, first.language) == (Purpose.COPY, "en")
    for original, copy in zip(families, own, strict=True):
        assert copy.message.get_body().get_content() == original.message.get_body().get_content()
    assert "Please find" in own[0].message.get_body().get_content()


async def test_an_erased_message_is_never_made_again(house: House, serve: Any) -> None:
    server = await serve()
    await house.send(house.account(server.port))
    sent, *_others = outbox.deliveries(batch_id=1)
    person = replace(house.people[0], departure_date=house.clock().date())
    residents.save_residents([person])
    erasure.erase(person.id, this_owner(), house.clock() + timedelta(days=1))
    with pytest.raises(BadInput, match="effacé"):
        house.office.history.message(sent.id)


async def test_an_uncertain_copy_is_sent_again_with_what_went_along(house: House, serve: Any) -> None:
    server = await serve()
    await house.send(house.account(server.port))
    copy = next(d for d in outbox.deliveries(batch_id=1) if d.purpose is Purpose.COPY)
    from tuimail.store.tables.outbox import DeliveryRow

    DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == copy.id).execute()
    decided = house.office.send_again([copy.message_id])
    (batch,) = decided.batches
    (again,) = outbox.deliveries(batch_id=batch.id)
    assert (again.copy_of, again.purpose, again.document_id) == (copy.copy_of, Purpose.COPY, 0)
    await house.resume(house.account(server.port))
    assert server.accepted[-1].message["Subject"] == server.accepted[3].message["Subject"]
    assert len(server.accepted) == 7
    assert decisions.count_uncertain() == 0
    assert [d.number for d in documents.documents(house.ids)] == ["000", "001", "002"]
