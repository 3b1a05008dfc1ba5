"""An account from which nothing leaves because somebody has said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tuimail.domain.i18n import _
from tuimail.domain.periods import format_moment


@dataclass(frozen=True, slots=True)
class Halt:
    """Who paused the account, and when."""

    host: str
    """The account's server."""
    operator: str
    since: datetime

    def sentence(self) -> str:
        """`smtp.example : en pause depuis 10:02 par virginie : rien ne part`, without a full stop."""
        return _("{account}: paused since {time} by {operator}: nothing leaves").format(
            account=self.host, time=format_moment(self.since), operator=self.operator
        )

    def short(self) -> str:
        """The same where there is no doubt which account, or little room."""
        return _("Paused since {time} by {operator}: nothing leaves").format(
            time=format_moment(self.since), operator=self.operator
        )

    def as_json(self) -> dict[str, Any]:
        """One line of `--json`."""
        return {
            "event": "paused",
            "account": self.host,
            "operator": self.operator,
            "since": self.since.astimezone(UTC).isoformat(),
        }
