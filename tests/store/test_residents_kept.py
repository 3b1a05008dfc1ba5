from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from builders import home, invoice, person

from tuimail.domain.errors import StoreError
from tuimail.domain.people import Billing, FamilyStatus, Guardian, Policy, Relative, Resident, Sex
from tuimail.domain.places import PostalAddress
from tuimail.store import listing, residents
from tuimail.store.documents import save_documents
from tuimail.store.residents import resident, save_resident, save_residents
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.people import GuardianRow, RelativeRow, ResidentRow

pytestmark = pytest.mark.usefixtures("store")

ADDRESS = PostalAddress(("Chez Mme X", "3 place Y"), "35000", "Rennes")
FULL = Resident(
    structure_id=1, code="R0001", last_name="BŒUF", first_name="Zoé", title="Mme", birth_date=date(1934, 2, 28),
    room="104", entry_date=date(2024, 1, 2), departure_date=date(2026, 10, 15),
    emails=("zoe@x.example", "zoe2@x.example"),
    guardian=Guardian("tutelle", "UDAF 35", "udaf@x.example", True, ADDRESS, "02", "04", "06"),
    relatives=(
        Relative("BŒUF Lise", "Fille", "lise@x.example", True, "Madame", ADDRESS, "03"),
        Relative("BŒUF Marc", "Fils", "", False),
        Relative("BŒUF Anne", "Nièce", "anne@x.example", False),
    ),
    sex=Sex.FEMALE, birth_name="LÉGER", birth_place="Linselles", family_status=FamilyStatus.WIDOWED,
    widowhood_date=date(2019, 5, 6),
    billing=Billing(Policy.ALL_RELATIVES, True, "en", True, date(2024, 1, 2), "contrat de séjour"),
    pdf_password="glycine-34", unit="Les Glycines",
)  # fmt: skip


def at_home(**changes: object) -> Resident:
    return save_resident(replace(FULL, structure_id=home(0).structure.id, **changes))  # type: ignore[arg-type]


def test_a_resident_comes_back_as_saved_with_guardian_and_relatives_in_order() -> None:
    saved = at_home()
    assert all(getattr(saved, f.name) for f in fields(saved))
    assert resident(saved.id) == saved == replace(FULL, structure_id=saved.structure_id, id=saved.id)


def test_a_resident_of_hardly_anything_comes_back_so() -> None:
    bare = Resident(home(0).structure.id, "", "SEUL", "")
    saved = save_resident(bare)
    assert resident(saved.id) == replace(bare, id=saved.id)


def test_a_change_replaces_everything() -> None:
    saved = at_home()
    changed = replace(
        saved, room="", emails=("b@x.example",), guardian=Guardian("curatelle"), relatives=FULL.relatives[::-1]
    )
    assert save_resident(changed) == changed
    assert resident(saved.id) == changed
    nobody = replace(changed, emails=(), guardian=None, relatives=())
    save_resident(nobody)
    assert resident(saved.id) == nobody
    assert (GuardianRow.select().count(), RelativeRow.select().count()) == (0, 0)


def test_new_and_known_residents_are_saved_together_in_their_order() -> None:
    known = at_home()
    people = [
        person(known.structure_id, 2, relatives=FULL.relatives),
        replace(known, room="200"),
        person(known.structure_id, 3, code="", guardian=FULL.guardian),
        person(known.structure_id, 4, code=""),
    ]
    saved = save_residents(iter(people))
    assert [replace(p, id=0) for p in saved] == [replace(p, id=0) for p in people]
    assert saved[1].id == known.id
    assert len({p.id for p in saved}) == 4
    assert residents.residents([p.id for p in saved]) == saved


def test_saving_nobody_saves_nothing() -> None:
    assert save_residents([]) == []


def test_residents_come_by_structure_and_name_or_as_asked() -> None:
    one, two = home(0).structure.id, home(0).structure.id
    names = [(two, "ABEL"), (one, "Étienne"), (one, "ZOLA"), (one, "dumas")]
    saved = save_residents(person(s, n, last_name=name) for n, (s, name) in enumerate(names))
    assert [p.last_name for p in residents.residents()] == ["dumas", "Étienne", "ZOLA", "ABEL"]
    ids = [saved[2].id, saved[0].id, saved[3].id]
    assert [p.id for p in residents.residents(ids)] == ids


def test_more_residents_than_one_statement_takes() -> None:
    structure = home(0).structure.id
    saved = save_residents(person(structure, n, relatives=FULL.relatives[:1]) for n in range(450))
    assert residents.residents([p.id for p in reversed(saved)]) == saved[::-1]


def test_a_new_name_moves_the_residents_documents_too() -> None:
    house = home(2)
    save_resident(replace(house.people[0], last_name="ÉTÉ", first_name="Zoé"))
    keys = dict(DocumentRow.select(DocumentRow.resident, DocumentRow.sort_key).tuples())
    assert keys == {house.people[0].id: "ete zoe", house.people[1].id: "bernard2 paul"}
    shown = listing.index(house.documents[0].period)
    assert list(shown.ids) == [house.documents[1].id, house.documents[0].id]


@pytest.mark.usefixtures("english")
def test_a_code_is_given_once_in_a_structure() -> None:
    saved = at_home(relatives=(), guardian=None)
    other = home(0).structure.id
    save_resident(person(other, code=saved.code))
    with pytest.raises(StoreError, match="UNIQUE"):
        save_residents([person(saved.structure_id, 2), person(saved.structure_id, 3, code=saved.code)])
    assert ResidentRow.select().count() == 2


def test_it_is_counted_how_many_addresses_receive() -> None:
    saved = at_home()
    assert ResidentRow.get_by_id(saved.id).recipients == 4
    save_resident(replace(saved, emails=(), guardian=None))
    assert ResidentRow.get_by_id(saved.id).recipients == 1
    save_resident(replace(saved, emails=(), guardian=None, relatives=()))
    assert ResidentRow.get_by_id(saved.id).recipients == 0


def test_a_resident_with_documents_keeps_them_through_a_change() -> None:
    saved = at_home()
    (document,) = save_documents([invoice(saved)])
    save_resident(replace(saved, room="7"))
    assert DocumentRow.get_by_id(document.id).resident_id == saved.id
