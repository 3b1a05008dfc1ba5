"""What other tables keep about residents and invoices, once an import is undone or a resident is erased."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from builders import NOW, PERIOD, deliver, home, line, owner, person

from tuimail.domain.audience import PersonKey
from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.brought import Brought, BroughtState
from tuimail.domain.criteria import Criteria
from tuimail.domain.drafting import Recurring
from tuimail.domain.errors import BadInput
from tuimail.domain.mailing import MailingList
from tuimail.domain.people import Resident, Role
from tuimail.importing.plan import import_files
from tuimail.store import (
    address_notes,
    brought,
    dispositions,
    documents,
    drafting,
    erasure,
    listing,
    mailings,
    residents,
    roll,
)
from tuimail.store.database import execute
from tuimail.store.undo import last_import, undo_last_import

pytestmark = pytest.mark.usefixtures("store")
PEOPLE = "Structure;Code;Nom;Prénom;Email\nSaint-Éloi;R1;ZELINSKA;Paul;{}\n"
LINES = "Structure;N° facture;Période;Code résident;Libellé;Montant HT\nSaint-Éloi;001;2026-10;R1;Séjour;100\n"
LATER = NOW + timedelta(days=4000)


def import_(folder: Path, *texts: str) -> None:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    import_files(paths, owner=owner())


def imported(folder: Path) -> tuple[Resident, Document]:
    import_(folder, PEOPLE.format("paul@orange.example"), LINES)
    (known,) = residents.residents()
    (paper,) = documents.documents(listing.index(PERIOD).ids)
    return known, paper


def pdf_of(paper: Document, source: str = "zelinska.pdf") -> Brought:
    return Brought(PERIOD, source, "s" * 64, (1,), f"brought/{paper.id}.pdf", "a" * 64, 10, BroughtState.MATCHED,
                   document_id=paper.id)  # fmt: skip


def keep_all_sorts(known: Resident, paper: Document) -> None:
    """Something in every table that hangs on a resident or an invoice."""
    brought.take([pdf_of(paper)], owner(), NOW)
    drafting.set_recurring(known.id, [Recurring(line(label="Zelinska"), per_day=True)], owner(), NOW)
    dispositions.exclude([paper.id], "Zelinska paie au comptoir", owner(), NOW)
    members = (PersonKey(known.id, Role.RESIDENT, 1),)
    mailings.save_list(MailingList(f"Liste {known.id}", Criteria(), fixed=True, members=members), owner(), NOW)


@pytest.mark.parametrize("what", ["pdf", "recurring", "excluded", "list"])
def test_an_import_that_somebody_has_built_on_is_not_undone(tmp_path: Path, what: str) -> None:
    known, paper = imported(tmp_path)
    if what == "pdf":
        brought.take([pdf_of(paper)], owner(), NOW)
    elif what == "recurring":
        drafting.set_recurring(known.id, [Recurring(line(), per_day=True)], owner(), NOW)
    elif what == "excluded":
        dispositions.exclude([paper.id], "au comptoir", owner(), NOW)
    else:
        members = (PersonKey(known.id, Role.RESIDENT, 1),)
        mailings.save_list(MailingList("Liste", Criteria(), fixed=True, members=members), owner(), NOW)

    with pytest.raises(BadInput):
        undo_last_import(owner(), NOW)

    assert [p.id for p in residents.residents()] == [known.id]
    assert last_import() is not None


def test_notes_of_addresses_are_as_they_were(tmp_path: Path) -> None:
    known, _paper = imported(tmp_path)
    address_notes.bounced(known.id, "paul@orange.example", "No such user", NOW)
    import_(tmp_path, PEOPLE.format("zelinska@free.example"))
    assert set(address_notes.notes([known.id])[known.id]) == {"zelinska@free.example"}

    undo_last_import(owner(), NOW)

    (note,) = address_notes.notes([known.id])[known.id].values()
    assert (note.address, note.bounce) == ("paul@orange.example", "No such user")
    assert roll.counts(NOW.date()).changed == 0


def test_a_bounce_meanwhile_neither_keeps_an_import_nor_is_forgotten(tmp_path: Path) -> None:
    known, _paper = imported(tmp_path)
    import_(tmp_path, PEOPLE.format("paul@orange.example").replace("Paul", "Paule"))
    address_notes.bounced(known.id, "paul@orange.example", "No such user", NOW)

    undo_last_import(owner(), NOW)

    assert residents.resident(known.id).first_name == "Paul"
    assert address_notes.notes([known.id])[known.id]["paul@orange.example"].bounce == "No such user"


def test_erasing_empties_what_other_screens_keep() -> None:
    house = home(people=[person(number=1, departure_date=date(2026, 11, 3)), person(number=2)])
    deliver(house)
    for known, paper in zip(house.people, house.documents, strict=True):
        execute("UPDATE document SET state = 'unsent' WHERE id = ?", paper.id)
        keep_all_sorts(known, paper)
    gone, stays = house.people

    found = erasure.erase(gone.id, owner(), LATER)

    assert f"brought/{house.documents[0].id}.pdf" in found.pdfs
    assert f"brought/{house.documents[1].id}.pdf" not in found.pdfs
    assert set(brought.used(d.id for d in house.documents)) == {house.documents[1].id}
    reasons = {i: d.reason for i, d in dispositions.dispositions([d.id for d in house.documents]).items()}
    assert reasons == {house.documents[0].id: "", house.documents[1].id: "Zelinska paie au comptoir"}
    assert set(drafting.recurring([gone.id, stays.id])) == {stays.id}
    assert [key.resident_id for each in mailings.lists() for key in each.members] == [stays.id]
    assert documents.document(house.documents[0].id).kind is DocumentKind.INVOICE


def test_an_import_that_brought_who_is_erased_cannot_be_undone_any_more(tmp_path: Path) -> None:
    known, _paper = imported(tmp_path)
    import_(tmp_path, PEOPLE.replace("Email", "Email;Date de sortie").replace("{}", "z@x.example;03/11/2026"))

    erasure.erase(known.id, owner(), LATER)

    assert last_import() is None
    assert "ZELINSKA" not in str(execute("SELECT * FROM last_import_item").fetchall())
