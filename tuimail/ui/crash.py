"""What the operator and whoever maintains the program read when the application ends and should not have."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from textual.worker import WorkerFailed

from tuimail.config.paths import Paths
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _


def cause(error: Exception) -> Exception:
    """What happened inside a worker, with its own traceback, in place of the news that the worker failed."""
    inner = error.error if isinstance(error, WorkerFailed) else None
    return inner if isinstance(inner, Exception) else error


def tell_crash(error: Exception, paths: Paths) -> int:
    """Say on standard error why the application ended, and write down what happened; returns the exit status."""
    if isinstance(error, TuimailError):
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    where = paths.database.parent / f"crash-{datetime.now():%Y%m%d-%H%M%S}.txt"  # noqa: DTZ005
    written = write_crash(error, where)
    sys.stderr.write(
        _("tuimail had to stop ({what}). What was sent is in the journal; nothing is sent twice.").format(
            what=type(error).__name__
        )
        + "\n"
        + (_("Send this file to who maintains it: {path}").format(path=where) if written else "")
        + "\n"
    )
    return 1


def write_crash(error: Exception, where: Path) -> bool:
    """Write what happened for whoever maintains the program; False if that cannot be written."""
    import traceback

    # Never with the local variables: one of them may be a password.
    text = "".join(traceback.format_exception(error))
    try:
        with os.fdopen(os.open(where, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        return False
    return True
