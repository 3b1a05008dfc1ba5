"""A copy of the open database, made while others may write to it, and looked through before it gets its name."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from tempfile import mkstemp

from tuimail.domain.errors import BadInput, StoreError, StoreFull, TuimailError, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.mail import LIVE_STATES
from tuimail.domain.seal import Head
from tuimail.store import migrations
from tuimail.store.claiming import claim
from tuimail.store.database import told
from tuimail.store.delivery_rows import COPIED
from tuimail.store.tables.base import proxy


def backup(target: Path, *, force: bool = False) -> Head:
    """Copy the open database, as it is at one moment, to `target`; the seal of the copy's journal.

    The file appears whole or not at all. Raises BadInput where `target` cannot be meant, StoreError (or a subclass)
    where the copy cannot be written or is not sound.
    """
    target = Path(os.path.realpath(target))
    part: Path | None = None
    try:
        _check(target, force)
        descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(descriptor)
        part = Path(name)
        with closing(proxy.another()) as source:
            source.execute("VACUUM INTO ?", (str(part),))
        _mark(part)
        head = _look_through(part, target)
        _make_durable(part)
        _give_name(part, target, force)
    except sqlite3.Error as error:
        raise told(error, target) from error
    except OSError as error:
        raise _unwritable(error, target) from error
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink()
    return head


def _check(target: Path, force: bool) -> None:
    database = os.path.realpath(proxy.database)
    if str(target) in (database, f"{database}-wal", f"{database}-shm") or _same_file(target, Path(database)):
        raise BadInput(
            _("{path} is the database itself.").format(path=target), _("Give the copy a name and folder of its own.")
        )
    if target.is_dir():
        raise BadInput(_("“{path}” is a folder.").format(path=target), _("Name a file inside it."))
    if not target.parent.is_dir():
        raise BadInput(
            _("There is no folder {path}.").format(path=target.parent), _("Make it first, or choose another one.")
        )
    if target.exists() and not force:
        raise _taken(target)


def _taken(target: Path) -> TuimailError:
    return BadInput(_("There is a file {path} already.").format(path=target), _("Choose another name, or add --force."))


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _mark(part: Path) -> None:
    """Have what waits in the copy known as copied: while it lies there the original goes on sending."""
    with closing(sqlite3.connect(part)) as copy, copy:
        marks = ", ".join("?" * len(LIVE_STATES))
        copy.execute(f"UPDATE delivery SET owner = ? WHERE state IN ({marks})", (COPIED, *map(str, LIVE_STATES)))  # noqa: S608


def _look_through(part: Path, target: Path) -> Head:
    """The seal of the copy's journal; raises StoreError if the copy is not a sound database of this program."""
    with closing(sqlite3.connect(f"{part.as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"{row[0]} {row[1]}" for row in copy.execute("PRAGMA foreign_key_check")]
        marks = tuple(copy.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if faults or marks != (migrations.APPLICATION_ID, migrations.VERSION):
            raise StoreError(
                _("The copy for {path} is not sound: {reason}.").format(
                    path=target, reason=(faults or [str(marks)])[0]
                ),
                _("No backup was made. Tell the administrator: the database itself may be damaged."),
            )
        row = copy.execute("SELECT lines, hash FROM journal_head WHERE id = 1").fetchone()
    return Head(*row) if row else Head(0, "")


def _make_durable(part: Path) -> None:
    shared = part.parent.stat().st_mode & stat.S_ISGID
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fchmod(descriptor, 0o660 if shared else 0o600)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give_name(part: Path, target: Path, force: bool) -> None:
    if force:
        part.replace(target)
    elif not claim(part, target):
        raise _taken(target)
    with suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritable(error: OSError, target: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(
            _("There is no room for a backup at {path}.").format(path=target), _("Make room, or choose another folder.")
        )
    return StoreError(
        _("The backup {path} cannot be written: {reason}.").format(path=target, reason=os_reason(error)),
        _("Check the folder, or choose another one."),
    )
