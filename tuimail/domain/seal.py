"""What the journal's seal says: whether any line was changed, removed or put in since it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines the journal has, and the hash of the last: noted elsewhere, it proves what stood there then."""

    lines: int
    hash: str
    """SHA-256 in hexadecimal; empty where there is no line."""

    def __str__(self) -> str:
        return f"{self.lines}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """What `str` gave; raises BadInput."""
        found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})?", text.strip().lower())
        if not found or (found[1].strip("0") != "") != bool(found[2]):
            raise BadInput(
                _("“{text}” is not the seal of a journal.").format(text=text),
                _("Write it as it was printed: the number of lines, a colon and 64 characters."),
            )
        return cls(int(found[1]), found[2] or "")


class Tampering(StrEnum):
    """What was done to the journal from outside."""

    CHANGED = "changed"
    """The line is not what was written, or the one before it is not and was sealed anew."""
    REMOVED = "removed"
    INSERTED = "inserted"
    MOVED = "moved"
    TRUNCATED = "truncated"
    """The last lines are missing."""
    UNSEALED = "unsealed"
    """The record of how many lines there are, and of the last one's hash, is missing."""
    REPLACED = "replaced"
    """The journal holds together but is not the one that the noted seal was taken from."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at every line came to."""

    head: Head
    """Of the lines that are there."""
    tampering: Tampering | None = None
    line: int = 0
    """The first line that is wrong or missing, counted from 1; 0: none."""
    missing: int = 0
    """For TRUNCATED: how many lines."""
    erased: int = 0
    """Lines whose names and addresses were emptied at somebody's request, as a later line says."""

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.tampering is None

    def sentence(self) -> str:
        """What was found, for people."""
        match self.tampering:
            case None if not self.head.lines:
                return _("There is nothing to verify: the journal has no line.")
            case None:
                whole = ngettext(
                    "The journal is whole: {n} line, each as it was written.",
                    "The journal is whole: {n} lines, each as it was written.",
                    self.head.lines,
                ).format(n=self.head.lines)
                if not self.erased:
                    return whole
                erased = ngettext(
                    "In {n} of them names and addresses were erased, and the journal says so.",
                    "In {n} of them names and addresses were erased, and the journal says so.",
                    self.erased,
                )
                return f"{whole} {erased.format(n=self.erased)}"
            case Tampering.CHANGED:
                text = _("Line {line} of the journal is not as it was written, or the line before it is not.")
            case Tampering.REMOVED:
                text = _("Line {line} of the journal was removed.")
            case Tampering.INSERTED:
                text = _("Line {line} of the journal was put in afterwards.")
            case Tampering.MOVED:
                text = _("Line {line} of the journal stands in another place than where it was written.")
            case Tampering.TRUNCATED:
                text = ngettext(
                    "The last line of the journal is missing: it was line {line}.",
                    "The last {n} lines of the journal are missing, from line {line} on.",
                    self.missing,
                )
            case Tampering.UNSEALED:
                text = _("The record of the journal's last line is missing: lines may have been removed at its end.")
            case Tampering.REPLACED:
                text = _("The journal is not the one whose seal was noted: it was written anew up to line {line}.")
        return text.format(line=self.line, n=self.missing)

    def as_json(self) -> dict[str, Any]:
        """One line of `--json`."""
        shown: dict[str, Any] = {
            "event": ("verified" if self.head.lines else "empty") if self.intact else "tampered",
            "lines": self.head.lines,
            "seal": str(self.head),
        }
        if self.erased:
            shown["erased"] = self.erased
        if self.tampering is not None:
            shown |= {"tampering": str(self.tampering), "line": self.line, "detail": self.sentence()}
        return shown
