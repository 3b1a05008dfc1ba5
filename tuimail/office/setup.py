"""Making a database, one's own or one that a group shares."""

from __future__ import annotations

import grp
import os
from pathlib import Path

from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput, StoreError, os_reason
from tuimail.domain.i18n import _
from tuimail.office import Office
from tuimail.store.place import check_place, make_shared

NAME = "tuimail.sqlite3"


def init(paths: Paths) -> None:
    """Make the database, if it is not there. Raises StoreError."""
    Office(paths).close()


def init_shared(folder: Path, group: str) -> Paths:
    """Make a database that the members of `group` share, in a folder of its own; where things stand there.

    What is there already is left as it is, and looked at. Raises BadInput, StoreError.
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
        if not folder.is_dir() or not (folder / NAME).exists():
            make_shared(folder, gid)
    except OSError as error:
        raise StoreError(
            _("The folder {path} cannot be shared: {reason}.").format(path=folder, reason=os_reason(error)),
            _("Start it as root, or choose a folder of yours; the folder above it must exist."),
        ) from error
    check_place(paths.database)
    with Office(paths):
        for each in (paths.documents, paths.attachments):
            if not each.is_dir():
                make_shared(each, gid)
    return paths
