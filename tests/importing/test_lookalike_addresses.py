"""Addresses of a file that are one slip away from a better one: they go in, and are listed to be checked."""

from __future__ import annotations

from pathlib import Path

from builders import owner
from import_samples import RESIDENTS, csv_file

from tuimail.importing.plan import import_files
from tuimail.importing.report import ImportReport

TITLES = ("Structure", "Code", "Nom", "Prénom", "Email", "Proche 1", "Email proche 1")


def imported(tmp_path: Path, *rows: tuple[str, ...]) -> ImportReport:
    path = csv_file(tmp_path / "r.csv", TITLES, *[["Les Tilleuls", *row] for row in rows])
    return import_files([path], owner=owner(), fallback=tmp_path)


def test_slips_of_providers_and_of_the_same_family_are_listed_and_go_in(
    store: Path, english: None, tmp_path: Path
) -> None:
    report = imported(
        tmp_path,
        ("R1", "LAINE", "Diane", "diane@gmial.com", "", ""),
        ("R2", "CARON", "Lucie", "lucie.caron@example.org", "Caron Luc", "lucie.carom@example.org"),
        ("R3", "BERNARD", "Paul", "paul@gmail.com", "Bernard Luc", "luc@gmail.com"),
    )

    (file,) = report.files
    assert (file.new, report.refused, report.exit_status) == (3, 0, 0)
    assert [(found.line, found.address, found.meant) for found in file.lookalikes] == [
        (2, "diane@gmial.com", "diane@gmail.com"),
        (3, "lucie.carom@example.org", "lucie.caron@example.org"),
    ]
    told = "\n".join(report.lines())
    assert "2 addresses look like slips" in told
    assert "To check: line 2, LAINE Diane (R1): diane@gmial.com looks like a slip: diane@gmail.com?" in told
    assert [event["meant"] for event in report.as_json() if event["event"] == "lookalike"] == [
        "diane@gmail.com",
        "lucie.caron@example.org",
    ]


def test_an_address_that_was_there_before_is_not_listed_again(store: Path, tmp_path: Path) -> None:
    imported(tmp_path, ("R1", "LAINE", "Diane", "diane@gmial.com", "", ""))

    again = imported(tmp_path, ("R1", "LAINE", "Diane", "diane@gmial.com", "Laine Luc", "luc@gmail.com"))

    assert (again.files[0].changed, again.files[0].lookalikes) == (1, ())


def test_the_samples_hold_no_slip(store: Path, tmp_path: Path) -> None:
    report = import_files([RESIDENTS], owner=owner(), fallback=tmp_path)
    assert report.files[0].lookalikes == ()
