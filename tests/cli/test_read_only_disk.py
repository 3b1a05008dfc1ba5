"""A disk that can only be read: that is what is said of it, and what only reads goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cli_harness import Tuimail

from tuimail.store.database import close_store, execute, open_store

MONTH = ("--period", "2026-10")
ONLY_READ = "le disque est en lecture seule"


class Disk:
    """A folder that is made read-only as a whole, as a disk is after a fault."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._mounted = folder, False

    def freeze(self) -> None:
        for words in (["--bind", self.folder, self.folder], ["-o", "remount,ro,bind", self.folder]):
            made = subprocess.run(["mount", *words], check=False, capture_output=True, text=True)
            if made.returncode:
                pytest.skip(f"no disk can be made read-only here: {made.stderr.strip()}")
            self._mounted = True

    def thaw(self) -> None:
        if self._mounted:
            subprocess.run(["umount", self.folder], check=True)


@pytest.fixture
def disk(month: None, database: Path) -> Iterator[Disk]:
    """The one that the database stands on."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a disk read-only")
    found = Disk(database.parent)
    yield found
    close_store()
    found.thaw()


@pytest.mark.parametrize(
    "words", [("sender", "show"), ("sheet", *MONTH), ("smtp", "set", "--gap", "1"), ("import", "x")]
)
def test_what_writes_is_refused_for_what_it_is(tuimail: Tuimail, disk: Disk, words: tuple[str, ...]) -> None:
    disk.freeze()
    ran = tuimail(*words)
    assert ran.status == 2
    assert f"ne peut pas être écrite : {ONLY_READ}." in ran.err
    assert "rendre ce disque" in ran.err
    assert "par ce compte" not in ran.err


def test_the_doctor_says_it(tuimail: Tuimail, disk: Disk) -> None:
    disk.freeze()
    assert ONLY_READ in tuimail("doctor").out


def test_invoices_journal_and_backup_read_it_all_the_same(tuimail: Tuimail, disk: Disk, tmp_path: Path) -> None:
    seal = tuimail("journal", "--verify").out
    invoices = tuimail("invoices", *MONTH).out
    close_store()
    disk.freeze()
    assert tuimail("journal", "--verify").out == seal
    assert tuimail("invoices", *MONTH).out == invoices
    ran = tuimail("backup", str(tmp_path / "copie.sqlite3"))
    assert ran.status == 0, ran.err
    with closing(sqlite3.connect(tmp_path / "copie.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM document").fetchone() == (2,)
    ran = tuimail("backup", str(disk.folder / "copie.sqlite3"))
    assert ran.status == 2
    assert ONLY_READ in ran.err


def test_what_was_written_last_is_read_from_the_log(tuimail: Tuimail, disk: Disk, tmp_path: Path) -> None:
    database = disk.folder / "tuimail.sqlite3"
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("UPDATE document SET number = 'TARDIVE' WHERE id = 1")
        writer.commit()
        # As a machine leaves them that stops at once.
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{database}{end}", tmp_path / f"left{end}")
    for end in ("", "-wal", "-shm"):
        shutil.copy(tmp_path / f"left{end}", f"{database}{end}")
    disk.freeze()
    ran = tuimail("invoices", *MONTH)
    assert ran.status == 0, ran.err
    assert "TARDIVE" in ran.out


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("UPDATE document SET number = 'AVANT' WHERE id = 1")
database.execute("PRAGMA wal_checkpoint(truncate)")
print("open", flush=True)
sys.stdin.readline()
database.execute("UPDATE document SET number = 'TARDIVE' WHERE id = 1")
print("written", flush=True)
sys.stdin.readline()
"""


def test_what_is_written_meanwhile_where_the_disk_can_be_written_is_read(disk: Disk) -> None:
    close_store()
    database = disk.folder / "tuimail.sqlite3"
    # It has its files open from before: only whoever comes later cannot write.
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "open\n"
        assert database.with_name(f"{database.name}-wal").stat().st_size == 0
        disk.freeze()
        open_store(database, to_read=True)
        numbers = []
        for answer in ("written\n", ""):
            numbers += execute("SELECT number FROM document WHERE id = 1").fetchone()
            print(file=writer.stdin)
            assert writer.stdout.readline() == answer
        close_store()
    assert numbers == ["AVANT", "TARDIVE"]


@pytest.mark.parametrize("ends", [(), ("-wal",), ("-shm",), ("-wal", "-shm")])
def test_what_nobody_writes_any_more_is_read_whatever_was_left_beside_it(
    tuimail: Tuimail, disk: Disk, ends: tuple[str, ...]
) -> None:
    invoices = tuimail("invoices", *MONTH).out
    close_store()
    for end in ("-wal", "-shm"):
        (disk.folder / f"tuimail.sqlite3{end}").unlink(missing_ok=True)
    for end in ends:
        (disk.folder / f"tuimail.sqlite3{end}").touch()
    disk.freeze()
    ran = tuimail("invoices", *MONTH)
    assert (ran.status, ran.out) == (0, invoices), ran.err


def test_a_file_for_a_disk_that_can_only_be_read_says_so(tuimail: Tuimail, month: None, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a disk read-only")
    (tmp_path / "cd").mkdir()
    disk = Disk(tmp_path / "cd")
    disk.freeze()
    try:
        ran = tuimail("sheet", *MONTH, "--out", str(disk.folder / "s.pdf"))
    finally:
        disk.thaw()
    assert ran.status == 2
    assert ONLY_READ in ran.err
    assert "autre disque" in ran.err
