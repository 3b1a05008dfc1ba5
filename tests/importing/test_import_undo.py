"""The last import can be taken back, as long as nobody has sent, changed or used what it brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import NOW, delivery_to, invoice, owner
from import_samples import OCTOBER, RESIDENTS, SEPTEMBER, import_, line, lines_file, people_file, person

from tuimail.domain.account import Account, Security
from tuimail.domain.billing import DocumentKind
from tuimail.domain.criteria import Criteria
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.mail import NewBatch, Wording
from tuimail.domain.mailing import MailingList
from tuimail.store import accounts, audience, batches, documents, journal, mailings, residents, structures
from tuimail.store.tables import ALL
from tuimail.store.tables.base import proxy
from tuimail.store.undo import last_import, undo_last_import


def undo() -> None:
    undo_last_import(owner(), NOW)


def content() -> dict[str, list[tuple[object, ...]]]:
    """Every row of what an import writes, ids of what hangs on others left out."""
    names = [table._meta.table_name for table in ALL]
    ours = [n for n in names if n in ("structure", "resident", "guardian", "relative", "document", "document_line")]
    return {name: proxy.execute_sql(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in ours}


def test_an_import_into_nothing_leaves_nothing(store: Path) -> None:
    import_(RESIDENTS, OCTOBER)
    last = last_import()
    assert last is not None
    assert (last.files, last.residents, last.documents) == (("residents.csv", "factures-2026-10.csv"), 144, 139)

    undone = undo_last_import(owner(), NOW)

    assert (undone.residents_removed, undone.documents_removed, undone.structures_removed) == (144, 139, 3)
    assert not any(content().values())
    assert last_import() is None
    assert list(journal.events())[-1].event is EventKind.IMPORT_UNDONE


def test_what_was_changed_is_as_it_was(store: Path, tmp_path: Path) -> None:
    import_(RESIDENTS, SEPTEMBER)
    before = content()
    rows = RESIDENTS.read_text(encoding="cp1252").replace(";100;", ";999;").replace("LAINE;Diane", "LAÎNÉ;Diane")
    path = tmp_path / "residents.csv"
    path.write_text(rows, encoding="cp1252")
    assert import_(path).files[0].changed > 0
    assert content() != before

    undo()

    assert content() == before


def test_lines_come_back(store: Path, tmp_path: Path) -> None:
    second = line(label="Dépendance", amount="1,00", quantity="1", price="1")
    import_(people_file(tmp_path, person()), lines_file(tmp_path, line(), second))
    before = [d for d, _ in documents.of_year(1, DocumentKind.INVOICE, 2026).values()]
    import_(lines_file(tmp_path, line(amount="99,00", quantity="", price="")))

    undo()

    assert [d for d, _ in documents.of_year(1, DocumentKind.INVOICE, 2026).values()] == before


def test_only_once(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    undo()
    with pytest.raises(BadInput):
        undo()


def test_an_import_that_says_nothing_new_does_not_hide_the_one_before(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    import_(people_file(tmp_path, person()))
    undo()
    assert residents.residents() == []


def test_not_after_a_change_by_hand(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (known,) = residents.residents()
    residents.save_resident(replace(known, room="7"))

    with pytest.raises(BadInput, match="modifié depuis"):
        undo()
    assert residents.residents()[0].room == "7"


def test_not_if_something_was_given_to_a_send(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(email="a@x.example")), lines_file(tmp_path, line()))
    account = accounts.save_account(Account(1, "smtp.example", 25, Security.NONE))
    wording = Wording(1, "Maison", "Compta", "compta@home.example", "", False, "S", "B")
    asked = NewBatch(account.id, "octobre", (wording,), (delivery_to(documents.document(1), "a@x.example"),))
    assert batches.queue(asked, owner(), NOW)

    with pytest.raises(BadInput, match="1 facture du dernier import"):
        undo()
    assert documents.document(1)


def test_not_if_a_resident_has_other_invoices(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    documents.save_documents([invoice(residents.residents()[0])])
    with pytest.raises(BadInput):
        undo()


def test_a_structure_that_was_codified_since_stays(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (home,) = structures.structures()
    structures.save_structure(replace(home, phone="01"))

    undo()

    assert [place.phone for place in structures.structures()] == ["01"]


def test_a_list_names_the_same_people_after_an_import_and_after_its_undoing(store: Path, tmp_path: Path) -> None:
    import_(RESIDENTS)
    known = next(p for p in residents.residents() if len(p.emails) == 1 and len(p.relatives) == 1)
    named = [p for p in audience.people() if p.key.resident_id == known.id and p.address]
    mailings.save_list(MailingList("Conseil", Criteria(), True, tuple(p.key for p in named)), owner(), NOW)
    rows = ("structure;nom;prénom;code;email;email 2;proche 1 nom;proche 1 email;proche 2 nom;proche 2 email",)
    (relative,) = known.relatives
    around = f"NOUVEAU Zoé;zoe@free.example;{relative.name};{relative.email}"
    places = {place.id: place.name for place in structures.structures()}
    emails = f"neuve@free.example;{known.emails[0]}"
    line_ = f"{places[known.structure_id]};{known.last_name};{known.first_name};{known.code};{emails};{around}"
    path = tmp_path / "people.csv"
    path.write_text("\n".join((*rows, line_)), encoding="utf-8")

    def reached() -> list[tuple[str, str]]:
        (found,) = mailings.lists()
        return sorted((p.name, p.address) for p in found.people(audience.people(), NOW.date()))

    before = reached()
    assert import_(path).files[0].changed == 1
    assert residents.resident(known.id).emails[0] == "neuve@free.example"
    assert residents.resident(known.id).relatives[0].name == "NOUVEAU Zoé"
    assert reached() == before
    undo()
    assert residents.resident(known.id).emails == known.emails
    assert reached() == before
