"""Who runs this process, so that a dead sender is known from a living one."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path
from uuid import uuid4

from tuimail.domain.account import Owner


def operator() -> str:
    """The Unix account, as the journal names it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def this_owner() -> Owner:
    """This process as a sender; a new one at each call."""
    pid = os.getpid()
    return Owner(uuid4().hex, operator(), socket.gethostname(), pid, _started(pid))


def is_alive(owner: Owner) -> bool | None:
    """Whether the process is still there: a pid that was given to another process since does not count.

    None where it cannot be known: a process of another host, or one whose start time this account may not see.
    """
    if owner.host != socket.gethostname():
        return None
    started = _started(owner.pid)
    if started == _UNSEEN != owner.started:
        return None
    return bool(started) and started == owner.started


_UNSEEN = "running"
"""Stands for a start time where there is no /proc, or where it hides other accounts' processes."""


def _started(pid: int) -> str:
    """When `pid` was started, as the kernel counts it, and in which boot; empty if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return _started_without_proc(pid)
    fields = stat.rpartition(")")[2].split()
    state, start_time = fields[0], fields[19]
    return "" if state in "ZX" else f"{boot}/{start_time}"


def _started_without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return _UNSEEN
