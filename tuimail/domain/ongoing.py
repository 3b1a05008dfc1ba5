"""A send that is going on, seen from another session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_moment


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Who sends from an account, what, and how far it is."""

    account_id: int
    operator: str
    host: str
    since: datetime
    """When that process became the account's sender."""
    now: datetime
    """When this was looked up."""
    batch_id: int = 0
    """What is being sent; 0: nothing yet, the sender connects."""
    label: str = ""
    done: int = 0
    """Messages of the batch that are on their way no more, however they ended."""
    total: int = 0
    behind: int = 0
    """Messages of other batches that wait behind it."""
    paused: bool = False
    ends_at: datetime | None = None
    """When the batch will be through at the account's pace; None while it is paused or has nothing left."""

    def sentence(self) -> str:
        """`virginie envoie depuis 10:02, 43 sur 120, fin vers 14:32`."""
        parts = [
            _("{operator} has been sending since {time}").format(operator=self.operator, time=self._clock(self.since))
        ]
        if self.batch_id:
            parts.append(_("{done} of {total}").format(done=self.done, total=self.total))
        if self.paused:
            parts.append(_("paused"))
        elif self.ends_at is not None:
            parts.append(_("ends about {time}").format(time=self._clock(self.ends_at)))
        if self.behind:
            parts.append(ngettext("{n} message queued behind", "{n} messages queued behind", self.behind))
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """One line of `--json`."""
        shown: dict[str, Any] = {
            "event": "sending",
            "operator": self.operator,
            "host": self.host,
            "since": self.since.astimezone(UTC).isoformat(),
            "label": self.label,
            "done": self.done,
            "total": self.total,
            "behind": self.behind,
            "paused": self.paused,
        }
        if self.ends_at is not None:
            shown["ends_at"] = self.ends_at.astimezone(UTC).isoformat()
        return shown

    def _clock(self, moment: datetime) -> str:
        """The time alone on the day of the look, else with its day."""
        same_day = moment.astimezone().date() == self.now.astimezone().date()
        return f"{moment.astimezone():%H:%M}" if same_day else format_moment(moment)
