"""An office with residents and invoices, and helpers of the other rooms' tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tuimail.domain.places import Sender

sys.path += [str(Path(__file__).parents[1] / room) for room in ("documents", "importing")]

from builders import Home, home, person

from tuimail.config.paths import Paths
from tuimail.office import Office
from tuimail.store import structures

NAMES = ("BERNARD Paul", "BOUCHER Émile", "CARON Lucie")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(Paths(tmp_path / "data" / "tuimail.sqlite3")) as found:
        yield found


@pytest.fixture
def house(office: Office) -> Home:
    """Three residents with the invoices 001, 002 and 003."""
    people = [
        person(number=n, last_name=name.partition(" ")[0], first_name=name.partition(" ")[2])
        for n, name in enumerate(NAMES, 1)
    ]
    found = home(people=people)
    structures.save_structure(replace(found.structure, sender=Sender("Compta", "compta@home.example")))
    return found
