"""States of invoices as single words for tables."""

from __future__ import annotations

from tuimail.domain.billing import DocumentState
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.listing import InvoiceRow


def state_word(row: InvoiceRow) -> str:
    """Where an invoice stands: `partielle 1/2`."""
    if row.decided is not None and row.state not in (DocumentState.SENT, DocumentState.QUEUED, DocumentState.UNCERTAIN):
        return row.decided.outcome.label
    if row.state is DocumentState.UNSENT:
        no_mail = pgettext("invoice", "to post") if row.on_paper else _("no address")
        return pgettext("invoice", "to send") if row.reachable else no_mail
    if row.state is DocumentState.PARTIAL:
        return _("partial {delivered}/{addresses}").format(delivered=row.delivered, addresses=row.addresses)
    return {
        DocumentState.QUEUED: pgettext("invoice", "queued"),
        DocumentState.SENT: pgettext("invoice", "sent"),
        DocumentState.FAILED: pgettext("invoice", "failed"),
        DocumentState.UNCERTAIN: pgettext("invoice", "uncertain"),
    }[row.state]
