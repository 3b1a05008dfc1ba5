"""Giving a folder with the database and files that stand in it to a group, so that each of its members can work there.

Whoever is in the group may write in the folder, and root shares it: nothing is reached through a link, of either kind.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tuimail.domain.errors import os_reason
from tuimail.domain.i18n import _

_AROUND = ("", "-wal", "-shm", "-journal")
"""Ends of the names of a database's files."""


class Unshared(NamedTuple):
    """What could not be shared, and why, for people."""

    path: Path
    reason: str


def make_shared(folder: Path, gid: int) -> None:
    """Make a folder that the group shares, if it is not there: mode 2770, whatever the umask. Raises OSError.

    Its owner stays whoever makes it; what is in it already is left alone.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    _give(folder, gid, lambda _mode: 0o2770, os.O_DIRECTORY)


def share(database: Path, kept: Iterable[Path], gid: int) -> list[Unshared]:
    """Give the database, its folder and the folders `kept` with all in them to the group; what could not be given.

    Folders get the mode 2770, the database 660, kept files 640 (660 where the group could write them). Owners stay, and
    so does whatever else is in the folder.
    """
    found = list(_tried(database.parent, gid, lambda _mode: 0o2770, os.O_DIRECTORY))
    beside = [database.with_name(database.name + end) for end in _AROUND] + [database.with_suffix(".filing")]
    for path in beside:
        if os.path.lexists(path):
            found += _tried(path, gid, lambda _mode: 0o660)
    for folder in kept:
        if os.path.lexists(folder):
            found += _tried(folder, gid, lambda _mode: 0o2770, os.O_DIRECTORY)
            found += _below(folder, gid)
    return found + list(_closed(database.parent, gid))


def _closed(folder: Path, gid: int) -> Iterator[Unshared]:
    """The folders above that keep the group from coming there. Access lists are believed to let it pass."""
    for above in folder.resolve().parents:
        found = above.stat()
        wanted = 0o010 if found.st_gid == gid else 0o001
        if not found.st_mode & wanted and not _has_access_list(above):
            yield Unshared(above, _("the group may not pass through it"))


def _has_access_list(folder: Path) -> bool:
    try:
        return "system.posix_acl_access" in os.listxattr(folder)
    except OSError:
        # A file system that has none.
        return False


def _below(folder: Path, gid: int) -> Iterator[Unshared]:
    failed: list[Unshared] = []

    def note(error: OSError) -> None:
        failed.append(Unshared(Path(str(error.filename)), os_reason(error)))

    # A folder is entered by its descriptor: a link put in its place meanwhile leads nowhere.
    for where, folders, files, descriptor in os.fwalk(folder, onerror=note):
        for name in folders:
            yield from _tried(Path(where, name), gid, lambda _mode: 0o2770, os.O_DIRECTORY, descriptor)
        for name in files:
            yield from _tried(Path(where, name), gid, lambda mode: 0o640 | mode & 0o020, 0, descriptor)
    yield from failed


def _tried(
    path: Path, gid: int, mode: Callable[[int], int], flags: int = 0, within: int | None = None
) -> Iterator[Unshared]:
    try:
        _give(path, gid, mode, flags, within)
    except OSError as error:
        if error.errno == errno.ELOOP or path.is_symlink():
            yield Unshared(path, _("it is a link"))
        elif error.errno == errno.EMLINK:
            yield Unshared(path, _("it has another name elsewhere: a hard link"))
        else:
            yield Unshared(path, os_reason(error))


def _give(path: Path, gid: int, mode: Callable[[int], int], flags: int = 0, within: int | None = None) -> None:
    """Group and mode of a plain file of one name, or a folder; what is as it should be is not touched. Raises OSError.

    `within`: the descriptor of the folder it stands in.
    """
    flags |= os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path if within is None else path.name, flags, dir_fd=within)
    try:
        found = os.fstat(descriptor)
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        # Under its other name it may be a file of somebody who is not in the group.
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), str(path))
        if found.st_gid != gid:
            os.fchown(descriptor, -1, gid)
        # Giving a file to another group takes bits from its mode.
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != (wanted := mode(stat.S_IMODE(found.st_mode))):
            os.fchmod(descriptor, wanted)
    finally:
        os.close(descriptor)
