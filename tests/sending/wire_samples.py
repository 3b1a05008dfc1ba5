"""Accounts and messages for the tests of sending."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tuimail.domain.account import Account, Security
from tuimail.sending.connection import Timeouts
from tuimail.sending.message import Part, Wire, build, encode_attachment

SENDER = "factures@home.example"
RECIPIENT = "famille@family.example"
PATIENT = Timeouts(*[20.0] * 12, quit=1.0)
"""Never reached in a test that passes: a hang fails loudly instead of waiting for minutes."""


def account(port: int, security: Security = Security.NONE, **fields: Any) -> Account:
    """An account on loopback, without pacing."""
    settings = {"host": "127.0.0.1", "gap": 0.0, "pause_every": 0} | fields
    return Account(association_id=0, port=port, security=security, **settings)


def make_wire(number: int = 1, pdf: bytes = b"%PDF-1.7 a small one", **fields: Any) -> Wire:
    """A message with a Message-ID of its own for each `number`."""
    arguments: dict[str, Any] = {
        "sender_name": "Résidence Les Érables",
        "sender": SENDER,
        "recipient": RECIPIENT,
        "subject": "Votre facture",
        "text": "Bonjour,\n",
        "message_id": message_id(number),
        "date": datetime(2026, 10, 27, 15, 50, tzinfo=UTC),
        "parts": [Part("Facture Hélène.pdf", "application/pdf", encode_attachment(pdf))],
    }
    return build(**(arguments | fields))


def message_id(number: int = 1) -> str:
    return f"<{number}.test@home.example>"
