"""What goes by post: one PDF in the order of the postcodes, the list of the addresses, and the sheet as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from builders import NOW, PERIOD, Home, deliver, home, person, settled
from sample_pages import run_tool

from tuimail.domain.errors import BadInput, DocumentError
from tuimail.domain.mail import DeliveryState
from tuimail.domain.month_end import Outcome
from tuimail.domain.people import Billing, Guardian, Policy, Relative, Resident
from tuimail.domain.places import PostalAddress
from tuimail.office import Office, month_end
from tuimail.office.month_tables import Letter, addresses_csv, sheet_csv
from tuimail.store import documents, residents, structures

LILLE = PostalAddress(("1 rue Basse",), "59000", "LILLE")
ARRAS = PostalAddress(("2 rue Haute", "Bât. B"), "62000", "ARRAS")
BREST = PostalAddress(("3 quai du Port",), "29200", "BREST")


def on_paper(number: int, name: str, **changes: object) -> Resident:
    return replace(person(number=number, last_name=name, emails=()), **changes)  # type: ignore[arg-type]


def to_daughter(number: int, name: str, address: PostalAddress) -> Resident:
    daughter = Relative(f"FILLE DE {name}", "Fille", "", receives=True, label="Mme", address=address)
    return on_paper(number, name, relatives=(daughter,))


@pytest.fixture
def house(office: Office) -> Home:
    """Four letters to four towns, one mailed, one mailed and printed, one that came back."""
    people = [
        to_daughter(1, "ZOLA", LILLE),
        to_daughter(2, "ARAGON", LILLE),
        on_paper(3, "HUGO", guardian=Guardian("tutelle", "UDAF", "udaf@tutelle.example", True, BREST)),
        person(number=4),
        person(number=5, billing=Billing(paper=True)),
        person(number=6, last_name="=CMD()", relatives=(Relative("Anne", "", "", True, address=ARRAS),)),
        person(number=7, billing=Billing(policy=Policy.PAPER)),
    ]
    people[2] = replace(people[2], billing=Billing(policy=Policy.PAPER))
    found = home(people=people)
    place = PostalAddress(("12 rue de l’Œillet",), "59000", "LILLE")
    sender = found.structure.sender.__class__("Compta", "compta@home.example")
    structures.save_structure(replace(found.structure, address=place, sender=sender))
    refused = {"paul.bernard6@orange.example": settled(DeliveryState.FAILED, "Boîte pleine")}
    deliver(found, refused, wanted=[found.documents[3], found.documents[4], found.documents[5]])
    return found


def letters(office: Office) -> list[Letter]:
    return office.month_ends.letters(office.month_ends.sheet(PERIOD).to_post)


def table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def pages(path: Path) -> list[str]:
    assert run_tool("qpdf", "--check", path).returncode == 0
    return run_tool("pdftotext", "-layout", path, "-").stdout.split("\f")[:-1]


def test_letters_go_in_the_order_of_postcode_city_and_name(office: Office, house: Home) -> None:
    found = [(letter.envelope.address.postcode, letter.entry.resident) for letter in letters(office)]
    assert found == [
        ("29200", "HUGO Paul"),
        ("59000", "BERNARD5 Paul"),
        ("59000", "BERNARD7 Paul"),
        ("59000", "ARAGON Paul"),
        ("59000", "ZOLA Paul"),
        ("62000", "=CMD() Paul"),
    ]


def test_one_pdf_has_them_in_that_order_and_the_list_says_where_they_go(
    office: Office, house: Home, tmp_path: Path
) -> None:
    out, addresses = tmp_path / "l.pdf", tmp_path / "l.csv"
    assert office.month_ends.write_letters(letters(office), out, addresses) == 6
    rows = table(addresses.read_bytes())
    found = pages(out)
    assert len(found) == len(rows) == 6
    for page, row in zip(found, rows, strict=True):
        assert f"Facture n° {row['N°']}" in " ".join(page.split())
        assert row["Ville"] in page
    assert [row["Ordre"] for row in rows] == list("123456")
    assert rows[0]["Ligne 1"] == "UDAF"
    assert rows[0]["Pourquoi sur papier"].startswith("papier seulement")
    assert rows[-1]["Résident"] == "=CMD() Paul".replace("=", "'=")
    assert rows[-1]["Pourquoi sur papier"] == "paul.bernard6@orange.example : Boîte pleine"
    assert {row["Montant TTC"] for row in rows} == {"105,50"}


def test_a_password_is_not_asked_for_on_paper(office: Office, house: Home, tmp_path: Path) -> None:
    for number in (0, 4):
        residents.save_residents([replace(house.people[number], pdf_password="secret")])
    out = tmp_path / "l.pdf"
    office.month_ends.write_letters(letters(office), out)
    assert len(pages(out)) == 6


def test_what_cannot_be_written_leaves_nothing_behind(office: Office, house: Home, tmp_path: Path) -> None:
    found = letters(office)
    with pytest.raises(DocumentError):
        office.month_ends.write_letters([], tmp_path / "l.pdf")
    with pytest.raises(BadInput):
        office.month_ends.write_letters(found, tmp_path / "l.txt")
    with pytest.raises(DocumentError):
        office.month_ends.write_letters(found, tmp_path / "gone" / "l.pdf", tmp_path / "l.csv")
    with pytest.raises(BadInput):
        office.month_ends.write_sheet(office.month_ends.sheet(PERIOD), tmp_path / "sheet.xlsx")
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(BadInput):
        office.month_ends.write_sheet(office.month_ends.sheet(PERIOD), tmp_path / "folder.pdf")
    assert [path.name for path in tmp_path.glob("*") if path.is_file()] == []


def test_marking_and_taking_back_move_them_between_outcomes(
    office: Office, house: Home, stop_clock: Callable[[ModuleType, datetime], None]
) -> None:
    stop_clock(month_end, NOW)
    ends = office.month_ends
    ids = [letter.entry.document_id for letter in letters(office)]
    today = NOW.astimezone().date()
    with pytest.raises(BadInput):
        ends.mark_posted(ids, today + timedelta(days=1))
    assert ends.mark_posted(ids, today) == 6
    sheet = ends.sheet(PERIOD)
    # The one that was mailed and printed stays sent; the one that came back is posted now.
    assert {outcome: total.documents for outcome, total in sheet.outcomes()} == {Outcome.SENT: 2, Outcome.POSTED: 5}
    assert sheet.settled
    assert not letters(office)
    assert ends.take_back(ids[:1]) == 1
    assert len(letters(office)) == 1


def test_a_document_is_excluded_with_a_reason_only(office: Office, house: Home) -> None:
    with pytest.raises(BadInput):
        office.month_ends.exclude([house.documents[0].id], "  x ")
    assert office.month_ends.exclude([house.documents[0].id], " payée \n d'avance ") == 1
    (entry,) = office.month_ends.sheet(PERIOD).of(Outcome.EXCLUDED)
    assert entry.reason == "payée d'avance"


def test_what_was_decided_does_not_leave_by_mail_unless_it_is_chosen(office: Office, house: Home) -> None:
    ends, ids = office.month_ends, [document.id for document in house.documents]
    more = documents.save_documents([replace(house.documents[3], id=0, number=f"9{n}") for n in range(3)])
    ends.mark_posted([more[0].id], date(2026, 11, 2))
    ends.exclude([more[1].id], "facture double")
    wanted = [*ids, *(document.id for document in more)]
    control = office.control(wanted, "octobre")
    assert [c.document.id for c in control.ready] == [ids[5], more[2].id]
    assert [b.reason for b in control.set_aside] == ["postée le 02/11/2026", "exclue\u00a0: facture double"]
    assert [b.resident for b in control.to_post] == ["HUGO Paul", "BERNARD7 Paul"]
    assert sorted(control.document_ids) == sorted(wanted)
    again = office.control([more[0].id, more[1].id], "octobre", resend=True)
    assert [c.document.id for c in again.ready] == [more[0].id]
    assert [b.document_id for b in again.set_aside] == [more[1].id]


def test_the_table_adds_up_in_a_spreadsheet(office: Office, house: Home) -> None:
    office.month_ends.exclude([house.documents[0].id], "-1+1")
    sheet = office.month_ends.sheet(PERIOD)
    rows = table(sheet_csv(sheet))
    (total,) = [row for row in rows if row["Ligne"] == "total"]

    def cents(row: dict[str, str], name: str) -> int:
        return round(float(row[name].replace(",", ".")) * 100)

    for kind in ("issue", "document"):
        of_kind = [row for row in rows if row["Ligne"] == kind]
        for name in ("Montant HT", "TVA", "Montant TTC", "Documents"):
            assert sum(cents(row, name) for row in of_kind) == cents(total, name)
    assert cents(total, "Montant TTC") == sum(document.gross for document in house.documents)
    assert [row["Détail"] for row in rows if row["N°"] == "001"] == ["'-1+1"]
    assert [row["Opérateur"] for row in rows if row["Ligne"] == "envoi"] == ["virginie"]


def test_an_address_of_many_lines_keeps_all_its_words(office: Office, house: Home) -> None:
    letter = letters(office)[0]
    long = replace(letter.envelope, names=("a", "b", "c"), address=PostalAddress(("d", "e", "f", "g"), "59000", "L"))
    (row,) = table(addresses_csv([Letter(letter.entry, long)]))
    assert [row[f"Ligne {n}"] for n in range(1, 7)] == ["a", "b", "c", "d", "e", "f, g"]
