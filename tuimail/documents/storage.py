"""Writing files of the data folder so that they are whole or not there, and saying why when that fails."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tuimail.domain.errors import BadFile, DocumentError, os_reason
from tuimail.domain.i18n import _

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHT = (errno.EACCES, errno.EPERM)


def replace_file(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Write `content` to `path`, durably: whatever is cut or killed, the old file or the new one is there, whole.

    The folder must be there. Without `mode` the folder's group may read it. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    # The group may read, others never: an invoice tells about health. The umask may take the group's right away.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            if _is_shared(path.parent):
                os.fchmod(handle, mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it; below one that a group shares, the group shares the new ones as well.

    Raises OSError.
    """
    missing = [each for each in (folder, *folder.parents) if not each.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        # Another operator may have made it at the same moment, and then does the same.
        with suppress(PermissionError):
            if _is_shared(each.parent):
                each.chmod(0o2770)


def _is_shared(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_outside(path: Path, largest: int, too_large: BadFile) -> bytes:
    """A file that an operator has chosen, of `largest` bytes at most; raises `too_large`, or another BadFile."""
    try:
        # Without O_NONBLOCK a named pipe would be waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise BadFile(
            _("The file {path} cannot be read: {reason}.").format(path=path, reason=os_reason(error)),
            _("Choose another file."),
        ) from error
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise BadFile(_("{path} is not a file.").format(path=path), _("Choose a file."))
        if facts.st_size > largest:
            raise too_large
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            content = stream.read(largest + 1)
        if len(content) != facts.st_size or os.fstat(descriptor).st_size != facts.st_size:
            raise BadFile(
                _("{path} changed while it was read.").format(path=path),
                _("Wait until the other program has written it, then choose it again."),
            )
    finally:
        os.close(descriptor)
    if not content:
        raise BadFile(_("{path} is empty.").format(path=path), _("Choose another file."))
    return content


def read_kept(path: Path) -> bytes:
    """A file of the data folder; raises OSError, also for a link, folder or device that stands in its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return stream.read()


def check_writable(folder: Path) -> None:
    """Raise DocumentError where this account could not write in the folder, or in one below it; it may be missing."""
    with as_document_error(folder):
        for each, below, _files in os.walk(folder, onerror=_raise):
            # Before a folder that may not be entered is looked into, which would tell less.
            for one in (each, *(os.path.join(each, name) for name in below)):  # noqa: PTH118 - as os.walk gives them
                if not os.access(one, os.R_OK | os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), one)


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


@contextmanager
def as_document_error(folder: Path) -> Iterator[None]:
    """Turn an OSError met while writing in `folder` into a DocumentError that says what to do."""
    try:
        yield
    except OSError as error:
        raise DocumentError(*_told(error, folder)) from error


def _told(error: OSError, folder: Path) -> tuple[str, str]:
    if error.errno in _NO_ROOM:
        return (
            _("There is no room left to write in {folder}.").format(folder=folder),
            _("Free some space on that disk, then try again."),
        )
    if error.errno in _NO_RIGHT:
        place = _nearest_folder(Path(error.filename) if isinstance(error.filename, str) else folder)
        return (
            _("Nothing can be written in {folder}: this account does not have the right to.").format(folder=place),
            _("Ask who manages the machine for the right to write there, or choose another folder."),
        )
    if error.errno == errno.EROFS:
        return (
            _("Nothing can be written in {folder} ({reason}).").format(folder=folder, reason=os_reason(error)),
            _("Choose a folder on another disk, or ask the administrator to make this one writable."),
        )
    return (
        _("Nothing can be written in {folder} ({reason}).").format(folder=folder, reason=os_reason(error)),
        _("Check that nothing else has that name and that the disk is there, or choose another folder."),
    )


def _nearest_folder(path: Path) -> Path:
    # os.path, not pathlib: it answers no instead of failing where even looking is forbidden.
    place = Path(os.path.abspath(path))  # noqa: PTH100
    return next((each for each in (place, *place.parents) if os.path.isdir(each)), place)  # noqa: PTH112
