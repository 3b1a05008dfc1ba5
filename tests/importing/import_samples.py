"""Exports as tests need them, and the import of them into the open store."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from builders import owner

from tuimail.importing.invoices import Invoices, read_invoices
from tuimail.importing.mapping import Table, find_table
from tuimail.importing.matches import parse_overrides
from tuimail.importing.people import People, read_people
from tuimail.importing.plan import import_files
from tuimail.importing.reader import read
from tuimail.importing.report import ImportReport

DATA = Path(__file__).parent.parent / "data"
RESIDENTS = DATA / "residents.csv"
OCTOBER = DATA / "factures-2026-10.csv"
SEPTEMBER = DATA / "factures-2026-09.xlsx"

PEOPLE_TITLES = ("Structure", "Code", "Nom", "Prénom", "Email")
LINE_TITLES = (
    "Structure",
    "N° facture",
    "Période",
    "Date facture",
    "Code résident",
    "Nom résident",
    "Rubrique",
    "Libellé",
    "Quantité",
    "Prix unitaire",
    "Montant H.T",
    "TVA %",
)
HOME = "EHPAD Saint-Éloi"


def person(
    code: str = "R1", last: str = "BERNARD", first: str = "Paul", email: str = "", home: str = HOME
) -> list[str]:
    """A row under `PEOPLE_TITLES`."""
    return [home, code, last, first, email]


def line(number: str = "001", **said: str) -> list[str]:
    """A row under `LINE_TITLES`; `said` changes cells by the names below."""
    cells = {
        "home": HOME,
        "number": number,
        "period": "2026-10",
        "date": "31/10/2026",
        "code": "R1",
        "name": "BERNARD Paul",
        "heading": "Séjour",
        "label": "Hébergement",
        "quantity": "31",
        "price": "64,80",
        "amount": "2 008,80",
        "vat": "5,50",
    }
    assert said.keys() <= cells.keys()
    return list((cells | said).values())


def text_of(rows: Iterable[Sequence[str]], delimiter: str = ";") -> str:
    """Rows as delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def csv_file(path: Path, *rows: Sequence[str], delimiter: str = ";", encoding: str = "cp1252") -> Path:
    """A delimited file of these rows."""
    path.write_bytes(text_of(rows, delimiter).encode(encoding))
    return path


def people_file(folder: Path, *rows: Sequence[str], name: str = "residents.csv") -> Path:
    """An export of residents under `PEOPLE_TITLES`."""
    return csv_file(folder / name, PEOPLE_TITLES, *rows)


def lines_file(folder: Path, *rows: Sequence[str], name: str = "factures.csv") -> Path:
    """An export of invoice lines under `LINE_TITLES`."""
    return csv_file(folder / name, LINE_TITLES, *rows)


def xlsx_file(path: Path, **sheets: Iterable[Sequence[Any]]) -> Path:
    """A workbook of these sheets of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def ods_file(path: Path, *rows: Sequence[str | float]) -> Path:
    """An OpenDocument spreadsheet of one sheet, with texts and numbers."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Feuille1">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def table_of(path: Path, **overrides: str) -> Table:
    """A file's table, with the columns found."""
    return find_table(read(path), parse_overrides(overrides))


def people_in(path: Path) -> People:
    """The records of a file of residents."""
    return read_people(table_of(path))


def invoices_in(path: Path) -> Invoices:
    """The records of a file of invoices."""
    return read_invoices(table_of(path))


def import_(*paths: Path, **options: Any) -> ImportReport:
    """Import files into the open store as Virginie."""
    return import_files(paths, owner=owner(), **options)


def counts(report: ImportReport) -> list[tuple[int, int, int, int]]:
    """New, changed, unchanged, refused rows of each file."""
    return [file.counts for file in report.files]


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    """Line and first reason of each refused row."""
    return [(refusal.line, refusal.problems[0].reason) for file in report.files for refusal in file.refused]
