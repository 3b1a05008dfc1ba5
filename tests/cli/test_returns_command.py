"""`tuimail returns` and `tuimail imap copy-sent`, with a real Dovecot."""

from __future__ import annotations

import fcntl
import imaplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

import pytest
from builders import owner
from cli_harness import MailServer, Tuimail
from dovecot import PASSWORD, USER, Dovecot, running
from returned import sample
from test_imap_command import use_imap

from tuimail.domain.mail import Delivery
from tuimail.store import address_notes, delivery_rows, erasure, residents
from tuimail.store.database import close_store, open_store
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.returns import MailboxReadRow

STRANGER = "<ffffffffffffffffffffffffffffffff@elsewhere.example>"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


class Box:
    """The inbox as whoever receives mail in it sees it."""

    def __init__(self, port: int) -> None:
        self.client = imaplib.IMAP4("127.0.0.1", port)
        self.client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())

    def put(self, content: bytes, folder: str = "INBOX") -> None:
        assert self.client.append(folder, "", "", content)[0] == "OK"

    def all(self, folder: str = "INBOX") -> list[tuple[bytes, bytes]]:
        """Flags and date as told, and the content, of each message."""
        if self.client.select(folder, readonly=True)[1] == [b"0"]:
            return []
        _status, found = self.client.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
        return [(piece[0], piece[1]) for piece in found if isinstance(piece, tuple)]

    def empty(self, folder: str) -> None:
        if self.client.select(folder)[1] != [b"0"]:
            self.client.store("1:*", "+FLAGS", "\\Deleted")
            self.client.expunge()


@pytest.fixture
def box(dovecot: Dovecot) -> Iterator[Box]:
    box = Box(dovecot.port)
    box.empty("INBOX")
    box.empty("Sent")
    yield box
    box.client.logout()


@pytest.fixture
def sent(tuimail: Tuimail, ready: MailServer, database: Path) -> list[Delivery]:
    """Three messages of October, all sent."""
    assert tuimail("send", "--period", "2026-10", "--yes").status == 0
    return deliveries(database)


def deliveries(database: Path) -> list[Delivery]:
    open_store(database)
    found = [delivery_rows.delivery_of(row) for row in DeliveryRow.select().order_by(DeliveryRow.id)]
    close_store()
    return found


