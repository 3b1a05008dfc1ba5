"""The steps of the import desk: their pictures are taken over exports copied to the operator's own folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hand import Hand

if TYPE_CHECKING:
    from tuimail.office import Office

SAMPLES = Path(__file__).parents[1] / "data"


def with_exports(_office: Office) -> None:
    """The samples stand in the current folder."""
    for name in ("residents.csv", "factures-2026-10.csv"):
        shutil.copyfile(SAMPLES / name, name)


async def chosen(hand: Hand) -> None:
    """Both files are on the desk."""
    for name in ("factures-2026-10.csv", "residents.csv"):
        await hand.press("I" if name.startswith("f") else "a")
        await hand.see("Fichier à importer")
        await hand.type(name)
        await hand.press("enter")
        await hand.see(f"{name} ")
        await hand.until(lambda: not hand.app.screen.busy, "never read")  # type: ignore[attr-defined]


async def columns(hand: Hand) -> None:
    """The columns of the first."""
    await chosen(hand)
    await hand.press("home", "enter")
    await hand.see("Premières lignes")


async def field(hand: Hand) -> None:
    """What a column holds."""
    await columns(hand)
    await hand.press("down", "enter")
    await hand.see("Ce que contient")


async def checked(hand: Hand) -> None:
    """What the import would do."""
    await chosen(hand)
    await hand.press("c")
    await hand.see("Rien n’est encore écrit")
    await hand.until(lambda: not hand.app.screen.busy, "never checked")  # type: ignore[attr-defined]


ACTS = {"import-files": chosen, "import-columns": columns, "import-field": field, "import-check": checked}
