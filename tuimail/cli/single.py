"""`tuimail send` for single invoices: the known addresses, and other ways than the mail account."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tuimail.cli.output import say, say_json, warn
from tuimail.domain.handing import Handed
from tuimail.domain.i18n import _
from tuimail.domain.known_addresses import Choice, choices
from tuimail.store import cards, documents, history, outbox, residents

if TYPE_CHECKING:
    from tuimail.domain.recipients import Recipient
    from tuimail.office import Office
    from tuimail.sending.control import Control


def list_addresses(ids: list[int], args: Namespace) -> int:
    """Print every address that these invoices could go to, with the reason and the last success."""
    for document in documents.documents(ids):
        person = residents.resident(document.resident_id)
        found = choices(person, outbox.deliveries(document_id=document.id), history.last_successes(person.id))
        if not args.json:
            say(f"{document.number} {person.name}")
        for choice in found:
            if args.json:
                say_json({"event": "address", "number": document.number} | _as_json(choice))
            else:
                say(f"  {'[x]' if choice.ticked else '[ ]'} {choice.recipient.address}  {choice.sentence()}")
    return 0


def _as_json(choice: Choice) -> dict[str, Any]:
    told: dict[str, Any] = {
        "recipient": choice.recipient.address,
        "role": str(choice.recipient.role),
        "reason": str(choice.recipient.reason),
        "proposed": choice.ticked,
    }
    if choice.last is not None:
        told["state"] = str(choice.last.state)
    if choice.success is not None and choice.success.updated_at is not None:
        told["last_success"] = choice.success.updated_at.isoformat()
    return told


def recipients(args: Namespace, ids: list[int]) -> list[Recipient] | None:
    """Those named by `--to`, with what the card says of them; None where the rule decides."""
    if not args.to:
        return None
    from tuimail.sending.control import other_address

    typed = [other_address(text) for text in dict.fromkeys(args.to)]
    if len(ids) != 1:
        return typed
    person = residents.resident(documents.document(ids[0]).resident_id)
    known = {choice.recipient.address.casefold(): choice.recipient for choice in choices(person, ())}
    return [known.get(recipient.address.casefold(), recipient) for recipient in typed]


def keep_addresses(office: Office, ids: list[int], to: list[Recipient]) -> None:
    """Keep addresses that the card does not hold as the resident's own, as far as there is room."""
    for resident_id in sorted({document.resident_id for document in documents.documents(ids)}):
        for recipient in to:
            card = cards.card(resident_id)
            person = residents.resident(resident_id)
            if recipient.address.casefold() in {address.casefold() for address in person.addresses}:
                continue
            if card.email1 and card.email2:
                sentence = _("{address} was not kept: the card of {resident} has two addresses already.")
                warn(sentence.format(address=recipient.address, resident=person.name))
                continue
            new = recipient.address
            typed = replace(card, email2=new) if card.email1 else replace(card, email1=new)
            office.people.save(resident_id, card, typed, datetime.now(UTC))
            sentence = _("{address} is on the card of {resident} now.")
            warn(sentence.format(address=recipient.address, resident=person.name))


def hand_over(office: Office, prepared: Control, args: Namespace) -> int:
    """Hand the messages of a prepared control over by the method asked for; 1 if one could not be."""
    # Whoever was asked has seen them.
    for blocked in prepared.blocked if args.yes or not prepared.ready else ():
        warn(_("{name}: {reason}").format(name=f"{blocked.number} {blocked.resident}", reason=blocked.reason))
    if not prepared.ready:
        warn(_("{label}: nothing to send.").format(label=prepared.label))
    handed: list[Handed] = []
    if prepared.ready:
        handed = asyncio.run(office.handing.hand_over(prepared, args.method, args.attached, args.out))
    for each in handed:
        if args.json:
            event = str(args.method.event) if each.done else "not-handed-over"
            told = {"event": event, "recipient": each.address, "message_id": each.message_id, "detail": each.sentence}
            say_json(told)
        else:
            say(each.sentence)
    if handed and not args.json:
        say(_("Nothing counts as sent: only the mail account of tuimail can prove it."))
    return 0 if handed and not prepared.blocked and all(each.done for each in handed) else 1
