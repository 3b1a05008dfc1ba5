"""The residents' list, a resident's card tab by tab, and what is asked before a person's data go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hand import Hand
from scenes import Act, Scene, keys

from tuimail.store import residents

if TYPE_CHECKING:
    from tuimail.office import Office


def units(_office: Office) -> None:
    """Some live in a unit; the first of all left long ago."""
    for person in residents.residents()[:6]:
        residents.save_resident(replace(person, unit="Les Glycines" if person.id % 2 else "Aile B, 2e étage"))


def gone(_office: Office) -> None:
    """Everybody left long ago, and so did the invoices."""
    from tuimail.store.database import execute

    for person in residents.residents():
        residents.save_resident(replace(person, departure_date=date(2014, 3, 2)))
    execute("UPDATE document SET issued_on = '2014-03-31'")


def tab(number: int, see: str) -> Act:
    """The card of the first resident, on that tab."""
    return keys("2", "enter", *["pagedown"] * number, see=see)


async def two_addresses(hand: Hand) -> None:
    """Two were pasted into the guardian's field."""
    await hand.press("2", "enter", "pagedown", "pagedown")
    await hand.see("Délégué")
    await hand.press(*["tab"] * 9)
    await hand.type("; greffe.roy@mjpm.example")
    await hand.press("f2")
    await hand.see("nouveau proche")


SCENES = {
    "residents": Scene(keys("2", "down", see="Présents"), units),
    "residents-without-address": Scene(keys("2", "f", see="sans adresse"), units),
    "resident-general": Scene(tab(0, "Situation familiale"), units),
    "resident-relatives": Scene(tab(1, "ANTOINE Luc"), units),
    "resident-guardianship": Scene(tab(2, "Délégué"), units),
    "resident-invoicing": Scene(tab(3, "Qui reçoit"), units),
    "resident-history": Scene(tab(4, "Dernier message"), units),
    "resident-two-addresses": Scene(two_addresses, units),
    "resident-erase": Scene(keys("2", *"fffff", "delete", see="Tapez le nom"), gone),
}
