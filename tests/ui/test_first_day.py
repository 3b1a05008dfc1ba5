"""By keys alone, at 80 by 24: a fresh database becomes one from which a family's invoice has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hand import Hand, Mailbox, Sit
from post_office import ADDRESS, OTHER, PASSWORD, USER, PostOffice

from tuimail.domain.billing import DocumentState
from tuimail.office import Office
from tuimail.store import accounts, documents, journal, listing, structures

RESIDENTS = """\
Structure;Code;Titre;Nom;Prénom;Chambre;Email
Foyer;R1;Mme;ANTOINE;Monique;101;bob@example.test
"""
INVOICES = """\
Structure;N° facture;Période;Date facture;Code résident;Nom résident;Rubrique;Libellé;Quantité;Prix unitaire;\
Montant H.T;TVA %
Foyer;020;2026-10;31/10/2026;R1;ANTOINE Monique;Frais de séjour;Hébergement;31;64,80;2 008,80;5,50
"""


@dataclass
class Server:
    """What an administrator was told about the mail server."""

    host: str
    port: int
    protection: str
    received: Callable[[int], list[EmailMessage]]
    """The messages there, once there are so many."""
    ca_file: str = ""
    user: str = ""
    password: str = ""


@pytest.fixture(autouse=True)
def _config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))


@pytest.fixture
async def plain() -> AsyncIterator[Server]:
    """A server of aiosmtpd's, without protection or sign-in."""
    from aiosmtpd.smtp import SMTP

    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop, hostname="mail.example"), "127.0.0.1", 0)

    def received(_count: int) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in box.envelopes]

    yield Server("127.0.0.1", server.sockets[0].getsockname()[1], "sans chiffrement", received)
    server.close()


async def places(hand: Hand) -> None:
    """The association and two structures."""
    await hand.press("3")
    await hand.see("A en ajoute une", "A association")
    await hand.press("A")
    await hand.see("Son nom")
    await hand.type("Les Tilleuls")
    await hand.press("enter")
    for name in ("EHPAD du Parc", "Foyer"):
        await hand.see_no("Son nom")
        await hand.press("home", "a")
        await hand.see("Ajouter une structure sous Les Tilleuls")
        await hand.type(name)
        await hand.press("enter")
    await hand.see("« Foyer » : enregistré")


async def account(hand: Hand, server: Server) -> None:
    """The account, tried with one message to oneself before it is kept."""
    await hand.press("S")
    await hand.see("Compte SMTP : Les Tilleuls", "Fournisseur")
    await hand.fill("host", server.host)
    await hand.fill("port", str(server.port))
    await hand.choose("security", server.protection)
    if server.ca_file:
        await hand.fill("ca_file", server.ca_file)
    await hand.choose("authentication", "mot de passe" if server.user else "aucune")
    if server.user:
        await hand.fill("user", server.user)
        await hand.fill("password", server.password)
        await hand.choose("keep", "mémoire seulement")
    await hand.fill("gap", "0")
    await hand.fill("pause_every", "0")
    await hand.press("f5")
    await hand.see("Essai de", "Le compte fonctionne")
    await hand.press("m")
    await hand.see("Message d’essai")
    await hand.press("end", "ctrl+u")
    await hand.type(ADDRESS)
    await hand.press("enter")
    await hand.see("cherchez le message")
    await hand.press("escape")
    await hand.see("Fournisseur")
    await hand.press("enter")
    await hand.see("Le compte SMTP est gardé")


async def sender(hand: Hand) -> None:
    """Who sends for the structure under the cursor, and what it says."""
    await hand.press("end", "enter", "pageup")
    await hand.see("Aperçu")
    await hand.type("Alice Martin")
    await hand.press("tab")
    await hand.type(ADDRESS)
    await hand.press(*["tab"] * 5)
    await hand.paste("Facture de &personne")
    await hand.press("tab")
    await hand.paste("Voici la facture &numero du mois de &periode.")
    await hand.see("Facture de DUPONT Jeanne", "d'octobre 2026")
    await hand.press("f2")
    await hand.see("« Foyer » : enregistré")


async def exports(hand: Hand, folder: Path) -> None:
    """What the billing software has written."""
    for name, text in (("residents.csv", RESIDENTS), ("factures.csv", INVOICES)):
        (folder / name).write_text(text)
    await hand.press("I")
    for number, name in enumerate(("residents.csv", "factures.csv")):
        if number:
            await hand.press("a")
        await hand.see("Fichier à importer")
        await hand.type(name)
        await hand.press("enter")
        await hand.see_no("Fichier à importer")
        await hand.until(lambda: not hand.app.screen.busy, "never read")  # type: ignore[attr-defined]
    await hand.press("c")
    await hand.see("Rien n’est encore écrit")
    await hand.until(lambda: not hand.app.screen.busy, "never checked")  # type: ignore[attr-defined]
    await hand.press("I")
    await hand.see("1 résident et 1 facture")
    await hand.press("enter")
    await hand.see("Importé.")
    await hand.press("escape")


async def first_day(hand: Hand, server: Server, folder: Path) -> None:
    await hand.see("[ ] 1.", "3, puis A", "[ ] 2.", "S ; là, F5", "[ ] 3.", "[ ] 4.", "tuimail demo")
    await places(hand)
    await hand.press("1")
    await hand.see("[x] 1.", "[ ] 2.")
    await hand.press("3")
    await account(hand, server)
    await sender(hand)
    await exports(hand, folder)
    await hand.press("1")
    await hand.see("ANTOINE Monique")
    await hand.press("s")
    await hand.see("1 facture · 1 message")
    await hand.press("enter")
    await hand.see_end()
    await hand.see("1 envoyé")
    received: Any = await asyncio.to_thread(server.received, 2)
    trial, invoice = received
    assert trial["Subject"] == "Essai du compte SMTP"
    assert invoice["Subject"] == "Facture de ANTOINE Monique"
    assert invoice["To"].addresses[0].addr_spec == OTHER
    assert "Voici la facture 020 du mois d'octobre 2026." in invoice.get_body().get_content()
    (attached,) = invoice.iter_attachments()
    assert attached.get_content().startswith(b"%PDF-")


def left() -> None:
    """What the database holds at the end."""
    assert [place.name for place in structures.structures()] == ["EHPAD du Parc", "Foyer"]
    (known,) = accounts.accounts()
    (row,) = listing.rows(listing.index(documents.periods()[-1]).ids)
    assert row.state is DocumentState.SENT
    assert {event.operator for event in journal.events()} == {"virginie"}
    assert not any(PASSWORD in event.detail for event in journal.events())
    assert known.host


async def test_a_fresh_database_sends_its_first_invoice(
    sit: Sit, empty_office: Office, home: Path, plain: Server
) -> None:
    async with sit(empty_office, size=(80, 24)) as hand:
        await first_day(hand, plain, home)
    left()


@pytest.mark.long
@pytest.mark.servers
async def test_a_fresh_database_sends_its_first_invoice_by_postfix(
    sit: Sit, empty_office: Office, home: Path, post_office: PostOffice
) -> None:
    post_office.empty()

    def received(count: int) -> list[EmailMessage]:
        return [*post_office.received("alice", 1), *post_office.received("bob", count - 1)]

    server = Server("localhost", post_office.submission, "STARTTLS", received, post_office.ca_file, USER, PASSWORD)
    async with sit(empty_office, size=(80, 24)) as hand:
        await first_day(hand, server, home)
    left()
