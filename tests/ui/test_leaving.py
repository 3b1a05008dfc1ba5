"""Leaving the application: what is kept nowhere yet is asked about first, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand import Hand, Sit
from office_data import NOW

from tuimail.office import Office
from tuimail.ui.screens.dialog import Question


def questions(hand: Hand) -> int:
    return sum(isinstance(screen, Question) for screen in hand.app.screen_stack)


async def in_the_editor(hand: Hand) -> None:
    await hand.press("/")
    await hand.type("021")
    await hand.press("enter", "enter", "w")
    await hand.see("a ajouter")


async def with_a_file(hand: Hand, folder: Path) -> None:
    (folder / "r.csv").write_text("Structure;Code résident;Nom;Prénom\nLes Lilas;7;BERNARD;Paul\n", encoding="utf-8")
    await hand.press("I")
    await hand.see("Fichier à importer")
    await hand.type("r.csv")
    await hand.press("enter")
    await hand.see("1 fichier à importer")
    await hand.until(lambda: not hand.app.screen.busy, "never read")  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["q", "f10", "ctrl+q"])
async def test_the_editor_asks_before_lines_are_lost(sit: Sit, office: Office, key: str) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await in_the_editor(hand)
        await hand.press("delete", key)
        await hand.see("Pas encore enregistré")
        await hand.press("ctrl+q")
        assert questions(hand) == 1
        await hand.press("escape")
        await hand.see("Aucune ligne")
        assert hand.app.is_running


async def test_what_stands_over_the_editor_goes_with_it(sit: Sit, office: Office) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await in_the_editor(hand)
        await hand.press("delete", "a")
        await hand.see("Nouvelle ligne")
        await hand.press("ctrl+q")
        await hand.see("Pas encore enregistré")
        await hand.press("escape")
        await hand.see("Nouvelle ligne")
        await hand.press("ctrl+q", "enter")
        await hand.see("Facture 021", "Historique")
        await hand.press("escape")
        await hand.see("Filtre : toutes")


async def test_nothing_changed_is_nothing_to_ask_about(sit: Sit, office: Office) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await in_the_editor(hand)
        await hand.press("q")
        await hand.until(lambda: not hand.app.is_running, "still there")


async def test_the_mail_account_asks_before_what_was_typed_is_lost(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("S")
        await hand.see("Fournisseur")
        await hand.type("x")
        await hand.press("ctrl+q")
        await hand.see("Quitter sans garder")
        await hand.press("ctrl+q")
        assert questions(hand) == 1
        await hand.press("enter")
        await hand.see_no("Fournisseur")


async def test_every_step_of_an_import_asks_until_it_is_done(sit: Sit, empty_office: Office, home: Path) -> None:
    async with sit(empty_office) as hand:
        await with_a_file(hand, home)
        await hand.press("c")
        await hand.see("Rien n’est encore écrit")
        await hand.press("q")
        await hand.see("Quitter l’import")
        await hand.press("escape", "I", "enter")
        await hand.see("Importé.")
        await hand.press("q")
        await hand.until(lambda: not hand.app.is_running, "still there")


async def test_leaving_an_import_leaves_all_its_steps(sit: Sit, empty_office: Office, home: Path) -> None:
    async with sit(empty_office) as hand:
        await with_a_file(hand, home)
        await hand.press("enter")
        await hand.see("Premières lignes")
        await hand.press("q", "enter")
        await hand.until(lambda: type(hand.app.screen).__name__ == "InvoicesScreen", "still at the desk")