def test_bounces_and_receipts_are_matched_told_once_and_noted_at_the_address(
    tuimail: Tuimail, sent: list[Delivery], database: Path, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    bounced, read, quiet = sent
    box.put(b"Subject: Bonjour\r\n\r\nrien\r\n")
    box.put(sample("postfix-unknown", bounced.message_id, bounced.address))
    box.put(sample("read-outlook", read.message_id, read.address))
    box.put(sample("exchange-unknown", STRANGER, "inconnu@ailleurs.example"))
    before = box.all()
    ran = tuimail("returns", "--json")
    assert ran.status == 0, ran.err
    lines = ran.json()
    assert [(line["event"], line.get("matched")) for line in lines[:-1]] == [
        ("bounced", True),
        ("read", True),
        ("bounced", False),
    ]
    assert lines[-1] == {"event": "summary", "looked_at": 4, "moved": 0, "bounced": 1, "read": 1, "unmatched": 1}
    assert lines[0]["recipient"] == bounced.address
    assert box.all() == before, "the mailbox was changed"
    events = tuimail("journal", "--json")
    (line,) = events.events("bounced")
    assert (line["recipient"], line["code"], line["message_id"]) == (bounced.address, "5.1.1", bounced.message_id)
    assert len(events.events("read")) == 1
    again = tuimail("returns")
    assert "0 nouveau message regardé" in again.out
    assert [d.state for d in deliveries(database)] == [d.state for d in sent]
    open_store(database)
    noted = [
        note.address
        for of in address_notes.notes([p.id for p in residents.residents()]).values()
        for note in of.values()
        if note.bounces
    ]
    close_store()
    assert noted == [bounced.address]
    assert quiet.message_id not in tuimail("returns", "--list", "--json").out


def test_a_folder_that_was_numbered_anew_is_read_again_and_nothing_is_told_twice(
    tuimail: Tuimail, sent: list[Delivery], database: Path, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    box.put(sample("gmail-unknown", sent[0].message_id, sent[0].address))
    assert tuimail("returns", "--json").json()[-1]["bounced"] == 1
    open_store(database)
    MailboxReadRow.update(uidvalidity=1).execute()
    close_store()
    box.put(sample("read-apple", sent[1].message_id, sent[1].address))
    last = tuimail("returns", "--json").json()[-1]
    assert (last["looked_at"], last.get("bounced"), last["read"]) == (2, None, 1)
    assert len(tuimail("journal", "--json").events("bounced")) == 1


def test_matched_returns_are_moved_where_that_is_asked_for_and_the_others_stay(
    tuimail: Tuimail, sent: list[Delivery], dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    assert tuimail("imap", "set", "--returns-folder", "Retours lus").status == 0
    box.put(sample("postfix-unknown", sent[0].message_id, sent[0].address))
    box.put(sample("postfix-unknown", STRANGER, "x@y.example"))
    missing = tuimail("returns")
    assert (missing.status, "Il n’y a pas de dossier Retours lus" in missing.err) == (2, True), missing.err
    box.client.create('"Retours lus"')
    assert tuimail("returns", "--json").json()[-1]["moved"] == 1
    assert [STRANGER.encode() in content for _told, content in box.all()] == [True]
    ((told, _content),) = box.all('"Retours lus"')
    assert b"\\Seen" not in told


def test_what_was_sent_is_put_into_the_sent_folder_once_byte_for_byte(
    tuimail: Tuimail, sent: list[Delivery], dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    assert "--copy-sent on" in tuimail("imap", "copy-sent").err
    assert tuimail("imap", "set", "--copy-sent", "on").status == 0
    box.put(f"Message-ID: {sent[2].message_id}\r\n\r\nmis par le serveur\r\n".encode(), "Sent")
    ran = tuimail("imap", "copy-sent")
    assert ran.status == 0, ran.err
    assert "2 messages mis dans le dossier" in ran.out
    assert "1 y était déjà" in ran.out
    found = box.all("Sent")
    assert [sha256(content).hexdigest() for _told, content in found[1:]] == [d.wire_sha256 for d in sent[:2]]
    for told, content in found[1:]:
        assert b"\\Seen" in told
        date = parsedate_to_datetime(str(message_from_bytes(content)["Date"]))
        assert abs(imaplib.Internaldate2tuple(told).tm_min - date.astimezone().minute) <= 1  # type: ignore[union-attr]
    assert "déjà dans le dossier" in tuimail("imap", "copy-sent").out
    assert len(box.all("Sent")) == 3
    assert len(tuimail("journal", "--json").events("filed")) == 2


def test_a_pdf_that_is_gone_waits_and_the_others_are_put_there(
    tuimail: Tuimail, sent: list[Delivery], database: Path, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    tuimail("imap", "set", "--copy-sent", "on")
    pdf = database.parent / "documents" / sent[0].pdf_path
    content = pdf.read_bytes()
    pdf.unlink()
    first = tuimail("imap", "copy-sent")
    waiting = sum(d.pdf_path == sent[0].pdf_path for d in sent)
    assert (first.status, len(box.all("Sent"))) == (1, 3 - waiting)
    pdf.write_bytes(content)
    assert tuimail("imap", "copy-sent").status == 0
    assert len(box.all("Sent")) == 3


def test_an_erased_message_is_told_as_changed_and_waits_no_more(
    tuimail: Tuimail, sent: list[Delivery], database: Path, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    tuimail("imap", "set", "--copy-sent", "on")
    open_store(database)
    (gone,) = (row.id for row in residents.residents() if sent[0].resident == row.name)
    about = sum(d.resident == sent[0].resident for d in sent)
    residents.save_residents([replace(residents.residents([gone])[0], departure_date=date(2026, 10, 1))])
    erasure.erase(gone, owner(), datetime.now(UTC))
    close_store()
    ran = tuimail("imap", "copy-sent")
    assert (ran.status, f"{about} ne peuvent être refaits" in ran.out) == (0, True), ran
    assert len(box.all("Sent")) == len(sent) - about
    assert "déjà dans le dossier" in tuimail("imap", "copy-sent").out


def test_two_sessions_never_put_messages_there_at_the_same_time(
    tuimail: Tuimail, sent: list[Delivery], database: Path, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port)
    tuimail("imap", "set", "--copy-sent", "on")
    with database.with_suffix(".filing").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = tuimail("imap", "copy-sent")
    assert (ran.status, "Une autre session" in ran.err, box.all("Sent")) == (2, True, [])
    assert tuimail("imap", "copy-sent").status == 0
    assert len(box.all("Sent")) == len(sent)


def test_microsoft_keeps_what_it_sends_itself(tuimail: Tuimail, month: None) -> None:
    words = ("--host", "outlook.office365.com", "--user", "compta@maison.example", "--copy-sent", "on")
    ran = tuimail("imap", "set", *words)
    assert (ran.status, "de lui-même" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "greeting", [b"", b"220 smtp.example ESMTP\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"* OK hello\r\n"]
)
def test_what_is_no_imap_server_is_told_in_one_sentence(
    tuimail: Tuimail, sent: list[Delivery], monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr("tuimail.sending.mailbox.opened.__wrapped__.__kwdefaults__", {"patience": 0.3, "longest": 2.0})
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def answer() -> None:
            connection, _address = server.accept()
            held.append(connection)
            connection.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()
        use_imap(tuimail, monkeypatch, server.getsockname()[1])
        ran = tuimail("returns")
        thread.join()
        held[0].close()
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 2
