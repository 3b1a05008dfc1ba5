"""What was posted or handed over stays as it left: its content, its PDF, and what an import or a print run says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home
from import_samples import LINE_TITLES, csv_file, import_, line, people_file, person
from paper import invoice_page, write
from programs_noted import Program

from tuimail.documents.naming import relative_path
from tuimail.domain.billing import DocumentLine, KeptFile
from tuimail.domain.brought import Outcome
from tuimail.domain.drafting import with_lines
from tuimail.domain.errors import BadInput
from tuimail.domain.handing import Method
from tuimail.importing.plan import Wishes
from tuimail.importing.reading import ImportFile
from tuimail.office import Office
from tuimail.sending.control import other_address
from tuimail.store import brought, documents, drafting, erasure, listing, pinned, residents, structures
from tuimail.store.pinned import How, Pinned
from tuimail.store.tables.billing import DocumentRow

DAY = date(2026, 11, 3)


def change(office: Office, document_id: int) -> None:
    """Take a tenth of its first line."""
    known = documents.document(document_id)
    first: DocumentLine = known.lines[0]
    less = with_lines(known, [replace(first, quantity=first.quantity // 10, amount=first.amount // 10)])
    drafting.change(known, less, office.owner, NOW)


def new_design(house: Home) -> None:
    structures.save_structure(replace(structures.structure(house.structure.id), legal_text="Une autre mention."))


def test_a_posted_invoice_stays_and_is_free_again_once_it_was_not_posted(office: Office, house: Home) -> None:
    first = house.documents[0]
    office.month_ends.mark_posted([first.id], DAY)

    assert drafting.can_change(first.id) == "l’envoi par la poste est noté au 03/11/2026"
    with pytest.raises(BadInput, match="avoir"):
        change(office, first.id)
    assert documents.document(first.id) == first

    office.month_ends.take_back([first.id])
    assert drafting.can_change(first.id) == ""
    change(office, first.id)
    assert documents.document(first.id) != first


def test_the_pdf_that_was_posted_is_what_is_opened_whatever_the_page_looks_like_since(
    office: Office, house: Home
) -> None:
    first = house.documents[0]
    before = office.prints.content(first.id)
    office.month_ends.mark_posted([first.id], DAY)
    new_design(house)

    assert office.prints.content(first.id) == before
    office.prepare(office.control([first.id], "x", resend=True))
    assert office.prints.content(first.id) == before

    office.month_ends.take_back([first.id])
    assert office.prints.content(first.id) != before


def test_the_pdf_that_left_last_is_told_whichever_way_left_first(house: Home) -> None:
    key = house.documents[0].id
    for name, how in (("a", How.HANDED_OVER), ("b", How.POSTED), ("c", How.HANDED_OVER)):
        pinned.pin(how, {key: KeptFile(f"{name}.pdf", name, name, 1)})
        assert pinned.pinned([key])[key] == Pinned(how, f"{name}.pdf", name)
    assert pinned.pinned([key], How.POSTED)[key].path == "b.pdf"


def test_a_print_run_brings_nothing_for_what_was_posted(office: Office, house: Home, tmp_path: Path) -> None:
    first = house.documents[0]
    mine = write(tmp_path / "001.pdf", invoice_page("001", "Paul BERNARD"))
    office.prints.bring([mine], PERIOD)
    office.month_ends.mark_posted([first.id], DAY)

    account = office.prints.bring([write(tmp_path / "run.pdf", invoice_page("001", "Paul BERNARD", "bis"))], PERIOD)

    (taken,) = account.files[0].taken
    assert taken.outcome is Outcome.REFUSED
    assert "par la poste est noté au 03/11/2026" in taken.reason
    assert brought.used([first.id])[first.id].source == "001.pdf"
    assert office.prints.content(first.id) == mine.read_bytes()


def test_an_import_changes_nothing_of_what_was_posted(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()), csv_file(tmp_path / "f.csv", LINE_TITLES, line("001")))
    (document_id,) = listing.index(PERIOD).ids
    before = documents.document(document_id)
    office.month_ends.mark_posted([document_id], DAY)

    other = list(line("001"))
    other[-1] = "20"
    report = office.imports.run([ImportFile(csv_file(tmp_path / "g.csv", LINE_TITLES, other))], Wishes()).files[-1]

    assert documents.document(document_id) == before
    (refused,) = report.refused
    assert "par la poste est noté au 03/11/2026" in refused.problems[0].reason
    assert "avoir" in refused.problems[0].reason


@pytest.mark.parametrize("method", [Method.EML, Method.SENDMAIL])
async def test_a_draft_commits_as_what_was_sent(
    office: Office, house: Home, program: Program, tmp_path: Path, method: Method
) -> None:
    program("sendmail")
    first = house.documents[0]
    control = office.prepare(office.control([first.id], "x", to=[other_address("anne@free.fr")]))
    given = office.prints.content(first.id)
    await office.handing.hand_over(control, method, (), tmp_path / "out")

    assert "brouillon" in drafting.can_change(first.id)
    new_design(house)
    assert office.prints.content(first.id) == given
    assert DocumentRow.get_by_id(first.id).state == "unsent"


def test_a_posted_one_that_goes_by_mail_with_another_page_is_to_be_checked(office: Office, house: Home) -> None:
    first = house.documents[0]
    office.month_ends.mark_posted([first.id], DAY)
    assert not office.prepare(office.control([first.id], "x", resend=True)).to_check
    new_design(house)
    (candidate,) = office.prepare(office.control([first.id], "x", resend=True)).to_check
    assert "posté" in candidate.remarks[0]


def test_erasing_a_person_reaches_the_pdf_that_was_posted(office: Office, house: Home) -> None:
    first = house.documents[0]
    office.month_ends.mark_posted([first.id], DAY)
    person_ = replace(residents.resident(first.resident_id), departure_date=date(2020, 1, 5))
    residents.save_resident(person_, NOW)
    (printable,) = office.printables([first.id])

    found = erasure.erase(first.resident_id, office.owner, NOW)

    assert relative_path(printable).as_posix() in found.pdfs
    assert pinned.pinned([first.id])[first.id].path == ""
