"""The mail account of an association, and who may send from it. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Account:
    """An SMTP account. Its password is a secret and stands elsewhere."""

    association_id: int
    host: str
    port: int
    security: Security
    user: str = ""
    """Empty: no authentication."""
    ca_file: str = ""
    gap: float = 2.0
    """Seconds between two messages."""
    pause_every: int = 10
    """Messages between two longer pauses; 0: none."""
    pause: float = 10.0
    """Seconds of the longer pause."""
    per_minute: int = 0
    """Most recipients in any minute, hour, day; 0: no limit known."""
    per_hour: int = 0
    per_day: int = 0
    connections: int = 1
    """Connections that send at the same time; more than one only without pacing."""
    id: int = 0

    @property
    def paced(self) -> bool:
        """Whether anything but the server holds a message back: a gap, a pause, a window."""
        return bool(self.gap or self.pause_every or self.per_minute or self.per_hour or self.per_day)

    @property
    def secret_key(self) -> str:
        """Names the password: another host, port or user never gets this one's."""
        return f"smtp://{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that sends: told apart from a dead one by its pid and when that pid started."""

    id: str
    operator: str
    host: str
    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send from an account, one owner at a time; `epoch` grows with each takeover."""

    account_id: int
    owner: Owner
    epoch: int
    expires_at: datetime
