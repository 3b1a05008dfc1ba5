"""The import desk, by keys: an export of another layout goes in, and every count on screen is the database's."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hand import Hand, Sit

from tuimail.importing.plan import import_files
from tuimail.office import Office
from tuimail.store import imports, residents
from tuimail.store.tables.base import proxy
from tuimail.ui.screens.import_check import ImportCheck

SMALL = (80, 24)
SAMPLES = Path(__file__).parents[1] / "data"
TITLES = ("Maison", "Identifiant", "Personne hébergée", "Studio", "Écrire à")
ROWS = (
    ("EHPAD Les Lilas", "77001", "BERNARD Paul", "12", "paul.bernard@orange.example"),
    ("EHPAD Les Lilas", "77002", "DE LA TOUR Jeanne", "14", ""),
    ("EHPAD Les Lilas", "77003", "PETIT Émile", "15", "emile.petit@free.example"),
    ("Total", "3", "", "", ""),
)


def write(path: Path, *rows: Sequence[str]) -> None:
    """Tab-separated UTF-8 with a byte order mark, as another billing software writes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(rows)


def count(table: str) -> int:
    return int(proxy.execute_sql(f"SELECT count(*) FROM {table}").fetchone()[0])


async def choose(hand: Hand, title: str, field: str) -> None:
    """Put the cursor on that column and say what it holds."""
    table = hand.app.screen.query_one("#columns")
    while table.model.cells(table.cursor_row)["title"] != title:  # type: ignore[attr-defined]
        await hand.press("down")
    await hand.press("enter")
    await hand.see("Ce que contient")
    choices = hand.app.screen.query_one("RowList")
    rows = [choices.model.cells(n)["name"] for n in range(len(choices.model))]  # type: ignore[attr-defined]
    here = choices.cursor_row  # type: ignore[attr-defined]
    steps = rows.index(field) - here
    await hand.press(*(["down"] if steps > 0 else ["up"]) * abs(steps), "enter")
    await hand.see_no("Ce que contient")
    await hand.until(lambda: not hand.app.screen.busy, "never read")  # type: ignore[attr-defined]


async def take(hand: Hand, path: str) -> None:
    """Type a path into the dialog that is open."""
    await hand.see("Fichier à importer")
    await hand.type(path)
    await hand.press("enter")
    await hand.see_no("Fichier à importer")
    await hand.until(lambda: not hand.app.screen.busy, "never read")  # type: ignore[attr-defined]


async def rehearsed(hand: Hand) -> None:
    await hand.see("Rien n’est encore écrit")
    screen = hand.app.screen
    assert isinstance(screen, ImportCheck)
    await hand.until(lambda: not screen.busy, "never checked")


async def test_another_layout_goes_in_by_keys_and_its_profile_serves_next_time(
    sit: Sit, empty_office: Office, home: Path
) -> None:
    write(home / "hebergement.tsv", TITLES, *ROWS)
    async with sit(empty_office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "hebergement.tsv")
        await hand.see("à corriger")
        await hand.press("enter")
        await hand.see("Premières lignes", "tabulation")
        await choose(hand, "Personne hébergée", "nom du résident")
        await hand.see("Coupé en deux : nom « BERNARD », prénom « Paul »")
        await choose(hand, "Studio", "chambre")
        await choose(hand, "Écrire à", "e-mail 1")
        await hand.press("home")
        await choose(hand, "Maison", "structure")
        await hand.press("p")
        await hand.see("Enregistrer cette lecture")
        await hand.press("enter")
        await hand.see("Nom du profil")
        await hand.type("Gesica")
        await hand.press("enter")
        await hand.see("Profil « Gesica » enregistré")
        await hand.press("c")
        await rehearsed(hand)
        assert re.search(r"hebergement\.tsv\s+3\s+0\s+0\s+0\n", hand.text)
        await hand.see("1 ligne de totaux laissée de côté")
        await hand.press("I")
        await hand.see("3 résidents et 0 facture")
        assert count("resident") == 0
        await hand.press("enter")
        await hand.see("Importé.")
        await hand.press("escape")
        await hand.until(lambda: type(hand.app.screen).__name__ == "InvoicesScreen", "still at the desk")

        people = {p.code: p for p in residents.residents()}
        assert [(p.last_name, p.first_name, p.room, p.emails) for p in people.values()] == [
            ("BERNARD", "Paul", "12", ("paul.bernard@orange.example",)),
            ("DE LA TOUR", "Jeanne", "14", ()),
            ("PETIT", "Émile", "15", ("emile.petit@free.example",)),
        ]

        write(home / "novembre.tsv", TITLES, (*ROWS[0][:3], "21", ROWS[0][4]), *ROWS[1:])
        await hand.press("I")
        await take(hand, "novembre.tsv")
        await hand.press("enter")
        await hand.see("profil « Gesica »")
        await hand.press("c")
        await rehearsed(hand)
        assert re.search(r"novembre\.tsv\s+0\s+1\s+2\s+0\n", hand.text)
        await hand.see("chambre 12 → 21")


