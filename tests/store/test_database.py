from __future__ import annotations

import asyncio
import errno
import multiprocessing
import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tuimail.domain.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly, StoreTooNew
from tuimail.store import database, migrations
from tuimail.store.database import close_store, in_background, in_writer, open_store, rehearsal, transaction
from tuimail.store.structures import add_association, associations
from tuimail.store.tables.base import proxy

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_store()


def names() -> list[str]:
    return [association.name for association in associations()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of another program."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def pragmas() -> dict[str, object]:
    return {name: proxy.obj.pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")}


KEPT = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "user_version": migrations.VERSION}


# Making it


def test_a_new_database_is_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "x.sqlite3"
    with umask(0o022):
        open_store(path)
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert all(mode(beside) == 0o600 for beside in path.parent.iterdir())


@pytest.mark.parametrize("mask", [0o077, 0o022])
def test_in_a_shared_folder_the_group_can_write_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o2770)
    with umask(mask):
        open_store(folder / "x.sqlite3")
        add_association("A")
    modes = {path.name: mode(path) for path in folder.iterdir()}
    assert modes == {"x.sqlite3": 0o660, "x.sqlite3-wal": 0o660, "x.sqlite3-shm": 0o660}


def test_the_promise_rests_on_these_settings(durable: None, store: Path) -> None:
    assert pragmas() == KEPT


async def test_every_thread_has_the_same_settings(durable: None, store: Path) -> None:
    seen = {}

    def look() -> None:
        seen[threading.current_thread().name] = pragmas()

    await in_writer(look)
    await in_background(look)
    await asyncio.to_thread(look)
    assert len(seen) >= 2
    assert all(found == KEPT for found in seen.values())


def test_opening_again_keeps_what_was_there(store: Path) -> None:
    add_association("Les Tilleuls")
    open_store(store)
    assert names() == ["Les Tilleuls"]


def test_every_table_is_strict(store: Path) -> None:
    with raw(store) as other:
        tables = {
            row[1]: row[5]
            for row in other.execute("PRAGMA table_list")
            if row[2] == "table" and not row[1].startswith("sqlite_")
        }
    assert len(tables) > 10
    assert set(tables.values()) == {1}
    with pytest.raises(StoreError, match="cannot store TEXT value in INTEGER column"), transaction():
        proxy.execute_sql("INSERT INTO resident (structure_id, code, last_name, sort_key, search_key, recipients)"
                          " VALUES (1, '', 'N', 'n', 'n', 'two')")  # fmt: skip


def test_what_belongs_together_cannot_be_torn_apart(store: Path) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"), transaction():
        proxy.execute_sql("INSERT INTO structure (association_id, name) VALUES (99, 'S')")


# Refusing it


def test_a_newer_database_is_refused_and_left_alone(store: Path) -> None:
    close_store()
    with raw(store) as other:
        other.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    before = store.read_bytes()
    with pytest.raises(StoreTooNew, match="newer tuimail") as told:
        open_store(store)
    assert "Update" in told.value.next_step
    assert store.read_bytes() == before


@pytest.mark.parametrize("version", [0, migrations.VERSION, migrations.VERSION + 7])
@pytest.mark.parametrize("mark", [0, 0x0F05_5112])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, version: int, mark: int) -> None:
    path = tmp_path / "other.sqlite3"
    with raw(path) as other:
        other.execute("CREATE TABLE checkins (id INTEGER PRIMARY KEY)")
        other.execute(f"PRAGMA user_version = {version}")
        other.execute(f"PRAGMA application_id = {mark}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["other.sqlite3"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Bonjour,\n" * 500)
    with pytest.raises(StoreError, match="not a database") as told:
        open_store(path)
    assert str(path) in told.value.sentence
    assert path.read_text() == "Bonjour,\n" * 500


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly, match="cannot be opened"):
        open_store(tmp_path / "file" / "x.sqlite3")


def test_a_damaged_database_is_told_in_a_plain_read_too(store: Path) -> None:
    add_association("A")
    (page,) = proxy.execute_sql("SELECT rootpage FROM sqlite_master WHERE name = 'association'").fetchone()
    close_store()
    content = bytearray(store.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    store.write_bytes(content)
    open_store(store)
    with pytest.raises(StoreError, match="damaged") as told:
        associations()
    assert "backup" in told.value.next_step


def test_no_room_for_a_new_file_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(StoreFull):
        open_store(tmp_path / "x.sqlite3")


def as_somebody_else(work: Callable[[], object]) -> str:
    """What `work` raises, run by an account that modes count for: root is above them."""
    if os.geteuid() != 0:
        return _outcome(work)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.write(writing, _outcome(work).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def _outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "done"


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every account can enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o555), (0o000, 0o777)])
def test_a_database_that_may_not_be_written_is_told(open_to_all: Path, file_mode: int, folder_mode: int) -> None:
    path = open_to_all / "x.sqlite3"
    open_store(path)
    close_store()
    path.chmod(file_mode)
    open_to_all.chmod(folder_mode)
    said = as_somebody_else(lambda: open_store(path))
    assert said.startswith(f"StoreReadOnly: The database {path} cannot be written by this account.")
    assert [p.name for p in open_to_all.iterdir()] == ["x.sqlite3"]


