"""`tuimail uncertain`: the messages that are perhaps sent, and what is decided about them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from tuimail.cli.output import columns, say, say_json, warn
from tuimail.config.paths import Paths
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Delivery
from tuimail.domain.periods import format_moment
from tuimail.domain.words import delivery_word
from tuimail.office import Office
from tuimail.store import decisions, journal
from tuimail.store.decisions import Decided

_JSON_KEYS = ("number", "resident", "message_id", "state", "code", "reply", "pdf_sha256", "wire_sha256", "detail")


def list_uncertain(args: Namespace, paths: Paths) -> int:
    """Print the messages of which nobody knows whether they arrived."""
    with Office(paths):
        found = decisions.uncertain(args.period)
    for delivery in found:
        if args.json:
            say_json(_json(delivery))
        else:
            say(row_of(delivery))
    if not (found or args.json):
        say(_("No message is uncertain."))
    return 0


def mark_sent(args: Namespace, paths: Paths) -> int:
    """Mark messages as sent; 1 if one of them was not uncertain any more."""
    with Office(paths) as office:
        return _told(office.mark_sent(named_ids(args), args.why), args)


def send_again(args: Namespace, paths: Paths) -> int:
    """Mark messages as not sent and queue new ones; 1 if one of them was not uncertain any more."""
    with Office(paths) as office:
        return _told(office.send_again(named_ids(args), args.why), args)


def named_ids(args: Namespace) -> list[str]:
    """The Message-IDs that were typed. The shell takes a bare `<…>` for a redirection: they may be left out."""
    return [f"<{text.strip().removeprefix('<').removesuffix('>')}>" for text in args.message_ids]


def _told(decided: Decided, args: Namespace) -> int:
    new = [event for batch in decided.batches for event in journal.events(batch_id=batch.id)]
    if args.json:
        for event in (*decided.events, *new):
            say_json(event.as_json())
    else:
        for event in decided.events:
            say(_about(event.number, event.resident, event.recipient, event.detail))
    if count := sum(event.event is EventKind.QUEUED for event in new):
        warn(
            ngettext(
                "{n} new message is queued: tuimail resume sends it.",
                "{n} new messages are queued: tuimail resume sends them.",
                count,
            )
        )
    for delivery in decided.unqueued:
        _warn_about(delivery, _("no new message is queued, because there is a later one to the same address."))
    for delivery in decided.settled:
        sentence = _("left as it is, because it is not uncertain any more: {state}.")
        _warn_about(delivery, sentence.format(state=delivery_word(delivery.state)))
    return 1 if decided.settled else 0


def _warn_about(delivery: Delivery, sentence: str) -> None:
    warn(_about(delivery.number, delivery.resident, delivery.address, sentence))


def _about(number: str, resident: str, address: str, sentence: str) -> str:
    return f"{number} {resident} → {address}   {sentence}"


def row_of(delivery: Delivery) -> str:
    """When it became so, the invoice, to whom, and its Message-ID."""
    moment = format_moment(delivery.updated_at, year=True) if delivery.updated_at else ""
    return columns(
        [
            (moment, 16),
            (delivery.number, 8),
            (delivery.resident, 24),
            (delivery.address, 32),
            (delivery.message_id, 0),
        ]
    )


def _json(delivery: Delivery) -> dict[str, Any]:
    shown = {
        "event": str(delivery.state),
        "at": delivery.updated_at.isoformat() if delivery.updated_at else "",
        "period": str(delivery.period),
        "recipient": delivery.address,
        "role": str(delivery.role),
    }
    return shown | {key: value for key in _JSON_KEYS if (value := str(getattr(delivery, key)))}
