"""Putting a list of people together, by keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hand import Hand, Sit, no_room

from tuimail.domain.audience import PersonKey
from tuimail.domain.criteria import Criteria, Criterion, Operator
from tuimail.domain.mailing import MailingList, suppressed
from tuimail.domain.people import Relative, Role
from tuimail.office import Office
from tuimail.store import audience, letters, mailings, residents
from tuimail.ui.screens.dialog import Dialog
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start


async def at_mailings(hand: Hand) -> None:
    await hand.press("5")
    await hand.see("trouvées")


def titles(hand: Hand) -> str:
    return hand.line("trouvée")


async def shut(hand: Hand) -> None:
    """Wait until no dialog is open."""
    await hand.until(lambda: not isinstance(hand.app.screen, Dialog), "still in a dialog")


async def choose_field(hand: Hand, label: str) -> None:
    await hand.press("+")
    await hand.see("Critère")
    fields = hand.app.screen.query_one(RowList)
    while label not in str(fields.model.cells(fields.cursor_row)):
        await hand.press("down")
    await hand.press("enter")
    await hand.pilot.pause()


async def test_it_opens_on_everybody_and_nobody_is_hidden(sit: Sit, office: Office) -> None:
    people = audience.people()
    async with sit(office) as hand:
        await at_mailings(hand)
        assert f"{len(people)} trouvées" in titles(hand)
        assert "tout le monde" in hand.text
        assert "bloquée" in hand.text
        assert "0 personne choisie, 0 message" in hand.text


async def test_people_are_chosen_and_given_back_by_arrows(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", "right")
        await hand.see("2 choisies", "2 personnes choisies, 2 messages")
        await hand.press("tab", "left")
        await hand.see("1 choisie", "1 personne choisie, 1 message")


async def test_choosing_all_leaves_out_who_cannot_be_written_to_and_says_so(sit: Sit, office: Office) -> None:
    people = audience.people()
    reachable = [person for person in people if person.address]
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press(">")
        await hand.see(f"{len(reachable)} choisies")
        await hand.see(f"{len(people) - len(reachable)} laissées de côté")
        await hand.press("tab", "<")
        await hand.see("0 choisie")


async def test_all_are_chosen_from_whichever_pane_has_the_keys_and_that_pane_is_marked(
    sit: Sit, office: Office
) -> None:
    async with sit(office, (80, 24)) as hand:
        await at_mailings(hand)
        await hand.until(lambda: "›1" in titles(hand), "the pane is not marked")
        await hand.press("shift+tab")
        await hand.see("›0 critère")
        await hand.press(">")
        await hand.see("ajoutées")
        await hand.press("/")
        await hand.type("personne de ce nom")
        await hand.press("enter", ">")
        await hand.see("Personne n’est affiché")


async def test_one_mailbox_of_several_people_is_one_message(sit: Sit, office: Office) -> None:
    reachable = [person for person in audience.people() if person.address]
    addresses = {person.address for person in reachable}
    assert len(addresses) < len(reachable)
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press(">", "tab")
        await hand.see(f"{len(reachable)} choisies")
        # What was said about those left out gives way at the next key.
        await hand.press("left")
        left = {person.address for person in reachable[1:]}
        await hand.see(f"{len(reachable) - 1} personnes choisies, {len(left)} messages")


async def test_who_is_chosen_already_cannot_be_chosen_again(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", "up", "right")
        await hand.see("1 choisie")


async def test_somebody_who_unsubscribed_is_refused_with_the_reason(sit: Sit, office: Office) -> None:
    first = next(person for person in audience.people() if person.address)
    owner = office.owner
    async with sit(office) as hand:
        mailings.suppress(
            [suppressed(first.address, "virginie", "courrier", hand.app.desk.now())], owner, hand.app.desk.now()
        )
        await at_mailings(hand)
        await hand.press("right")
        await hand.see("ne veut pas de publipostage")
        await hand.see("0 choisie")


async def test_a_criterion_is_asked_step_by_step(sit: Sit, office: Office) -> None:
    relatives = [person for person in audience.people() if person.role is Role.RELATIVE]
    async with sit(office) as hand:
        await at_mailings(hand)
        await choose_field(hand, "qualité")
        await hand.see("n’est pas")
        await hand.press("enter")
        await hand.see("[ ] proche")
        await hand.press("down", "down", "space", "enter")
        await shut(hand)
        await hand.see(f"{len(relatives)} trouvées", "qualité : proche", "1 critère")


async def test_a_value_that_makes_no_sense_is_told_and_nothing_typed_is_lost(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await choose_field(hand, "âge")
        await hand.press("enter")
        await hand.type("vieux")
        await hand.press("enter")
        await hand.see("« vieux » n’est pas un nombre.")
        await hand.press(*["backspace"] * 5)
        await hand.type("80")
        await hand.press("enter")
        await shut(hand)
        await hand.see("âge à partir de 80")


async def test_an_own_filter_says_where_its_mistake_is(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("f")
        await hand.see("Filtre personnel")
        await hand.type("rôle = proche et lein = fils")
        await hand.press("enter")
        await hand.see("Il n’y a pas de champ « lein »", "« lien »")
        assert hand.app.screen.query_one("Field").cursor_position == 17  # type: ignore[attr-defined]
        await hand.press("delete", "delete", "delete", "delete")
        await hand.type("lien")
        await hand.press("enter")
        await shut(hand)
        sons = [p for p in audience.people() if p.role is Role.RELATIVE and p.link == "Fils"]
        await hand.see(f"{len(sons)} trouvée", "rôle = proche et lien = fils", "filtre : rôle")


async def test_what_was_put_together_is_there_after_leaving(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", "right", "right")
        await hand.see("3 choisies")
        await hand.until(lambda: len(mailings.selection("virginie").chosen) == 3, "never kept")
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.see("3 choisies")


@pytest.mark.parametrize("key", ["z", "alt+r"])
async def test_starting_anew_is_asked_first(sit: Sit, office: Office, key: str) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", key)
        await hand.see("Remettre à zéro ?", "1 personne est retirée.")
        await hand.press("escape")
        await hand.see("1 choisie")
        await hand.press(key)
        await hand.see("Remettre à zéro ?")
        await hand.press("enter")
        await hand.see("0 choisie")


async def test_a_list_is_kept_and_opened_again(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", "right", "l")
        await hand.see("Aucune liste enregistrée")
        await hand.press("p")
        await hand.see("Nom de la liste")
        await hand.type("Conseil")
        await hand.press("enter")
        await hand.see("Liste « Conseil » enregistrée.", "2 personnes, toujours les mêmes.")
        await hand.press("escape", "z", "enter")
        await hand.see("0 choisie")
        await hand.press("l", "enter")
        await hand.see("2 choisies", "Liste « Conseil » ouverte.")


async def test_a_list_is_copied_and_deleted_after_a_question(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("l", "d")
        await hand.see("Fêtes (copie)")
        await hand.press("delete")
        await hand.see("Supprimer la liste ?")
        await hand.press("enter")
        await hand.until(lambda: len(mailings.lists()) == 1, "never deleted")


async def test_a_list_with_a_criterion_that_no_longer_exists_says_so(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        gone = Criteria((Criterion("colour", Operator.IS, ("red",)),))
        mailings.save_list(MailingList("Ancienne", gone), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("l")
        await hand.see("Ancienne")
        await hand.press("enter")
        await hand.see("La liste demande « colour », qui n’existe plus.")


async def test_a_list_whose_field_is_gone_cannot_be_exported_and_says_so(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        gone = Criteria((Criterion("colour", Operator.IS, ("red",)),))
        mailings.save_list(MailingList("Ancienne", gone), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("l")
        await hand.see("Ancienne")
        await hand.press("x")
        await hand.see("La liste demande « colour », qui n’existe plus.", "Listes")


async def test_a_criterion_whose_field_is_gone_can_be_changed_for_another(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        gone = Criteria((Criterion("colour", Operator.IS, ("red",)),))
        mailings.keep_selection("virginie", mailings.Selection(gone))
        await hand.press("5")
        await hand.see("qui n’existe plus")
        await hand.press("shift+tab", "enter")
        await hand.see("Critère")
        await hand.press("enter")
        await hand.see("contient le texte")


async def test_who_is_gone_from_a_list_is_told_and_nobody_takes_the_place(sit: Sit, office: Office) -> None:
    people = [person for person in audience.people() if person.role is Role.RELATIVE and person.address]
    one = people[0]
    async with sit(office) as hand:
        now = hand.app.desk.now()
        members = (one.key, people[1].key)
        mailings.save_list(MailingList("Conseil", Criteria(), True, members), office.owner, now)
        mailings.keep_selection("virginie", mailings.Selection(Criteria(), members))
        await at_mailings(hand)
        await hand.see("2 choisies")
        card = residents.resident(one.key.resident_id)
        others = tuple(relative for relative in card.relatives if relative.name != one.name)
        residents.save_resident(replace(card, relatives=(*others, Relative("ZOLA Émile", email="zola@free.example"))))
        await hand.press("b", "escape")
        await hand.see("1 personne choisie, 1 message. 1 n’est plus connue")
        await hand.press("l")
        await hand.see("2 personnes, toujours les mêmes. 1 n’est plus connue : personne ne prend")


async def test_a_criterion_is_taken_out_and_all_or_one_may_be_asked(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        mailings.keep_selection(
            "virginie",
            mailings.Selection(
                Criteria((Criterion("role", Operator.IS, ("proche",)), Criterion("role", Operator.IS, ("tutelle",)))),
                (PersonKey(1, Role.RESIDENT, 1),),
            ),
        )
        await hand.press("5")
        await hand.see("0 trouvée", "2 critères")
        await hand.press("o")
        await hand.see("qualité : proche ou qualité : tutelle")
        await hand.press("shift+tab", "delete")
        await hand.see("1 critère")


async def test_an_address_is_unsubscribed_and_allowed_again(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("b")
        await hand.see("Personne ne s’est désinscrit.")
        await hand.press("a")
        await hand.type("pas une adresse")
        await hand.press("enter")
        await hand.see("pas une adresse", "Adresse :")
        await hand.press(*["backspace"] * 15)
        await hand.type("luc.antoine@free.example")
        await hand.press("enter")
        await hand.see("Comment le sait-on ?")
        await hand.type("appel du 3/11")
        await hand.press("enter")
        await hand.see("luc.antoine@free.example", "appel du 3/11")
        assert mailings.unwilling() == {"luc.antoine@free.example"}
        await hand.press("delete")
        await hand.see("Qui l’a demandé")
        await hand.type("lui-même")
        await hand.press("enter")
        await hand.see("Personne ne s’est désinscrit.")


async def test_the_search_narrows_what_is_found(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("/")
        await hand.type("antoine")
        await hand.see("contenant « antoine »")
        await hand.press("enter", ">")
        await hand.until(lambda: len(mailings.selection("virginie").chosen) == 3, "not all of them")


async def test_a_list_that_cannot_be_deleted_or_copied_is_told(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(office) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        monkeypatch.setattr(mailings, "delete_list", no_room)
        monkeypatch.setattr(mailings, "free_name", no_room)
        await hand.press("l", "delete")
        await hand.see("Supprimer la liste ?")
        await hand.press("enter")
        await hand.see("Le disque est plein.", "Faites de la place.", "Fêtes")
        await hand.press("down", "d")
        await hand.see("Le disque est plein.")


async def test_a_database_that_cannot_be_read_after_a_dialog_is_told(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("b")
        await hand.see("Personne ne s’est désinscrit.")
        monkeypatch.setattr(mailings, "unwilling", no_room)
        await hand.press("escape")
        await hand.see("Le disque est plein.")
        monkeypatch.setattr(mailings, "suppressions", no_room)
        await hand.press("escape", "b")
        await hand.see("Ne veulent pas", "Le disque est plein.")


async def test_where_one_unsubscribes_is_not_told_as_kept_when_it_was_not(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "set_unsubscribing", no_room)
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("b", "o")
        await hand.see("Où l’on se désinscrit")
        await hand.press("enter")
        await hand.see("Adresse web")
        await hand.press("enter")
        await hand.see("Le disque est plein.")
        assert "Enregistré" not in hand.text


@pytest.mark.parametrize("key", ["<", "n"])
async def test_people_chosen_one_by_one_are_not_taken_out_without_a_question(
    sit: Sit, office: Office, key: str
) -> None:
    async with sit(office) as hand:
        await at_mailings(hand)
        await hand.press("right", "right", "tab", key)
        await hand.see("Tout retirer ?", "2 personnes sont retirées.")
        await hand.press("escape")
        await hand.see("2 choisies")
        await hand.press("l", "p")
        await hand.type("Conseil")
        await hand.press("enter")
        await hand.see("Liste « Conseil » enregistrée.")
        await hand.press("escape")
        await shut(hand)
        await hand.press(key)
        await hand.see("0 choisie")


async def test_an_own_filter_is_not_lost_without_a_question(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("f")
        await hand.type("lien = fils")
        await hand.press("enter")
        await shut(hand)
        await hand.press("shift+tab", "delete")
        await hand.see("Retirer le filtre ?", "Votre filtre personnel est oublié : lien = fils")
        await hand.press("escape")
        await shut(hand)
        await hand.press("l", "enter")
        await hand.see("Ouvrir la liste ?", "lien = fils")
        await hand.press("escape")
        await shut(hand)
        await hand.press("delete", "enter")
        await hand.see("tout le monde")


@pytest.mark.parametrize("path", ["~personne-ici/liste.csv", "/tmp/" + "x" * 300 + ".csv"])
async def test_a_list_cannot_be_written_to_a_path_that_cannot_be(sit: Sit, office: Office, path: str) -> None:
    async with sit(office) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("l", "x")
        await hand.see("Fichier :")
        await hand.press("ctrl+u")
        await hand.paste(path)
        await hand.press("enter")
        await hand.see("ne peut être écrit", "Choisissez un autre dossier.", "Fichier :")


async def test_every_key_of_the_lists_is_shown_or_found_by_help(sit: Sit, office: Office) -> None:
    async with sit(office, (80, 24)) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await at_mailings(hand)
        await hand.press("right", "l")
        await hand.see("ouvrir", "garder les critères", "garder les personnes", "copier", "exporter", "Suppr supprimer")
        await hand.see("Échap revenir")
        await hand.press("?")
        await hand.see("Aide", "Écrire les personnes de cette liste", "Ici")
        await hand.press("escape")
        await hand.see("Listes", "Fêtes")


async def test_a_dialog_with_more_keys_than_room_shows_help(sit: Sit, office: Office) -> None:
    async with sit(office, (40, 24)) as hand:
        mailings.save_list(MailingList("Fêtes", Criteria()), office.owner, hand.app.desk.now())
        await hand.press("5")
        await hand.see("trouv")
        await hand.press("right", "l")
        await hand.see("Entrée ouvrir", "? aide", "Échap revenir")


async def test_help_does_not_open_over_what_is_under_way(sit: Sit, office: Office) -> None:
    async with sit(office, (80, 24)) as hand:
        await at_mailings(hand)
        await hand.press("l")
        dialog = hand.app.screen
        assert dialog.check_action("help", ())
        going_on = asyncio.Event()

        async def wait() -> None:
            await going_on.wait()

        worker = start(dialog, wait)
        assert not dialog.check_action("help", ())
        going_on.set()
        await worker.wait()
        assert dialog.check_action("help", ())
