"""What the messages of a send say: what is codified, or what the operator has typed for this one send."""

from __future__ import annotations

from collections.abc import Mapping

from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.kind_words import mail_of
from tuimail.domain.mail import Wording, Words
from tuimail.domain.people import Resident
from tuimail.domain.places import Structure
from tuimail.domain.templates import message_values, objections

ALL = 0
"""In place of a structure's id: the words are for every structure that has none of its own."""

Typed = Mapping[int, Words]
"""What was typed for one send, by structure or for `ALL`."""


def said(place: Structure, kind: DocumentKind, typed: Typed) -> Words:
    """Subject and text of the messages from one structure (its sender in effect) with documents of that kind."""
    usual = mail_of(kind, place.sender.name) or (place.sender.subject, place.sender.body)
    own = typed.get(place.id) or typed.get(ALL) or Words()
    return Words(own.subject or usual[0], own.body or usual[1])


def values_of(document: Document, person: Resident, place: Structure) -> dict[str, str]:
    """What the keywords become for a document."""
    return message_values(
        person=person.name,
        period=document.period,
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        gross=document.gross,
        structure=place.name,
        sender=place.sender.name,
    )


def objection(document: Document, person: Resident, place: Structure, typed: Typed) -> str:
    """Why no message can be made for a document, in a sentence; empty if one can."""
    words = said(place, document.kind, typed)
    return objections(words.subject, words.body, values_of(document, person, place))


def wording(place: Structure, kind: DocumentKind, typed: Typed) -> Wording:
    """What the outbox freezes."""
    sender, words = place.sender, said(place, kind, typed)
    return Wording(
        place.id,
        place.name,
        sender.name,
        sender.email,
        sender.reply_to,
        sender.receipt,
        words.subject,
        words.body,
        sender.copy_to,
        sender.html,
        place.logo if sender.html else "",
    )
