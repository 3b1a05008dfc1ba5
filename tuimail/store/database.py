"""Opening the database: checks first, then one connection a thread with the settings the promise rests on."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ContextDecorator, contextmanager
from functools import partial
from pathlib import Path
from threading import Timer, local
from time import monotonic, sleep
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from peewee import DatabaseError, InterfaceError, SqliteDatabase

from tuimail.domain.errors import (
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreTooNew,
    TuimailError,
    os_reason,
)
from tuimail.domain.i18n import _
from tuimail.store import migrations
from tuimail.store.place import check_place, file_system, is_remote
from tuimail.store.read_only import address, on_read_only_disk, unwritable
from tuimail.store.tables import ALL
from tuimail.store.tables.base import proxy

P = ParamSpec("P")
T = TypeVar("T")

_writer: ThreadPoolExecutor | None = None

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""
TOLD_AFTER = 2.0
"""Seconds of such a wait before whoever listens is told of it."""

_PRAGMAS = (("synchronous", "FULL"), ("foreign_keys", 1), ("cache_size", -64000))
"""Said on each connection. WAL is not among them: it stays in the file, and is set once that is known to be ours."""


class _Database(SqliteDatabase):  # type: ignore[misc]
    """Tells the troubles of every statement as StoreError, a read outside a transaction included."""

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)
        except _TROUBLES as error:
            raise told(error, Path(self.database)) from error

    def begin(self, lock_type: str | None = None) -> None:
        with _patience():
            super().begin(lock_type)

    def another(self) -> sqlite3.Connection:
        """A connection beside the thread's own, for statements that no transaction may be around."""
        return sqlite3.connect(self.database, isolation_level=None)


class _OnlyRead(_Database):
    """On a disk that can only be read: whoever writes is told so."""

    def _connect(self) -> sqlite3.Connection:
        connection = self.another()
        self._add_conn_hooks(connection)
        return connection

    def another(self) -> sqlite3.Connection:
        return sqlite3.connect(address(Path(self.database)), isolation_level=None, uri=True)


_TROUBLES = (DatabaseError, InterfaceError, sqlite3.Error)


_on_busy: Callable[[], None] | None = None
_threads = local()


def tell_busy(listener: Callable[[], None] | None) -> None:
    """Have `listener` called, on a thread of its own, whenever a wait for another writer lasts `TOLD_AFTER`."""
    global _on_busy
    _on_busy = listener


@contextmanager
def _patience() -> Iterator[None]:
    # SQLite waits by itself, and Python has no way to be told so.
    if _on_busy is None or getattr(_threads, "tells_itself", False):
        yield
        return
    timer = Timer(TOLD_AFTER, _on_busy)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def open_store(path: Path, *, busy_seconds: float = BUSY_SECONDS, to_read: bool = False) -> None:
    """Open the database at `path` for this process, making and migrating it as needed.

    `to_read`: nothing will be written, so that a disk which can only be read is no hindrance. Raises StoreError (or a
    subclass) with the reason; nothing is left half-made.
    """
    close_store()
    with _told(path):
        kind = _Database
        try:
            check_place(path)
            _create(path)
        except StoreReadOnly:
            if not to_read or not on_read_only_disk(path):
                raise
            kind = _OnlyRead
        except OSError as error:
            raise _unusable(error, path) from error
        database = kind(str(path), timeout=busy_seconds, lock_type="IMMEDIATE", pragmas=_PRAGMAS)
        try:
            with _patience():
                database.connect()
                _check(database, path)
                if kind is _Database:
                    _use_wal(database, busy_seconds)
            migrations.migrate(database)
        except BaseException:
            database.close()
            raise
    proxy.initialize(database)
    # Each is named: peewee need not look for those that hang together, which takes it longer than all the rest.
    database.bind(ALL, bind_refs=False, bind_backrefs=False)


def close_store() -> None:
    """Close this thread's connection and the writer's; harmless when nothing is open."""
    global _writer
    if _writer is not None:
        _writer.submit(_close_here).result()
        _writer.shutdown()
        _writer = None
    _close_here()


def _close_here() -> None:
    if proxy.obj is not None and not proxy.obj.is_closed():
        proxy.obj.close()


