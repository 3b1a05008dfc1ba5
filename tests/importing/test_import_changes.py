"""What an export changes in what is known, what it leaves alone, and what it must not touch any more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import NOW, deliver, home, owner, settled
from import_samples import HOME, LINE_TITLES, counts, csv_file, import_, line, lines_file, people_file, person, reasons

from tuimail.domain.events import EventKind
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Billing, Guardian, Relative, Resident
from tuimail.domain.places import PostalAddress
from tuimail.importing import addresses_told
from tuimail.store import batches, documents, erasure, journal, residents, structures
from tuimail.store.tables.billing import DocumentRow

pytestmark = pytest.mark.usefixtures("store", "english")

ADDRESS = PostalAddress(("1 rue Haute",), "59000", "Lille")
TITLES = ["Structure", "Code", "Nom", "Prénom"]
WHO = [HOME, "R1", "BERNARD", "Paul"]


def only() -> Resident:
    (resident,) = residents.residents()
    return resident


def hand(**changes: object) -> None:
    """Change the resident as an operator does in the application."""
    residents.save_resident(replace(only(), **changes))  # type: ignore[arg-type]


def export(folder: Path, said: dict[str, str]) -> Path:
    return csv_file(folder / "r.csv", [*TITLES, *said], [*WHO, *said.values()])


def test_a_column_that_is_not_there_erases_nothing(tmp_path: Path) -> None:
    import_(export(tmp_path, {}))
    hand(
        title="M.",
        room="12",
        emails=("a@x.example", "b@x.example"),
        guardian=Guardian("Tutelle", "UDAF", "udaf@x.example", True),
        relatives=(Relative("Luc", "Fils", "luc@x.example", True, address=ADDRESS),),
    )
    before = only()
    assert counts(import_(export(tmp_path, {}))) == [(0, 0, 1, 0)]
    assert only() == before


def test_an_empty_cell_empties(tmp_path: Path) -> None:
    full = {"Titre": "M.", "Chambre": "12", "Date d'entrée": "01/02/2020"}
    full |= {"Tutelle": "Curatelle", "Proche 1": "Luc"}
    import_(export(tmp_path, full))
    report = import_(export(tmp_path, dict.fromkeys(full, "")))
    assert counts(report) == [(0, 1, 0, 0)]
    found = only()
    assert (found.title, found.room, found.entry_date) == ("", "", None)
    assert (found.guardian, found.relatives) == (None, ())
    assert "room 12 → (nothing)" in report.files[0].changes[0].sentence()


def test_a_second_address_typed_by_hand_stays_while_the_one_column_is_filled(tmp_path: Path) -> None:
    import_(export(tmp_path, {"Email": "a@x.example"}))
    hand(emails=("a@x.example", "b@x.example"))
    assert counts(import_(export(tmp_path, {"Email": "a@x.example"}))) == [(0, 0, 1, 0)]
    import_(export(tmp_path, {"Email": "c@x.example"}))
    assert only().emails == ("c@x.example", "b@x.example")
    import_(export(tmp_path, {"Email": "B@x.example"}))
    assert only().emails == ("B@x.example",)
    import_(export(tmp_path, {"Email": ""}))
    assert only().emails == ("B@x.example",)


def test_relatives_follow_the_file_and_keep_what_it_cannot_say(tmp_path: Path) -> None:
    first = {"Proche 1": "Luc", "Email proche 1": "luc@x.example", "Proche 2": "Anne", "Email proche 2": ""}
    import_(export(tmp_path, first))
    known = [replace(relative, address=ADDRESS, link="Enfant") for relative in only().relatives]
    hand(relatives=(*known, Relative("Marc")))
    assert counts(import_(export(tmp_path, first))) == [(0, 0, 1, 0)]
    swapped = {"Proche 1": "Anne", "Email proche 1": "anne@x.example", "Proche 2": "Léa", "Email proche 2": ""}
    import_(export(tmp_path, swapped))
    assert [(r.name, r.email, r.link, r.address) for r in only().relatives] == [
        ("Anne", "anne@x.example", "Enfant", ADDRESS),
        ("Léa", "", "", PostalAddress()),
        ("Marc", "", "", PostalAddress()),
    ]
    assert counts(import_(export(tmp_path, swapped))) == [(0, 0, 1, 0)]
    alone = {**swapped, "Proche 2": ""}
    import_(export(tmp_path, alone))
    assert [r.name for r in only().relatives] == ["Anne"], "of the others no address is known"
    assert counts(import_(export(tmp_path, alone))) == [(0, 0, 1, 0)]


def test_a_guardian_keeps_the_postal_address_typed_by_hand(tmp_path: Path) -> None:
    said = {"Tutelle": "Curatelle", "Email tutelle": "udaf@x.example", "Tutelle reçoit facture": "O"}
    import_(export(tmp_path, said))
    hand(guardian=replace(only().guardian or Guardian(), address=ADDRESS))
    import_(export(tmp_path, {**said, "Tutelle reçoit facture": "N"}))
    assert only().guardian == Guardian("Curatelle", "", "udaf@x.example", False, ADDRESS)


def test_a_guardian_who_is_only_ticked_stays_while_the_file_ticks_and_is_never_made_of_that(tmp_path: Path) -> None:
    said = {"Tutelle": "", "Email tutelle": "", "Tutelle reçoit facture": "O"}
    import_(export(tmp_path, said))
    assert only().guardian is None
    hand(guardian=Guardian(receives=True))
    assert counts(import_(export(tmp_path, said))) == [(0, 0, 1, 0)]
    assert only().guardian == Guardian(receives=True)
    assert counts(import_(export(tmp_path, {**said, "Tutelle reçoit facture": ""}))) == [(0, 0, 1, 0)]
    import_(export(tmp_path, {**said, "Tutelle reçoit facture": "N"}))
    assert only().guardian is None
    hand(guardian=Guardian("Curatelle", receives=True))
    import_(export(tmp_path, said))
    assert only().guardian is None


FAMILY = {
    "Email": "",
    "Email 2": "",
    "Tutelle": "",
    "Délégué": "",
    "Email tutelle": "",
    "Proche 1": "",
    "Email proche 1": "",
    "Proche 2": "",
    "Email proche 2": "",
}
UDAF = Guardian("Curatelle", "UDAF", "udaf@x.example", True)
LUC, ANNE = Relative("Luc", email="luc@x.example", receives=True), Relative("Anne", email="anne@x.example")


def events() -> list[tuple[str, str]]:
    return [(str(event.event), event.detail) for event in journal.events() if event.event is EventKind.SETTING_CHANGED]


def test_an_empty_cell_takes_no_address_away_and_the_report_tells_it(tmp_path: Path) -> None:
    import_(export(tmp_path, FAMILY))
    hand(emails=("a@x.example", "b@x.example"), guardian=UDAF, relatives=(LUC, ANNE))
    before = only()
    report = import_(export(tmp_path, FAMILY))
    assert counts(report) == [(0, 0, 1, 0)]
    assert only() == before
    (kept,) = report.files[0].kept
    assert kept.addresses == ("a@x.example", "b@x.example", "udaf@x.example", "luc@x.example", "anne@x.example")
    told = "\n".join(report.lines())
    assert "5 addresses kept: the file has none" in told
    assert "Addresses kept: line 2, BERNARD Paul (R1): a@x.example, b@x.example, udaf@x.example" in told
    (line_of,) = [each for each in report.as_json() if each["event"] == "kept"]
    assert (line_of["line"], line_of["addresses"]) == (2, list(kept.addresses))
    assert import_(export(tmp_path, {"Chambre": "1"})).files[0].kept == (), "no column of addresses"
    assert events() == []


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        (("c@x.example", ""), ("c@x.example", "b@x.example")),
        (("", "c@x.example"), ("a@x.example", "c@x.example")),
        (("b@x.example", ""), ("a@x.example", "b@x.example")),
        (("", "a@x.example"), ("a@x.example", "b@x.example")),
        (("c@x.example; d@x.example", ""), ("c@x.example", "d@x.example")),
        (("b@x.example", "c@x.example"), ("b@x.example", "c@x.example")),
    ],
)
def test_only_an_address_of_the_file_takes_the_place_of_a_known_one(
    tmp_path: Path, cells: tuple[str, str], after: tuple[str, str]
) -> None:
    import_(export(tmp_path, {"Email": "a@x.example", "Email 2": "b@x.example"}))
    import_(export(tmp_path, dict(zip(("Email", "Email 2"), cells, strict=True))))
    assert only().emails == after


def test_a_guardian_keeps_the_address_unless_the_file_names_another_delegate(tmp_path: Path) -> None:
    import_(export(tmp_path, FAMILY))
    hand(guardian=UDAF)
    same = {**FAMILY, "Tutelle": "Tutelle", "Délégué": "UDAF du Nord"}
    report = import_(export(tmp_path, same))
    assert only().guardian == replace(UDAF, kind="Tutelle", delegate="UDAF du Nord")
    assert report.files[0].kept[0].addresses == ("udaf@x.example",)
    import_(export(tmp_path, {**same, "Délégué": "Mme Roy"}))
    assert only().guardian == Guardian("Tutelle", "Mme Roy", "", True)
    assert "e-mail udaf@x.example → (nothing)" in events()[-1][1]


def test_relatives_of_an_address_stay_where_the_file_has_nobody(tmp_path: Path) -> None:
    import_(export(tmp_path, FAMILY))
    hand(relatives=(LUC, ANNE, Relative("Marc")))
    report = import_(export(tmp_path, {**FAMILY, "Proche 1": "Anne"}))
    assert only().relatives == (LUC, ANNE)
    assert report.files[0].kept[0].addresses == ("luc@x.example", "anne@x.example")
    import_(export(tmp_path, {**FAMILY, "Proche 1": "Léa"}))
    assert only().relatives == (Relative("Léa"), ANNE)


def test_an_empty_cell_of_ticks_changes_none(tmp_path: Path) -> None:
    ticks = dict.fromkeys(("Papier", "Accepte publipostage"), "")
    said = {"Tutelle": "Curatelle", "Tutelle reçoit facture": "", "Proche 1": "Luc", "Proche 1 reçoit facture": ""}
    import_(export(tmp_path, ticks | said))
    assert only().billing == Billing()
    hand(
        billing=Billing(paper=True, mailings=True),
        guardian=Guardian("Curatelle", receives=True),
        relatives=(Relative("Luc", receives=True),),
    )
    before = only()
    assert counts(import_(export(tmp_path, ticks | said))) == [(0, 0, 1, 0)]
    assert only() == before
    import_(export(tmp_path, {name: cell or "N" for name, cell in (ticks | said).items()}))
    assert only() == replace(before, billing=Billing(), guardian=Guardian("Curatelle"), relatives=(Relative("Luc"),))


def test_the_journal_tells_each_address_that_an_import_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_(people_file(tmp_path, *(person(f"R{n}", f"N{n}", email=f"a{n}@x.example" * (n != 1)) for n in range(1, 5))))
    assert events() == []
    rows = [person(f"R{n}", f"N{n}", first="Paule", email=f"b{n}@x.example") for n in range(1, 5)]
    import_(people_file(tmp_path, *rows), dry_run=True)
    assert events() == []
    monkeypatch.setattr(addresses_told, "MOST", 2)
    import_(people_file(tmp_path, *rows))
    assert events() == [
        ("setting-changed", "residents.csv: N2 Paul (R2): e-mail 1 a2@x.example → b2@x.example."),
        ("setting-changed", "residents.csv: N3 Paul (R3): e-mail 1 a3@x.example → b3@x.example."),
        ("setting-changed", "residents.csv: addresses of 2 more residents changed."),
    ]
    second = next(person for person in residents.residents() if person.code == "R2")
    about = [event.id for event in journal.events() if "N2" in event.detail]
    assert set(about) <= set(erasure.traces(second.id).lines), "erasing the resident empties the line"


def invoices(folder: Path, *rows: list[str]) -> Path:
    return lines_file(folder, *rows)


def test_an_invoice_that_nobody_has_may_change(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    import_(invoices(tmp_path, line()))
    before = documents.documents([DocumentRow.get().id])[0]
    report = import_(invoices(tmp_path, line(), line(amount="10,00", label="Repas")))
    assert counts(report) == [(0, 1, 0, 0)]
    assert report.files[0].changes[0].sentence() == (
        "invoice 001 BERNARD Paul: net amount 2,008.80 → 2,018.80, total with tax 2,119.28 → 2,129.83, lines 1 → 2"
    )
    (after,) = documents.documents([before.id])
    assert (after.net, len(after.lines)) == (201_880, 2)
    assert counts(import_(invoices(tmp_path, line(), line(amount="10,00", label="Repas")))) == [(0, 0, 1, 0)]


def test_a_change_of_words_alone_is_a_change(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    import_(invoices(tmp_path, line()))
    report = import_(invoices(tmp_path, line(label="Chambre double")))
    assert counts(report) == [(0, 1, 0, 0)]
    assert report.files[0].changes[0].fields


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (None, "is being sent as it was"),
        (DeliveryState.SENT, "was already sent on 02/11/2026"),
        (DeliveryState.UNCERTAIN, "may have been sent as it was"),
    ],
)
def test_an_invoice_that_somebody_may_have_stays_as_it_is(
    tmp_path: Path, state: DeliveryState | None, reason: str
) -> None:
    house = home(1)
    if state:
        deliver(house, {"paul.bernard1@orange.example": settled(state)})
    else:
        batches.queue(house.ask(), owner(), NOW)
    sent = house.documents[0]
    said = {"home": house.structure.name, "code": "R0001", "name": "BERNARD1 Paul"}
    report = import_(invoices(tmp_path, line(**said), line("002", **said)))
    assert counts(report) == [(1, 0, 0, 1)]
    assert reason in reasons(report)[0][1]
    assert documents.document(sent.id) == sent


def test_an_invoice_that_failed_for_everybody_may_change(tmp_path: Path) -> None:
    house = home(1)
    deliver(house, {"paul.bernard1@orange.example": settled(DeliveryState.FAILED)})
    said = {"home": house.structure.name, "code": "R0001", "name": "BERNARD1 Paul"}
    assert counts(import_(invoices(tmp_path, line(**said)))) == [(0, 1, 0, 0)]


def test_a_sent_invoice_that_the_file_has_unchanged_is_unchanged(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    import_(invoices(tmp_path, line()))
    DocumentRow.update(state="sent").execute()
    assert counts(import_(invoices(tmp_path, line()))) == [(0, 0, 1, 0)]


def test_a_number_serves_one_resident_a_year(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2", last="PETIT", first="Anne")))
    import_(invoices(tmp_path, line()))
    other = {"code": "R2", "name": "PETIT Anne", "period": "2026-11", "date": "30/11/2026"}
    report = import_(invoices(tmp_path, line(**other), line(**(other | {"period": "2027-01", "date": "31/01/2027"}))))
    assert counts(report) == [(1, 0, 0, 1)]
    assert reasons(report) == [
        (2, "number 001 is already BERNARD Paul's invoice of October 2026; it serves once a year in a structure")
    ]


def test_a_due_date_follows_from_the_structure_unless_the_file_has_one(tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (structure,) = structures.structures()
    structures.save_structure(replace(structure, due_days=10))
    import_(invoices(tmp_path, line()))
    assert str(DocumentRow.get().due_on) == "2026-11-10"
    structures.save_structure(replace(structure, due_days=20))
    assert counts(import_(invoices(tmp_path, line()))) == [(0, 0, 1, 0)]
    path = csv_file(tmp_path / "f.csv", [*LINE_TITLES, "Échéance"], [*line(), "15/11/2026"])
    assert counts(import_(path)) == [(0, 1, 0, 0)]
    assert str(DocumentRow.get().due_on) == "2026-11-15"


def test_a_later_file_of_one_command_stands_on_the_earlier(tmp_path: Path) -> None:
    people = people_file(tmp_path, person())
    first = lines_file(tmp_path, line(), name="a.csv")
    second = lines_file(tmp_path, line(amount="1,00"), line("002"), name="b.csv")
    assert counts(import_(first, second, people)) == [(1, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0)]