async def test_counts_on_screen_are_the_database_s_and_undo_takes_all_back(
    sit: Sit, empty_office: Office, home: Path
) -> None:
    for name in ("residents.csv", "factures-2026-09.xlsx", "factures-2026-10.csv"):
        (home / name).write_bytes((SAMPLES / name).read_bytes())
    async with sit(empty_office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "*-2026-*")
        await hand.press("a")
        await take(hand, "residents.csv")
        await hand.press("c")
        await rehearsed(hand)
        await hand.see("18 numéros de cette année sont déjà à d’autres")
        await hand.press("I", "enter")
        await hand.see("Importé.")
        shown = {
            name: [int(n) for n in numbers.split()]
            for name, numbers in re.findall(r"(\S+)((?:\s+\d+){4})\n", hand.text)
        }
        assert shown["residents.csv"] == [count("resident"), 0, 0, 0]
        new = shown["factures-2026-09.xlsx"][0] + shown["factures-2026-10.csv"][0]
        assert (new, shown["factures-2026-10.csv"][3]) == (count("document"), 18)
        assert (home / "factures-2026-10-refuses.csv").is_file()

        await hand.press("escape")
        await hand.see("octobre 2026")
        await hand.press("I", "escape")
        await hand.see("Dernier import")
        await hand.press("z")
        await hand.see("144 résidents et 262 factures")
        await hand.press("enter")
        await hand.see("Annulé")
        assert (count("resident"), count("document"), count("structure")) == (0, 0, 0)


async def test_an_unclear_row_is_asked_about(sit: Sit, office: Office, home: Path) -> None:
    known = next(p for p in residents.residents() if p.code)
    place = proxy.execute_sql("SELECT name FROM structure WHERE id = ?", (known.structure_id,)).fetchone()[0]
    write(home / "p.tsv", ("Structure", "Code", "Nom", "Prénom"), (place, "Z9", known.last_name, known.first_name))
    before = count("resident")
    async with sit(office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "p.tsv")
        await hand.press("c")
        await rehearsed(hand)
        await hand.see("à décider")
        await hand.press("enter")
        await hand.see("Qui la ligne 2 désigne-t-elle ?", known.code)
        await hand.press("enter")
        await hand.see("modifié")
        await hand.press("I", "enter")
        await hand.see("Importé.")
    assert residents.resident(known.id).code == "Z9"
    assert count("resident") == before


