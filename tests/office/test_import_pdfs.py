"""PDFs that come with an export, named by a column or found in a folder: looked at as any other that is brought."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import NOW, PERIOD
from import_samples import LINE_TITLES, csv_file, import_, line, lines_file, people_file, person
from paper import invoice_page, write

from tuimail.domain.brought import BroughtState, Doubt
from tuimail.domain.errors import BadInput
from tuimail.importing.plan import Wishes
from tuimail.importing.reading import ImportFile
from tuimail.importing.report import FileReport
from tuimail.office import Office
from tuimail.store import brought, documents, listing
from tuimail.store.undo import last_import

HIS = "Paul BERNARD"


def run(office: Office, *paths: Path, folder: Path | None = None, dry_run: bool = False) -> FileReport:
    wishes = Wishes(pdf_folder=folder, dry_run=dry_run)
    return office.imports.run([ImportFile(path) for path in paths], wishes).files[-1]


def export(folder: Path, *files: str) -> Path:
    rows = [[*line(f"{n:03}"), name] for n, name in enumerate(files, 1)]
    return csv_file(folder / "f.csv", (*LINE_TITLES, "Fichier PDF"), *rows)


def number_of(document_id: int | None) -> str:
    return documents.document(document_id).number if document_id else ""


def used() -> dict[str, str]:
    """Numbers and names of the PDFs that would be sent."""
    return {number_of(i): item.source for i, item in brought.used(listing.index(PERIOD).ids).items()}


def held() -> list[tuple[str, str, Doubt]]:
    return [(number_of(i.document_id), i.source, i.doubt) for i in brought.brought(PERIOD, [BroughtState.HELD])]


def test_a_column_names_them_beside_the_export(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    write(tmp_path / "a.pdf", invoice_page("001", HIS))
    write(tmp_path / "b.pdf", invoice_page("002", HIS))

    report = run(office, export(tmp_path, "a.pdf", r"C:\Gesica\b.pdf", "c.pdf"))

    assert used() == {"001": "a.pdf", "002": "b.pdf"}
    assert (report.pdfs, report.pdfs_held) == (2, 0)
    assert [problem for problem in report.pdf_problems if "c.pdf" in problem and "ligne 4" in problem]


def test_what_the_text_does_not_confirm_is_held_and_blocks(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person(), person("R2", "DURAND", "Jean")))
    write(tmp_path / "a.pdf", invoice_page("001", "Jean DURAND"))
    write(tmp_path / "b.pdf", invoice_page("001", HIS))
    write(tmp_path / "c.pdf", "")

    report = run(office, export(tmp_path, "a.pdf", "b.pdf", "c.pdf"))

    assert used() == {}
    assert held() == [
        ("001", "a.pdf", Doubt.NO_NAME),
        ("002", "b.pdf", Doubt.EXPORT),
        ("003", "c.pdf", Doubt.NO_TEXT),
    ]
    assert (report.pdfs, report.pdfs_held, len(report.pdf_problems)) == (0, 3, 3)


def test_a_print_run_that_every_row_names_is_split(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    write(tmp_path / "run.pdf", invoice_page("002", HIS), invoice_page("001", HIS))

    assert run(office, export(tmp_path, "run.pdf", "run.pdf")).pdfs == 2

    pages = {number_of(i): item.pages for i, item in brought.used(listing.index(PERIOD).ids).items()}
    assert pages == {"001": (2,), "002": (1,)}


def test_a_folder_gives_them_by_number(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    folder = tmp_path / "pdf"
    folder.mkdir()
    for name, number in (("Facture_001_BERNARD.pdf", "001"), ("002.PDF", "002"), ("1003.pdf", "003")):
        write(folder / name, invoice_page(number, HIS))

    report = run(office, lines_file(tmp_path, line("001"), line("002"), line("003")), folder=folder)

    assert used() == {"001": "Facture_001_BERNARD.pdf", "002": "002.PDF"}
    assert (report.pdfs, report.pdf_problems) == (2, ())


def test_two_that_may_be_one_are_not_guessed(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    for name in ("001.pdf", "facture-001.pdf"):
        write(tmp_path / name, invoice_page("001", HIS))
    report = run(office, lines_file(tmp_path, line("001")), folder=tmp_path)
    assert (used(), held()) == ({}, [])
    assert "facture-001.pdf" in report.pdf_problems[0]


def test_undo_takes_them_back_and_those_they_replaced_return(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()), lines_file(tmp_path, line("001")))
    first = write(tmp_path / "first.pdf", invoice_page("001", HIS))
    office.prints.bring([first], PERIOD)
    folder = tmp_path / "pdf"
    folder.mkdir()
    write(folder / "001.pdf", invoice_page("001", HIS) + "\nCorrigée")

    report = run(office, lines_file(tmp_path, line("001"), line("002")), folder=folder)
    assert (report.counts, used()) == ((1, 0, 1, 0), {"001": "001.pdf"})

    undone = office.imports.undo()
    assert (undone.documents_removed, used()) == (1, {"001": "first.pdf"})


def test_undo_of_an_import_takes_its_documents_and_their_pdfs(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    write(tmp_path / "a.pdf", invoice_page("001", HIS))
    write(tmp_path / "b.pdf", invoice_page("002", "Jean DURAND"))
    run(office, export(tmp_path, "a.pdf", "b.pdf"))

    office.imports.undo()

    assert (brought.brought(PERIOD), list(listing.index(PERIOD).ids), last_import()) == ([], [], None)


def test_a_pdf_that_somebody_has_confirmed_keeps_the_import(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    write(tmp_path / "a.pdf", invoice_page("001", "Jean DURAND"))
    run(office, export(tmp_path, "a.pdf"))
    (item,) = brought.brought(PERIOD, [BroughtState.HELD])
    assert item.document_id
    brought.confirm(item.id, item.document_id, office.owner, NOW)

    with pytest.raises(BadInput):
        office.imports.undo()

    assert used() == {"001": "a.pdf"}


def test_a_dry_run_looks_whether_they_are_pdfs_and_keeps_nothing(office: Office, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (tmp_path / "001.pdf").write_bytes(b"hello")
    write(tmp_path / "002.pdf", invoice_page("002", HIS))
    report = run(office, lines_file(tmp_path, line("001"), line("002")), folder=tmp_path, dry_run=True)
    assert report.pdfs == 1
    assert "001.pdf" in report.pdf_problems[0]
    assert brought.brought(PERIOD) == []
