"""Leaving the application: what is kept nowhere yet is asked about first, once."""

from __future__ import annotations

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
