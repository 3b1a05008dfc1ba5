"""What a message says once its keywords are replaced, as it was frozen when it was queued."""

from __future__ import annotations

from tuimail.domain.kind_words import in_language
from tuimail.domain.mail import Delivery, Wording
from tuimail.domain.templates import expand, message_values


def said(delivery: Delivery, wording: Wording) -> tuple[str, str]:
    """Subject and text of that delivery's message; the usual ones in the family's language."""
    return _said(wording.subject, delivery, wording), _said(wording.body, delivery, wording)


def _said(text: str, delivery: Delivery, wording: Wording) -> str:
    found, lang = in_language(text, delivery.language, wording.sender_name)
    values = message_values(
        person=delivery.resident,
        period=delivery.period,
        number=delivery.number,
        issued_on=delivery.issued_on,
        due_on=delivery.due_on,
        gross=delivery.gross,
        structure=wording.structure,
        sender=wording.sender_name,
        lang=lang,
    )
    return expand(found, values)
