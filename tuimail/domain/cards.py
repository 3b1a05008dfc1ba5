"""The fields of the cards of an association and of a structure, in their order, as people call them."""

from __future__ import annotations

from tuimail.domain.changes import Labels
from tuimail.domain.i18n import _


def association_labels() -> Labels:
    """Of an association."""
    return {
        "name": _("name"),
        "sender_name": _("sender's name"),
        "subject": _("subject"),
        "body": _("text"),
    }


def structure_labels() -> Labels:
    """Of a structure."""
    return {
        "name": _("name"),
        "legal_name": _("legal name"),
        "address.lines": _("street"),
        "address.postcode": _("postcode"),
        "address.city": _("city"),
        "siret": "SIRET",
        "finess": "FINESS",
        "phone": _("telephone"),
        "email": _("e-mail"),
        "logo": _("logo"),
        "iban": "IBAN",
        "bic": "BIC",
        "payment_terms": _("payment terms"),
        "due_days": _("due after (days)"),
        "due_day": _("due on the (day)"),
        "number_prefix": _("number prefix"),
        "next_number": _("next number"),
        "vat_regime": _("VAT regime"),
        "legal_text": _("text at the foot"),
        "factur_x": "Factur-X",
        "sender.name": _("sender's name"),
        "sender.email": _("sender's address"),
        "sender.reply_to": _("address for replies"),
        "sender.copy_to": _("copy to"),
        "sender.receipt": _("read receipt"),
        "sender.html": _("in HTML too"),
        "sender.subject": _("subject"),
        "sender.body": _("text"),
    }


def titled(label: str) -> str:
    """A label as it stands before its field."""
    return label[:1].upper() + label[1:]
