"""What was cut, what waits and what is uncertain, by keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hand import KARIM, Hand, Held, Mailbox, Sit, no_room
from scenes import interrupted

from tuimail.config import process, secrets
from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.events import EventKind
from tuimail.domain.imap import Finding
from tuimail.domain.mail import Delivery, DeliveryState, Settlement
from tuimail.domain.pacing import PacingState
from tuimail.office import Office
from tuimail.office.recovery import Recovery
from tuimail.store import accounts, batches, decisions, imap, journal, outbox, seen
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.ui.driver import TerminalLost
from tuimail.ui.screens.imap import ImapDialog
from tuimail.ui.widgets.field import Field

ZOE, UDAF = "zoe.etienne@orange.example", "udaf99@tutelle.example"


@pytest.fixture(autouse=True)
def _old_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The association's PDFs of last month were never made."""
    monkeypatch.setattr(Office, "pdf", lambda _office, _delivery: b"%PDF-1.4\n%%EOF\n")


def been_here(office: Office) -> None:
    """The operator saw everything up to now."""
    seen.mark(office.owner.operator, journal.newest(), datetime.now(UTC))


async def until_seen(hand: Hand, office: Office) -> None:
    def all_seen() -> bool:
        hand.app.watch_journal()
        found = seen.marker(office.owner.operator)
        return found is not None and found[0] == journal.newest()

    await hand.until(all_seen, "not noted as seen")


