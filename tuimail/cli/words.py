"""States and events as single words for tables."""

from __future__ import annotations

from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _
from tuimail.domain.listing import InvoiceRow
from tuimail.domain.models import DocumentState, Role


def state_word(row: InvoiceRow) -> str:
    """Where an invoice stands: `partielle 1/2`."""
    if row.state is DocumentState.UNSENT:
        return _("to send") if row.reachable else _("no address")
    if row.state is DocumentState.PARTIAL:
        return _("partial {delivered}/{addresses}").format(delivered=row.delivered, addresses=row.addresses)
    return {
        DocumentState.QUEUED: _("queued"),
        DocumentState.SENT: _("sent"),
        DocumentState.FAILED: _("failed"),
        DocumentState.UNCERTAIN: _("uncertain"),
    }[row.state]


def event_word(kind: EventKind) -> str:
    """What happened, as the journal's column says it."""
    return {
        EventKind.QUEUED: _("queued"),
        EventKind.SENT: _("sent"),
        EventKind.FAILED: _("failed"),
        EventKind.DEFERRED: _("deferred"),
        EventKind.UNCERTAIN: _("uncertain"),
        EventKind.REQUEUED: _("queued again"),
        EventKind.CANCELLED: _("cancelled"),
        EventKind.BLOCKED: _("blocked"),
        EventKind.BATCH_STARTED: _("batch started"),
        EventKind.BATCH_PAUSED: _("batch paused"),
        EventKind.BATCH_RESUMED: _("batch resumed"),
        EventKind.BATCH_CANCELLED: _("batch cancelled"),
        EventKind.BATCH_ENDED: _("batch ended"),
        EventKind.IMPORTED: _("imported"),
        EventKind.SETTING_CHANGED: _("setting changed"),
        EventKind.CONNECTING: _("connecting"),
        EventKind.WAITING: _("waiting"),
        EventKind.SUMMARY: _("summary"),
    }[kind]


def role_word(role: str) -> str:
    """In which quality somebody receives; empty for an event that is about nobody."""
    words = {
        Role.RESIDENT: _("resident"),
        Role.GUARDIAN: _("guardian"),
        Role.RELATIVE: _("relative"),
        Role.OTHER: _("other address"),
    }
    return words[Role(role)] if role else ""
