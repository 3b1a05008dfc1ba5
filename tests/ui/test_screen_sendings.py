"""What was sent of an invoice: each message with all that is known of it, and the mail itself as it went."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hand import Hand, Mailbox, Sit, karim_sends

from tuimail.domain.errors import DocumentError
from tuimail.domain.handing import Method
from tuimail.domain.history import Sameness
from tuimail.domain.listing import InvoiceFilter
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.office import Office
from tuimail.office.handing import Handing
from tuimail.store import batches, habits, history, journal, outbox, residents
from tuimail.store.database import execute
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.ui.driver import TerminalLost
from tuimail.ui.screens.resend import Resend


async def _sent(hand: Hand) -> None:
    await hand.press("down", "r", "enter")
    await hand.see_end()


def _newest() -> Delivery:
    row = DeliveryRow.select().order_by(DeliveryRow.id.desc()).first()
    return history.sendings(delivery_id=row.id)[0].delivery


async def test_the_message_is_opened_as_it_went_byte_for_byte(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path
) -> None:
    async with sit(office) as hand:
        await _sent(hand)
        delivery = _newest()
        await hand.press("enter")
        await hand.see("BERNARD Paul", "h envois")
        await hand.press("h")
        await hand.see("1 message", delivery.address, "par virginie sur compta-1", delivery.message_id)
        await hand.see("250 2.0.0 Ok: queued as 0001", "Daté")
        await hand.press("enter")
        await hand.see("Ce sont les octets partis", "Subject: Votre facture d'octobre 2026", "Facture 021")
        await hand.press("escape", "x")
        await hand.see("Écrire le message")
        await hand.press("enter")
        await hand.see("Écrit dans ~/Facture 021 - BERNARD Paul - octobre 2026 - paul.bernard@orange.example.eml")
        await hand.press("x", "enter")
        await hand.see("existe déjà : choisissez un autre nom.")
    (envelope,) = mailbox.envelopes
    written = home / "Facture 021 - BERNARD Paul - octobre 2026 - paul.bernard@orange.example.eml"
    assert written.read_bytes() == envelope.content == office.history.message(delivery.id).content


async def test_what_is_not_what_left_is_said(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await _sent(hand)
    delivery = _newest()
    assert office.history.message(delivery.id).sameness is Sameness.SAME
    execute("UPDATE wording SET body = 'something else' WHERE batch_id = ?", delivery.batch_id)
    assert office.history.message(delivery.id).sameness is Sameness.DIFFERENT
    (office.paths.documents / delivery.pdf_path).unlink()
    with pytest.raises(DocumentError):
        office.history.message(delivery.id)


async def test_what_never_left_is_said(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.unknown.add("paul.bernard@orange.example")
    async with sit(office) as hand:
        await _sent(hand)
    assert _newest().state is DeliveryState.FAILED
    assert office.history.message(_newest().id).sameness is Sameness.NEVER_LEFT


async def test_the_resident_s_card_shows_what_was_sent_too(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("2", "enter")
        await hand.see("ANTOINE Monique", "Historique")
        await hand.press(*["pagedown"] * 4)
        await hand.see("h envois")
        await hand.press("down", "h")
        await hand.see("3 messages", "› envois", "Message-ID")


async def test_the_filter_is_found_again_by_the_same_operator_alone(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("e")
        await hand.see("Filtre : problèmes")
        await hand.until(lambda: habits.invoice_filter("virginie") is InvoiceFilter.PROBLEMS, "it is not kept")
    async with sit(office) as hand:
        await hand.see("Filtre : problèmes")
        await hand.press("escape")
        await hand.see("Filtre : toutes")
        await hand.until(lambda: habits.invoice_filter("virginie") is InvoiceFilter.ALL, "it is not kept")


async def test_a_draft_is_written_and_counts_as_nothing(sit: Sit, office: Office, home: Path) -> None:
    before = len(outbox.deliveries())
    async with sit(office) as hand:
        await hand.press("down", "r")
        await hand.see("Par : la messagerie de tuimail")
        await hand.press("m")
        await hand.see("Par : un brouillon", "Cela ne comptera pas comme envoyé")
        await hand.press("enter")
        await hand.see("1 message remis", "Rien ne compte comme envoyé")
    (draft,) = (home / "tuimail-brouillons").iterdir()
    assert draft.name == "Facture 021 - BERNARD Paul - octobre 2026 - paul.bernard@orange.example.eml"
    assert draft.read_bytes().startswith(b"X-Unsent: 1\r\nFrom: Virginie Dubois <compta@st-eloi.example>\r\n")
    assert len(outbox.deliveries()) == before
    last = next(iter(journal.events(last=1)))
    assert (last.event, last.recipient, last.operator) == ("draft-written", "paul.bernard@orange.example", "virginie")
    assert str(draft) in last.detail
    assert habits.method("virginie") is Method.EML
    assert not batches.open_batches(1)


@pytest.mark.parametrize("leave", ["escape", "terminal"])
async def test_what_another_program_has_taken_is_told_in_the_journal_whatever_is_pressed_meanwhile(
    sit: Sit, office: Office, home: Path, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    taken, go_on = threading.Event(), threading.Event()
    hand_to = Handing._hand

    def slowly(*arguments: Any) -> str:
        sentence = hand_to(*arguments)
        taken.set()
        go_on.wait(10)
        return sentence

    monkeypatch.setattr(Handing, "_hand", slowly)
    async with sit(office) as hand:
        await hand.press("down", "r", "m")
        await hand.see("Par : un brouillon")
        await hand.press("enter")
        await hand.until(taken.is_set, "nothing was handed over")
        if leave == "escape":
            await hand.press("escape")
            assert isinstance(hand.app.screen, Resend)
            go_on.set()
            await hand.see("1 message remis")
        else:
            hand.app.on_terminal_lost(TerminalLost())
            await hand.until(lambda: not hand.app.is_running, "it goes on")
            go_on.set()
    assert next(iter(journal.events(last=1))).event == "draft-written"


def queued() -> list[str]:
    return [delivery.address for delivery in outbox.deliveries(states=[DeliveryState.QUEUED])]


@pytest.mark.parametrize("anew", [True, False])
async def test_what_is_queued_behind_another_send_goes_where_the_screen_says(
    sit: Sit, office: Office, anew: bool
) -> None:
    async with sit(office) as hand:
        karim_sends()
        await hand.press("down", "r", "enter")
        await hand.see("Entrée encore une fois")
        if anew:
            await hand.press("space", "a")
            await hand.type("anne@free.fr")
            await hand.press("enter")
            await hand.see("anne@free.fr", "Entrée envoie 1 message")
            await hand.press("enter")
            await hand.see("Entrée encore une fois")
            assert not queued()
        await hand.press("enter")
        await hand.see("1 message en file ; il partira quand l’autre envoi sera terminé.")
        assert not isinstance(hand.app.screen, Resend)
    assert queued() == ["anne@free.fr" if anew else "paul.bernard@orange.example"]


async def test_an_address_typed_once_is_kept_on_the_card_where_asked(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down", "r", "a")
        await hand.type("anne@free.fr")
        await hand.press("enter")
        await hand.see("autre adresse ; aucun succès ; k la garde")
        await hand.press("k")
        await hand.see("À qui est anne@free.fr ?")
        await hand.press("enter")
        await hand.see("anne@free.fr est maintenant sur la fiche de BERNARD Paul.")
        await hand.see("Entrée envoyer")
    (person,) = [p for p in residents.residents(range(1, 12)) if p.name == "BERNARD Paul"]
    assert person.emails == ("paul.bernard@orange.example", "anne@free.fr")
