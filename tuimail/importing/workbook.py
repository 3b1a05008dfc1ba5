"""Spreadsheets (XLSX, ODS, XLS) through python-calamine: typed cells, sheet by sheet."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from tuimail.domain.csv_text import original
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _
from tuimail.importing.delimited import MAX_CELLS, too_many_cells
from tuimail.importing.source import Cell, Merged, Row, Sheet

MAX_UNPACKED = 512 * 2**20
_WIDE_COLUMN = re.compile(rb'<c r="([A-Z]{2,3})\d')
_NO_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"(?:(?! t=)[^>])*><f(?:/>|[^>]*/>|[^>]*>[^<]*</f>)(?:<v></v>|<v/>)?</c>'
)
"""A cell with a formula and no result. One whose result is an empty text says that it is a text."""
_LAST_ROW = re.compile(rb'<row [^>]*?r="(\d{1,9})"')


def read_sheets(name: str, data: bytes) -> tuple[Sheet, ...] | None:
    """The visible sheets of a spreadsheet; None if `data` is a file of another kind.

    Raises BadFile for one that is protected, damaged or beyond any sense.
    """
    if data.startswith(b"PK") and not _is_sane(name, data):
        return None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
            return tuple(_sheet(book, title) for title in visible)
    except PasswordError as error:
        raise BadFile(
            _("{name} is protected by a password.").format(name=name), _("Save it without one and import that.")
        ) from error
    except CalamineError as error:
        if data.startswith(b"PK") or b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k" in data:
            raise _damaged(name) from error
        return None
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic of the parser is no Exception, and a damaged file may cause one.
        raise _damaged(name) from error


def _damaged(name: str) -> BadFile:
    return BadFile(
        _("{name} is damaged: the spreadsheet cannot be read.").format(name=name),
        _("Open it in a spreadsheet program, save it again, or export it again."),
    )


def _sheet(book: CalamineWorkbook, title: str) -> Sheet:
    sheet = book.get_sheet_by_name(title)
    # Counted from 0 by calamine, which knows none in formats other than XLSX and XLS.
    ranges = sheet.merged_cell_ranges or ()
    merged = tuple(Merged(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
    return Sheet(title, _rows(sheet), merged=merged)


def _rows(sheet: CalamineSheet) -> tuple[Row, ...]:
    kept: dict[str, str] = {}

    def keep(cell: Cell) -> Cell:
        if not isinstance(cell, str):
            return cell
        # Ours may have been opened in a spreadsheet and saved as a workbook.
        cell = original(cell)
        return kept.setdefault(cell, cell)

    return tuple(
        Row(line, tuple(map(keep, row)))
        for line, row in enumerate(sheet.iter_rows(), 1)
        if any(cell != "" for cell in row)
    )


def _is_sane(name: str, data: bytes) -> bool:
    """Whether a ZIP is a spreadsheet of bearable size; calamine would end the whole process for want of memory.

    Raises BadFile for one that is damaged or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if not any(n in ("xl/workbook.xml", "xl/workbook.bin", "content.xml") for n in names):
                return False
            if "content.xml" in names and not any(n.startswith("META-INF/") for n in names):
                return False
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise too_many_cells(name)
            for sheet in names:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", sheet):
                    xml = archive.read(sheet)
                    _check_extent(name, xml)
                    _check_formulas(name, xml)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise _damaged(name) from error
    return True


def _check_extent(name: str, xml: bytes) -> None:
    """Refuse a sheet whose farthest cell spans an area no memory holds, such as one stray cell at the very end."""
    last = xml.rfind(b"<row ")
    match = _LAST_ROW.match(xml, last) if last >= 0 else None
    rows = int(match[1]) if match else xml.count(b"<row")
    columns = 26
    for letters in set(_WIDE_COLUMN.findall(xml)):
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        columns = max(columns, number)
    if rows * columns > 2 * MAX_CELLS:
        raise too_many_cells(name)


def _check_formulas(name: str, xml: bytes) -> None:
    """Refuse a sheet whose formulas were never calculated: their cells would seem empty."""
    if b"<f" in xml and (found := _NO_RESULT.search(xml)):
        raise BadFile(
            _("{name} has formulas without their results, the first in cell {cell}.").format(
                name=name, cell=found[1].decode()
            ),
            _("Open it in a spreadsheet program, save it again, and import that."),
        )
