"""Making a database, one's own or one that a group shares."""

from __future__ import annotations

import grp
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput, StoreError, os_reason
from tuimail.domain.i18n import _, ngettext
from tuimail.office import Office
from tuimail.store.place import check_place
from tuimail.store.sharing import Unshared, make_shared, share

NAME = "tuimail.sqlite3"
_TOLD = 5
"""Paths that could not be shared and are named; the rest is counted."""


def init(paths: Paths) -> None:
    """Make the database, if it is not there. Raises StoreError."""
    Office(paths).close()


def init_shared(folder: Path, group: str) -> Paths:
    """Make a database that the members of `group` share, in a folder of its own; where things stand there.

    What is there already is shared as well: a restored copy, or a database of one's own that was moved there. Raises
    BadInput, StoreError, also where a part of it could not be shared.
    """
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        raise BadInput(
            _("There is no group {group} on this machine.").format(group=group),
            _("Make it first: addgroup {group}; then adduser NAME {group} for each operator.").format(group=group),
        ) from None
    if os.geteuid() != 0 and gid not in {os.getegid(), *os.getgroups()}:
        raise BadInput(
            _("This account is not in the group {group}.").format(group=group),
            _("Start it as root, or ask for: adduser NAME {group}; then log in again.").format(group=group),
        )
    folder = folder.expanduser().absolute()
    paths = Paths(folder / NAME, asked_for=True)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        left = share(paths.database, paths.folders, gid)
    except OSError as error:
        raise StoreError(
            _("The folder {path} cannot be shared: {reason}.").format(path=folder, reason=os_reason(error)),
            _("Start it as root, or choose a folder of yours; the folder above it must exist."),
        ) from error
    if left:
        raise _half_shared(left, folder, group)
    check_place(paths.database)
    with Office(paths):
        for each in paths.folders:
            if not each.is_dir():
                make_shared(each, gid)
    return paths


def _half_shared(left: Sequence[Unshared], folder: Path, group: str) -> StoreError:
    told = ", ".join(f"{each.path} ({each.reason})" for each in left[:_TOLD])
    if (more := len(left) - _TOLD) > 0:
        told = ngettext("{told} and {n} more", "{told} and {n} more", more).format(told=told, n=more)
    if os.geteuid() == 0:
        step = _("Look at what stands there, then start it again.")
    else:
        command = f"sudo tuimail init --shared {shlex.quote(str(folder))} --group {shlex.quote(group)}"
        step = _("Ask the administrator: {command}").format(command=command)
    return StoreError(_("Not shared with the group {group}: {told}.").format(group=group, told=told), step)
