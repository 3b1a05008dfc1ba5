"""What each kind of document is called on its page, which is French, and what its amount and dates are called."""

from __future__ import annotations

from dataclasses import dataclass

from tuimail.documents.printable import KINDS, Printable
from tuimail.domain.billing import DocumentKind
from tuimail.domain.periods import format_day


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of document says; an empty text: it does not say that."""

    amount: str
    """Before the amount in large figures."""
    until: str = ""
    """Before the day it falls due, or is valid until."""
    relation: str = ""
    """Before the invoice it belongs to."""
    signature: str = ""
    """Above the room where somebody signs."""


WORDS = {
    DocumentKind.INVOICE: Words("Net à payer", "Échéance"),
    DocumentKind.CREDIT_NOTE: Words("Montant de l’avoir", relation="Corrige la facture"),
    DocumentKind.QUOTE: Words("Montant du devis", "Valable jusqu’au", signature="Bon pour accord, date et signature"),
    DocumentKind.ORDER: Words("Montant de la commande", "Livraison attendue"),
    DocumentKind.DELIVERY_NOTE: Words("Montant de la livraison", signature="Reçu le, nom et signature"),
    DocumentKind.DISBURSEMENTS: Words("Total des débours", "Échéance", relation="Joint à la facture"),
}


def name_of(item: Printable) -> str:
    """`Facture n° 020`."""
    return f"{KINDS[item.document.kind]} n°\u00a0{item.document.number}"


def relation(item: Printable) -> str:
    """`Corrige la facture n° 018 du 30/09/2026`, or an empty text."""
    words = WORDS[item.document.kind].relation
    return f"{words} {related_invoice(item)}" if words and item.related else ""


def related_invoice(item: Printable) -> str:
    """`n° 018 du 30/09/2026`; there must be one."""
    assert item.related is not None
    return f"n°\u00a0{item.related.number} du\u00a0{format_day(item.related.issued_on)}"


def until(item: Printable) -> tuple[str, str]:
    """What the document's second date is called, and that day; empty texts where it does not count."""
    document = item.document
    words = WORDS[document.kind].until
    asks = document.kind in (DocumentKind.INVOICE, DocumentKind.DISBURSEMENTS)
    if not words or document.due_on is None or (asks and not item.owed):
        return "", ""
    return words, format_day(document.due_on)


def amount(item: Printable) -> tuple[str, int]:
    """What stands in large figures: its name and cents."""
    document = item.document
    words = WORDS[document.kind].amount
    if document.kind is DocumentKind.CREDIT_NOTE:
        return words, abs(document.gross)
    if document.kind is not DocumentKind.INVOICE and not item.owed:
        return words, document.gross
    if item.due < 0:
        return "Solde en votre faveur", -item.due
    return ("Net à payer" if document.paid else words), item.due


def nothing_to_pay(item: Printable) -> str:
    """What stands where others say how to pay; an empty text where the amount says it all."""
    document = item.document
    if item.related and document.kind is DocumentKind.CREDIT_NOTE:
        return f"Cet avoir vient en déduction de la facture {related_invoice(item)}."
    if item.related and document.kind is DocumentKind.DISBURSEMENTS:
        return f"Ce relevé accompagne la facture {related_invoice(item)} et se règle avec elle."
    if document.kind is DocumentKind.INVOICE and item.due == 0:
        return "Cette facture est déjà réglée." if document.paid else "Il n’y a rien à régler."
    return ""
