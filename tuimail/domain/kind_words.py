"""What kinds of document are called, in the interface and in the mail that goes with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.templates import DEFAULT_BODY, DEFAULT_SUBJECT, ENGLISH_BODY, ENGLISH_SUBJECT


def kind_name(kind: DocumentKind) -> str:
    """`Facture`."""
    return {
        DocumentKind.INVOICE: pgettext("kind", "Invoice"),
        DocumentKind.CREDIT_NOTE: _("Credit note"),
        DocumentKind.QUOTE: _("Quote"),
        DocumentKind.ORDER: _("Order"),
        DocumentKind.DELIVERY_NOTE: _("Delivery note"),
        DocumentKind.DISBURSEMENTS: _("Disbursement statement"),
    }[kind]


def kinds_name(kind: DocumentKind) -> str:
    """`Factures`."""
    return {
        DocumentKind.INVOICE: pgettext("kind", "Invoices"),
        DocumentKind.CREDIT_NOTE: _("Credit notes"),
        DocumentKind.QUOTE: _("Quotes"),
        DocumentKind.ORDER: _("Orders"),
        DocumentKind.DELIVERY_NOTE: _("Delivery notes"),
        DocumentKind.DISBURSEMENTS: _("Disbursement statements"),
    }[kind]


def counted(kinds: Iterable[DocumentKind]) -> str:
    """`12 factures`; of several kinds `12 documents`."""
    found = list(kinds)
    n = len(found)
    if len(set(found)) > 1:
        return ngettext("{n} document", "{n} documents", n).format(n=n)
    words = {
        DocumentKind.INVOICE: ngettext("{n} invoice", "{n} invoices", n),
        DocumentKind.CREDIT_NOTE: ngettext("{n} credit note", "{n} credit notes", n),
        DocumentKind.QUOTE: ngettext("{n} quote", "{n} quotes", n),
        DocumentKind.ORDER: ngettext("{n} order", "{n} orders", n),
        DocumentKind.DELIVERY_NOTE: ngettext("{n} delivery note", "{n} delivery notes", n),
        DocumentKind.DISBURSEMENTS: ngettext("{n} disbursement statement", "{n} disbursement statements", n),
    }
    return words[found[0] if found else DocumentKind.INVOICE].format(n=n)


def nothing_besides(kinds: Iterable[DocumentKind]) -> str:
    """`rien d’autre que la facture`."""
    found = set(kinds)
    if len(found) != 1:
        return _("nothing besides the document")
    return {
        DocumentKind.INVOICE: _("nothing besides the invoice"),
        DocumentKind.CREDIT_NOTE: _("nothing besides the credit note"),
        DocumentKind.QUOTE: _("nothing besides the quote"),
        DocumentKind.ORDER: _("nothing besides the order"),
        DocumentKind.DELIVERY_NOTE: _("nothing besides the delivery note"),
        DocumentKind.DISBURSEMENTS: _("nothing besides the disbursement statement"),
    }[found.pop()]


_IN_ENGLISH = {
    DocumentKind.CREDIT_NOTE: "credit note",
    DocumentKind.QUOTE: "quote",
    DocumentKind.ORDER: "order",
    DocumentKind.DELIVERY_NOTE: "delivery note",
    DocumentKind.DISBURSEMENTS: "disbursement statement",
}
_IN_MAIL = {
    DocumentKind.CREDIT_NOTE: ("Votre avoir", "l’avoir"),
    DocumentKind.QUOTE: ("Votre devis", "le devis"),
    DocumentKind.ORDER: ("Votre commande", "la commande"),
    DocumentKind.DELIVERY_NOTE: ("Votre bon de livraison", "le bon de livraison"),
    DocumentKind.DISBURSEMENTS: ("Votre relevé de débours", "le relevé de débours"),
}
"""Families read French whatever the operator's interface, unless the resident's card says English."""


def mail_of(kind: DocumentKind, sender: str) -> tuple[str, str] | None:
    """Subject and text of the mail that a document of this kind goes with; None for an invoice: its home's own."""
    if kind is DocumentKind.INVOICE:
        return None
    subject, what = _IN_MAIL[kind]
    text = f"Bonjour,\n\nVeuillez trouver ci-joint {what} de &personne pour la période de &periode.\n\nCordialement,\n"
    return subject, text + (f"{sender}\n" if sender else "")


def in_language(text: str, lang: str, sender: str) -> tuple[str, str]:
    """A usual subject or text in that language, and the language it now is in.

    A home's own text stays as it is written, and so do the months in it: they are French.
    """
    if lang == "en":
        return (found, "en") if (found := _english(sender).get(text)) else (text, "fr")
    return text, "fr"


@lru_cache(maxsize=64)
def _english(sender: str) -> Mapping[str, str]:
    """The usual French texts of mails from that sender, each with the English one."""
    known = {DEFAULT_SUBJECT: ENGLISH_SUBJECT, DEFAULT_BODY: ENGLISH_BODY}
    for kind, what in _IN_ENGLISH.items():
        if french := mail_of(kind, sender):
            body = ENGLISH_BODY.replace("invoice", what) + (f"{sender}\n" if sender else "")
            known |= {french[0]: f"Your {what}", french[1]: body}
    return known
