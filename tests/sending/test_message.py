"""The bytes of a message parse back, without a defect, to what was put in."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_samples import RECIPIENT, SENDER, make_wire, message_id

from tuimail.domain.errors import BadAddress, BadInput
from tuimail.domain.text import has_control
from tuimail.sending.message import Part, Wire, encode_attachment, make_message_id


def parsed(wire: Wire) -> EmailMessage:
    return email.message_from_bytes(bytes(wire), policy=email.policy.default)  # type: ignore[return-value]


def defects(message: EmailMessage) -> list[Any]:
    found: list[Any] = []
    for part in message.walk():
        found += part.defects
        for value in part.values():
            found += getattr(value, "defects", ())
        part.get_filename()
        if not part.is_multipart():
            part.get_content()
            found += part.defects
    return found


def as_a_reader_shows(wire: Wire, header: str) -> str:
    raw = email.message_from_bytes(bytes(wire))[header].replace("\r\n", "").replace("\n", "")
    return str(make_header(decode_header(parseaddr(raw)[0])))


def assert_strict(wire: Wire) -> None:
    raw = bytes(wire)
    assert raw.endswith(b"\r\n")
    assert raw.isascii()
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not re.search(rb"^\.", raw, re.MULTILINE)


def test_the_headers_and_parts():
    message = parsed(make_wire(pdf=b"%PDF " * 50, reply_to="accueil@home.example", receipt=True))
    assert defects(message) == []
    assert message["From"] == f"Résidence Les Érables <{SENDER}>"
    assert message["To"] == RECIPIENT
    assert message["Subject"] == "Votre facture"
    assert message["Date"] == "Tue, 27 Oct 2026 15:50:00 +0000"
    assert message["Message-ID"] == message_id()
    assert message["Reply-To"] == "accueil@home.example"
    assert message["Disposition-Notification-To"] == SENDER
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["MIME-Version"] == "1.0"
    assert "Sender" not in message
    text, pdf = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content() == "Bonjour,\r\n"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content_disposition() == "attachment"
    assert pdf.get_filename() == "Facture Hélène.pdf"
    assert pdf.get_content() == b"%PDF " * 50
    assert all(part["Content-Transfer-Encoding"] == "base64" for part in (text, pdf))


def test_what_is_not_asked_for_is_not_there():
    message = parsed(make_wire())
    assert "Reply-To" not in message
    assert "Disposition-Notification-To" not in message


def test_without_attachment_there_is_one_part():
    message = parsed(make_wire(parts=[], text="Année\n"))
    assert defects(message) == []
    assert not message.is_multipart()
    assert message.get_content() == "Année\r\n"


def test_several_attachments_keep_their_order_and_content():
    contents = [b"", b"x", bytes(range(256)) * 300]
    parts = [Part(f"{n}.bin", "application/octet-stream", encode_attachment(c)) for n, c in enumerate(contents)]
    message = parsed(make_wire(parts=parts))
    assert defects(message) == []
    assert [p.get_content() for p in message.iter_attachments()] == contents
    assert [p.get_filename() for p in message.iter_attachments()] == ["0.bin", "1.bin", "2.bin"]


def test_size_and_hash_are_those_of_the_bytes():
    wire = make_wire(pdf=b"x" * 5000)
    assert wire.size == len(bytes(wire))
    assert wire.sha256 == sha256(bytes(wire)).hexdigest()
    assert_strict(wire)


def test_the_same_arguments_give_the_same_bytes():
    assert bytes(make_wire()) == bytes(make_wire())
    assert bytes(make_wire(1)) != bytes(make_wire(2))


def test_the_attachment_is_shared_not_copied():
    encoded = encode_attachment(b"x" * 100_000)
    wire = make_wire(parts=[Part("a.pdf", "application/pdf", encoded)])
    assert any(chunk is encoded for chunk in wire.chunks)


@given(st.binary(max_size=400))
def test_attachment_lines(content: bytes):
    encoded = encode_attachment(content)
    lines = encoded.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) == 76 for line in lines[:-1])
    assert len(lines[-1] if lines else b"") <= 76
    assert encoded == email.base64mime.body_encode(content, eol="\r\n").encode()  # type: ignore[attr-defined]


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=120).filter(lambda text: not has_control(text))
TRICKY = st.sampled_from(
    [
        'La "Source", annexe',
        "a <b@c.example>",
        "=?utf-8?q?nested?=",
        "back\\slash",
        "(comment)",
        "é" * 100,
        "x" * 200,
        "mot " * 60,
        "a;b=c*0*=d",
        "日本" * 40,
        "%41 percent",
        "’’’",
        "A, B; C: D@E",
        "名前.pdf",
        "../../etc/passwd",
    ]
)


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(
    name=WORDS | TRICKY,
    subject=WORDS | TRICKY,
    file_name=(WORDS | TRICKY).filter(str.strip),
    text=st.text(st.characters(exclude_categories=("Cs",))),
)
def test_whatever_is_put_in_comes_out(name: str, subject: str, file_name: str, text: str):
    pdf = text.encode() + b"\x00\xff"
    part = Part(file_name, "application/pdf", encode_attachment(pdf))
    wire = make_wire(sender_name=name, subject=subject, text=text, parts=[part])
    assert_strict(wire)
    message = parsed(wire)
    assert defects(message) == []
    assert message["Subject"] == subject.strip()
    (mailbox,) = message["From"].addresses
    assert mailbox.addr_spec == SENDER
    # The new parser of Python 3.11 keeps the space between two encoded words, which RFC 2047 takes out.
    assert mailbox.display_name.replace(" ", "") == name.strip().replace(" ", "")
    assert as_a_reader_shows(wire, "From") == name.strip()
    body, attachment = message.iter_parts()
    assert attachment.get_filename("") == file_name.strip()
    assert attachment.get_content() == pdf
    raw_text = body.get_payload(decode=True)
    assert raw_text.decode() == re.sub(r"\r\n?|\n", "\r\n", text)


@pytest.mark.parametrize("control", ["\r", "\n", "\0", "\r\nBcc: evil@x.example", "\u2028", "\x85", "\ud800"])
@pytest.mark.parametrize(
    "field", ["sender_name", "sender", "recipient", "subject", "reply_to", "message_id", "file name"]
)
def test_a_line_break_in_a_header_is_refused(field: str, control: str):
    encoded = encode_attachment(b"x")
    fields: dict[str, Any] = {
        "file name": {"parts": [Part(f"a{control}.pdf", "application/pdf", encoded)]},
        "message_id": {"message_id": f"<a{control}@home.example>"},
    }.get(field, {field: f"a{control}@home.example"})
    with pytest.raises(BadInput) as caught:
        make_wire(**fields)
    assert caught.value.next_step
    assert not any(has_control(c) or c == "\ud800" for c in caught.value.sentence)


@pytest.mark.parametrize("field", ["sender", "recipient", "reply_to"])
@pytest.mark.parametrize("address", ["élise@home.example", "a@bücher.example", "a b@home.example", "a@b@home.example"])
def test_an_address_no_mail_can_be_sent_to_is_refused(field: str, address: str):
    with pytest.raises(BadAddress):
        make_wire(**{field: address})


def test_a_content_type_cannot_bring_headers():
    with pytest.raises(BadInput):
        make_wire(parts=[Part("a.pdf", "application/pdf\r\nX: y", b"")])


def test_an_attachment_without_a_name_is_refused():
    with pytest.raises(BadInput):
        make_wire(parts=[Part(" ", "application/pdf", b"")])


def test_a_dot_alone_in_the_text_stays_inside():
    wire = make_wire(text="a\n.\nb\n", pdf=b"\r\n.\r\n")
    assert_strict(wire)
    text, pdf = parsed(wire).iter_parts()
    assert text.get_content() == "a\r\n.\r\nb\r\n"
    assert pdf.get_content() == b"\r\n.\r\n"


def test_headers_are_folded():
    lines = bytes(make_wire(subject="é" * 200, sender_name="Maison " * 30)).split(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 78


def test_the_zone_of_the_date_is_told():
    paris = timezone(timedelta(hours=1))
    wire = make_wire(date=datetime(2026, 10, 27, 15, 50, tzinfo=paris))
    assert b"\r\nDate: Tue, 27 Oct 2026 15:50:00 +0100\r\n" in bytes(wire)


def test_message_ids_are_unique_and_at_the_senders_domain():
    ids = {make_message_id("home.example") for _n in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"<[0-9a-f]{32}@home\.example>", one) for one in ids)
    with pytest.raises(BadInput):
        make_message_id("home.example>\r\nBcc: x")


def test_the_boundary_is_not_in_the_content():
    wire = bytes(make_wire(pdf=b"--=_" * 1000))
    boundary = re.search(rb'boundary="([^"]+)"', wire)[1]
    assert wire.count(boundary) == 4
