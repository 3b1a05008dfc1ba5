"""The control before a send: whatever it has to say, the keys that answer it stay on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand import Sit
from office_data import OCTOBER
from scenes import keys

from tuimail.domain.billing import Attachment
from tuimail.domain.people import Resident
from tuimail.office import Office
from tuimail.store import accounts, documents, residents, structures
from tuimail.store.tables.billing import DocumentRow
from tuimail.ui.desk import TO_ALL, Enclosure

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
