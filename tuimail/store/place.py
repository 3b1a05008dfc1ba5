"""Where a database may stand: looked at before it is opened, because a failed attempt can leave files behind that
lock others out."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

from tuimail.domain.errors import StoreError, StoreReadOnly
from tuimail.domain.i18n import _

FORCE_VARIABLE = "TUIMAIL_FORCE_NETWORK"
_REMOTE = ("nfs", "cifs", "smb", "fuse", "9p", "afs", "ceph", "glusterfs", "sshfs")
"""Beginnings of the names of file systems whose locks SQLite cannot rely on."""


def check_place(path: Path) -> None:
    """Raise StoreError (StoreReadOnly) where the database at `path` should not be opened by this account."""
    kind = file_system(path)
    if is_remote(kind) and not forced():
        raise StoreError(
            _("{path} stands on a network file system ({kind}), where locks cannot be relied on.").format(
                path=path, kind=kind
            ),
            _("Choose a local disk with --database, or set {variable}=1 if nobody else ever opens it.").format(
                variable=FORCE_VARIABLE
            ),
        )
    if path.parent.is_dir() and path.parent.stat().st_mode & stat.S_ISGID:
        _check_shared(path)


def forced() -> bool:
    """Whether somebody insists on a network file system."""
    return os.environ.get(FORCE_VARIABLE, "") not in ("", "0")


def is_remote(kind: str) -> bool:
    """Whether SQLite should not be used on a file system of that kind."""
    return kind.startswith(_REMOTE)


def file_system(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """The kind of file system that `path` stands, or would stand, on: `ext4`; empty where that cannot be known."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
        place = path.resolve()
    except (OSError, RuntimeError):
        return ""
    best, kind = -1, ""
    for line in lines:
        fields, _separator, rest = line.partition(" - ")
        point = Path(fields.split()[4].encode("latin-1", "replace").decode("unicode_escape"))
        # A later mount at the same place hides the earlier one.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split()[0]
    return kind


def group_name(gid: int) -> str:
    """As people call it; its number where it has no name."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _check_shared(path: Path) -> None:
    folder = path.parent.stat()
    group = group_name(folder.st_gid)
    if os.geteuid() != 0 and folder.st_gid not in {os.getegid(), *os.getgroups()}:
        raise StoreReadOnly(
            _("This account is not in the group {group} that shares {path}.").format(group=group, path=path.parent),
            _("Ask the administrator: adduser NAME {group}; then log in again.").format(group=group),
        )
    if folder.st_mode & 0o070 != 0o070:
        raise StoreError(
            _("The folder {path} is shared, and its group {group} cannot write in it.").format(
                path=path.parent, group=group
            ),
            _("Ask the administrator: chmod 2770 {path}.").format(path=path.parent),
        )
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        try:
            found = each.stat()
        except FileNotFoundError:
            continue
        if found.st_gid != folder.st_gid or found.st_mode & 0o060 != 0o060:
            raise StoreError(
                _("{path} is shared, and the group {group} cannot write it.").format(path=each, group=group),
                _("Ask the administrator: chgrp {group} {path}; chmod 660 {path}.").format(group=group, path=each),
            )
