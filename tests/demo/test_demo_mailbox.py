"""The demonstration's mail server and what it keeps."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tuimail.demo.mailbox import DemoBox
from tuimail.domain.errors import BadInput
from tuimail.domain.received import ReceivedBox

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[DemoBox]:
    with DemoBox(tmp_path / "mail") as running:
        yield running


def send(box: ReceivedBox, recipient: str = "paul.bernard@orange.example") -> None:
    message = EmailMessage()
    message["From"] = "Virginie Dubois <compta@maison.example>"
    message["To"] = recipient
    message["Subject"] = "Votre facture de février, résidence de l’Œillet"
    message.set_content("Bonjour,\n\nCi-joint la facture de BERNARD Paul.\n")
    message.add_attachment(b"%PDF-1.7 " * 500, maintype="application", subtype="pdf", filename="Facture 020 – été.pdf")
    with smtplib.SMTP(box.host, box.port, timeout=20) as client:
        client.send_message(message)


def test_it_listens_on_loopback_alone(box: DemoBox) -> None:
    assert box.host == "127.0.0.1"
    assert box.port > 1023


def test_each_message_is_kept_as_a_file(box: DemoBox) -> None:
    assert list(box.messages()) == []

    send(box)
    send(box, "udaf+59@tutelle.example")

    first, second = box.messages()
    assert (first.sender, first.recipient) == ("compta@maison.example", "paul.bernard@orange.example")
    assert first.subject == "Votre facture de février, résidence de l’Œillet"
    assert first.attachments == ("Facture 020 – été.pdf",)
    assert first.path.parent == box.folder
    assert first.size == first.path.stat().st_size
    assert first.at.tzinfo is not None
    assert second.path.name == "0002-udaf_59@tutelle.example.eml"
    assert sorted(box.folder.iterdir()) == [first.path, second.path]


def test_a_message_can_be_read(box: DemoBox) -> None:
    send(box)
    (mail,) = box.messages()

    text = box.read(mail.path)

    assert "De\u00a0: Virginie Dubois <compta@maison.example>" in text
    assert "Objet\u00a0: Votre facture de février, résidence de l’Œillet" in text
    assert "\nBonjour,\n\nCi-joint la facture de BERNARD Paul.\n" in text
    assert text.endswith("Facture 020 – été.pdf (application/pdf, 4 ko)")


def test_no_other_file_is_read(box: DemoBox, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")

    with pytest.raises(BadInput):
        box.read(tmp_path / "secret")


def test_somebody_who_has_gone_is_refused(box: DemoBox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(box, "cabinet@parti.example")

    assert refused.value.recipients["cabinet@parti.example"][0] == 550
    assert not box.messages()


def test_it_ends_with_its_context(tmp_path: Path) -> None:
    with DemoBox(tmp_path / "mail") as box:
        pass

    with pytest.raises(OSError, match="refused"):
        smtplib.SMTP(box.host, box.port, timeout=5)


def test_it_ends_while_somebody_is_connected(tmp_path: Path) -> None:
    with DemoBox(tmp_path / "mail") as box:
        client = smtplib.SMTP(box.host, box.port, timeout=20)

    client.close()


def test_it_ends_at_once_even_before_it_served(tmp_path: Path) -> None:
    for number in range(3):
        with DemoBox(tmp_path / str(number)):
            pass


def test_a_word_that_was_encoded_in_two_pieces_is_shown_as_one(box: DemoBox) -> None:
    raw = (
        b"From: compta@maison.example\r\nTo: a@b.example\r\nMIME-Version: 1.0\r\n"
        b"Subject: =?utf-8?q?L=E2=80=99=C5=92?=\r\n =?utf-8?q?illet?=\r\n\r\nBonjour\r\n"
    )
    with smtplib.SMTP(box.host, box.port, timeout=20) as client:
        client.sendmail("compta@maison.example", ["a@b.example"], raw)

    (mail,) = box.messages()
    assert mail.subject == "L’Œillet"
    text = box.read(mail.path).replace("\u00a0", " ")
    assert "Objet : L’Œillet" in text
    assert "MIME" not in text
