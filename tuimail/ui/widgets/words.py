"""The sentences that stand around the list of invoices."""

from __future__ import annotations

from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.listing import InvoiceCounts, InvoiceFilter
from tuimail.domain.money import format_cents
from tuimail.domain.selection import SelectionTotals
from tuimail.ui.look import signs


def counts_sentence(counts: InvoiceCounts) -> str:
    """`Non envoyées 38 · Envoyées 9 · Problèmes 1 · Sans adresse 3`."""
    parts = (
        (pgettext("invoices", "Not sent"), counts.unsent),
        (pgettext("invoices", "Sent"), counts.sent),
        (pgettext("invoices", "Problems"), counts.problems),
        (pgettext("invoices", "No address"), counts.unreachable),
        *([(pgettext("invoices", "Posted or excluded"), counts.decided)] if counts.decided else []),
    )
    return f" {signs().dot} ".join(f"{word} {number}" for word, number in parts)


def filter_name(chosen: InvoiceFilter) -> str:
    """`non envoyées`."""
    return {
        InvoiceFilter.ALL: pgettext("filter", "all"),
        InvoiceFilter.UNSENT: pgettext("filter", "not sent"),
        InvoiceFilter.SENT: pgettext("filter", "sent"),
        InvoiceFilter.PROBLEMS: pgettext("filter", "problems"),
        InvoiceFilter.UNCERTAIN: pgettext("filter", "uncertain"),
        InvoiceFilter.TO_POST: pgettext("filter", "to post"),
    }[chosen]


def filter_sentence(chosen: InvoiceFilter, search: str = "") -> str:
    """`Filtre : non envoyées`, with the text that is searched for if there is one."""
    sentence = _("Filter: {name}").format(name=filter_name(chosen))
    if not search:
        return sentence
    looked_for = _("search “{text}”").format(text=search)
    return f"{sentence} {signs().dot} {looked_for}"


def selection_sentence(totals: SelectionTotals, invoices: int, hidden: int = 0) -> str:
    """`38 cochées sur 51 · 44 messages · 83 512,40 € HT`; `hidden` of the ticked ones are not shown now."""
    ticked = ngettext("{n} ticked of {all}", "{n} ticked of {all}", totals.invoices).format(all=invoices)
    if hidden:
        ticked = ngettext("{ticked}, {n} of them hidden", "{ticked}, {n} of them hidden", hidden).format(ticked=ticked)
    messages = ngettext("{n} message", "{n} messages", totals.messages)
    net = _("{amount} net").format(amount=format_cents(totals.net, currency=True))
    return f" {signs().dot} ".join((ticked, messages, net))
