"""When Python looks for objects that only hold each other."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.config import collector
from tuimail.store.database import close_store, open_store


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_what_was_there_at_the_end_of_the_start_is_not_looked_through_again() -> None:
    collector.rest()
    assert not gc.isenabled()
    there = Knot()
    collector.settle()
    later = Knot()
    assert gc.isenabled()
    looked_through = gc.get_objects()
    assert not any(found is there for found in looked_through)
    assert any(found is later for found in looked_through)


def test_who_never_rested_has_nothing_to_settle() -> None:
    collector.settle()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("before", [True, False])
def test_work_without_it_leaves_it_as_it_was(before: bool) -> None:
    if not before:
        gc.disable()
    with collector.off():
        assert not gc.isenabled()
    assert gc.isenabled() is before


def test_a_command_works_with_it(tmp_path: Path) -> None:
    asked = """
import gc, sys
import tuimail.cli.steering as steering
told = steering.show_status
def show_status(*given):
    print(gc.isenabled(), gc.get_freeze_count() > 10_000)
    return told(*given)
steering.show_status = show_status
from tuimail.__main__ import main
sys.exit(main())
"""
    database = tmp_path / "data" / "house.sqlite3"
    open_store(database)
    close_store()
    words = [sys.executable, "-c", asked, "--database", str(database), "status"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout.startswith("True True")
