"""What happens, as values: the journal's lines, and what the screen and the command line follow while sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tuimail.domain.i18n import ngettext


class EventKind(StrEnum):
    """What happened. The first group stands in the journal; the second is only told to who listens."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    REQUEUED = "requeued"
    """Claimed by a sender that ended, or was cut, before the message could have left."""
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    """A document of the batch that no message could be made for."""
    MARKED_SENT = "marked-sent"
    """An operator believes that an uncertain message arrived."""
    MARKED_UNSENT = "marked-unsent"
    """An operator believes that an uncertain message did not arrive."""
    RETRY_ASKED = "retry-asked"
    """An operator wants a deferred message to be tried again at once."""
    POSTED = "posted"
    """An operator sent a document on paper."""
    EXCLUDED = "excluded"
    """An operator does not want a document to be sent."""
    TAKEN_BACK = "taken-back"
    """An operator takes one of these two back."""
    DRAFT_WRITTEN = "draft-written"
    """A message was written as a file for a mail program: it does not count as sent."""
    HANDED_OVER = "handed-over"
    """A message was given to another program, which may send it: it does not count as sent."""
    TESTED = "tested"
    """An operator sent a message to their own address, marked as a test; no document was sent by it."""
    BOUNCED = "bounced"
    """A report says that a message that had been accepted did not reach its address."""
    READ = "read"
    """A receipt says that a message was shown to somebody."""
    FILED = "filed"
    """A message that was sent was put into the Sent folder."""
    BATCH_STARTED = "batch-started"
    BATCH_PAUSED = "batch-paused"
    BATCH_RESUMED = "batch-resumed"
    BATCH_CANCELLED = "batch-cancelled"
    BATCH_ENDED = "batch-ended"
    ACCOUNT_PAUSED = "account-paused"
    """Nothing leaves from the account, whoever sends, until the next."""
    ACCOUNT_RESUMED = "account-resumed"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import-undone"
    SETTING_CHANGED = "setting-changed"
    ERASED = "erased"
    """Names and addresses were emptied in earlier lines: their ids stand in `code`, as `3-7,12`."""
    DOCUMENT_MADE = "document-made"
    DOCUMENT_CHANGED = "document-changed"
    PDF_BROUGHT = "pdf-brought"
    """A PDF that another program made was taken for a document, or held until someone looks."""
    PDF_DECIDED = "pdf-decided"
    """Someone looked at a PDF that was held, and said whose it is or that it is nobody's."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    """Pacing: nothing leaves before `until`."""
    SUMMARY = "summary"


_JSON_KEYS = (
    "number", "period", "resident", "recipient", "role", "message_id", "state", "code", "reply",
    "queue_id", "pdf_sha256", "wire_sha256", "operator", "host", "detail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; empty fields do not apply."""

    event: EventKind
    at: datetime
    batch_id: int = 0
    delivery_id: int = 0
    document_id: int = 0
    number: str = ""
    period: str = ""
    resident: str = ""
    recipient: str = ""
    role: str = ""
    message_id: str = ""
    state: str = ""
    code: str = ""
    """The enhanced status code, or the three digits where the server gives no other."""
    reply: str = ""
    """The server's reply as it came."""
    queue_id: str = ""
    pdf_sha256: str = ""
    wire_sha256: str = ""
    until: datetime | None = None
    """For WAITING and DEFERRED: when it goes on."""
    operator: str = ""
    host: str = ""
    detail: str = ""
    """A sentence for the operator, in the language in use when it happened."""
    id: int = 0

    def as_json(self) -> dict[str, Any]:
        """The keys of `--json`: `event`, `at` and whatever applies; times are ISO 8601 in UTC."""
        shown: dict[str, Any] = {"event": str(self.event), "at": self.at.astimezone(UTC).isoformat()}
        shown |= {key: value for key in _JSON_KEYS if (value := getattr(self, key))}
        if self.until:
            shown["until"] = self.until.astimezone(UTC).isoformat()
        return shown


@dataclass(frozen=True, slots=True)
class Summary:
    """How a send ended. `invoices` and `blocked` count documents, the rest messages."""

    invoices: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    deferred: int = 0
    blocked: int = 0
    cancelled: int = 0
    queued: int = 0
    """Messages left queued: the batch is paused, or was stopped at a boundary."""
    to_post: int = 0
    """Invoices that go on paper only: never counted as blocked."""
    copies: int = 0
    """Own copies sent; they are in none of the other counts."""
    copies_failed: int = 0
    """Own copies that were refused or are uncertain: they say nothing about the documents."""
    detail: str = field(default="", compare=False)
    """Why it stopped before its end, in a sentence; empty if it did not."""

    def as_json(self) -> dict[str, Any]:
        """The last line of `--json`."""
        keys = ("invoices", "sent", "failed", "uncertain", "deferred", "blocked", "cancelled")
        shown: dict[str, Any] = {"event": "summary"} | {key: getattr(self, key) for key in keys}
        for key in ("queued", "to_post", "copies", "copies_failed"):
            if count := getattr(self, key):
                shown[key] = count
        if self.detail:
            shown["detail"] = self.detail
        return shown

    @property
    def messages(self) -> int:
        """What the counts of messages add up to."""
        return self.sent + self.failed + self.uncertain + self.deferred + self.cancelled + self.queued

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was sent."""
        return not (self.failed or self.uncertain or self.deferred or self.blocked or self.cancelled or self.queued)

    def sentence(self) -> str:
        """The counts for people."""
        parts = [
            ngettext("{n} sent", "{n} sent", self.sent),
            ngettext("{n} failed", "{n} failed", self.failed),
        ]
        parts.append(ngettext("{n} uncertain", "{n} uncertain", self.uncertain))
        if self.deferred:
            parts.append(ngettext("{n} to be tried again", "{n} to be tried again", self.deferred))
        if self.cancelled:
            parts.append(ngettext("{n} cancelled", "{n} cancelled", self.cancelled))
        if self.queued:
            parts.append(ngettext("{n} still queued", "{n} still queued", self.queued))
        counts = " · ".join(parts)
        if self.messages:
            counts += " = " + ngettext("{n} message", "{n} messages", self.messages)
        if self.blocked:
            counts += " · " + ngettext("{n} invoice blocked", "{n} invoices blocked", self.blocked)
        if self.to_post:
            counts += " · " + ngettext("{n} invoice to post", "{n} invoices to post", self.to_post)
        if self.copies:
            counts += " · " + ngettext("{n} own copy", "{n} own copies", self.copies)
        if self.copies_failed:
            counts += " · " + ngettext("{n} own copy not sent", "{n} own copies not sent", self.copies_failed)
        return counts
