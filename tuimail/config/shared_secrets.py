"""The file of secrets that root shares with a group: owned by root, mode 0640, so that no member can change it."""

from __future__ import annotations

import grp
import os
import pwd
import re
import stat
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from tuimail.config.files import replace_file
from tuimail.config.paths import as_root
from tuimail.config.settings import quoted
from tuimail.domain.errors import NotSettled, os_reason
from tuimail.domain.i18n import _


def read(path: Path, key: str) -> str | None:
    """The secret of that key; None where the file does not have it, is not there, or is not this account's to read.

    Raises NotSettled for a file that cannot be trusted or understood.
    """
    found = _all(path)
    return found.get(key) if found else None


def check(path: Path) -> None:
    """Raise NotSettled for a file that `read` would refuse, to this account or to others of the group that reads it."""
    if _all(path) is not None:
        found = path.stat()
        if found.st_uid != 0 and found.st_mode & stat.S_IRGRP:
            raise _refused(path, _("it does not belong to root"))


def write(path: Path, key: str, secret: str, database: Path, group: int | None = None) -> None:
    """Put a secret into the file, whole or not at all; `group` (a gid) for a new file. Raises NotSettled.

    `database`: the one with the account, which the administrator is told.
    """
    known = _all(path) or {}
    known[key] = secret
    text = "".join(f"{quoted(name)} = {quoted(value)}\n" for name, value in sorted(known.items()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        gid = path.stat().st_gid if path.exists() else group
        replace_file(path, text.encode(), 0o640, gid)
    except OSError as error:
        raise NotSettled(
            _("The file of secrets {path} cannot be written: {reason}.").format(path=path, reason=os_reason(error)),
            _("Ask the administrator: {command}").format(command=made_by(database)),
        ) from error


def made_by(database: Path) -> str:
    """The command by which root keeps the password of that database's account in the file."""
    return as_root("smtp set --password-stdin --keep-in file", database)


def readers_sentence(path: Path) -> str:
    """Who can read the file, for people, as true as it can be told."""
    try:
        found = path.lstat()
    except OSError:
        return _("{path}: not there").format(path=path)
    if not stat.S_ISREG(found.st_mode):
        return _("{path}: no plain file").format(path=path)
    try:
        group = grp.getgrgid(found.st_gid)
        members = sorted({*group.gr_mem, *(user.pw_name for user in pwd.getpwall() if user.pw_gid == found.st_gid)})
    except KeyError:
        return _("{path}: readable by root and the group {group}").format(path=path, group=found.st_gid)
    return _("{path}: readable by root and the group {group} ({members})").format(
        path=path, group=group.gr_name, members=", ".join(members) or _("no member")
    )


def _all(path: Path) -> dict[str, str] | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return None
    except OSError as error:
        raise _refused(path, os_reason(error)) from error
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise _refused(path, _("it is no plain file"))
        if found.st_uid not in (0, os.geteuid()):
            raise _refused(path, _("it does not belong to root"))
        if found.st_mode & 0o027:
            raise _refused(path, _("its mode is {mode:o} and must be 640").format(mode=stat.S_IMODE(found.st_mode)))
        try:
            content = stream.read()
        except OSError as error:
            raise _refused(path, os_reason(error)) from error
    try:
        values = tomllib.loads(content.decode())
    except ValueError as error:
        # Its reason could repeat a line of the file.
        raise _badly_written(path, _wrong_line(content, error)) from None
    if not _is_plain(values):
        raise _badly_written(path, _line_of_another_kind(content.decode().splitlines()))
    return values


def _is_plain(values: dict[str, Any]) -> bool:
    return all(isinstance(value, str) for value in values.values())


def _wrong_line(content: bytes, error: ValueError) -> int:
    if isinstance(error, UnicodeDecodeError):
        return content.count(b"\n", 0, error.start) + 1
    # In words only before Python 3.14; at the end of the document no line is named.
    told = re.search(r"\(at line (\d+), column \d+\)$", str(error))
    return int(told[1]) if told else max(1, len(content.splitlines()))


def _line_of_another_kind(lines: list[str]) -> int:
    """The line where the first value ends that is no text."""
    for number in range(1, len(lines)):
        with suppress(ValueError):
            if not _is_plain(tomllib.loads("\n".join(lines[:number]))):
                return number
    return len(lines)


def _refused(path: Path, reason: str, next_step: str = "") -> NotSettled:
    return NotSettled(
        _("The file of secrets {path} is not used: {reason}.").format(path=path, reason=reason),
        next_step or _("Ask the administrator: chown root:GROUP {path}; chmod 640 {path}.").format(path=path),
    )


def _badly_written(path: Path, line: int) -> NotSettled:
    step = _('Ask the administrator to correct line {n}: a line reads "name" = "secret".').format(n=line)
    return _refused(path, _("it is not written as it should be"), step)