def test_a_folder_that_may_not_be_written_is_told(open_to_all: Path) -> None:
    open_to_all.chmod(0o555)
    said = as_somebody_else(lambda: open_store(open_to_all / "x.sqlite3"))
    assert said.startswith("StoreReadOnly: The database")
    assert "this account may not do that" in said


# Locked and full


def test_a_database_kept_locked_is_told(store: Path) -> None:
    open_store(store, busy_seconds=0.05)
    with raw(store) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked, match="kept locked") as told:
            add_association("A")
        assert "try again" in told.value.next_step
        assert names() == []
        other.execute("ROLLBACK")
    add_association("A")
    assert names() == ["A"]


def test_a_new_file_kept_locked_by_another_program_is_told(durable: None, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with raw(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked):
            open_store(path, busy_seconds=0.05)
        other.execute("ROLLBACK")
    open_store(path)
    assert pragmas() == KEPT


async def test_a_writer_waits_for_another_ones_end(store: Path) -> None:
    with raw(store) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(in_writer(add_association, "A"))
        done, _waiting = await asyncio.wait({waiting}, timeout=0.05)
        assert not done
        other.execute("ROLLBACK")
        await waiting
    assert names() == ["A"]


def fill_up(pages: int) -> None:
    """Let the file grow by so many pages more: what SQLite does beyond is what it does on a full disk."""
    proxy.execute_sql(f"PRAGMA max_page_count = {int(proxy.obj.pragma('page_count')) + pages}")


@transaction()
def _add_together(*found: str) -> None:
    for name in found:
        add_association(name)


def test_a_full_disk_is_told_and_leaves_nothing_half_written(store: Path) -> None:
    add_association("before")
    fill_up(2)
    with pytest.raises(StoreFull, match="is full: nothing of this step was kept"):
        _add_together("small", "large" * 20_000)
    assert names() == ["before"]
    proxy.execute_sql("PRAGMA max_page_count = 100000")
    add_association("after")
    assert names() == ["after", "before"]


def test_a_full_disk_is_told_in_the_middle_of_many_rows_too(store: Path) -> None:
    from builders import home, person

    from tuimail.store.residents import residents, save_residents

    house = home(0)
    fill_up(2)
    with pytest.raises(StoreFull):
        save_residents(person(house.structure.id, n) for n in range(500))
    assert residents() == []


def test_the_true_cause_is_told_not_what_was_met_before(store: Path) -> None:
    open_store(store, busy_seconds=0.01)
    add_association("A")
    with raw(store) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            add_association("B")
        except StoreLocked:
            other.execute("ROLLBACK")
            with pytest.raises(StoreError, match="UNIQUE") as told:
                add_association("A")
    assert type(told.value) is StoreError


# Transactions


def test_a_transaction_is_all_or_nothing(store: Path) -> None:
    with pytest.raises(StoreError, match="UNIQUE"):
        _add_together("A", "B", "A")
    assert names() == []


def test_a_transaction_inside_another_is_part_of_it(store: Path) -> None:
    def outer() -> None:
        with transaction():
            _add_together("A", "B")
            assert names() == ["A", "B"]
            raise KeyError

    with pytest.raises(KeyError):
        outer()
    assert names() == []


def test_what_is_no_trouble_of_the_database_goes_through_as_it_is(store: Path) -> None:
    with pytest.raises(FileNotFoundError), transaction():
        Path("/nowhere/at/all").read_bytes()


def test_a_rehearsal_leaves_nothing(store: Path) -> None:
    with rehearsal():
        add_association("A")
        assert names() == ["A"]
    assert names() == []


def test_a_rehearsal_inside_a_transaction_takes_back_only_itself(store: Path) -> None:
    with transaction():
        add_association("A")
        with rehearsal():
            add_association("B")
        add_association("C")
    assert names() == ["A", "C"]


def test_an_error_in_a_rehearsal_is_not_swallowed(store: Path) -> None:
    with pytest.raises(KeyError), rehearsal():
        raise KeyError
    assert names() == []


async def test_there_is_one_writing_thread(store: Path) -> None:
    begun = threading.Event()
    first = asyncio.create_task(in_writer(begun.wait, 0.05))
    second = asyncio.create_task(in_writer(begun.set))
    assert not await first, "the second has begun while the first was still at work"
    await second
    assert await in_writer(threading.get_ident) != threading.get_ident()


async def test_work_in_the_background_leaves_no_connection_open(store: Path) -> None:
    def look() -> tuple[Any, bool]:
        return names(), proxy.obj.is_closed()

    def closed() -> bool:
        return bool(proxy.obj.is_closed())

    assert await in_background(look) == ([], False)
    assert await asyncio.to_thread(closed)


async def test_closing_closes_the_writers_connection_too(store: Path) -> None:
    await in_writer(add_association, "A")
    close_store()
    assert not store.with_name(store.name + "-wal").exists()


def test_closing_twice_is_harmless() -> None:
    close_store()
    close_store()


# Migrations


def _open_many(folder: Path, rounds: int, gate: Any, said: Any) -> None:
    for number in range(rounds):
        gate.wait()
        outcome = _outcome(lambda path=folder / f"{number}.sqlite3": open_store(path))  # type: ignore[misc]
        said.put(outcome if outcome != "done" else str(pragmas()))
        close_store()


def test_three_processes_may_make_the_database_at_once(durable: None, tmp_path: Path) -> None:
    rounds = 8
    fork = multiprocessing.get_context("fork")
    gate, said = fork.Barrier(3), fork.Queue()
    children = [fork.Process(target=_open_many, args=(tmp_path, rounds, gate, said)) for _ in range(3)]
    for child in children:
        child.start()
    outcomes = [said.get(timeout=60) for _ in range(3 * rounds)]
    for child in children:
        child.join()
    assert set(outcomes) == {str(KEPT)}
    assert database._writer is None


def test_a_database_half_way_gets_only_the_steps_it_misses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.sqlite3"
    open_store(path)
    add_association("A")
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, "ALTER TABLE association ADD COLUMN town TEXT;"))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    open_store(path)
    assert proxy.execute_sql("SELECT name, town FROM association").fetchall() == [("A", None)]
    assert proxy.obj.user_version == migrations.VERSION
    open_store(path)


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.sqlite3"
    open_store(path)
    version = migrations.VERSION
    step = "CREATE TABLE town (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE association (id INTEGER);"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, step))
        patch.setattr(migrations, "VERSION", version + 1)
        with pytest.raises(StoreError, match="already exists"):
            open_store(path)
    open_store(path)
    assert proxy.obj.user_version == version
    assert "town" not in proxy.obj.get_tables()


