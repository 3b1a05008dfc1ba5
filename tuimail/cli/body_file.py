"""The text of messages, from a file."""

from __future__ import annotations

from pathlib import Path

from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _

_LONGEST_BODY = 100_000
"""Bytes."""


def read_body(path: Path) -> str:
    """The text of a message from a file, never empty; raises BadFile."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_LONGEST_BODY + 1)
    except OSError as error:
        raise BadFile(
            _("{path} cannot be read: {reason}.").format(path=path, reason=os_reason(error)),
            _("Check the path of the file that holds the text."),
        ) from error
    if len(content) > _LONGEST_BODY:
        raise BadFile(_("{path} is too long for the text of a message.").format(path=path), _("Shorten it."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text or " "
    raise BadFile(_("{path} is not plain text.").format(path=path), _("Save it as text in UTF-8."))
