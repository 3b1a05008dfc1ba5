"""The last import can be taken back, as long as nobody has sent, changed or used what it brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import NOW, delivery_to, invoice, owner
from import_samples import OCTOBER, RESIDENTS, SEPTEMBER, import_, line, lines_file, people_file, person

from tuimail.domain.account import Account, Security
from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.mail import NewBatch, Wording
from tuimail.store import accounts, batches, documents, journal, residents, structures
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
