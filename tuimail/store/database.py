"""Opening the database: checks first, then one connection a thread with the settings the promise rests on."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from peewee import DatabaseError as PeeweeDatabaseError
from peewee import InterfaceError, OperationalError, SqliteDatabase

from tuimail.domain.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly, StoreTooNew, TuimailError
from tuimail.domain.i18n import _
from tuimail.store import migrations
from tuimail.store.tables import ALL, proxy

P = ParamSpec("P")
T = TypeVar("T")

_writer: ThreadPoolExecutor | None = None

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before the operator is told."""

_PRAGMAS = (("journal_mode", "wal"), ("synchronous", "FULL"), ("foreign_keys", 1), ("cache_size", -64000))


def open_store(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
    """Open the database at `path` for this process, making and migrating it as needed.

    Raises StoreError (or a subclass) with the reason; nothing is left half-made.
    """
    close_store()
    with _told(path):
        _create(path)
        database = SqliteDatabase(str(path), timeout=busy_seconds, lock_type="IMMEDIATE", pragmas=_PRAGMAS)
        try:
            database.connect()
            _check(database, path)
            migrations.migrate(database)
        except BaseException:
            database.close()
            raise
    proxy.initialize(database)
    database.bind(ALL)


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


@contextmanager
def transaction() -> Iterator[None]:
    """One IMMEDIATE transaction; inside another it joins that one. Database troubles come out as StoreError."""
    with _told(Path(proxy.database)):
        if proxy.in_transaction():
            yield
        else:
            with proxy.atomic():
                yield


def execute(sql: str, *values: Any) -> Any:
    """Run one statement written with `?` for its values, and return its cursor.

    For the few statements that run once a message, where building the query costs more than running it.
    """
    if proxy.param != "?":
        sql = sql.replace("?", proxy.param)
    return proxy.execute_sql(sql, values)


class Rollback(Exception):
    """Raised inside `rehearsal` to leave nothing behind."""


@contextmanager
def rehearsal() -> Iterator[None]:
    """A transaction that is always rolled back: what is done in it is seen, then undone."""
    try:
        with transaction():
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
            raise StoreReadOnly(
                _("The database {path} cannot be written by this account.").format(path=path),
                _("Ask the administrator for write access to the file and its folder."),
            ) from None
        return
    try:
        os.fchmod(descriptor, 0o660 if shared else 0o600)
    finally:
        os.close(descriptor)


def _check(database: Any, path: Path) -> None:
    version = database.user_version
    if version > migrations.VERSION:
        raise StoreTooNew(
            _("The database {path} was written by a newer tuimail.").format(path=path),
            _("Update tuimail on this machine."),
        )
    if version == 0 and database.get_tables():
        raise StoreError(
            _("{path} is a database of another program.").format(path=path),
            _("Choose another file with --database."),
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (PeeweeDatabaseError, OperationalError, InterfaceError, sqlite3.Error) as error:
        raise told(error, path) from error
    except OSError as error:
        raise StoreReadOnly(
            _("The database {path} cannot be opened: {reason}.").format(path=path, reason=error.strerror),
            _("Check the folder, or choose another file with --database."),
        ) from error


def told(error: BaseException, path: Path) -> TuimailError:
    """A database trouble as what an operator reads; the true cause may hide behind a failed rollback."""
    codes = set()
    cause: BaseException | None = error
    while cause is not None:
        codes.add(getattr(cause, "sqlite_errorname", "")[:15])
        cause = cause.__context__
    names = " ".join(codes)
    if "SQLITE_FULL" in names:
        return StoreFull(
            _("The disk that holds {path} is full: nothing of this step was kept.").format(path=path),
            _("Make room, then start again."),
        )
    if "SQLITE_BUSY" in names or "SQLITE_LOCKED" in names:
        return StoreLocked(
            _("The database {path} is kept locked by another program.").format(path=path),
            _("Wait until it has ended, then try again."),
        )
    if "SQLITE_READONLY" in names or "SQLITE_CANTOPEN" in names or "SQLITE_PERM" in names:
        return StoreReadOnly(
            _("The database {path} cannot be written by this account.").format(path=path),
            _("Ask the administrator for write access to the file and its folder."),
        )
    if "SQLITE_NOTADB" in names or "SQLITE_CORRUPT" in names:
        return StoreError(
            _("{path} is damaged or is not a database.").format(path=path),
            _("Restore the last backup, or choose another file with --database."),
        )
    return StoreError(
        _("The database {path} refused: {reason}.").format(path=path, reason=error),
        _("Nothing of this step was kept. Tell the administrator."),
    )
