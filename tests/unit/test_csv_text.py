"""Tables for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from tuimail.domain.csv_text import Figure, csv_table


def read(content: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    "cell", ["=A1", "+33 1", "-x", "@SUM(A1)", "\t=1", "\rx", "\nx", " =1", "\u00a0=1", "＝1", "-12,50"]
)
def test_no_text_is_taken_for_a_formula(cell: str) -> None:
    titles, row = read(b"".join(csv_table([cell], [[cell, "x"]])))
    assert titles == [f"'{cell}"]
    assert row == [f"'{cell}", "x"]


def test_a_figure_stays_a_number() -> None:
    assert read(b"".join(csv_table(["Net"], [[Figure("-12,50")]])))[1] == ["-12,50"]


def test_a_table_has_its_mark_once_and_is_written_line_by_line() -> None:
    lines = list(csv_table(["Nom", "Prénom"], iter([["DÉ;S", 'dit "Jo"'], ["x\ny", ""]])))
    assert lines == ["\ufeffNom;Prénom\r\n".encode(), '"DÉ;S";"dit ""Jo"""\r\n'.encode(), b'"x\ny";\r\n']


def test_a_table_may_be_parted_as_the_file_that_it_goes_back_to() -> None:
    assert read(b"".join(csv_table(["a", "b"], [["1;2", "3"]], "\t")), "\t") == [["a", "b"], ["1;2", "3"]]


def test_half_a_character_is_no_reason_to_write_nothing() -> None:
    assert read(b"".join(csv_table(["a"], [["x\ud800"]])))[1] == ["x?"]
