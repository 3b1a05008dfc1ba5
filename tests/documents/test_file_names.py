"""File names: readable for families, and no way out of the data folder."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pages import RESIDENT, STRUCTURE, printable

from tuimail.documents.naming import enclosure_name, readable_name, relative_path, version_of
from tuimail.domain.billing import DocumentKind
from tuimail.domain.periods import Period


def test_the_attachment_is_named_for_people() -> None:
    assert readable_name(printable()) == "Facture 020 - BERNARD Paul - octobre 2026.pdf"
    named = replace(RESIDENT, last_name="BOUCHER-ŒUVRARD", first_name="Émile")
    credit = printable(resident=named, kind=DocumentKind.CREDIT_NOTE)
    assert readable_name(credit) == "Avoir 020 - BOUCHER-ŒUVRARD Émile - octobre 2026.pdf"


def test_a_resident_without_a_name_leaves_no_hole_in_it() -> None:
    named = replace(RESIDENT, last_name="", first_name="")
    assert readable_name(printable(resident=named)) == "Facture 020 - octobre 2026.pdf"


@given(last=st.text(max_size=300), first=st.text(max_size=50), number=st.text(max_size=200))
def test_whatever_the_names_hold_the_attachment_s_name_is_safe_and_bounded(last: str, first: str, number: str) -> None:
    named = replace(RESIDENT, last_name=last, first_name=first)
    name = readable_name(printable(resident=named, number=number))
    assert name.endswith(" - octobre 2026.pdf")
    assert name.startswith("Facture")
    assert len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\r\n\t\0\u200b\u200f\u202a\u202e\u2066')
    assert all(unicodedata.category(c)[0] != "C" for c in name)


def test_kept_by_structure_period_and_number() -> None:
    assert relative_path(printable()) == PurePath("ehpad-saint-eloi-2/2026-10/020.pdf")
    assert relative_path(printable(number="F-2026-001")).name == "F-2026-001.pdf"


def test_structures_of_the_same_name_do_not_share_a_folder() -> None:
    twin = replace(STRUCTURE, name="EHPAD, Saint Eloi", id=12)
    assert relative_path(printable(structure=twin)) != relative_path(printable())


def test_documents_that_may_share_a_number_do_not_share_a_file() -> None:
    items = [
        printable(),
        *(printable(kind=kind) for kind in DocumentKind if kind is not DocumentKind.INVOICE),
        printable(issued_on=date(2027, 1, 2)),
        printable(period=Period(2026, 11)),
    ]
    assert len({relative_path(item) for item in items}) == len(items)


HOSTILE = ("../x", "..", ".", "", "a/b", "/etc/passwd", "a\\b", ".hidden", "x" * 400, "a\0b", "~", "é/..")


@pytest.mark.parametrize("number", HOSTILE)
def test_no_number_leads_out_of_its_folder(number: str) -> None:
    path = relative_path(printable(number=number))
    assert path.parent == PurePath("ehpad-saint-eloi-2/2026-10")
    assert path.suffix == ".pdf"
    assert not path.name.startswith(".")
    assert len(path.name.encode()) < 200
    assert not set(path.name) & set("/\\\0~")


@given(
    numbers=st.lists(st.text(max_size=12), min_size=2, max_size=2, unique=True),
    version=st.integers(1, 9),
    other=st.integers(1, 9),
)
def test_two_numbers_never_share_a_file_whatever_their_versions(numbers: list[str], version: int, other: int) -> None:
    first, second = (relative_path(printable(number=number)) for number in numbers)
    assert version_of(first, version) != version_of(second, other)


def test_a_structure_whose_name_has_no_letters_still_has_a_folder() -> None:
    assert relative_path(printable(structure=replace(STRUCTURE, name="..//.."))).parts[0] == "structure-2"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Règlement de fonctionnement.pdf", "Règlement de fonctionnement.pdf"),
        ("note\u202efdp.exe", "notefdp.exe"),
        ("..", "document"),
        ("a\r\nBcc: x.pdf", "a Bcc- x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_an_attached_file_keeps_its_own_name_made_safe(name: str, shown: str) -> None:
    assert enclosure_name(name) == shown
