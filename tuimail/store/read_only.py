"""A database that cannot be written: why, and how it is read all the same where nobody can write it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from tuimail.domain.errors import StoreReadOnly, os_reason
from tuimail.domain.i18n import _


def on_read_only_disk(path: Path) -> bool:
    """Whether the disk that `path` stands on can only be read, by whatever account."""
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def unwritable(path: Path) -> StoreReadOnly:
    """What is said of the database at `path` where writing is refused."""
    if on_read_only_disk(path):
        reason = os_reason(OSError(errno.EROFS, os.strerror(errno.EROFS)))
        return StoreReadOnly(
            _("The database {path} cannot be written: {reason}.").format(path=path, reason=reason),
            _(
                "Ask the administrator to make that disk writable again; "
                "tuimail invoices, journal and backup can read it meanwhile."
            ),
        )
    return StoreReadOnly(
        _("The database {path} cannot be written by this account.").format(path=path),
        _("Ask the administrator for write access to the file and its folder."),
    )


def address(path: Path) -> str:
    """The URI by which SQLite reads a database on a disk that can only be read."""
    log, index = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    # Where there is no log the file is all there is, and what readers share beside it cannot be made. An empty log with
    # its index may be in use: the same disk can be written at another place.
    logged = os.path.exists(log) and (os.path.getsize(log) > 0 or os.path.exists(index))  # noqa: PTH110, PTH202
    return f"{path.absolute().as_uri()}?mode=ro{'' if logged else '&immutable=1'}"
