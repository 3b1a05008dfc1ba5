"""A path into a folder that the account may not enter is answered on screen; nothing ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from closed_folder import closed
from hand import Sit

from tuimail.office import Office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ferme").mkdir()
    return tmp_path / "ferme"


@pytest.mark.parametrize("key", ["x", "X"])
async def test_a_sheet_cannot_be_written_there(sit: Sit, office: Office, folder: Path, key: str) -> None:
    with closed(folder):
        async with sit(office) as hand:
            await hand.press("B")
            await hand.see("au centime")
            await hand.press(key)
            await hand.see("Écrire le bordereau")
            await hand.press("end", "ctrl+u")
            await hand.paste(f"{folder}/b.{'pdf' if key == 'x' else 'csv'}")
            await hand.press("enter")
            await hand.see("Rien ne peut être écrit dans")
            await hand.read("n’en a pas le droit")
            await hand.press("escape")
            await hand.see("au centime")


async def test_letters_to_post_cannot_be_written_there(sit: Sit, office: Office, folder: Path) -> None:
    with closed(folder):
        async with sit(office) as hand:
            await hand.press("B")
            await hand.see("au centime")
            await hand.press("T")
            await hand.see("2 cochées sur 3")
            await hand.press("x")
            await hand.see("a-poster-2026-10.pdf")
            await hand.press("end", "ctrl+u")
            await hand.paste(f"{folder}/p.pdf")
            await hand.press("enter")
            await hand.see("Rien ne peut être écrit dans")
            await hand.read("n’en a pas le droit")


async def test_nothing_to_import_is_looked_for_there(sit: Sit, office: Office, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Nom;Prénom\nPETIT;Émile\n")
    with closed(folder):
        async with sit(office) as hand:
            await hand.press("I")
            await hand.see("Fichier à importer")
            await hand.press("end", "ctrl+u")
            await hand.paste(str(tmp_path / "r.csv"))
            await hand.press("enter")
            await hand.see("1 fichier à importer", "d dossier PDF")
            await hand.press("d")
            await hand.see("Dossier des PDF des")
            await hand.press("end", "ctrl+u")
            await hand.paste(f"{folder}/pdf")
            await hand.press("enter")
            await hand.see("ne peut pas être lu")
            await hand.read("n’en a pas le droit")
            await hand.press("escape")
            await hand.press("a")
            await hand.see("Fichier à importer")
            await hand.press("end", "ctrl+u")
            await hand.paste(f"{folder}/*.csv")
            await hand.press("enter")
            await hand.see("*.csv", "illisible")
            await hand.read("n’en a pas le droit")
