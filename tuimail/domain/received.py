"""Mail that the demonstration's own server has received, and how a screen gets at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One message as it arrived."""

    path: Path
    """The `.eml` file that holds it."""
    at: datetime
    sender: str
    """The envelope's sender."""
    recipient: str
    """The envelope's recipient."""
    subject: str
    attachments: tuple[str, ...]
    """File names."""
    size: int
    """Bytes."""


class ReceivedBox(Protocol):
    """The built-in mail server's box; every method may be called from any thread."""

    @property
    def folder(self) -> Path:
        """Where the `.eml` files stand."""

    @property
    def host(self) -> str:
        """The loopback address the server listens on."""

    @property
    def port(self) -> int:
        """Its TCP port."""

    def messages(self) -> Sequence[ReceivedMail]:
        """Everything received so far, oldest first."""

    def read(self, path: Path) -> str:
        """A message for people: its headers, its text, and the name and size of each attachment."""
