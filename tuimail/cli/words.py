"""States and events as single words for tables."""

from __future__ import annotations

from tuimail.domain.billing import DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.listing import InvoiceRow
from tuimail.domain.people import Role


def state_word(row: InvoiceRow) -> str:
    """Where an invoice stands: `partielle 1/2`."""
    if row.state is DocumentState.UNSENT:
        return pgettext("invoice", "to send") if row.reachable else _("no address")
    if row.state is DocumentState.PARTIAL:
        return _("partial {delivered}/{addresses}").format(delivered=row.delivered, addresses=row.addresses)
    return {
        DocumentState.QUEUED: pgettext("invoice", "queued"),
        DocumentState.SENT: pgettext("invoice", "sent"),
        DocumentState.FAILED: pgettext("invoice", "failed"),
        DocumentState.UNCERTAIN: pgettext("invoice", "uncertain"),
    }[row.state]


def event_word(kind: EventKind) -> str:
    """What happened, as the journal's column says it."""
    return {
        EventKind.QUEUED: pgettext("event", "queued"),
        EventKind.SENT: pgettext("event", "sent"),
        EventKind.FAILED: pgettext("event", "failed"),
        EventKind.DEFERRED: pgettext("event", "deferred"),
        EventKind.UNCERTAIN: pgettext("event", "uncertain"),
        EventKind.REQUEUED: pgettext("event", "queued again"),
        EventKind.CANCELLED: pgettext("event", "cancelled"),
        EventKind.BLOCKED: pgettext("event", "blocked"),
        EventKind.MARKED_SENT: pgettext("event", "marked sent"),
        EventKind.MARKED_UNSENT: pgettext("event", "marked unsent"),
        EventKind.RETRY_ASKED: pgettext("event", "retry asked for"),
        EventKind.BATCH_STARTED: pgettext("event", "batch started"),
        EventKind.BATCH_PAUSED: pgettext("event", "batch paused"),
        EventKind.BATCH_RESUMED: pgettext("event", "batch resumed"),
        EventKind.BATCH_CANCELLED: pgettext("event", "batch cancelled"),
        EventKind.BATCH_ENDED: pgettext("event", "batch ended"),
        EventKind.IMPORTED: pgettext("event", "imported"),
        EventKind.IMPORT_UNDONE: pgettext("event", "import undone"),
        EventKind.SETTING_CHANGED: pgettext("event", "setting changed"),
        EventKind.CONNECTING: pgettext("event", "connecting"),
        EventKind.WAITING: pgettext("event", "waiting"),
        EventKind.SUMMARY: pgettext("event", "summary"),
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