async def in_writer(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `function` on the process's one writing thread, so that an event loop never waits for a disk or a lock."""
    global _writer
    if _writer is None:
        _writer = ThreadPoolExecutor(1, thread_name_prefix="tuimail-writer")
    return await asyncio.get_running_loop().run_in_executor(_writer, partial(function, *args, **kwargs))


async def in_background(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `function` on a thread with a connection of its own: for what takes long and must not hold up the writer."""

    def run() -> T:
        try:
            return function(*args, **kwargs)
        finally:
            _close_here()

    return await asyncio.to_thread(run)


_CHECKPOINT_PAGES = 4000
"""A thread that writes all the time moves what it wrote into the database's file this seldom (16 MB)."""


@contextmanager
def own_connection(busy_seconds: float) -> Iterator[None]:
    """For a thread that writes by itself: its connection waits so long for another writer, and ends with the block.

    Such a thread tells of longer waits by itself: a clock for each of its transactions would cost more than they do.
    """
    with _told(Path(proxy.database)):
        proxy.connect(reuse_if_open=True)
    try:
        proxy.pragma("busy_timeout", int(busy_seconds * 1000))
        proxy.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
        _threads.tells_itself = True
        yield
    finally:
        _threads.tells_itself = False
        _close_here()


class transaction(ContextDecorator):  # noqa: N801 - it reads as the function it would be if it ran less often
    """One IMMEDIATE transaction; inside another it joins that one. Database troubles come out as StoreError."""

    __slots__ = ("_outermost",)

    def _recreate_cm(self) -> transaction:
        return transaction()

    def __enter__(self) -> None:
        self._outermost = None if proxy.obj.in_transaction() else _outermost()
        if self._outermost is not None:
            self._outermost.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return None if self._outermost is None else self._outermost.__exit__(kind, error, trace)


@contextmanager
def _outermost() -> Iterator[None]:
    with _told(Path(proxy.database)), proxy.atomic():
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Every read inside sees the database of one moment, while others go on writing; nothing may be written."""
    if proxy.in_transaction():
        yield
        return
    with _told(Path(proxy.database)), proxy.atomic("DEFERRED"):
        yield


def execute(sql: str, *values: Any) -> Any:
    """Run one statement written with `?` for its values, and return its cursor.

    For the few statements that run once a message, where building the query costs more than running it.
    """
    database = proxy.obj
    try:
        return database.connection().execute(sql, values)
    except sqlite3.Error as error:
        raise told(error, Path(database.database)) from error


class Rollback(Exception):
    """Raised inside `rehearsal` to leave nothing behind."""


@contextmanager
def rehearsal() -> Iterator[None]:
    """What is done in it is seen, then undone; inside a transaction the rest of that one stays."""
    try:
        with _told(Path(proxy.database)), proxy.atomic():
            yield
            raise Rollback
    except Rollback:
        pass


def _create(path: Path) -> None:
    """Make the file ourselves, so that whoever shares the folder's group can write it whatever the umask."""
    if path.is_dir():
        raise StoreError(_("“{path}” is a folder, not a database.").format(path=path), _("Name a file inside it."))
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, mode=0o700)
    shared = path.parent.stat().st_mode & stat.S_ISGID
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK):
            raise unwritable(path) from None
        return
    try:
        os.fchmod(descriptor, 0o660 if shared else 0o600)
    finally:
        os.close(descriptor)


def _check(database: Any, path: Path) -> None:
    # The tables are asked for first: another process may be making them right now, mark and version included.
    used = bool(database.get_tables())
    mark = database.application_id
    if mark not in (0, migrations.APPLICATION_ID) or (used and mark == 0):
        raise StoreError(
            _("{path} is a database of another program.").format(path=path),
            _("Choose another file with --database."),
        )
    if database.user_version > migrations.VERSION:
        raise StoreTooNew(
            _("The database {path} was written by a newer tuimail.").format(path=path),
            _("Update tuimail on this machine."),
        )


def _use_wal(database: Any, busy_seconds: float) -> None:
    """Switch a new file to WAL. SQLite itself does not wait when two processes do so at once.

    On a network file system, which somebody has insisted on, WAL's shared memory cannot work.
    """
    mode = "delete" if is_remote(file_system(Path(database.database))) else "wal"
    deadline = monotonic() + busy_seconds
    while True:
        try:
            database.pragma("journal_mode", mode)
        except StoreLocked:
            if monotonic() >= deadline:
                raise
            sleep(0.01)
        else:
            return


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except _TROUBLES as error:
        raise told(error, path) from error


def _unusable(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(path)
    return StoreReadOnly(
        _("The database {path} cannot be opened: {reason}.").format(path=path, reason=os_reason(error)),
        _("Check the folder, or choose another file with --database."),
    )


def _full(path: Path) -> StoreFull:
    return StoreFull(
        _("The disk that holds {path} is full: nothing of this step was kept.").format(path=path),
        _("Make room, then start again."),
    )


_NO_ROOM = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
"""What SQLite says instead of `SQLITE_FULL` where the files it keeps beside the database find no room."""
_LEAST_ROOM = 65536
"""Bytes. The file that readers share has 32 KiB: even who only reads needs them."""


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _LEAST_ROOM or (found.f_files > 0 and found.f_favail == 0)


def told(error: BaseException, path: Path) -> TuimailError:
    """A database trouble as what an operator reads."""
    cause, name = _cause(error)
    if isinstance(cause, TuimailError):
        return cause
    if name == "SQLITE_FULL" or (name.startswith(_NO_ROOM) and _is_full(path.parent)):
        return _full(path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreLocked(
            _("The database {path} is kept locked by another program.").format(path=path),
            _("Wait until it has ended, then try again."),
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return unwritable(path)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StoreError(
            _("{path} is damaged or is not a database.").format(path=path),
            _("Restore the last backup, or choose another file with --database."),
        )
    return StoreError(
        _("The database {path} refused: {reason}.").format(path=path, reason=cause),
        _("Nothing of this step was kept. Tell the administrator."),
    )


def _cause(error: BaseException) -> tuple[BaseException, str]:
    """The true cause and SQLite's name for it: SQLite may have rolled back by itself, which makes peewee's fail."""
    cause: BaseException | None = error
    while cause is not None:
        name = getattr(cause, "sqlite_errorname", "")
        if isinstance(cause, TuimailError) or name not in ("", "SQLITE_ERROR"):
            return cause, name
        cause = cause.__context__
    return error, ""
