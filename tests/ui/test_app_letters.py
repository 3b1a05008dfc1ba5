"""Writing a letter to many and sending it, by keys."""

from __future__ import annotations

import asyncio
import csv
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hand import PATIENCE, Hand, Held, Mailbox, Sit, karim_sends, no_room, silent_server

from tuimail.domain.criteria import Criteria
from tuimail.domain.events import EventKind
from tuimail.domain.letters import Letter, Unsubscribing
from tuimail.domain.mail import DeliveryState
from tuimail.domain.mailing import MailingList, Selection
from tuimail.office import Office
from tuimail.office.mailings import Mailings
from tuimail.sending.letters import LetterControl
from tuimail.store import accounts, audience, decisions, journal, letters, mailings, outbox, residents, structures, tree
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.ui.driver import TerminalLost
from tuimail.ui.screens import rehearsals
from tuimail.ui.screens.dialog import Dialog
from tuimail.ui.screens.letter import LetterScreen
from tuimail.ui.screens.letter_confirm import LetterConfirm
from tuimail.ui.screens.letter_trials import TestLetter
from tuimail.ui.widgets.row_list import RowList

LETTER = Letter("Fête à &structure", "Bonjour &nom,\n")
SIZE = (80, 24)


async def at_letter(hand: Hand, *, all_of_them: bool = True) -> None:
    await hand.press("5")
    await hand.see("trouvées")
    await hand.press(">" if all_of_them else "right")
    await hand.press("s")
    await hand.until(lambda: isinstance(hand.app.screen, LetterScreen), "no letter")
    await hand.see("1 sur")


def drafted(office: Office, letter: Letter = LETTER) -> None:
    letters.keep_draft(office.owner.operator, letter)


def addresses() -> set[str]:
    return {person.address for person in audience.people() if person.address}


