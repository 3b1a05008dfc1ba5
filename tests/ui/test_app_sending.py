"""Sending from the application, by keys alone, to a real server."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from typing import Any

import office_data
import pytest
from hand import Hand, Mailbox, Sit
from office_data import OCTOBER
from scenes import no_account

from tuimail.config import process
from tuimail.domain.account import Owner
from tuimail.domain.billing import DocumentState
from tuimail.domain.events import Event, EventKind
from tuimail.domain.listing import InvoiceFilter
from tuimail.domain.mail import DeliveryState
from tuimail.office import Office
from tuimail.sending.control import Control
from tuimail.store import (
    accounts,
    address_notes,
    batches,
    documents,
    journal,
    listing,
    outbox,
    pausing,
    residents,
    structures,
    waiting,
)
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.ui.screens.confirm import Confirm

UNSENT = [
    "paul.bernard@orange.example",
    "odette.delmas@laposte.example",
    "o.delmas@sfr.example",
    "yves.delmas@free.example",
    "udaf99@tutelle.example",
    "oelia.girard@gmail.example",
    "suzanne.loewe@free.example",
    "guy.martin@free.example",
]


def state_of(number: str) -> DocumentState:
    (row,) = listing.rows(documents.find([number], OCTOBER)[number])
    return row.state


async def send_all(hand: Hand) -> None:
    await hand.press("s")
    await hand.see("6 factures · 8 messages")
    await hand.press("enter")
    await hand.until(lambda: not isinstance(hand.app.screen, Confirm), "the control stayed open")


async def test_two_keys_send_everything_that_was_not_sent(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.see("Non envoyées 6 · Envoyées 1 · Problèmes 2 · Sans adresse 2")
        await hand.press("s")
        await hand.see("Rien n’est coché", "6 factures · 8 messages · 8 adresses", "bloquées 2", "aucune adresse")
        await hand.press("enter")
        await hand.see_end()
        await hand.see("8 envoyés · 0 refusé · 0 incertain = 8 messages · 2 factures bloquées")
        await hand.see("Non envoyées 0 · Envoyées 7 · Problèmes 2 · Sans adresse 2")
        assert hand.line("021").split("021")[0].split("BERNARD Paul")[1].strip(), "no moment in the column"
    assert mailbox.recipients == UNSENT
    counts = listing.counts(OCTOBER)
    assert (counts.unsent, counts.sent, counts.problems, counts.unreachable) == (0, 7, 2, 2)


async def test_each_address_gets_its_own_invoice(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await send_all(hand)
        await hand.see_end()
    for envelope in mailbox.envelopes:
        message = BytesParser(policy=policy.default).parsebytes(envelope.content)
        (pdf,) = message.iter_attachments()
        (delivery,) = [
            d
            for (number,) in [[pdf.get_filename().split()[1]]]
            for d in outbox.deliveries(document_id=documents.find([number], OCTOBER)[number][0])
            if d.message_id == message["Message-ID"]
        ]
        assert envelope.rcpt_tos == [delivery.address]
        assert delivery.state is DeliveryState.SENT


async def test_only_the_ticked_invoices_leave(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.press("down", "space")
        await hand.see("1 cochée sur 11 · 1 message · 2 426,69 € HT")
        await hand.press("s")
        await hand.see("1 facture · 1 message")
        await hand.press("enter")
        await hand.see_end()
        await hand.see("0 cochée")
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_what_was_sent_is_left_out_unless_it_is_asked_for(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.press("space", "s")
        await hand.see("À envoyer    0 facture", "déjà envoyées 1", "020 ANTOINE Monique", "Rien à envoyer")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Confirm)
        await hand.press("d")
        await hand.see("1 facture · 3 messages", "UNE DEUXIÈME FOIS")
        await hand.press("enter")
        await hand.see_end()
    assert len(mailbox.envelopes) == 3


async def test_the_list_stays_usable_while_messages_leave(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.close()
    async with sit(office) as hand:
        await send_all(hand)
        mailbox.let(1)
        await hand.see("Envoi 1/8", "021 BERNARD Paul", "envoyée")
        await hand.press("f")
        await hand.see("Filtre : non envoyées")
        await hand.press("a")
        await hand.press("4")
        await hand.see("lignes", "Envoi 1/8")
        await hand.press("1", "n", *["f"] * (len(InvoiceFilter) - 1))
        await hand.see("Filtre : toutes")
        mailbox.open()
        await hand.see_end()
        await hand.see("8 envoyés")
    assert mailbox.recipients == UNSENT


async def test_a_pause_lets_nothing_leave_until_one_goes_on(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.close()
    async with sit(office) as hand:
        await send_all(hand)
        mailbox.let(1)
        await hand.see("Envoi 1/8")
        await hand.press("p")
        await hand.see("En pause")
        mailbox.open()
        await hand.until(lambda: any("en pause" in line for line in hand.log), "the engine never paused")
        assert len(mailbox.envelopes) == 2, "the message in flight ends, no other begins"
        await hand.press("p")
        await hand.see_end()
    assert mailbox.recipients == UNSENT


async def test_stopping_takes_the_rest_back_once_confirmed(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.close()
    async with sit(office) as hand:
        await send_all(hand)
        mailbox.let(2)
        await hand.see("Envoi 2/8")
        await hand.press("c")
        await hand.see("6 messages qui ne sont pas partis ne partiront pas.")
        await hand.press("escape", "c", "enter")
        mailbox.open()
        await hand.see_end()
        await hand.see("3 envoyés · 0 refusé · 0 incertain · 5 annulés")
        await hand.see("Non envoyées 4")
    assert mailbox.recipients == UNSENT[:3]
    assert state_of("101") is DocumentState.UNSENT


async def test_a_refused_address_is_shown_with_what_to_do(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.unknown = {"odette.delmas@laposte.example"}
    async with sit(office) as hand:
        await send_all(hand)
        await hand.see_end()
        await hand.see("7 envoyés · 1 refusé", "Échap fermer")
        await hand.press("e")
        await hand.see("Filtre : problèmes", "025", "partielle 2/3")
        await hand.press("escape")
        await hand.see_no("7 envoyés · 1 refusé")
    assert state_of("025") is DocumentState.PARTIAL


async def test_one_invoice_is_sent_again_with_four_keys_and_a_search(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    async with sit(office) as hand:
        await hand.press("/")
        await hand.type("bouch")
        await hand.press("enter", "r")
        await hand.see("[ ] emile.boucher@orange.example", "[x] udaf99@tutelle.example", "refusé 5.1.1")
        await hand.see("La facture : le PDF envoyé le 27/10")
        await hand.press("enter")
        await hand.see_end()
        await hand.see("envoyée")
    assert mailbox.recipients == ["udaf99@tutelle.example"]
    assert state_of("022") is DocumentState.SENT


async def test_an_invoice_goes_to_an_address_typed_for_once(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.press("down", "down", "down", "r")
        await hand.see("Envoyer : 023 CARON Lucie", "Une autre adresse")
        await hand.type("voisine@")
        await hand.press("enter")
        await hand.see("est inutilisable")
        await hand.type("free.example")
        await hand.press("enter")
        await hand.see("[x] voisine@free.example", "Entrée envoie 1 message.")
        await hand.press("enter")
        await hand.see_end()
    assert mailbox.recipients == ["voisine@free.example"]


@pytest.mark.parametrize(("answer", "went_to"), [((), "voisine@gmail.com"), (("down",), "voisine@gmial.com")])
async def test_an_address_that_looks_like_a_slip_is_asked_about_once(
    sit: Sit, office: Office, mailbox: Mailbox, answer: tuple[str, ...], went_to: str
) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("down", "down", "down", "r")
        await hand.see("Entrée ajouter", "rien ne part encore")
        await hand.type("voisine@gmial.com")
        await hand.press("enter")
        await hand.see("Vouliez-vous une autre adresse", "voisine@gmail.com", "garder tel quel")
        await hand.press(*answer, "enter")
        await hand.see(f"[x] {went_to}", "Entrée envoyer", "Entrée envoie 1 message.")
        assert ("ressemble à une faute" in hand.text) == bool(answer)
        await hand.press("enter")
        await hand.see_end()
    assert mailbox.recipients == [went_to]


async def test_an_address_that_came_back_and_a_pdf_that_is_another_are_told(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("end", "up", "r")
        await hand.see("Entrée envoie 1 message.")
        await hand.press("enter")
        await hand.see_end()
        (martin,) = documents.documents(documents.find(["102"], OCTOBER)["102"])
        documents.save_documents([replace(martin, due_on=None)])
        person = residents.resident(martin.resident_id)
        address_notes.bounced(person.id, "guy.martin@free.example", "boîte pleine", office_data.NOW)
        await hand.press("r")
        await hand.see("guy.martin@free.example est revenue", "La facture : son PDF n’est pas celui envoyé le")
        await hand.press("enter")
        await hand.until(lambda: len(mailbox.envelopes) == 2, "it did not leave")
        await hand.see_end()


async def test_enter_before_the_pdf_is_looked_at_shows_first_what_it_holds(
    sit: Sit, office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, prepare = threading.Event(), Office.prepare

    def slow(*given: Any) -> Control:
        made.wait(10)
        return prepare(*given)

    monkeypatch.setattr(Office, "prepare", slow)
    async with sit(office) as hand:
        await hand.press("down", "down", "r")
        await hand.see("Entrée envoie 1 message.")
        await hand.press("enter")
        made.set()
        await hand.see("La facture : le PDF envoyé")
        assert not mailbox.envelopes
        await hand.press("enter")
        await hand.see_end()
        await hand.until(lambda: mailbox.envelopes, "it did not leave")


async def test_enter_is_called_what_it_does_by_that_way(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down", "r")
        await hand.see("Entrée envoyer")
        await hand.press("m")
        await hand.see("Entrée écrire  ", "Entrée écrit 1 brouillon")


async def test_who_was_left_out_can_be_ticked_for_once(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.press("down", "r")
        await hand.see("[x] paul.bernard@orange.example", "[ ] anne.bernard@free.example", "jamais")
        await hand.press("space", "space", "enter")
        await hand.see_end()
    assert mailbox.recipients == ["anne.bernard@free.example"]


async def test_a_second_send_follows_the_first(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.close()
    async with sit(office) as hand:
        await hand.press("down", "r", "enter")
        await hand.see("Envoi 0/1")
        await hand.press("down", "down", "down", "r")
        await hand.see("Envoyer : 025")
        await hand.press("enter")
        await hand.see("puis 3")
        mailbox.open()
        await hand.see_end()
        await hand.see("4 envoyés")
    assert mailbox.recipients == UNSENT[:4]


async def test_leaving_while_messages_leave_is_asked_and_the_rest_goes_on_later(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    mailbox.close()
    async with sit(office) as hand:
        await send_all(hand)
        mailbox.let(1)
        await hand.see("Envoi 1/8")
        await hand.press("q")
        await hand.see("Quitter pendant l’envoi ?", "7 messages ne sont pas encore partis.")
        await hand.press("escape")
        await hand.see("Envoi 1/8")
        await hand.press("q", "enter")
        mailbox.open()
    assert mailbox.recipients == UNSENT[:2], "the message in flight ends, no other begins"
    async with sit(office) as hand:
        await hand.see("Depuis votre passage", "2 envoyés · 0 refusé · 0 incertain · 6 encore en file")
        await hand.press("R")
        await hand.see("8 envoyés · 0 refusé")
        await hand.see_no("interrompu")
    assert mailbox.recipients == UNSENT


async def test_on_a_paused_account_a_send_waits_says_who_paused_it_and_goes_on_by_key(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    (account,) = accounts.accounts()
    pausing.pause(account.id, Owner("other", "karim", "compta-2", 1, ""), datetime.now(UTC))
    async with sit(office) as hand:
        await send_all(hand)
        await hand.see("par karim : rien ne part", "p reprendre")
        assert mailbox.recipients == []
        await hand.press("p")
        await hand.see("8 envoyés · 0 refusé")
    assert mailbox.recipients == UNSENT


async def test_without_a_sender_the_control_says_what_to_do(sit: Sit, office: Office) -> None:
    for place in structures.structures():
        structures.save_structure(replace(place, sender=replace(place.sender, email="")))
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("Aucun expéditeur n’est codifié", "tuimail sender set")
        await hand.press("enter", "escape")
        await hand.see("Non envoyées 6")


async def test_without_an_account_the_control_says_what_to_do(sit: Sit, office: Office) -> None:
    no_account(office)
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("Aucun compte SMTP", "tuimail smtp set")
        await hand.press("enter", "escape", "down", "r", "enter")
        await hand.see("Aucun compte SMTP")


async def test_where_no_server_listens_nothing_is_queued(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, port=1))
    before = journal.newest()
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see("127.0.0.1", "port 1")
        await hand.until(lambda: "refuse" in hand.text or "personne" in hand.text.lower(), "no reason")
        await hand.press("escape")
        await hand.see("Non envoyées 6")
    assert journal.newest() == before
    assert not batches.open_batches(account.id)


async def test_while_another_sender_holds_the_account_nothing_is_queued(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    (account,) = accounts.accounts()
    other = replace(process.this_owner(), operator="karim", host="compta-2")
    now = datetime.now(UTC)
    outbox.acquire(account.id, Owner(other.id, "karim", "compta-2", 1, ""), now, lambda _owner: True)
    before = journal.newest()
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see("karim", "compta-2", "mettre ces messages en file derrière")
    assert journal.newest() == before


async def test_a_password_is_asked_for_hidden_and_asked_again_when_it_is_wrong(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, user="compta@st-eloi.example"))
    mailbox.password = "sésame"
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages", "utilisateur")
        await hand.press("enter")
        await hand.see("Mot de passe de compta@st-eloi.example")
        await hand.type("faux")
        assert "faux" not in hand.text
        await hand.press("enter")
        await hand.see("mot de passe", "8 messages")
        await hand.until(lambda: not hand.app.screen.busy, "it goes on for ever")  # type: ignore[attr-defined]
        await hand.press("enter")
        await hand.see("a refusé le mot de passe")
        await hand.type("sésame")
        await hand.press("enter")
        await hand.see_end()
        await hand.see("8 envoyés")
    assert mailbox.recipients == UNSENT


async def test_what_was_put_off_is_tried_again_when_its_time_has_come(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    clock = [datetime.now(UTC)]
    mailbox.busy = {"paul.bernard@orange.example"}
    async with sit(office, now=lambda: clock[0]) as hand:
        await hand.press("down", "r", "enter")
        await hand.see("1 à retenter", "1 message à retenter vers")
        await hand.see("R essayer maintenant")
        mailbox.busy.clear()
        clock[0] += timedelta(minutes=6)
        DeliveryRow.update(next_at=datetime.now(UTC) - timedelta(seconds=1)).where(
            DeliveryRow.state == DeliveryState.DEFERRED
        ).execute()
        hand.app.watch_journal()
        await hand.see("1 envoyé · 0 refusé")
        await hand.see_no("1 message à retenter")
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_what_was_put_off_is_tried_at_once_where_the_operator_wants_it(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    mailbox.busy = {"paul.bernard@orange.example"}
    async with sit(office) as hand:
        await hand.press("down", "r", "enter")
        await hand.see("1 message à retenter", "R essayer maintenant")
        mailbox.busy.clear()
        await hand.press("R")
        await hand.see("1 envoyé · 0 refusé")
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_what_a_key_asks_for_and_what_goes_on_by_itself_are_one_send(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    mailbox.busy = {"paul.bernard@orange.example"}
    (account,) = accounts.accounts()
    async with sit(office) as hand:
        await hand.press("down", "r", "enter")
        await hand.see("1 message à retenter")
        mailbox.busy.clear()
        waiting.retry_now(account.id, office.owner, datetime.now(UTC))
        sending = hand.app.desk.sending
        await asyncio.gather(*(sending.resume(account, label) for label in ("by a key", "by itself")))
        await hand.see("1 envoyé · 0 refusé")
        assert "by itself" not in hand.text
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_another_sessions_send_is_told_with_how_far_it_is(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    (account,) = accounts.accounts()
    async with sit(office) as hand:
        # Written, as another machine would, beside a screen that is already open.
        outbox.acquire(account.id, Owner("other", "karim", "compta-2", 1, ""), datetime.now(UTC), lambda _owner: True)
        journal.append([Event(EventKind.BATCH_STARTED, datetime.now(UTC), operator="karim")])
        hand.app.watch_journal()
        await hand.see("karim envoie depuis")
        assert "R " not in hand.line("karim envoie")
