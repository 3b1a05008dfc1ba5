"""The prefix and the next number of a structure's card are what its invoices are numbered by."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home, home, invoice, owner

from tuimail.domain.billing import DocumentKind
from tuimail.domain.drafting import checked_prefix, numbered
from tuimail.domain.errors import BadInput
from tuimail.store import documents, drafting, structures
from tuimail.store.database import open_store

NOVEMBER = PERIOD.shift(1)


@pytest.fixture
def house(store: Path) -> Home:
    return home(3)


def codify(house: Home, prefix: str, number: int) -> None:
    structures.save_structure(replace(house.structure, number_prefix=prefix, next_number=number))


def make(house: Home, count: int, kind: DocumentKind = DocumentKind.INVOICE, year: int = 2026) -> list[str]:
    day = date(year, 11, 30)
    new = [invoice(house.people[0], "", kind=kind, issued_on=day, period=NOVEMBER) for _n in range(count)]
    return [item.number for item in drafting.create(new, owner(), NOW)]


def following(house: Home) -> int:
    return structures.structure(house.structure.id).next_number


@pytest.mark.parametrize(
    ("known", "prefix", "start", "wanted"),
    [
        ([], "F-", 12, ("F-012", 13)),
        (["F-012", "F-013"], "F-", 12, ("F-014", 15)),
        (["001", "002"], "F-", 0, ("F-001", 2)),
        (["F-0009", "G-77"], "F-", 0, ("F-0010", 11)),
        (["019"], "", 5, ("005", 6)),
        (["F-", "F-x1", "F-²"], "F-", 1, ("F-001", 2)),
    ],
)
def test_a_codified_number_is_the_first_that_is_free(
    known: list[str], prefix: str, start: int, wanted: tuple[str, int]
) -> None:
    assert numbered(known, prefix, start) == wanted


def test_invoices_take_the_cards_number_and_the_card_names_the_next(house: Home) -> None:
    codify(house, "F-", 12)

    assert make(house, 2) == ["F-012", "F-013"]
    assert following(house) == 14
    assert make(house, 1, DocumentKind.QUOTE) == ["DV001"]
    assert make(house, 1, year=2027) == ["F-014"]
    assert following(house) == 15


def test_a_card_that_says_nothing_follows_the_invoices_there_are(house: Home) -> None:
    assert make(house, 1) == ["004"]
    assert following(house) == 0


def test_what_is_refused_takes_no_number(house: Home) -> None:
    codify(house, "F-", 12)
    good = invoice(house.people[0], "", issued_on=date(2026, 11, 30), period=NOVEMBER)

    with pytest.raises(BadInput):
        drafting.create([good, replace(good, lines=())], owner(), NOW)

    assert following(house) == 12
    assert make(house, 1) == ["F-012"]


def test_two_processes_take_the_cards_numbers_without_a_gap(house: Home, store: Path) -> None:
    codify(house, "F-", 12)
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from datetime import date
from pathlib import Path
from builders import NOW, invoice, owner
from tuimail.store import drafting, residents
from tuimail.store.database import close_store, open_store
open_store(Path({str(store)!r}))
(person, *_rest) = residents.residents()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(10):
    drafting.create([invoice(person, "", issued_on=date(2026, 11, 30))] * 2, owner(), NOW)
close_store()
"""
    makers = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for maker in makers:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "ready\n"
    for maker in makers:
        maker.communicate("go\n")
        assert maker.returncode == 0

    open_store(store)
    made = documents.of_year(house.structure.id, DocumentKind.INVOICE, 2026)
    assert sorted(number for number in made if number.startswith("F-")) == [f"F-{n:03}" for n in range(12, 52)]
    assert following(house) == 52


@pytest.mark.parametrize("text", ["F" * 21, "F\x07"])
def test_a_prefix_that_no_page_can_show_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_prefix(text)
