"""The control before a send: whatever it has to say, the keys that answer it stay on the screen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from hand import Sit
from office_data import OCTOBER
from scenes import keys

from tuimail.domain.billing import Attachment
from tuimail.domain.people import Guardian, Resident
from tuimail.office import Office
from tuimail.store import accounts, documents, residents, structures
from tuimail.store.tables.billing import DocumentRow
from tuimail.ui.desk import TO_ALL, Enclosure
from tuimail.ui.screens.resident import ResidentScreen

LONG = "Établissement d’hébergement pour personnes âgées dépendantes Les Tilleuls du Val de"


@pytest.fixture
def crowded(office: Office) -> Office:
    """Three homes with long names, and thirty-three residents whom nobody can write to."""
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, gap=0.5, pause_every=10, pause=10.0))
    first, *_rest = structures.structures()
    for place in structures.structures():
        structures.save_structure(replace(place, name=f"{LONG} {place.name}"))
    third = structures.save_structure(
        replace(first, id=0, name=f"{LONG} Loire", sender=replace(first.sender, subject="Facture &periode " * 4))
    )
    known = documents.documents([row.id for row in DocumentRow.select().where(DocumentRow.period == OCTOBER)])[0]
    people = residents.save_residents(
        [
            Resident(structure_id=third.id, code=f"X{n:03}", last_name=f"SANS{n:02}", first_name="Adresse",
                     emails=("a@b.example",) if n == 40 else ())
            for n in range(41)
        ]
    )  # fmt: skip
    documents.save_documents(
        [
            replace(known, id=0, structure_id=third.id, resident_id=person.id, number=f"5{n:02}")
            for n, person in enumerate(people)
        ]
    )
    return office


@pytest.mark.parametrize("size", [(80, 24), (80, 20), (120, 40)])
async def test_the_keys_stay_on_the_screen_however_much_there_is_to_say(
    sit: Sit, crowded: Office, size: tuple[int, int]
) -> None:
    async with sit(crowded, size) as hand:
        for number in range(5):
            file = Attachment(f"menu-{number}-" + "x" * 40 + ".pdf", "application/pdf", "0", 15_000_000, "0")
            hand.app.desk.enclosed.append(Enclosure(TO_ALL, "", file))
        await keys("s", see="À envoyer")(hand)
        await hand.see("Entrée envoyer  ", "Échap revenir", "À envoyer", "bloquée")
        await hand.press("end")
        await hand.see("Entrée envoyer  ", "Échap revenir")
        await hand.press("enter")
        await hand.see("Entrée envoyer  ", "Échap revenir")


async def test_the_list_takes_the_room_while_it_is_walked_through(sit: Sit, crowded: Office) -> None:
    async with sit(crowded, (80, 24)) as hand:
        await keys("s", see="À envoyer")(hand)
        await hand.see("3 structures, chacune avec son adresse", "par message au plus")
        assert hand.text.count("aucune adresse") >= 5
        await hand.press("down", "down", "down", "down")
        await hand.until(lambda: hand.text.count("aucune adresse") >= 11, "the list stayed small")
        await hand.see("502 SANS02 Adresse : aucune adresse", "Entrée corriger", "Écartées     bloquées 42")
        await hand.press("escape")
        await hand.see("3 structures, chacune avec son adresse")


async def test_the_list_is_headed_by_what_stands_in_it(sit: Sit, office: Office) -> None:
    async with sit(office, (80, 24)) as hand:
        await keys("s", see="bloquées 2")(hand)
        assert hand.line(" Résident ").startswith("│  Écartées")
        await hand.press("escape")
        (document,) = documents.documents(documents.find(["021"], OCTOBER)["021"])
        person = residents.resident(document.resident_id)
        residents.save_residents([replace(person, emails=("paul.bernard@gmial.com",))])
        await keys("s", see="À regarder")(hand)
        await hand.see("à vérifier    021")


async def test_a_line_opens_the_card_where_the_fault_is(sit: Sit, office: Office) -> None:
    (document,) = documents.documents(documents.find(["021"], OCTOBER)["021"])
    person = residents.resident(document.resident_id)
    residents.save_residents([replace(person, guardian=Guardian("tutelle", "UDAF 99", "", receives=True))])
    async with sit(office, (80, 24)) as hand:
        await keys("s", see="bloquées 3")(hand)
        await hand.see("par message au plus")
        await hand.press("down")
        seen = set()
        for _line in range(3):
            await hand.see("Entrée corriger")
            await hand.press("enter")
            await hand.see("PgSuiv")
            card = hand.app.screen
            assert isinstance(card, ResidentScreen)
            await hand.until(partial(getattr, card.form, "current"), "no field is gone to")
            assert card.form.current
            seen.add((card.card.last_name, card.form.current.path))
            await hand.press("escape", "down")
        assert seen == {("BERNARD", "guardian.email"), ("CARON", "relatives"), ("NOËL", "email1")}
