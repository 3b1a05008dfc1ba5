"""A folder that the account may not enter, for root as well."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VERSION_3 = 0x20080522
_GOES_EVERYWHERE = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root enter a folder of mode 0."""


@contextmanager
def closed(folder: Path) -> Iterator[Path]:
    """Nobody enters the folder as long as this lasts: neither this thread nor those that it starts."""
    mode = folder.stat().st_mode & 0o7777
    folder.chmod(0)
    before = _effective() if os.geteuid() == 0 else None
    if before is not None:
        _set_effective(before & ~_GOES_EVERYWHERE)
    try:
        yield folder
    finally:
        if before is not None:
            _set_effective(before)
        folder.chmod(mode)


def _sets() -> tuple[ctypes.Array[ctypes.c_uint32], ctypes.Array[ctypes.c_uint32]]:
    """The header of `capget`, and effective, permitted and inheritable rights, twice."""
    header, rights = (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capget(header, rights):
        raise OSError(ctypes.get_errno(), "capget")
    return header, rights


def _effective() -> int:
    return int(_sets()[1][0])


def _set_effective(wanted: int) -> None:
    header, rights = _sets()
    rights[0] = wanted
    if ctypes.CDLL(None, use_errno=True).capset(header, rights):
        raise OSError(ctypes.get_errno(), "capset")
