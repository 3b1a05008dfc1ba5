"""Other programs that a message can be handed to: this machine's sendmail, and the desktop's mail program."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tuimail.domain.errors import BadInput, os_reason
from tuimail.domain.handing import Method
from tuimail.domain.i18n import _
from tuimail.sending.smtp import check_address, harmless

SECONDS = 60
"""How long such a program may take."""
_ELSEWHERE = ("/usr/sbin/sendmail", "/usr/lib/sendmail")
"""Where sendmail is, though an operator's PATH seldom says so."""


def available() -> tuple[Method, ...]:
    """The methods that this machine and session have, the built-in one first."""
    found = [Method.SMTP, Method.EML]
    if _sendmail():
        found.append(Method.SENDMAIL)
    if _xdg_email():
        found.append(Method.XDG_EMAIL)
    return tuple(found)


def _sendmail() -> str:
    return shutil.which("sendmail") or next((path for path in _ELSEWHERE if os.access(path, os.X_OK)), "")


def _xdg_email() -> str:
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return (desktop and shutil.which("xdg-email")) or ""


def as_draft(content: bytes) -> bytes:
    """The message as mail programs open a draft: ready to be read again, changed and sent."""
    return b"X-Unsent: 1\r\n" + content


def give_to_sendmail(sender: str, address: str, content: bytes) -> None:
    """Hand the message to `sendmail`, for that one address; raises BadInput where it does not take it."""
    command = _sendmail()
    if not command:
        raise BadInput(_("There is no sendmail command on this machine."), _("Choose another way to send."))
    words = [command, "-i", "-f", check_address(sender), "--", check_address(address)]
    # What reads a message from a pipe expects this machine's line ends.
    _run(words, content.replace(b"\r\n", b"\n"))


def open_in_mail_program(address: str, subject: str, text: str, files: Sequence[Path]) -> None:
    """Open the desktop's mail program with the message in its composer; raises BadInput where that cannot be done."""
    command = _xdg_email()
    if not command:
        raise BadInput(
            _("There is no desktop in this session that a mail program could open on."),
            _("Choose another way to send."),
        )
    attached = [word for path in files for word in ("--attach", str(path))]
    words = [command, "--utf8", "--subject", subject, "--body", text, *attached, check_address(address)]
    _run(words, b"")


def _run(words: Sequence[str], given: bytes) -> None:
    name = Path(words[0]).name
    try:
        ran = subprocess.run(  # noqa: S603 - no shell, and the addresses are checked
            words, input=given, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadInput(
            _("{command} has not answered within {n} seconds.").format(command=name, n=SECONDS),
            _("It is not known whether it took the message: look into its own log."),
        ) from None
    except OSError as error:
        raise BadInput(
            _("{command} cannot be started: {reason}.").format(command=name, reason=os_reason(error)),
            _("Choose another way to send."),
        ) from error
    if ran.returncode:
        said = (ran.stderr or ran.stdout).decode("utf-8", "replace").strip().splitlines()
        reason = harmless(said[-1]) if said else _("status {n}").format(n=ran.returncode)
        raise BadInput(
            _("{command} did not take the message: {reason}").format(command=name, reason=reason),
            _("Ask who looks after this machine, or choose another way to send."),
        )
