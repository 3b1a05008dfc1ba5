"""A real bounce: Postfix takes a message for somebody unknown, gives it back later, and Dovecot keeps the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from outbox_samples import House
from post_office import ADDRESS, PASSWORD, USER, PostOffice

from tuimail.config import secrets
from tuimail.domain.account import Authentication, ImapAccount, Security
from tuimail.domain.billing import DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.mail import DeliveryState
from tuimail.domain.returns import ReturnKind, envid_of
from tuimail.sending.reports import read_reports
from tuimail.store import address_notes, documents, journal, listing, outbox, residents, structures
from tuimail.store import returns as kept
from tuimail.store.tables.billing import DocumentRow

pytestmark = pytest.mark.servers
NOBODY = "personne@example.test"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(secrets, "_in_memory", {})
    house = House(tmp_path, count=1)
    sender = replace(house.structure.sender, email=ADDRESS)
    structures.save_structure(replace(house.structure, sender=sender))
    residents.save_resident(replace(house.people[0], emails=(NOBODY,)))
    yield house
    house.office.close()


async def test_a_message_for_an_unknown_user_comes_back_and_is_matched(house: House, post_office: PostOffice) -> None:
    post_office.empty()
    account = house.account(
        post_office.submission,
        host="localhost",
        security=Security.STARTTLS,
        user=USER,
        authentication=Authentication.PASSWORD,
        ca_file=post_office.ca_file,
    )
    _events, summary = await house.send(account, password=PASSWORD)
    assert summary.sent == 1, summary
    (report,) = post_office.received(USER)
    (sent,) = outbox.deliveries(document_id=house.ids[0])
    assert f"Original-Envelope-Id: {envid_of(sent.message_id)}" in report.as_string(), "Postfix gives the ENVID back"
    (read,) = read_reports(report.as_bytes())
    assert (read.kind, read.message_id, read.address) == (ReturnKind.BOUNCED, sent.message_id, NOBODY)
    box = house.office.recovery.set_imap(
        ImapAccount(house.association.id, "localhost", post_office.imap, Security.STARTTLS, USER, post_office.ca_file)
    )
    secrets.remember(box, PASSWORD)
    harvest = house.office.returns.read()
    (bounce,) = harvest.returns
    assert (bounce.delivery_id, bounce.code, bounce.address) == (sent.id, "5.1.1", NOBODY)
    (line,) = journal.events(kinds=[EventKind.BOUNCED])
    assert (line.recipient, line.document_id) == (NOBODY, house.ids[0])
    assert address_notes.notes([house.people[0].id])[house.people[0].id][NOBODY].bounces
    (after,) = outbox.deliveries(document_id=house.ids[0])
    assert (after.state, DocumentRow.get_by_id(house.ids[0]).state) == (DeliveryState.SENT, DocumentState.SENT)
    (row,) = listing.rows(house.ids)
    assert row.bounced
    period = documents.documents(house.ids)[0].period
    counts = listing.counts(period)
    assert (counts.sent, counts.problems) == (0, 1)
    with_imap = post_office.imap_connection()
    with_imap.select("INBOX", readonly=True)
    assert with_imap.search(None, "UNSEEN")[1] == [b"1"], "it is still unread"
    with_imap.logout()
    assert house.office.returns.read().returns == ()
    # The same report without the returned headers is matched by the envelope's id alone.
    bare = message_from_bytes(report.as_bytes())
    parts = bare.get_payload()
    assert isinstance(parts, list)
    del parts[2]
    (by_envid,) = read_reports(bare.as_bytes())
    matched = kept.match(by_envid)
    assert by_envid.message_id == ""
    assert matched is not None
    assert matched.id == sent.id
