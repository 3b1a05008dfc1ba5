"""PDFs that come with an export: named by a column, or found in a folder by the invoice's number."""

from __future__ import annotations

from pathlib import Path

from builders import NOW, PERIOD, owner
from import_samples import LINE_TITLES, csv_file, import_, line, lines_file, people_file, person

from tuimail.domain.billing import Document, KeptFile
from tuimail.importing.plan import Wishes, import_files
from tuimail.importing.report import FileReport
from tuimail.store import documents, imports
from tuimail.store.undo import undo_last_import

PDF = b"%PDF-1.7\n%%EOF\n"


def keep(path: Path, _document: Document) -> KeptFile:
    return KeptFile(f"received/{path.name}", path.name, "0" * 64, len(path.read_bytes()))


def run(*paths: Path, folder: Path | None = None, dry_run: bool = False) -> FileReport:
    wishes = Wishes(pdf_folder=folder, dry_run=dry_run)
    return import_files(paths, owner=owner(), wishes=wishes, keep_pdf=keep).files[-1]


def export(folder: Path, *files: str) -> Path:
    rows = [[*line(f"{n:03}"), name] for n, name in enumerate(files, 1)]
    return csv_file(folder / "f.csv", (*LINE_TITLES, "Fichier PDF"), *rows)


def kept() -> dict[str, str]:
    """Numbers and names of the PDFs."""
    ids = {found[0]: number for number, found in documents.find(["001", "002", "003"], PERIOD).items() if found}
    return {ids[i]: file.name for i, file in imports.pdfs(list(ids)).items()}


def test_a_column_names_them_beside_the_export(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.pdf").write_bytes(PDF)

    report = run(export(tmp_path, "a.pdf", r"C:\Gesica\b.pdf", "c.pdf"))

    assert kept() == {"001": "a.pdf", "002": "b.pdf"}
    assert report.pdfs == 2
    assert [problem for problem in report.pdf_problems if "c.pdf" in problem and "ligne 4" in problem]


def test_a_folder_gives_them_by_number(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    folder = tmp_path / "pdf"
    folder.mkdir()
    for name in ("Facture_001_BERNARD.pdf", "002.PDF", "1003.pdf", "note.txt"):
        (folder / name).write_bytes(PDF)

    report = run(lines_file(tmp_path, line("001"), line("002"), line("003")), folder=folder)

    assert kept() == {"001": "Facture_001_BERNARD.pdf", "002": "002.PDF"}
    assert (report.pdfs, report.pdf_problems) == (2, ())


def test_two_that_may_be_one_are_not_guessed(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    for name in ("001.pdf", "facture-001.pdf"):
        (tmp_path / name).write_bytes(PDF)
    report = run(lines_file(tmp_path, line("001")), folder=tmp_path)
    assert kept() == {}
    assert "facture-001.pdf" in report.pdf_problems[0]


def test_known_invoices_get_theirs_later_and_undo_takes_it_back(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()), lines_file(tmp_path, line("001")))
    (tmp_path / "001.pdf").write_bytes(PDF)

    report = run(lines_file(tmp_path, line("001")), folder=tmp_path)
    assert (report.counts, kept()) == ((0, 0, 1, 0), {"001": "001.pdf"})

    undone = undo_last_import(owner(), NOW)
    assert (undone.documents_removed, undone.documents_restored, kept()) == (0, 1, {})


def test_a_dry_run_looks_whether_they_are_pdfs(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person()))
    (tmp_path / "001.pdf").write_bytes(b"hello")
    (tmp_path / "002.pdf").write_bytes(PDF)
    report = run(lines_file(tmp_path, line("001"), line("002")), folder=tmp_path, dry_run=True)
    assert report.pdfs == 1
    assert "001.pdf" in report.pdf_problems[0]
