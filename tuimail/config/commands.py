"""Commands that hand out a secret: a password manager's, or a program that fetches a token."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from tuimail.domain.errors import NotSettled
from tuimail.domain.i18n import _

PATIENCE = 30.0
"""Seconds."""


def secret_from(command: Sequence[str], *, patience: float = PATIENCE) -> str:
    """The one line that the command prints, run without a shell and with nothing to read.

    Raises NotSettled, which never repeats what the command printed: it may be the secret.
    """
    name = command[0]
    step = _("Try it in a terminal; it must print the secret on one line. It stands in your own settings.")
    try:
        # In a session of its own: what asks on the terminal behind the screens cannot.
        with subprocess.Popen(  # noqa: S603 - the operator's own command, from a file that nobody else can write
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                printed, _nothing = process.communicate(timeout=patience)
            except BaseException:
                _end(process)
                raise
    except subprocess.TimeoutExpired:
        sentence = _("The command {name} gave no secret within {n} seconds.").format(name=name, n=round(patience))
        raise NotSettled(sentence, step) from None
    except (OSError, ValueError) as error:
        raise NotSettled(
            _("The command {name} cannot be run: {reason}.").format(
                name=name, reason=getattr(error, "strerror", None) or str(error)
            ),
            step,
        ) from None
    if process.returncode:
        sentence = _("The command {name} failed (status {status}).").format(name=name, status=process.returncode)
        raise NotSettled(sentence, step)
    try:
        text = printed.decode()
    except UnicodeDecodeError:
        raise NotSettled(_("The command {name} printed something that is no text.").format(name=name), step) from None
    lines = text.removesuffix("\n").removesuffix("\r").split("\n")
    if not lines[0].strip("\r"):
        raise NotSettled(_("The command {name} printed nothing.").format(name=name), step)
    if len(lines) > 1:
        raise NotSettled(_("The command {name} printed more than one line.").format(name=name), step)
    return lines[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started: a child of it could keep the pipe open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