async def test_what_was_left_is_told_in_one_screen_and_a_key_goes_on(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    been_here(office)
    interrupted(office)
    async with sit(office, size=(80, 24)) as hand:
        await hand.see("Depuis votre passage", "1 encore en file", "interrompu", "R l’envoie")
        await hand.press("R")
        await hand.see_end()
        await hand.see("5 envoyés · 1 refusé")
    assert mailbox.recipients == [ZOE]


async def test_what_was_told_once_is_told_again_only_by_its_key(sit: Sit, office: Office) -> None:
    been_here(office)
    DeliveryRow.update(state=DeliveryState.SENT).where(DeliveryRow.address == ZOE).execute()
    async with sit(office) as hand:
        await until_seen(hand, office)
        assert "Depuis votre passage" not in hand.text
    journal.append([replace(next(journal.events(kinds=[EventKind.FAILED], last=1)), id=0)])
    async with sit(office) as hand:
        await hand.see("Depuis votre passage", "octobre 2026, EHPAD Saint-Éloi", "e problèmes")
        await hand.press("e")
        await hand.see("Filtre : problèmes")
        await until_seen(hand, office)
        await hand.press("w")
        await hand.see("Depuis votre passage")
    async with sit(office) as hand:
        await until_seen(hand, office)
        await hand.pilot.pause(0.05)
        assert "Depuis votre passage" not in hand.text


async def test_an_uncertain_message_is_marked_as_sent_with_a_reason(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("U")
        await hand.see("Incertains 1 · À retenter 0 · En file 0", "ÉTIENNE Zoé")
        await hand.press("M")
        await hand.see("Marquer 1 message comme envoyé", "Comment le savez-vous")
        await hand.press("enter")
        await hand.see("Écrivez en quelques mots")
        await hand.type("lu par la fille")
        await hand.press("enter")
        await hand.see("1 marqué comme envoyé.", "Aucun message n’est incertain")
    (line,) = journal.events(kinds=[EventKind.MARKED_SENT])
    assert (line.operator, line.recipient) == ("virginie", ZOE)
    assert "lu par la fille" in line.detail


async def test_an_uncertain_message_is_sent_again_as_a_new_one(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office) as hand:
        await hand.press("U", "r")
        await hand.see("en recevra un deuxième")
        await hand.type("rien reçu")
        await hand.press("enter")
        await hand.see("1 nouveau message est en file.")
        await hand.see_end()
    (line,) = journal.events(kinds=[EventKind.MARKED_UNSENT])
    assert "rien reçu" in line.detail
    assert not decisions.count_uncertain()
    assert mailbox.recipients == [ZOE]


async def test_what_the_sent_folder_says_is_proposed_and_decides_nothing(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(_self: Recovery, message_ids: Sequence[str]) -> list[Finding]:
        return [Finding(m, "Envoyés", True, datetime(2026, 10, 27, 13, 30, tzinfo=UTC)) for m in message_ids]

    monkeypatch.setattr(Recovery, "look_up", look_up)
    (account,) = accounts.accounts()
    kept = office.recovery.set_imap(ImapAccount(account.association_id, "imap.example", 993, Security.TLS, "compta"))
    secrets.remember(kept, "secret")
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("U", "l")
        await hand.see("TROUVÉ", "M le marque")
        assert decisions.count_uncertain() == 1
        await hand.press("M")
        await hand.see("trouvé dans le dossier Envoyés, gardé le 27/10/2026 14:30")
        await hand.press("enter")
        await hand.see("1 marqué comme envoyé.")
    (line,) = journal.events(kinds=[EventKind.MARKED_SENT])
    assert "dossier Envoyés" in line.detail


async def test_without_an_imap_account_looking_up_asks_for_one(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("U", "l")
        await hand.see("Compte IMAP de Les Tilleuls", "Dossier envoyés")
        await hand.press("down", "down", "1", "down", "up", "up", "up")
        assert hand.app.focused is not None
        assert hand.app.focused.id == "host"
        assert hand.app.screen.query_one("#port", Field).value == "1"
        await hand.press("enter")
        await hand.see("Le serveur de messagerie n’a pas de nom")


@pytest.mark.parametrize("how", ["by keys", "lost terminal"])
async def test_no_imap_account_is_kept_without_its_password_whatever_happens_meanwhile(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    tested = Event()
    held = Held(monkeypatch, Recovery, "set_imap")
    monkeypatch.setattr(Recovery, "test_imap", lambda *_: tested.wait(10))
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("U", "l")
        await hand.see("Compte IMAP de Les Tilleuls")
        await hand.fill("host", "imap.example")
        await hand.fill("user", "compta")
        await hand.fill("imap-password", "secret")
        await hand.press("enter")
        await hand.until(held.begun.is_set, "never kept")
        if how == "by keys":
            await hand.press("escape", "enter")
            assert isinstance(hand.app.screen, ImapDialog)
            assert "Un instant…" in hand.text
            held.go_on.set()
            await hand.see("Connexion à imap.example")
            await hand.press("escape")
            await hand.see("Le compte IMAP est gardé")
        else:
            hand.app.post_message(TerminalLost())
            await hand.until(lambda: not hand.app.is_running, "it goes on")
        held.go_on.set()
        tested.set()
    (account,) = imap.imap_accounts()
    assert (account.host, secrets.password(account)) == ("imap.example", "secret")


async def test_what_is_to_be_tried_again_is_seen_and_tried_at_once(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.busy = {"paul.bernard@orange.example"}
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("down", "r", "enter")
        await hand.see("1 message à retenter")
        mailbox.busy.clear()
        await hand.press("U", "f")
        await hand.see("À retenter 1", "BERNARD Paul", "R essayer maintenant")
        await hand.press("R")
        await hand.see("Aucun message n’est à retenter.")
        await hand.see_end()
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_what_waits_but_cannot_be_read_is_told(sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(office)
    async with sit(office, size=(80, 24)) as hand:
        await hand.see("Ce qui est resté")
        await hand.press("escape", "U")
        await hand.see("R essayer maintenant")
        monkeypatch.setattr(batches, "open_batches", no_room)
        await hand.press("R")
        await hand.see("Le disque est plein.")


async def test_a_pause_of_the_servers_is_told_with_its_end_and_ends_by_itself(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    interrupted(office)
    (account,) = accounts.accounts()
    clock = [datetime.now(UTC)]
    accounts.save_pacing(account.id, PacingState(not_before=clock[0] + timedelta(minutes=20)))
    async with sit(office, now=lambda: clock[0]) as hand:
        await hand.see("Ce qui est resté")
        await hand.press("escape")
        await hand.see("En pause jusqu’à", "1 message en file", "R essayer maintenant")
        hand.app.watch_journal()
        await hand.until(lambda: hand.app.desk.continuing._held, "the pause was not noted")
        assert not mailbox.recipients
        clock[0] += timedelta(minutes=21)
        accounts.save_pacing(account.id, PacingState())
        hand.app.watch_journal()
        await hand.see_end()
    assert mailbox.recipients == [ZOE]


async def test_a_send_is_queued_behind_another_sessions_and_leaves_when_that_has_ended(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    (account,) = accounts.accounts()
    other = replace(process.this_owner(), operator="karim", host="compta-2")
    lease, _mended = outbox.acquire(account.id, other, datetime.now(UTC), lambda _owner: True)
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see("karim envoie depuis compta-2", "mettre ces messages en file derrière")
        await hand.press("enter")
        await hand.see("karim envoie depuis", "en file")
        assert not mailbox.recipients
        outbox.release(lease)
        hand.app.watch_journal()
        await hand.see_end()
        await hand.see("8 envoyés")
    assert len(mailbox.recipients) == 8


async def test_another_sessions_send_is_followed_line_by_line_to_its_end(sit: Sit, office: Office) -> None:
    interrupted(office)
    (account,) = accounts.accounts()
    now = datetime.now(UTC)
    lease, _mended = outbox.acquire(account.id, KARIM, now, lambda _owner: True)
    async with sit(office) as hand:
        hand.app.watch_journal()
        await hand.see("karim envoie depuis", "Envoi 5/6", "p pause  c arrêter")
        claimed = outbox.claim(lease, account, now)
        assert isinstance(claimed, Delivery)
        outbox.enter_flight(lease, claimed.id, "wire", now)
        outbox.settle(lease, account, claimed, Settlement(DeliveryState.SENT, "2.0.0", "250 ok", "Q"), now)
        await hand.until(lambda: any("OK" in line and ZOE in line for line in hand.log), "its line never came")
        outbox.release(lease)
        await hand.see("5 envoyés · 1 refusé")
        await hand.press("4")
        await hand.press("1", "escape")
        await hand.see_no("5 envoyés · 1 refusé")


async def test_what_was_refused_is_sent_again_by_one_key(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("F")
        await hand.see("1 facture · 1 message", "Ce qui a été refusé")
        await hand.press("enter")
        await hand.see_end()
    assert mailbox.recipients == [UDAF]
