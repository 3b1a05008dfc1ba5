"""Delimited text: encoding and delimiter found by looking, records with the line they begin on."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from tuimail.domain.csv_text import original
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _
from tuimail.domain.imports import DELIMITERS
from tuimail.importing.source import Row, Sheet

MAX_CELLS = 5_000_000
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 60
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ACCENT_IN_UTF_8 = re.compile(rb"\xc3[\x80-\xbf]")
"""An accented letter in UTF-8. In Windows' encoding it would be a capital A with a tilde before a sign."""
_DOS_END = "\x1a"
"""What old programs end a file with."""
_END = "\x1aend of records\x1a"
"""A record of our own behind the last one: if it does not come back as it was, a quotation mark is still open."""


def read_sheet(name: str, data: bytes, encoding: str = "", delimiter: str = "") -> tuple[Sheet, str, str]:
    """The rows of a delimited text, its encoding and its delimiter; those that are given are taken as said.

    Raises BadFile for binary data, a quotation mark that is never closed, or undecodable text.
    """
    said_delimiter = delimiter
    encoding, start = _said_encoding(name, data, encoding) if encoding else _encoding(name, data)
    mark = _DOS_END.encode(encoding)
    while data.endswith(mark):
        data = data[: -len(mark)]
    lines = io.TextIOWrapper(io.BytesIO(data[start:]), encoding, newline="")
    first = lines.readline()
    declared = re.fullmatch(r"sep=([;,|\t])\s*", first, re.IGNORECASE)
    if declared:
        delimiter, skipped = declared[1], 1
    else:
        delimiter, skipped = find_delimiter(data[start : start + _SAMPLE_BYTES].decode(encoding, "ignore")), 0
        lines.seek(0)
    delimiter = said_delimiter or delimiter
    rows = tuple(_records(name, lines, delimiter, skipped))
    ends = rows and data.endswith((b"\n", b"\r", b"\n\x00", b"\r\x00"))
    return Sheet("", rows, 0 if ends or not rows else rows[-1].line), encoding, delimiter


def find_delimiter(sample: str) -> str:
    """The delimiter under which `sample` looks most like a table: a row of titles, then rows as wide.

    Decimal commas make a comma look regular too; the row of titles, which has no figures, decides.
    """
    lines = [line for line in re.split(r"\r\n|\r|\n", sample)[: _SAMPLE_ROWS * 2] if line.strip()]
    return max(DELIMITERS, key=lambda delimiter: _likeness(lines[:_SAMPLE_ROWS], delimiter))


def _likeness(lines: list[str], delimiter: str) -> tuple[bool, float, int]:
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return False, 0.0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return False, 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    header = next(row for row in rows if len(row) >= width)
    titles = [cell for cell in header if cell.strip()]
    header_like = len(titles) > 1 and not any(re.fullmatch(r"[\s\d.,/:+-]+", cell) for cell in titles)
    return header_like, count / len(rows), width


def _encoding(name: str, data: bytes) -> tuple[str, int]:
    """The encoding, and how many bytes of mark stand before the text: a mark, else strict UTF-8, else Windows."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            _check_decodes(name, data[len(mark) :], encoding)
            return encoding, len(mark)
    head = data[:4096]
    if sum(byte < 32 and byte not in b"\t\n\f\r\x1a" for byte in head) > len(head) // 20:
        raise BadFile(
            _("{name} is neither text nor a spreadsheet.").format(name=name),
            _("Import the CSV, XLSX or ODS export of the billing software."),
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        _check_decodes(name, data, "cp1252")
        if mixed := _ACCENT_IN_UTF_8.search(data):
            raise BadFile(
                _("{name} mixes two encodings: line {one} is UTF-8 and line {other} is not.").format(
                    name=name,
                    one=data.count(b"\n", 0, mixed.start()) + 1,
                    other=data.count(b"\n", 0, error.start) + 1,
                ),
                _("Open the file in a spreadsheet program and save it as CSV UTF-8, or say its encoding."),
            ) from error
        return "cp1252", 0
    return "utf-8", 0


def _said_encoding(name: str, data: bytes, encoding: str) -> tuple[str, int]:
    """As `_encoding`, of data that is said to be in that encoding."""
    start = next((len(mark) for mark, marked in _MARKS if marked == encoding and data.startswith(mark)), 0)
    _check_decodes(name, data[start:], encoding)
    return encoding, start


def _check_decodes(name: str, data: bytes, encoding: str) -> None:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(
            _("Line {line} of {name} is written in no character set that can be told.").format(line=line, name=name),
            _("Open the file in a spreadsheet program and save it as CSV UTF-8."),
        ) from error


def _records(name: str, lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[Row]:
    # Cells repeat (structure, label, rate): keeping one text of each halves the memory of a large file.
    kept: dict[str, str] = {}
    reader = csv.reader(_with_end(lines), delimiter=delimiter)
    width, cells, begins = 0, 0, 1 + skipped
    try:
        for record in reader:
            if record == [_END]:
                return
            if any("\n" in cell and (cell.endswith(_END) or _swallowed(cell, delimiter, width)) for cell in record):
                break
            width = max(width, len(record))
            cells += len(record)
            if cells > MAX_CELLS:
                raise too_many_cells(name)
            if record:
                yield Row(begins, tuple(kept.setdefault(cell, cell) for cell in map(original, record)))
            begins = reader.line_num + 1 + skipped
    except csv.Error:
        pass
    raise BadFile(
        _("A quotation mark opened on line {line} of {name} is not closed where it should be.").format(
            line=begins, name=name
        ),
        _("Correct that line, or export the file again."),
    )


def _with_end(lines: Iterator[str]) -> Iterator[str]:
    last = "\n"
    for line in lines:
        yield line
        last = line
    if not last.endswith(("\n", "\r")):
        # The reader takes what it is handed as one line: the record before must end first.
        yield "\n"
    yield _END


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Whether whole records stand in one cell: a stray quotation mark opened it."""
    return width > 2 and any(line.count(delimiter) >= width - 1 for line in cell.splitlines())


def too_many_cells(name: str) -> BadFile:
    """The error for a table beyond any export."""
    return BadFile(
        _("{name} has more rows and columns than any export.").format(name=name),
        _("Delete what stands far below or far right of the table, or export fewer months at a time."),
    )