async def test_a_letter_is_written_and_sent_once_to_each_address(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("enter")
        await hand.see("Objet")
        await hand.type("Fête du &date")
        await hand.press("enter")
        await hand.type("Bonjour &no")
        await hand.press("tab")
        await hand.type(" !")
        await hand.see("Bonjour ANTOINE Monique !")
        await hand.press("f2")
        await hand.see("information : à tous", "1 sur")
        await hand.press("s")
        await hand.see(f"{len(addresses())} messages", "Entrée envoyer")
        await hand.press("enter")
        await hand.see_end()
        assert sorted(mailbox.recipients) == sorted(addresses())
        assert letters.draft("virginie").blank
        assert mailings.selection("virginie").chosen
        await hand.press("h")
        await hand.see("Fête du &date", "terminé")
        await hand.press("enter")
        await hand.see(f"{len(addresses())} l’ont reçue")


async def test_each_person_is_shown_what_they_would_read(sit: Sit, office: Office) -> None:
    drafted(office)
    people = [person for person in audience.people() if person.address]
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.see(f"Bonjour {people[0].name},")
        await hand.press("n")
        await hand.see(f"Bonjour {people[1].name},", f"2 sur {len(people)}")
        await hand.press("p", "p")
        await hand.see(f"Bonjour {people[-1].name},")


async def test_a_keyword_without_a_value_is_named_as_it_was_written(sit: Sit, office: Office) -> None:
    drafted(office, replace(LETTER, body="Bonjour &lien &nom,\n"))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.see("Bonjour [« &lien » inconnu] ")
        await hand.see_no("relation")


async def test_without_anybody_chosen_there_is_no_letter(sit: Sit, office: Office) -> None:
    async with sit(office, SIZE) as hand:
        await hand.press("5")
        await hand.see("trouvées")
        await hand.press("s")
        await hand.see("Personne n’est choisi : → choisit quelqu’un, > tous ceux affichés, puis s.")
        assert not any(isinstance(screen, LetterScreen) for screen in hand.app.screen_stack)


async def test_a_misspelt_keyword_is_refused_where_it_stands(sit: Sit, office: Office) -> None:
    async with sit(office, SIZE) as hand:
        await at_letter(hand, all_of_them=False)
        await hand.press("enter")
        await hand.see("Objet")
        await hand.type("Fête")
        await hand.press("enter")
        await hand.type("Bonjour &nomm")
        await hand.press("f2")
        await hand.see("« &nomm » n’est pas un mot-clé : « &nom »")
        await hand.press("escape")
        await hand.see("Votre saisie n’est pas enregistrée")


async def test_a_missing_value_is_asked_before_sending(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    drafted(office, replace(LETTER, body="Bonjour &civilite &nom,\n"))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("n’ont pas de valeur pour « &civilite »")
        await hand.press("enter")
        await hand.press("i")
        await hand.see("Ce qui le remplace")
        await hand.type("Madame, Monsieur")
        await hand.press("enter")
        await hand.see("Entrée envoyer")
        await hand.press("enter")
        await hand.see_end()
        assert len(mailbox.envelopes) == len(addresses())


async def test_people_without_a_value_may_be_left_out(sit: Sit, office: Office) -> None:
    drafted(office, replace(LETTER, body="Bonjour &lien,\n"))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("à décider")
        await hand.press("l")
        await hand.see("n’a pas de valeur pour « &lien »")
        await hand.press("escape")
        await hand.until(lambda: letters.draft("virginie").instead, "what was decided is not kept")


async def test_what_was_decided_is_shown_and_can_be_taken_back(sit: Sit, office: Office) -> None:
    drafted(office, replace(LETTER, body="Bonjour &lien,\n"))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("Taille")
        await hand.press("l")
        await hand.see("sans « &lien » : laissées de côté", "z redécider")
        await hand.press("escape", "s")
        await hand.see("sans « &lien » : laissées de côté", "Entrée envoyer")
        await hand.press("z")
        await hand.see("n’ont pas de valeur pour « &lien »", "à décider")
        await hand.press("i")
        await hand.see("Ce qui le remplace")
        await hand.type("à vous")
        await hand.press("enter")
        await hand.see("sans « &lien » : « à vous »")
        await hand.press("escape")
        await hand.until(lambda: letters.draft("virginie").instead == (("relation", "à vous"),), "it is not kept")


async def test_the_control_of_a_letter_opens_the_card_that_mends_a_line(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    drafted(office, replace(LETTER, body="Bonjour &civilite &nom,\n"))
    (paul,) = [p for p in audience.people() if p.address == "paul.bernard@orange.example"]
    card = residents.resident(paul.key.resident_id)
    residents.save_resident(replace(card, title="", relatives=(), guardian=None))
    mailings.keep_selection("virginie", Selection(chosen=(paul.key,)))
    async with sit(office, SIZE) as hand:
        await hand.press("5")
        await hand.see("1 choisie")
        await hand.press("s")
        await hand.see("Lettre")
        await hand.press("s")
        await hand.see("n’a pas de valeur pour « &civilite »")
        control = hand.app.screen
        assert isinstance(control, LetterConfirm)
        control.action_into_list()
        # An Enter that was typed ahead must not send.
        assert control.check_action("mend", ())
        assert not control.check_action("accept", ())
        await hand.see("BERNARD Paul : pas de valeur")
        await hand.press("enter")
        await hand.see("Généralités", "Titre")
        residents.save_resident(replace(card, title="M.", emails=("mended@free.example",), relatives=(), guardian=None))
        await hand.press("escape")
        await hand.see("1 message", "Entrée envoyer")
        await hand.press("enter")
        await hand.see_end()
        assert mailbox.recipients == ["mended@free.example"]


async def test_the_end_of_a_letter_of_another_day_is_told_with_that_day(sit: Sit, office: Office) -> None:
    drafted(office)
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, gap=4 * 3600.0))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("messages")
        now = hand.app.desk.now().astimezone()
        day = hand.text.split("fin vers ")[1].split()[0]
        assert "/" in day
        assert not day.startswith(f"{now:%d/%m}")


async def test_a_file_for_one_person_is_attached_to_the_message_that_is_shown(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path
) -> None:
    drafted(office)
    (home / "badge.txt").write_text("badge", encoding="utf-8")
    (home / "plan.txt").write_text("plan", encoding="utf-8")
    people = [person for person in audience.people() if person.address]
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("n", "j")
        await hand.see(f"Joindre pour {people[1].name} seulement")
        await hand.type("~/badge.txt")
        await hand.press("enter")
        await hand.see(f"badge.txt (1 ko) pour {people[1].name} seulement", "Fichier joint : badge.txt")
        await hand.press("J")
        await hand.see("Joindre à tous les messages")
        await hand.type("~/plan.txt")
        await hand.press("enter")
        await hand.see("plan.txt (1 ko), badge.txt")
        await hand.press("p")
        await hand.see("plan.txt (1 ko), 1 autre personne a son fichier")
        await hand.press("s")
        await hand.see("plan.txt, 1 fichier pour une seule personne")
        await hand.press("enter")
        await hand.see_end()
        by_box = {envelope.rcpt_tos[0]: envelope.content for envelope in mailbox.envelopes}
        assert [box for box, content in by_box.items() if b"badge.txt" in content] == [people[1].address]
        assert all(b"plan.txt" in content for content in by_box.values())


async def test_a_file_is_taken_off_the_person_shown_before_all(sit: Sit, office: Office, home: Path) -> None:
    (home / "plan.txt").write_text("plan", encoding="utf-8")
    kept = office.enclosures.keep(home / "plan.txt")
    someone = next(person for person in audience.people() if person.address)
    drafted(office, replace(LETTER, attachments=(kept,), own_files=((someone.key, replace(kept, name="a.txt")),)))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("delete")
        await hand.see("a.txt est retiré.", "plan.txt (1 ko)")
        await hand.press("delete")
        await hand.see("plan.txt est retiré.")
        draft = letters.draft("virginie")
        assert not draft.attachments
        assert not draft.own_files


async def test_a_test_goes_to_oneself_alone(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("t")
        await hand.see("Votre propre adresse", "compta@st-eloi.example")
        await hand.press("enter")
        await hand.see("Essai envoyé à compta@st-eloi.example")
        assert mailbox.recipients == ["compta@st-eloi.example"]
        assert letters.past() == []


async def at_test(hand: Hand) -> None:
    await at_letter(hand)
    await hand.press("t")
    await hand.see("Votre propre adresse")
    await hand.press("enter")
    await hand.see("Connexion à")


def journalled_tests() -> list[str]:
    return [event.recipient for event in journal.events(kinds=[EventKind.TESTED])]


async def test_a_test_is_sent_once_however_often_it_is_asked_for(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    drafted(office)
    mailbox.close()
    async with sit(office, SIZE) as hand:
        await at_test(hand)
        await hand.press("enter", "enter")
        assert isinstance(hand.app.screen, TestLetter)
        mailbox.open()
        await hand.see("Essai envoyé à compta@st-eloi.example")
    assert mailbox.recipients == journalled_tests() == ["compta@st-eloi.example"]


@pytest.mark.parametrize("leaving", ["escape", "ctrl+q", "lost terminal"])
async def test_a_test_holds_nobody_up_and_goes_on_to_its_line_in_the_journal(
    sit: Sit, office: Office, mailbox: Mailbox, leaving: str
) -> None:
    drafted(office)
    mailbox.close()
    async with sit(office, SIZE) as hand:
        await at_test(hand)
        if leaving == "escape":
            await hand.press("escape")
            await hand.see("1 sur", "L’essai se poursuit ; accepté par le serveur, il figure au journal.")
        else:
            if leaving == "ctrl+q":
                await hand.pilot.press("ctrl+q")
            else:
                hand.app.post_message(TerminalLost())
            await hand.until(lambda: not hand.app.is_running, "it goes on")
        assert journalled_tests() == []
        mailbox.open()
    assert mailbox.recipients == journalled_tests() == ["compta@st-eloi.example"]


async def test_a_test_that_the_server_never_takes_can_be_left(sit: Sit, office: Office) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand, silent_server():
        await at_test(hand)
        await hand.press("escape")
        await hand.see("L’essai se poursuit")
        await hand.press("escape")
        await hand.see("trouvées")
    assert journalled_tests() == []


async def test_a_test_that_is_given_up_before_its_server_is_called_is_not_sent(
    sit: Sit, office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, known = asyncio.Event(), asyncio.Event()

    async def slowly(*_: object, **__: object) -> bool:
        asked.set()
        return await known.wait()

    monkeypatch.setattr(rehearsals, "ask_password", slowly)
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("t")
        await hand.see("Votre propre adresse")
        await hand.press("enter")
        await asyncio.wait_for(asked.wait(), PATIENCE)
        await hand.press("escape")
        known.set()
        await hand.see("Abandonné : rien n’est parti.")
    assert mailbox.recipients == journalled_tests() == []


@pytest.mark.parametrize("key", ["t", "w"])
async def test_a_letter_is_tried_in_one_box_and_in_none_where_one_has_gone_elsewhere(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    drafted(office)
    asked, go_on, control = threading.Semaphore(0), threading.Event(), Mailings.control

    def slowly(*given: Any) -> LetterControl:
        asked.release()
        go_on.wait(10)
        return control(*given)

    monkeypatch.setattr(Mailings, "control", slowly)
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        letter = hand.app.screen
        await hand.press(key, key)
        await hand.until(lambda: asked.acquire(blocking=False), "nothing is controlled")
        go_on.set()
        await hand.until(lambda: isinstance(hand.app.screen, Dialog), "no box")
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is letter, "there is another box")
        go_on.clear()
        await hand.press(key, "1")
        await hand.see("Filtre : toutes")
        go_on.set()
        await hand.until(lambda: all(w.is_finished for w in letter.workers if w.node is letter), "it goes on")
        assert type(hand.app.screen).__name__ == "InvoicesScreen"


async def test_a_rehearsal_writes_every_message_and_sends_none(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path
) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("w")
        await hand.see(f"Répétition de {len(addresses())} messages", "Nouveau dossier")
        await hand.press("enter")
        await hand.see("écrits dans", "aucun n’a été")
    (folder,) = home.glob("repetition-*")  # noqa: ASYNC240
    assert len(list(folder.glob("*.eml"))) == len(addresses())
    assert listed(folder) == sorted(addresses())
    assert mailbox.envelopes == []


def listed(folder: Path) -> list[str]:
    """Whom the messages of a rehearsal are for, by its own list."""
    text = (folder / "messages.csv").read_text(encoding="utf-8-sig")
    return sorted(row["to"] for row in csv.DictReader(text.splitlines(), delimiter=";"))


async def test_files_and_models_go_with_the_letter(sit: Sit, office: Office, home: Path) -> None:
    (home / "menu.txt").write_text("Menu", encoding="utf-8")
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand, all_of_them=False)
        await hand.press("J")
        await hand.see("Fichier à joindre")
        await hand.type("~/menu.txt")
        await hand.press("enter")
        await hand.see("menu.txt (1 ko)")
        await hand.press("m")
        await hand.see("Aucun modèle")
        await hand.press("c")
        await hand.see("Nom du modèle")
        await hand.type("Fête")
        await hand.press("enter")
        await hand.see("Modèle « Fête » enregistré.")
        await hand.press("escape", "delete")
        await hand.see("Joint     rien")
    assert [model.name for model in mailings.models()] == ["Fête"]


async def test_a_scheduled_letter_leaves_at_its_hour_after_a_restart(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    async with sit(office, SIZE) as hand:
        now: datetime = hand.app.desk.now()
        at = (now + timedelta(days=1)).replace(second=0, microsecond=0)
        drafted(office, replace(LETTER, scheduled_at=at))
        await at_letter(hand)
        await hand.press("s")
        await hand.see("part le", "Entrée envoyer")
        await hand.press("enter")
        await hand.see("partiront le")
        await hand.press("h")
        await hand.see("pour le")
        await hand.press("enter")
        await hand.see(f"0 l’a reçue · {len(addresses())} en attente · 0 non")
        await hand.press("escape", "escape", "1")
        await hand.see(f"{len(addresses())} lettres partent vers")
        assert "essayer maintenant" not in hand.text
    assert mailbox.envelopes == []
    DeliveryRow.update(next_at=now - timedelta(seconds=1)).where(
        DeliveryRow.state == DeliveryState.DEFERRED, DeliveryRow.mailing_id.is_null(False)
    ).execute()
    async with sit(office, SIZE) as hand:
        await hand.app.desk.continuing.look(frozenset(), hand.app.desk.now(), "virginie")
        await hand.see_end()
        assert sorted(mailbox.recipients) == sorted(addresses())


async def test_a_mailing_is_paused_and_cancelled_from_its_list(sit: Sit, office: Office) -> None:
    async with sit(office, SIZE) as hand:
        now: datetime = hand.app.desk.now()
        drafted(office, replace(LETTER, scheduled_at=now + timedelta(days=1)))
        await at_letter(hand)
        await hand.press("s")
        await hand.see("part le", "Entrée envoyer")
        await hand.press("enter")
        await hand.see("partiront le")
        # One that is sent anew is a send of its own: what is done to the mailing is done to both.
        first, *_others = outbox.deliveries(batch_id=letters.past()[0].mailing.batch_id)
        DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == first.id).execute()
        decisions.send_again([first.message_id], office.owner, now, lambda _sender: "<again@x.example>")
        DeliveryRow.update(state=DeliveryState.DEFERRED, next_at=now + timedelta(days=1)).where(
            DeliveryRow.message_id == "<again@x.example>"
        ).execute()
        await hand.press("h")
        await hand.see("pour le")
        await hand.press("p")
        await hand.see("en pause")
        await hand.press("p")
        await hand.see("pour le")
        await hand.press("c")
        await hand.see("Annuler le publipostage")
        await hand.press("enter")
        await hand.see("terminé")
        (past,) = letters.past()
        assert past.counts.cancelled == len(addresses())
        someone = DeliveryRow.select().where(DeliveryRow.mailing_id == past.mailing.id).first()
        DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == someone.id).execute()
        await hand.press("enter")
        await hand.see(f"0 l’a reçue · 1 incertain · {len(addresses()) - 1} non")


async def test_a_mailing_says_truly_how_its_people_were_chosen(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    drafted(office)
    people = [person for person in audience.people() if person.address][:2]
    async with sit(office, SIZE) as hand:
        await at_letter(hand, all_of_them=False)
        await hand.press("s")
        await hand.see("1 message")
        await hand.press("enter")
        await hand.see_end()
        await hand.press("h")
        await hand.see("1 personne choisie une à une")
        await hand.press("escape")
        kept = MailingList("Conseil", Criteria(), True, tuple(person.key for person in people))
        mailings.save_list(kept, office.owner, hand.app.desk.now())
        drafted(office)
        await hand.press("l", "enter")
        await hand.see("2 choisies")
        await hand.press("tab", "down", "s")
        await hand.see("2 sur 2")
        await hand.press("s")
        await hand.see("messages")
        await hand.press("enter")
        await hand.until(lambda: len(mailbox.recipients) == 3, "never sent")
    assert [past.mailing.criteria for past in letters.past()] == [
        "liste «\u00a0Conseil\u00a0»",
        "1 personne choisie une à une",
    ]


async def test_the_failed_are_sent_to_again(sit: Sit, office: Office, mailbox: Mailbox, home: Path) -> None:
    drafted(office)
    mailbox.unknown = {"paul.bernard@orange.example"}
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("Entrée envoyer")
        await hand.press("enter")
        await hand.see_end()
        mailbox.unknown.clear()
        mailbox.envelopes.clear()
        await hand.press("h")
        await hand.see("Fête à")
        await hand.press("enter")
        await hand.see("1 non")
        await hand.press("x")
        await hand.see("Écrire le résultat en CSV")
        await hand.press("enter")
        await hand.see("Écrit dans")
        (someone,) = [p for p in audience.people() if p.address == "paul.bernard@orange.example"]
        card = residents.resident(someone.key.resident_id)
        residents.save_resident(replace(card, emails=("corrigee@orange.example",)))
        await hand.press("r")
        await hand.see("1 message repart", "1 vers une adresse corrigée depuis")
        await hand.press("enter")
        await hand.until(lambda: mailbox.recipients == ["corrigee@orange.example"], "it was not sent again")
    written = home / "Fête à &structure.csv"
    assert "paul.bernard@orange.example;BERNARD Paul;refusé" in written.read_text(encoding="utf-8-sig")


async def test_a_promotional_letter_is_for_those_who_accept(sit: Sit, office: Office) -> None:
    drafted(office, replace(LETTER, promotional=True))
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.see("promotionnelle : à qui accepte")
        await hand.press("s")
        await hand.see("n’accepte pas les lettres promotionnelles")
        await hand.press("enter")
    assert letters.past() == []


async def test_where_one_unsubscribes_is_settled_by_keys(sit: Sit, office: Office) -> None:
    async with sit(office, SIZE) as hand:
        await hand.press("5", "b")
        await hand.see("Ne veulent pas")
        await hand.press("o")
        await hand.see("Où l’on se désinscrit")
        await hand.type("stop@tilleuls.example")
        await hand.press("enter")
        await hand.see("Adresse web")
        await hand.type("http://tilleuls.example")
        await hand.press("enter")
        await hand.see("n’est pas une adresse")
        await hand.press("ctrl+u")
        await hand.press("enter")
        await hand.see("Enregistré pour les publipostages")
    (association,) = structures.associations()
    assert letters.unsubscribing(association.id) == Unsubscribing("stop@tilleuls.example", "")


async def test_of_several_associations_one_says_whose_unsubscribing_is_settled(sit: Sit, office: Office) -> None:
    (first,) = structures.associations()
    second = tree.add_association("Les Hêtres", office.owner, datetime.now(UTC))
    async with sit(office, SIZE) as hand:
        await hand.press("5", "b")
        await hand.see("Ne veulent pas")
        await hand.press("o")
        await hand.see("Où l’on se désinscrit", first.name, "Les Hêtres")
        assert hand.app.screen.query_one(RowList).current_key == str(second.id)
        await hand.press("enter")
        await hand.see("Où l’on se désinscrit : Les Hêtres", "Adresse :")
        await hand.type("stop@hetres.example")
        await hand.press("enter")
        await hand.see("Adresse web")
        await hand.press("enter")
        await hand.see("Enregistré pour les publipostages")
    assert letters.unsubscribing(second.id).address == "stop@hetres.example"
    assert letters.unsubscribing(first.id) == Unsubscribing()


async def test_a_letter_stands_in_the_residents_history(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand, all_of_them=False)
        await hand.press("s")
        await hand.see("1 message", "Entrée envoyer")
        await hand.press("enter")
        await hand.see_end()
        await hand.press("2")
        await hand.see("ANTOINE")
        await hand.press("enter")
        await hand.see("Nom")
        await hand.press("pageup")
        await hand.see("lettre")
        await hand.press("enter")
        await hand.see("Fête à EHPAD Saint-Éloi", "Bonjour ANTOINE Monique,")
    assert outbox.deliveries(batch_id=letters.past()[0].mailing.batch_id)[0].state is DeliveryState.SENT
    assert mailings.selection("virginie") != Selection()


@pytest.mark.parametrize("key", ["m", "j", "enter"])
async def test_what_was_opened_by_mistake_is_closed_without_a_trace(sit: Sit, office: Office, key: str) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.see("Bonjour")
        await hand.press(key)
        await hand.press("escape")
        await hand.see("1 sur")
    assert letters.draft("virginie") == LETTER


async def test_a_letter_is_queued_behind_the_send_of_another_session(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    drafted(office)
    async with sit(office, SIZE) as hand:
        lease = karim_sends()
        await at_letter(hand)
        await hand.press("s")
        await hand.see("Entrée envoyer")
        await hand.press("enter")
        await hand.see("Entrée encore une fois")
        assert letters.past() == []
        await hand.press("enter")
        await hand.see(f"{len(addresses())} messages en file ; ils partiront quand l’autre envoi sera terminé.")
        assert letters.past()
        assert mailbox.envelopes == []
        outbox.release(lease)
        await hand.app.desk.continuing.look(frozenset(), hand.app.desk.now(), "virginie")
        await hand.see_end()
        assert sorted(mailbox.recipients) == sorted(addresses())


async def test_a_model_that_cannot_be_kept_is_not_told_as_kept(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(office)
    monkeypatch.setattr(mailings, "save_model", no_room)
    async with sit(office, SIZE) as hand:
        await at_letter(hand, all_of_them=False)
        await hand.press("m", "c")
        await hand.see("Nom du modèle")
        await hand.type("Fête")
        await hand.press("enter")
        await hand.see("Le disque est plein.")
        assert "enregistré." not in hand.text


async def test_giving_a_letter_up_while_the_server_is_awaited_ends_that(sit: Sit, office: Office) -> None:
    drafted(office)
    async with silent_server(), sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("Entrée envoyer")
        await hand.press("enter")
        await hand.see("Connexion à")
        await hand.press("escape")
        await hand.see("Abandonné : rien n’est parti.")
        dialog = hand.app.screen
        assert isinstance(dialog, LetterConfirm)
        await hand.until(lambda: not dialog.busy, "it was not given up")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, LetterScreen), "it did not close")
    assert letters.past() == []


async def test_a_letter_that_is_queued_is_no_draft_any_more_even_if_the_terminal_goes(
    sit: Sit, office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(office)
    held = Held(monkeypatch, LetterControl, "queue")
    async with sit(office, SIZE) as hand:
        await at_letter(hand)
        await hand.press("s")
        await hand.see("Entrée envoyer")
        await hand.press("enter")
        await hand.until(held.begun.is_set, "nothing was queued")
        hand.app.on_terminal_lost(TerminalLost())
        await hand.until(lambda: not hand.app.is_running, "it goes on")
        held.go_on.set()
    assert len(letters.past()) == 1
    assert letters.draft("virginie").blank


async def test_what_was_decided_anew_is_not_queued_behind_another_send_unasked(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    drafted(office, replace(LETTER, body="Bonjour &lien,\n"))
    async with sit(office, SIZE) as hand:
        karim_sends()
        await at_letter(hand)
        await hand.press("s")
        await hand.see("à décider")
        await hand.press("l")
        await hand.see("n’a pas de valeur pour « &lien »")
        await hand.press("enter")
        await hand.see("Entrée encore une fois")
        await hand.press("z")
        await hand.see("à décider")
        await hand.press("l")
        await hand.see("n’a pas de valeur pour « &lien »")
        await hand.press("enter")
        await hand.see("Entrée encore une fois")
    assert letters.past() == []
