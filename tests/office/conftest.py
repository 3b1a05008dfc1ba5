"""An office with residents and invoices, and helpers of the other rooms' tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tuimail.domain.places import Sender

sys.path += [str(Path(__file__).parents[1] / room) for room in ("documents", "importing")]

from builders import Home, home, person
from programs_noted import Program

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


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a program of that name into the PATH; it notes its words and what it is given."""

    def make(name: str, status: int = 0, says: str = "") -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        noted = tmp_path / name
        path = folder / name
        path.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$@" > "{noted}.words"\ncat > "{noted}.given"\n'
            f"[ -z '{says}' ] || echo '{says}' >&2\nexit {status}\n"
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return noted

    return make
