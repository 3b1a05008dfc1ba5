"""An import that is killed leaves all of it or nothing, wherever the kill strikes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from import_samples import counts, import_, line, lines_file, people_file, person

from tuimail.store import residents
from tuimail.store.database import open_store
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import DocumentRow, ImportRunRow, LineRow
from tuimail.store.tables.journal import EventRow
from tuimail.store.tables.places import StructureRow

CHILD = """
import os, signal, sqlite3, sys
from pathlib import Path
from tuimail.domain.account import Owner
from tuimail.importing.plan import import_files
from tuimail.store.database import open_store
from tuimail.store.tables.base import proxy

database, deadly, *files = sys.argv[1:]
open_store(Path(database))
writes = 0

def count(statement):
    global writes
    if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "COMMIT")):
        writes += 1
        if writes == int(deadly):
            os.kill(os.getpid(), signal.SIGKILL)

proxy.connection().set_trace_callback(count)
import_files([Path(file) for file in files], owner=Owner("x", "virginie", "bureau", 1, ""))
print(writes)
"""


def run(store: Path, deadly: int, *files: Path) -> subprocess.CompletedProcess[str]:
    """Import in a process that kills itself before its `deadly`-th writing statement (0: never)."""
    command = [sys.executable, "-c", CHILD, str(store), str(deadly), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def everything(path: Path) -> tuple[object, ...]:
    """All that an import writes, as another process finds it."""
    open_store(path)
    try:
        assert proxy.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = (StructureRow, DocumentRow, LineRow, EventRow, ImportRunRow)
        return (len(residents.residents()), *(table.select().count() for table in tables))
    finally:
        proxy.close()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    people = [person(f"R{n}", last=f"NOM{n}") for n in range(30)]
    lines = [line(f"{n:03}", code=f"R{n}", name=f"NOM{n} Paul") for n in range(30) for _twice in range(2)]
    return people_file(tmp_path, *people, person("R99", email="x")), lines_file(tmp_path, *lines)


def test_a_kill_leaves_nothing_and_the_next_import_does_it_all(tmp_path: Path, files: tuple[Path, Path]) -> None:
    whole = run(tmp_path / "whole.sqlite3", 0, *files)
    assert whole.stderr == ""
    writes = int(whole.stdout)
    wanted = everything(tmp_path / "whole.sqlite3")
    assert wanted == (30, 1, 30, 60, 2, 2)
    (tmp_path / "residents-refuses.csv").unlink()
    store = tmp_path / "store.sqlite3"
    assert writes > 60
    for deadly in (1, 2, 3, 4, 10, 40, writes - 2, writes - 1, writes):
        assert run(store, deadly, *files).returncode == -signal.SIGKILL
        assert everything(store) == (0, 0, 0, 0, 0, 0)
        assert not (tmp_path / "residents-refuses.csv").exists()
    assert run(store, 0, *files).returncode == 0
    assert everything(store) == wanted


def test_a_kill_in_a_later_import_leaves_the_earlier_as_it_was(
    tmp_path: Path, store: Path, files: tuple[Path, Path]
) -> None:
    import_(*files)
    proxy.close()
    before = everything(store)
    changed = [line(f"{n:03}", code=f"R{n}", name=f"NOM{n} Paul", amount="1,00") for n in range(30)]
    lines_file(tmp_path, *changed)
    assert run(store, 45, *files).returncode == -signal.SIGKILL
    assert everything(store) == before
    open_store(store)
    assert counts(import_(files[1])) == [(0, 30, 0, 0)]
