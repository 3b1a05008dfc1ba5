"""Small files that are written whole or not at all, with the mode they shall have."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int, group: int | None = None) -> None:
    """Write `content` to `path`, durably: whatever is cut, the old file or the new one is there. Raises OSError.

    The mode holds from the first byte on; `group` (a gid) is given to the file before its content.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            if group is not None:
                os.fchown(handle, -1, group)
            os.fchmod(handle, mode)
            stream.write(content)
            stream.flush()
            os.fsync(handle)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_there(path: Path) -> bool:
    """Whether it exists; what cannot be looked for is taken to, and told by whoever opens it."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
