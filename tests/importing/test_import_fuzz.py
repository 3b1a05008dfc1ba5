"""Whatever bytes are handed in: rows, or one clear error; never a traceback, never half an import."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from import_samples import LINE_TITLES, OCTOBER, PEOPLE_TITLES, RESIDENTS, SEPTEMBER, text_of

from tuimail.domain.errors import BadFile
from tuimail.domain.imports import DELIMITERS, ENCODINGS
from tuimail.domain.text import has_control
from tuimail.importing.fields import Field, Subject
from tuimail.importing.invoices import read_invoices
from tuimail.importing.mapping import find_table
from tuimail.importing.people import read_people
from tuimail.importing.reader import read
from tuimail.importing.reading import ReadAs
from tuimail.importing.refusals import Refusal

SLOW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One file that each example overwrites."""
    return tmp_path_factory.mktemp("fuzz") / "fuzz.csv"


def outcome(path: Path, content: bytes) -> str:
    """Read these bytes as an import would: every row is taken, refused or left out. Returns a complaint, or nothing."""
    path.write_bytes(content)
    try:
        table = find_table(read(path), {})
    except BadFile as told:
        return "" if told.next_step and not has_control(str(told)) else f"badly told: {told}"
    refused: tuple[Refusal, ...]
    if table.subject is Subject.RESIDENTS:
        people = read_people(table)
        refused = people.refused
        taken = len(people.records) + people.totals + people.repeated
    else:
        invoices = read_invoices(table)
        refused = invoices.refused
        taken = sum(len(record.rows) for record in invoices.records) + invoices.totals
    assert taken + len(refused) == len(table.rows)
    assert all(refusal.problems and not has_control(refusal.sentence()) for refusal in refused)
    return ""


@SLOW
@given(st.binary(max_size=400))
@example(b"\xff\xfea")
@example(b"\xef\xbb\xbf\x00")
@example(b"sep=;\n")
@example(b"PK\x03\x04" + b"\0" * 30)
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 1600)
def test_any_bytes(path: Path, content: bytes) -> None:
    assert not outcome(path, content)


@SLOW
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_text(path: Path, content: str, encoding: str) -> None:
    assert not outcome(path, content.encode(encoding))


CELL = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(
        ["", "R1", "001", "31/10/2026", "2026-10", "12,50", "O", "a@x.example", "TOTAL", "BERNARD Paul", "-"]
    ),
)


@SLOW
@given(st.sampled_from([PEOPLE_TITLES, LINE_TITLES]), st.lists(st.lists(CELL, max_size=14), min_size=1, max_size=8))
def test_any_rows_below_good_titles(path: Path, titles: tuple[str, ...], rows: list[list[str]]) -> None:
    assert not outcome(path, text_of([titles, *rows]).encode())


@SLOW
@given(
    st.sampled_from([RESIDENTS, OCTOBER]),
    st.integers(0, 3000),
    st.integers(0, 40),
    st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b";", b"\0", b"\r\n", b"\x81", b"'"])),
)
def test_a_good_file_with_a_wound(path: Path, sample: Path, at: int, lost: int, put: bytes) -> None:
    content = sample.read_bytes()[:3000]
    assert not outcome(path, content[:at] + put + content[at + lost :])


@SLOW
@given(st.integers(0, 29_000), st.integers(0, 60), st.binary(max_size=8))
def test_a_good_workbook_with_a_wound(path: Path, at: int, lost: int, put: bytes) -> None:
    content = SEPTEMBER.read_bytes()
    assert not outcome(path, content[:at] + put + content[at + lost :])


@SLOW
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]),
    st.floats(0, 1),
    st.binary(max_size=8),
)
def test_a_workbook_with_a_wound_under_a_good_checksum(path: Path, member: str, at: float, put: bytes) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(SEPTEMBER) as good, zipfile.ZipFile(stream, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == member:
                cut = int(at * len(content))
                content = content[:cut] + put + content[cut + len(put) :]
            bad.writestr(name, content)
    assert not outcome(path, stream.getvalue())


@SLOW
@given(st.binary(max_size=300), st.sampled_from(ENCODINGS), st.sampled_from(DELIMITERS), st.integers(0, 5))
def test_any_bytes_said_to_be_something(
    path: Path, content: bytes, encoding: str, delimiter: str, header_line: int
) -> None:
    path.write_bytes(content)
    how = ReadAs(encoding, delimiter, header_line=header_line)
    with suppress(BadFile):
        find_table(read(path, how), {"#1": (Field.CODE, 0), "#2": (Field.LAST_NAME, 0)}, how)