async def test_an_address_typed_by_hand_stays_and_the_check_says_so(sit: Sit, office: Office, home: Path) -> None:
    known = next(p for p in residents.residents() if p.code)
    residents.save_resident(replace(known, emails=("sylvie.garnier@free.example",)))
    place = proxy.execute_sql("SELECT name FROM structure WHERE id = ?", (known.structure_id,)).fetchone()[0]
    titles = ("Structure", "Code", "Nom", "Prénom", "Chambre", "Email")
    write(home / "p.tsv", titles, (place, known.code, known.last_name, known.first_name, "99", ""))
    async with sit(office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "p.tsv")
        await hand.press("c")
        await rehearsed(hand)
        await hand.see("1 adresse gardée : le fichier n’en a pas", "modifié", "gardée")
        await hand.press("end", "enter")
        await hand.see("adresse gardée : le fichier n’en a pas (sylvie.garnier@free.example)")
        await hand.press("escape", "I", "enter")
        await hand.see("Importé.")
    assert residents.resident(known.id).emails == ("sylvie.garnier@free.example",)
    assert residents.resident(known.id).room == "99"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("faux.xlsx", b"PK\x03\x04rien", "abîmé"),
        ("photo.jpg", b"\xff\xd8\xff\xe0", "d’un autre type"),
        ("ouvert.csv", 'Nom;Prénom;Code\n"A;B;C\nD;E;F\n'.encode(), "guillemet"),
    ],
)
async def test_what_is_no_export_is_one_sentence_and_the_rest_goes_on(
    sit: Sit, office: Office, home: Path, name: str, content: bytes, sentence: str
) -> None:
    (home / name).write_bytes(content)
    async with sit(office, SMALL) as hand:
        await hand.press("I")
        await take(hand, name)
        await hand.see("illisible", sentence)
        await hand.press("c")
        assert "Rien n’est encore écrit" not in hand.text
        await hand.press("delete")
        await hand.see("Aucun fichier choisi")


async def test_a_wrong_encoding_is_taken_back(sit: Sit, empty_office: Office, home: Path) -> None:
    (home / "r.csv").write_bytes((SAMPLES / "residents.csv").read_bytes())
    async with sit(empty_office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "r.csv")
        await hand.press("enter")
        await hand.see("cp1252")
        await hand.press("l")
        await hand.see("Lecture du fichier")
        await hand.press("enter")
        await hand.see("UTF-8")
        await hand.press("down", "enter")
        await hand.see("jeu de caractères", "cp1252")


async def test_leaving_with_files_on_the_desk_asks(sit: Sit, empty_office: Office, home: Path) -> None:
    (home / "r.csv").write_bytes((SAMPLES / "residents.csv").read_bytes())
    async with sit(empty_office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "r.csv")
        await hand.press("escape")
        await hand.see("Quitter l’import ?")
        await hand.press("escape")
        await hand.see("1 fichier à importer")
        await hand.press("escape", "enter")
        await hand.see("Aucune facture")
    assert imports.profiles() == []


async def test_what_is_to_be_decided_is_not_counted_as_refused(sit: Sit, empty_office: Office, home: Path) -> None:
    people = ("Structure", "Code", "Nom", "Prénom", "Chambre", "Email")
    write(
        home / "a.tsv",
        people,
        ("Tilleuls", "R1", "LAINE", "Anne", "1", ""),
        ("Tilleuls", "R2", "LAINE", "Anne", "2", ""),
    )
    write(
        home / "b.tsv",
        people,
        ("Tilleuls", "", "LAINE", "Anne", "3", ""),
        ("Tilleuls", "R9", "", "Jean", "4", ""),
        ("Tilleuls", "R4", "CARON", "Lucie", "5", "lucie@gmial.com"),
    )
    import_files([home / "a.tsv"], owner=empty_office.owner, fallback=home)
    async with sit(empty_office, SMALL) as hand:
        await hand.press("I")
        await take(hand, "b.tsv")
        await hand.press("c")
        await rehearsed(hand)
        await hand.see("À décider", "1 ligne désigne peut-être un résident connu", "lucie@gmial.com", "à vérifier")
        assert re.search(r"b\.tsv\s+1\s+0\s+0\s+1\s+1\n", hand.text)
        assert "l’écran d’import" not in hand.text
        await hand.press("I", "enter")
        await hand.see("Importé.", "1 ligne refusée, personne n’ayant dit qui elle désigne")
        assert re.search(r"b\.tsv\s+1\s+0\s+0\s+2\n", hand.text)
        assert "à décider" not in hand.text