def test_the_semicolons_of_a_trigger_do_not_end_it() -> None:
    step = """
    CREATE TABLE a (b TEXT DEFAULT ';'); -- a comment; with one
    CREATE TRIGGER t BEFORE UPDATE ON a
        BEGIN SELECT RAISE(ABORT, 'no; never'); END;
    DROP TABLE a
    """
    found = migrations.statements(step)
    assert [" ".join(statement.split()[:2]) for statement in found] == ["CREATE TABLE", "-- a", "DROP TABLE"]
    with closing(sqlite3.connect(":memory:")) as memory:
        for statement in found:
            memory.execute(statement)


def test_a_statement_that_does_not_end_is_not_dropped_in_silence() -> None:
    with pytest.raises(ValueError, match="does not end"):
        migrations.statements("CREATE TRIGGER t BEFORE UPDATE ON a BEGIN SELECT 1;")


def test_a_long_wait_for_another_writer_is_told_once(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    times: list[int] = []

    def listener() -> None:
        times.append(1)
        told.set()

    monkeypatch.setattr(database, "TOLD_AFTER", 0.05)
    monkeypatch.setattr(database, "_on_busy", None)
    database.tell_busy(listener)
    add_association("A")
    other = sqlite3.connect(store, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ending = threading.Thread(target=lambda: (told.wait(20), other.execute("ROLLBACK")))
    ending.start()
    add_association("B")
    ending.join()
    other.close()

    assert names() == ["A", "B"]
    assert times == [1]


@pytest.mark.parametrize(("left", "kind"), [(0, StoreFull), (10_000_000, StoreError)])
def test_an_error_of_the_disk_where_no_room_is_left_is_a_full_disk(
    store: Path, monkeypatch: pytest.MonkeyPatch, left: int, kind: type[StoreError]
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    room = os.statvfs(store.parent)
    values = list(room)
    values[4] = left // room.f_frsize
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result(values))

    assert type(database.told(error, store)) is kind
