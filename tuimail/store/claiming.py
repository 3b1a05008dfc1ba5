"""Giving a file that was written beside its place the name it shall have, without ever taking somebody else's."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

_WITHOUT_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)
"""What a file system without links says: a USB stick, as a rule."""


def claim(draft: Path, path: Path) -> bool:
    """Move the draft there if nothing has that name, whoever else tries at the same moment; raises OSError."""
    try:
        # A rename would write over a file that somebody has made meanwhile.
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
        # Only the name can be had for oneself there.
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        draft.replace(path)
    else:
        with suppress(OSError):
            draft.unlink()
    return True
