"""States of invoices as single words for tables."""

from __future__ import annotations

from tuimail.domain.billing import DocumentState
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.listing import InvoiceRow


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
