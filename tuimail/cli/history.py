"""`tuimail history` and `tuimail message`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from tuimail.cli.output import one_line, say, say_json, warn
from tuimail.cli.places import structure_named
from tuimail.cli.selected import selected_ids
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.history import Sameness, Sending
from tuimail.domain.i18n import _
from tuimail.domain.periods import format_moment
from tuimail.domain.words import delivery_word, role_word
from tuimail.office import Office
from tuimail.store import history


def list_sendings(args: Namespace, paths: Paths) -> int:
    """Print every message about these invoices, the newest first."""
    with Office(paths):
        structure = structure_named(args.structure) if args.structure else None
        for document_id in selected_ids(args, structure):
            for sending in history.sendings(document_id=document_id):
                if args.json:
                    say_json(_as_json(sending))
                else:
                    for line in _lines(sending):
                        say(line)
    return 0


def show_message(args: Namespace, paths: Paths) -> int:
    """Print a message as it went, or write its bytes; 1 if they are not those that left."""
    with Office(paths) as office:
        found = history.sendings(message_id=f"<{args.message_id.strip().strip('<>')}>")
        if not found:
            raise BadInput(
                _("There is no message {id}.").format(id=args.message_id),
                _("See the messages of an invoice: tuimail history --number N."),
            )
        message = office.history.message(found[0].delivery.id)
        warn(message.sameness.sentence)
        if args.out:
            office.people.write(message.content, args.out)
            say(_("Written to {path}.").format(path=args.out))
        else:
            from tuimail.sending.readable import as_text

            say(as_text(message.content))
    return 0 if message.sameness is Sameness.SAME else 1


def _as_json(sending: Sending) -> dict[str, Any]:
    delivery = sending.delivery
    told: dict[str, Any] = {
        "event": "message",
        "number": delivery.number,
        "period": str(delivery.period),
        "resident": delivery.resident,
        "recipient": delivery.address,
        "role": str(delivery.role),
        "message_id": delivery.message_id,
        "state": str(delivery.state),
        "code": delivery.code,
        "reply": delivery.reply,
        "queue_id": sending.queue_id,
        "pdf_sha256": delivery.pdf_sha256,
        "wire_sha256": delivery.wire_sha256,
        "operator": sending.operator,
        "host": sending.host,
        "detail": delivery.detail,
    }
    moments = {"at": delivery.updated_at, "asked_at": sending.asked_at, "dated": delivery.dated}
    told |= {key: moment.isoformat() for key, moment in moments.items() if moment is not None}
    return {key: value for key, value in told.items() if value}


def _lines(sending: Sending) -> list[str]:
    delivery = sending.delivery
    at = format_moment(delivery.updated_at, year=True) if delivery.updated_at else ""
    who = f"{delivery.address} ({role_word(delivery.role)})"
    by = _("by {operator} on {host}").format(operator=sending.operator, host=sending.host)
    lines = [f"{at}  {delivery.number}  {who}  {delivery_word(delivery.state)}  {by}"]
    lines += [f"  {one_line(text)}" for text in (delivery.detail, delivery.reply, delivery.message_id) if text]
    lines.append(f"  PDF {delivery.pdf_sha256}")
    return lines
