"""What kinds of document are called, in the interface and in the mail that goes with them."""

from __future__ import annotations

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _, pgettext


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


_IN_MAIL = {
    DocumentKind.CREDIT_NOTE: ("Votre avoir", "l’avoir"),
    DocumentKind.QUOTE: ("Votre devis", "le devis"),
    DocumentKind.ORDER: ("Votre commande", "la commande"),
    DocumentKind.DELIVERY_NOTE: ("Votre bon de livraison", "le bon de livraison"),
    DocumentKind.DISBURSEMENTS: ("Votre relevé de débours", "le relevé de débours"),
}
"""Families read French whatever the operator's interface."""


def mail_of(kind: DocumentKind, sender: str) -> tuple[str, str] | None:
    """Subject and text of the mail that a document of this kind goes with; None for an invoice: its home's own."""
    if kind is DocumentKind.INVOICE:
        return None
    subject, what = _IN_MAIL[kind]
    text = f"Bonjour,\n\nVeuillez trouver ci-joint {what} de &personne pour la période de &periode.\n\nCordialement,\n"
    return subject, text + (f"{sender}\n" if sender else "")
