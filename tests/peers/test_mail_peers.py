"""A batch accepted by the mail servers of this world, and what they keep of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from mail_peers import PEERS, Absent, Peer
from outbox_samples import House, gathered

from tuimail.domain.account import Security
from tuimail.domain.billing import KeptFile
from tuimail.domain.mail import DeliveryState
from tuimail.store import outbox

MESSAGES = 50
FILE_NAME = "Facture n° {n} – Hélène Bœuf.pdf"

pytestmark = [pytest.mark.servers, pytest.mark.long]


@pytest.fixture(params=PEERS, ids=lambda kind: kind.name)
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    try:
        found = request.param()
    except Absent as reason:
        pytest.skip(str(reason))
    yield found
    found.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, MESSAGES)
    yield house
    house.office.close()


async def test_a_batch_over_starttls_is_kept_as_it_was_sent(house: House, peer: Peer) -> None:
    account = house.account(peer.port, security=Security.STARTTLS, host="localhost", ca_file=peer.ca_file)
    folder = house.office.paths.documents
    folder.mkdir(parents=True)
    files = {}
    for n, document_id in enumerate(house.ids):
        content = b"%PDF-1.7\n" + bytes(range(256)) * 200 + str(n).encode()
        (folder / f"{n}.pdf").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files[document_id] = KeptFile(f"{n}.pdf", FILE_NAME.format(n=n), digest, len(content))
    control = house.office.control(house.ids, "octobre 2026").with_files(files, {})
    async with house.engine(account, now=lambda: datetime.now(UTC)) as engine:
        batch = await house.office.queue(control)
        assert batch is not None
        _events, summary = await gathered(engine.run(batch.id))
    assert (summary.sent, summary.complete) == (MESSAGES, True)

    rows = {delivery.message_id: delivery for delivery in outbox.deliveries(batch_id=batch.id)}
    kept = peer.stored(MESSAGES)
    assert len(kept) == MESSAGES
    found = set()
    for content in kept:
        # Servers put their own lines before ours, the first of which is From.
        ours = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").partition(b"\r\nFrom: ")
        wire = ours[1][2:] + ours[2]
        message = message_from_bytes(content, policy=policy.default)
        delivery = rows[message["Message-ID"]]
        found.add(delivery.message_id)
        assert delivery.state is DeliveryState.SENT
        assert delivery.reply.startswith("2")
        assert hashlib.sha256(wire).hexdigest() == delivery.wire_sha256
        assert not message.defects
        assert message["To"] == delivery.address
        (part,) = message.iter_attachments()
        assert part.get_filename() == delivery.pdf_name
        assert hashlib.sha256(part.get_payload(decode=True)).hexdigest() == delivery.pdf_sha256
    assert found == set(rows)
