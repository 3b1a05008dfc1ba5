"""Paper: PDFs handed to the system's own printing, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess

from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _

_SECONDS = 60.0


def printers() -> list[str]:
    """The printers that can be asked for, the default one first; empty where nothing can be printed."""
    if shutil.which("lp") is None:
        return []
    names = _said("lpstat", "-e").split()
    default = _said("lpstat", "-d").rpartition(":")[2].strip()
    return sorted(names, key=lambda name: (name != default, name.casefold()))


def print_out(content: bytes, title: str, printer: str = "") -> str:
    """Hand a PDF to `lp` for that printer, or the default one; what `lp` answered. Raises DocumentError."""
    if shutil.which("lp") is None:
        raise DocumentError(
            _("This machine has no printing (the command lp is missing)."),
            _("Write the documents to a file, and print that where there is a printer."),
        )
    words = ["lp", *(("-d", printer) if printer else ()), "-t", title, "-o", "media=A4", "-"]
    try:
        done = subprocess.run(words, input=content, capture_output=True, timeout=_SECONDS, check=False, env=_plain())  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DocumentError(_("The printer did not take it: {reason}.").format(reason=error), _next_step()) from error
    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split()).rstrip(".") or str(done.returncode)
        raise DocumentError(_("The printer did not take it: {reason}.").format(reason=reason), _next_step())
    return " ".join(done.stdout.decode(errors="replace").split())


def _next_step() -> str:
    return _("See whether the printer is switched on and known to this machine (lpstat -p), then try again.")


def _said(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False, env=_plain())  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def _plain() -> dict[str, str]:
    # What is said is read here: it must not be in the operator's language.
    return os.environ | {"LC_ALL": "C.UTF-8"}
