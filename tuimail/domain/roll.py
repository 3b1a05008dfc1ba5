"""The residents as a list: which of them are shown, what a row says, and how many there are of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.people import Resident


class ResidentFilter(StrEnum):
    """Which residents a list shows. All but the last two are about those who have not left."""

    PRESENT = "present"
    UNREACHABLE = "unreachable"
    """Nobody receives their invoices by mail, though they are not on paper."""
    PROTECTED = "protected"
    """Under guardianship."""
    CHANGED = "changed"
    """An address was typed anew and nothing has reached it since."""
    BOUNCED = "bounced"
    """The server refused an address, or a message to it came back."""
    LEFT = "left"
    EVERYONE = "everyone"

    def next(self) -> ResidentFilter:
        """The one after it, the first after the last."""
        order = list(ResidentFilter)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """One resident in a list."""

    person: Resident
    structure: str
    """The name of the home."""
    own: str
    """The resident's own addresses that receive, joined by a comma and a space; empty if none."""
    guardian: str
    relative: str
    """Of the guardian and of relatives, likewise."""
    messages: int
    """How many messages an invoice makes."""
    left: bool = False
    changed: bool = False
    bounced: bool = False
    """A message to one of the addresses came back."""
    refused: bool = False
    """The server refused one of the addresses."""
    problem: str = ""
    """What is wrong with who receives, in a sentence; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class ResidentCounts:
    """How many residents of a structure there are, whatever the filter and the search."""

    present: int = 0
    unreachable: int = 0
    protected: int = 0
    changed: int = 0
    bounced: int = 0
    left: int = 0

    @property
    def everyone(self) -> int:
        """Present or not."""
        return self.present + self.left
