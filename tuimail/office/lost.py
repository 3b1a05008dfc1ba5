"""A database that was lost looks like a new one: what stands beside it tells them apart."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from tuimail.domain.errors import StoreError
from tuimail.domain.i18n import _
from tuimail.store import health

if TYPE_CHECKING:
    from tuimail.config.paths import Paths


BEING_MADE = 10.0
"""Seconds for which a file of 0 bytes may be a database that another process is making."""


def emptied_file(paths: Paths, age: float = 0.0) -> StoreError | None:
    """What to say of a database file of 0 bytes, not opened yet: no database of ours ever was one.

    `age`: not of one that was written less than so many seconds ago.
    """
    try:
        found = paths.database.stat()
    except OSError:
        return None
    if found.st_size or time() - found.st_mtime < age:
        return None
    return StoreError(
        _("The database {path} is an empty file: whatever was in it is lost.").format(path=paths.database),
        _("Restore the last backup; if there never was anything in it, remove the file."),
    )


def lost_content(paths: Paths) -> StoreError | None:
    """What to say where the open database is as new, and the folders beside it hold files of an older one."""
    kept = next((folder for folder in paths.folders if _holds_files(folder)), None)
    if kept is None or not health.is_blank():
        return None
    return StoreError(
        _("The database {path} is empty, but {folder} holds files: what was in it is lost.").format(
            path=paths.database, folder=kept
        ),
        _("Restore the last backup; if the database is meant to be new, give it a folder of its own."),
    )


def _holds_files(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False
