"""The last resort of every command: whatever happens, a sentence and an exit status, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tuimail import __version__
from tuimail.cli.output import OutputLost, flush, silence, warn
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _

INTERRUPTED = 130
NOBODY_READS = 141
"""What a shell says of a program that Ctrl+C or a closed pipe ended."""


def guarded(work: Callable[[], int], folder: Callable[[], Path]) -> int:
    """The exit status of `work`, whose troubles are told on standard error.

    Details of what nobody expected are written to a file in `folder`, or in the temporary folder.
    """
    try:
        status = work()
        flush()
    except TuimailError as error:
        warn(f"tuimail: {error}")
        status = error.exit_status
        if isinstance(error, OutputLost):
            # Else Python tries once more as it ends, and has a status of its own for that.
            silence()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        silence()
        status = NOBODY_READS
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:  # noqa: BLE001
        told = TuimailError(
            _("Something unexpected went wrong ({error}).").format(error=_short(error)),
            _("Give {path} to whoever looks after tuimail.").format(path=_write_details(error, folder)),
        )
        warn(f"tuimail: {told}")
        status = told.exit_status
    return status


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _write_details(error: Exception, folder: Callable[[], Path]) -> str:
    now = datetime.now(UTC)
    text = "\n".join(
        [
            f"tuimail {__version__}, Python {sys.version}",
            f"{now.isoformat()} {sys.argv}",
            "".join(traceback.format_exception(error)),
        ]
    )
    name = f"tuimail-crash-{now:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    for place in (folder, lambda: Path(tempfile.gettempdir())):
        try:
            path = place() / name
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", errors="replace") as stream:
                stream.write(text)
        except (OSError, TuimailError):
            continue
        return str(path)
    return _("(no file could be written)")
