"""Whether the database is as it should be: its file, its disk, its content."""

from __future__ import annotations

import os
import pwd
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from tuimail.store.database import execute, snapshot
from tuimail.store.place import file_system, group_name

SOUND_SQLITE = (3, 51, 3)
"""From this version on, WAL's reset with several connections cannot damage a database."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where and how a database's file stands."""

    mode: int
    """Permission bits."""
    owner: str
    group: str
    shared: bool
    """Whether its folder hands its group on to new files."""
    folder_mode: int
    folder_group: str
    group_writes: bool
    """Whether the folder's group can write the database."""
    file_system: str
    """Empty where it cannot be known."""
    free: int
    """Bytes that this account may still write on that disk."""
    size: int
    """Bytes of the database."""


def stand(path: Path) -> Stand:
    """How the database at `path` stands; raises OSError."""
    found, folder, disk = path.stat(), path.parent.stat(), os.statvfs(path.parent)
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = str(found.st_uid)
    return Stand(
        stat.S_IMODE(found.st_mode),
        owner,
        group_name(found.st_gid),
        bool(folder.st_mode & stat.S_ISGID),
        stat.S_IMODE(folder.st_mode),
        group_name(folder.st_gid),
        found.st_gid == folder.st_gid and found.st_mode & 0o060 == 0o060,
        file_system(path),
        disk.f_bavail * disk.f_frsize,
        found.st_size,
    )


def sqlite_version() -> tuple[int, ...]:
    """Of the library in use."""
    return sqlite3.sqlite_version_info


def is_blank() -> bool:
    """Whether nothing was ever done with the open database: no association, and no line of the journal."""
    return not execute("SELECT EXISTS (SELECT 1 FROM association) OR EXISTS (SELECT 1 FROM event)").fetchone()[0]


def damage() -> list[str]:
    """What SQLite finds wrong in the open database; empty if nothing is. It reads all of it. Raises StoreError."""
    with snapshot():
        found = [str(row[0]) for row in execute("PRAGMA quick_check(5)").fetchall()]
    return [] if found == ["ok"] else found
