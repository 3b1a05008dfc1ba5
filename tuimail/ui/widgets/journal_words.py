"""How the journal's lines are called and written out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.style import Style
from rich.text import Text

from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period, format_moment
from tuimail.domain.words import event_word, role_word

_GREEN, _YELLOW, _RED, _PLAIN = Style(color="green"), Style(color="yellow"), Style(color="red"), Style()
_COLOURS = {
    EventKind.SENT: _GREEN,
    EventKind.FAILED: _RED,
    EventKind.BLOCKED: _RED,
    EventKind.BOUNCED: _RED,
    EventKind.READ: _GREEN,
    EventKind.DEFERRED: _YELLOW,
    EventKind.UNCERTAIN: _YELLOW,
}


def event_colour(kind: EventKind) -> Style:
    """A colour that only helps: the word says it already."""
    return _COLOURS.get(kind, _PLAIN)


def remark(event: Event) -> str:
    """Why, and what the server answered; empty if there is neither."""
    return "  ".join(part for part in (event.detail, event.reply) if part)


def brief(event: Event) -> list[str]:
    """Three lines on one event: what, the server's reply, the Message-ID."""
    what = [format_moment(event.at, year=True), event_word(event.event)]
    what += [part for part in (event.number, event.resident, event.recipient, event.detail) if part]
    by = _("by {operator} on {host}").format(operator=event.operator, host=event.host) if event.operator else ""
    reply = _("reply: {reply}").format(reply=event.reply) if event.reply else ""
    return [" ".join(what), reply or by, event.message_id]


def whole(event: Event) -> Text:
    """All that a line of the journal holds, a field a line."""
    text = Text()
    for name, value in _fields(event):
        if value:
            text.append(name.ljust(22), "bold")
            text.append(f"{value}\n", "not bold")
    return text


def _fields(event: Event) -> Iterator[tuple[str, str]]:
    yield _("Line"), str(event.id)
    yield _("When"), f"{event.at.astimezone():%d/%m/%Y %H:%M:%S} ({event.at.isoformat()})"
    yield _("What"), event_word(event.event)
    yield _("Sentence"), event.detail
    yield _("Invoice"), event.number
    yield _("Period"), Period.parse(event.period).label() if event.period else ""
    yield _("Resident"), event.resident
    yield _("Recipient"), event.recipient
    yield _("As"), role_word(event.role)
    yield _("Server’s code"), event.code
    yield _("Server’s reply"), event.reply
    yield _("Server’s queue number"), event.queue_id
    yield _("Put off until"), format_moment(event.until, year=True) if event.until else ""
    yield _("Message-ID"), event.message_id
    yield _("SHA-256 of the PDF"), event.pdf_sha256
    yield _("SHA-256 of the message"), event.wire_sha256
    yield _("Send number"), str(event.batch_id or "")
    yield _("Message number"), str(event.delivery_id or "")
    yield _("Operator"), event.operator
    yield _("Machine"), event.host
