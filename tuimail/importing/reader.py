"""Reading an export: what kind of file it is shows in its first bytes, whatever its name says."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _
from tuimail.importing import delimited, workbook
from tuimail.importing.reading import ReadAs
from tuimail.importing.source import Source

MAX_BYTES = 64 * 2**20
"""Ten times a year's invoices of a large association."""

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"SQLite format 3", "SQLite"),
)
_DOCUMENTS = frozenset((".doc", ".docx", ".odt", ".rtf", ".pdf", ".ppt", ".pptx", ".odp", ".eml", ".msg"))
_NO_TABLES = _DOCUMENTS | {".zip", ".gz", ".rar", ".7z", ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff"}
"""Suffixes that a file of text has by mistake only."""
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path, how: ReadAs = ReadAs()) -> Source:  # noqa: B008 - frozen
    """The sheets and rows of an export: CSV, TSV or other delimited text, XLSX, ODS or XLS.

    `how`: encoding and delimiter of a text, where they are known. Raises BadFile, with what to do next, for whatever
    is not one.
    """
    data = _bytes(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise BadFile(_("{name} is empty.").format(name=path.name), _("Export it again from the billing software."))
    for magic, kind in _FOREIGN:
        if data.startswith(magic):
            raise _wrong_type(path, kind)
    if data.startswith((_ZIP, _OLE)):
        sheets = workbook.read_sheets(path.name, data)
        if sheets is None:
            raise _wrong_type(path, "ZIP" if data.startswith(_ZIP) else "DOC, PPT, MSG…")
        return Source(path, sha256, sheets)
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<html", b"<!doc", b"<?xml", b"<tabl"):
        raise BadFile(
            _("{name} is a web page or XML file, not a table.").format(name=path.name),
            _("Open it in a spreadsheet program, save it as XLSX or CSV, and import that."),
        )
    if path.suffix.casefold() in _NO_TABLES:
        raise _wrong_type(path, path.suffix[1:].upper())
    sheet, encoding, delimiter = delimited.read_sheet(path.name, data, how.encoding, how.delimiter)
    return Source(path, sha256, (sheet,), encoding, delimiter)


def _wrong_type(path: Path, kind: str) -> BadFile:
    return BadFile(
        _("{name} is not a table but a file of another type ({kind}).").format(name=path.name, kind=kind),
        _("Import the CSV, XLSX or ODS export of the billing software."),
    )


def _bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise BadFile(
                _("{name} is a folder.").format(name=path), _("Name the files in it that are to be imported.")
            )
        if not stat.S_ISREG(found.st_mode):
            raise BadFile(_("{name} is not a file on disk.").format(name=path), _("Save it as a file and import that."))
        if found.st_size > MAX_BYTES:
            raise _too_large(path)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise BadFile(_("There is no file {name}.").format(name=path), _("Check its name and folder.")) from error
    except (OSError, ValueError) as error:
        reason = os_reason(error)
        raise BadFile(
            _("{name} cannot be read: {reason}.").format(name=path, reason=reason),
            _("Check who may read the file, or copy it elsewhere."),
        ) from error
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    return data


def _too_large(path: Path) -> BadFile:
    return BadFile(
        _("{name} is larger than {limit} MB, too much for one export.").format(
            name=path.name, limit=MAX_BYTES // 2**20
        ),
        _("Export fewer months at a time."),
    )
