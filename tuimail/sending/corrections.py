"""Invoices that were corrected before they left: someone may want to look at them first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuimail.domain.billing import Document
from tuimail.domain.i18n import _
from tuimail.domain.money import format_cents


def corrected(notes: Sequence[Document]) -> Iterator[str]:
    """A sentence for each of an invoice's credit notes."""
    for note in notes:
        words = _("credit note {number} takes {amount} of it back")
        yield words.format(number=note.number, amount=format_cents(-note.gross, currency=True))
