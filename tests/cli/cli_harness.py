"""The command line as tests drive it, a mail server that remembers what it took, and a month of exports."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tuimail.domain.periods import Period
from tuimail.store import documents
from tuimail.store.database import close_store, open_store


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    status: int
    out: str
    err: str

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.json() if line["event"] == name]


Tuimail = Callable[..., Ran]


@dataclass(frozen=True)
class Received:
    """One message as it arrived."""

    sender: str
    recipient: str
    content: bytes

    def parsed(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.content)

    def pdf(self) -> bytes:
        (part,) = self.parsed().iter_attachments()
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        return content


@dataclass
class MailServer:
    """aiosmtpd on a free port of loopback, in a thread."""

    received: list[Received] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Addresses that are refused."""
    password: str = ""
    """Asked for if it is not empty."""
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        logging.getLogger("mail").addHandler(logging.NullHandler())
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        server = self._loop.run_until_complete(self._loop.create_server(self._session, sock=self._socket))
        self._loop.run_forever()
        server.close()
        self._loop.close()

    def _session(self) -> SMTP:
        known = {"auth_required": True, "auth_require_tls": False, "authenticator": self._check}
        return SMTP(self, hostname="mx.example", loop=self._loop, **(known if self.password else {}))

    def _check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.unknown:
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        self.received.append(Received(envelope.mail_from, recipient, envelope.content))
        self.arrived.release()
        return f"250 2.0.0 Ok: queued as {len(self.received):04X}"


PEOPLE = """\
Structure;Code;Titre;Nom;Prénom;Chambre;Email;Mesure de protection;Délégué;Email tutelle;Tutelle reçoit facture
Maison;R1;Mme;ANTOINE;Monique;101;monique.antoine@orange.example;Tutelle;UDAF;udaf@tutelle.example;O
Maison;R2;M.;BOUCHER;Émile;102;emile.boucher@free.example;;;;
"""
INVOICES = """\
Structure;N° facture;Période;Date facture;Code résident;Nom résident;Rubrique;Libellé;Quantité;Prix unitaire;\
Montant H.T;TVA %
Maison;020;2026-10;31/10/2026;R1;ANTOINE Monique;Frais de séjour;Hébergement;31;64,80;2 008,80;5,50
Maison;021;2026-10;31/10/2026;R2;BOUCHER Émile;Frais de séjour;Hébergement;31;64,80;2 008,80;5,50
"""
CARON = "Maison;R3;Mme;CARON;Lucie;103;;;;;\n"
INVOICE_OF_CARON = "Maison;022;2026-10;31/10/2026;R3;CARON Lucie;Frais de séjour;Hébergement;31;64,80;2 008,80;5,50\n"


@dataclass(frozen=True)
class Exports:
    """The billing software's folder."""

    folder: Path

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="cp1252")
        return str(path)


def use_server(tuimail: Tuimail, port: int, *more: str) -> None:
    """Codify a local server without protection and without pacing."""
    plain = ("--host", "127.0.0.1", "--port", str(port), "--security", "none", "--gap", "0", "--pause-every", "0")
    assert tuimail("smtp", "set", *plain, *more).status == 0


def change_invoice(database: Path, number: str) -> None:
    """Make another PDF of an invoice of October 2026 than the one that was sent."""
    open_store(database)
    october = Period(2026, 10)
    (found,) = documents.documents(documents.find([number], october)[number])
    documents.save_documents([replace(found, due_on=date(2026, 12, 24))])
    close_store()


def process(database: Path, *words: str, **settings: Any) -> subprocess.Popen[str]:
    """The real program, as cron would start it."""
    environment = os.environ | {
        "TUIMAIL_DATABASE": str(database),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tuimail", *words],
        **{
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "env": environment,
        }
        | settings,
    )
