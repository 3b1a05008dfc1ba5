"""Rules about the words of one send."""

from __future__ import annotations

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.mail import Words
from tuimail.domain.settings import checked_body, checked_subject
from tuimail.domain.templates import without_keywords


def checked_send_body(text: str) -> str:
    """As `checked_body`, and it says something besides keywords: a bare name and amount look like a fraud."""
    body = checked_body(text)
    if body and not any(character.isalpha() for character in without_keywords(body)):
        raise BadInput(_("The text holds keywords only."), _("Write a few words for the families."))
    return body


def checked_words(subject: str, body: str) -> Words:
    """The words of one send; raises BadInput."""
    return Words(checked_subject(subject), checked_send_body(body))
