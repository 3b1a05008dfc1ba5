"""Attached files with names that could break a header, lead elsewhere or be read backwards."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest

from tuimail.documents.naming import enclosure_name
from tuimail.sending.message import Part, build, encode_attachment

NAMES = {
    "menu\r\nBcc: eve@evil.example\r\n.pdf": "menu Bcc- eve@evil.example .pdf",
    "../../etc/passwd": "etc-passwd",
    "facture\u202efdp.exe": "facturefdp.exe",
    "\u2066menu\u2069\u200f.pdf": "menu.pdf",
    "a" * 300 + ".pdf": "a" * 116 + ".pdf",
    "é" * 300 + ".pdf": "é" * 116 + ".pdf",
    "\r\n": "document",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_family_sees_a_harmless_name_and_the_header_holds_it(name: str) -> None:
    shown = enclosure_name(name)
    assert shown == NAMES[name]
    wire = build(
        sender_name="Compta",
        sender="compta@home.example",
        recipient="anne@free.fr",
        subject="x",
        text="x",
        message_id="<1@home.example>",
        date=datetime(2026, 11, 5, tzinfo=UTC),
        parts=[Part(shown, "application/pdf", encode_attachment(b"%PDF"))],
    )
    message = BytesParser(policy=policy.default).parsebytes(bytes(wire))
    (part,) = message.iter_attachments()
    assert part.get_filename() == shown
    assert message["Bcc"] is None
    assert all(len(line) < 998 for line in bytes(wire).split(b"\r\n"))
