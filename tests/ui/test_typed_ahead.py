"""Keys that come faster than they can be dealt with: each finds what the one before it has left."""

from __future__ import annotations

from hand import Hand, Sit
from textual import events

from tuimail.office import Office
from tuimail.ui.screens.resident import ResidentScreen


def at_once(hand: Hand, keys: str) -> None:
    """As a terminal hands on what came in one packet."""
    names = {"/": "slash", "\n": "enter", "\t": "tab"}
    for key in keys:
        hand.app.post_message(events.Key(names.get(key, key), None if key in "\n\t" else key))


async def test_letters_after_the_search_key_are_text(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        at_once(hand, "/aubry")
        await hand.see("Rien ne contient « aubry ».")
        await hand.press("escape")
        await hand.see("0 cochée sur 11", "Filtre : toutes")


async def test_keys_before_and_after_a_search_are_commands(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        at_once(hand, "a/loewe\nn")
        await hand.see("1 trouvée", "0 cochée sur 11", "Espace cocher")
        at_once(hand, "/\na")
        await hand.see("1 cochée sur 11")


async def test_what_is_typed_right_after_a_card_is_opened_stands_in_its_first_field(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("2")
        await hand.see("Résidents")
        at_once(hand, "\nxyz\tq")
        await hand.until(lambda: isinstance(hand.app.screen, ResidentScreen), "no card")
        screen = hand.app.screen
        assert isinstance(screen, ResidentScreen)
        await hand.until(lambda: screen.form.entry("first_name").text.endswith("q"), "letters are lost")
        assert screen.form.entry("last_name").text.endswith("xyz")
