"""What `tuimail send` does instead of sending, and what it changes about the messages this once."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING

from tuimail.cli.body_file import read_body
from tuimail.cli.output import say, say_json, warn
from tuimail.cli.runs import ask_password
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.send_words import checked_words
from tuimail.domain.sizes import size_words
from tuimail.office import Office

if TYPE_CHECKING:
    from tuimail.sending.control import Control
    from tuimail.sending.wordings import Typed


def typed_words(args: Namespace) -> Typed:
    """Subject and text that were given; raises BadInput, BadFile."""
    from tuimail.sending.wordings import ALL

    if args.subject is not None and not args.subject.strip():
        raise BadInput(_("The subject is empty."), _("Write a few words for the families."))
    if args.subject is None and args.body_file is None:
        return {}
    return {ALL: checked_words(args.subject or "", read_body(args.body_file) if args.body_file else "")}


def attached(office: Office, args: Namespace) -> list[tuple[int, Attachment]]:
    """The files that go with every message, kept; what is worth knowing about them is told. Raises BadFile."""
    from tuimail.office.attaching import advice, attach

    found = [attach(office, path) for path in args.attach]
    for told in filter(None, map(advice, found)):
        warn(told)
    return [(0, attachment) for attachment in found]


def instead_of_sending(office: Office, control: Control, args: Namespace) -> int:
    """Write the messages into a folder, or send one to the operator; 1 if an invoice is blocked."""
    if not control.ready:
        for blocked in control.blocked:
            warn(_("{name}: {reason}").format(name=f"{blocked.number} {blocked.resident}", reason=blocked.reason))
        raise BadInput(_("There is no message to be tried."), _("Name invoices that would leave, or add --resend."))
    if args.test:
        return _test(office, control, args)
    prepared = office.prepare(control, attachments=args.attached)
    say_rehearsed(args, *office.rehearsals.rehearse(prepared, args.rehearse, args.attached))
    for blocked in prepared.kept_back:
        warn(_("{name}: {reason}").format(name=f"{blocked.number} {blocked.resident}", reason=blocked.reason))
    return 1 if prepared.kept_back else 0


def say_rehearsed(args: Namespace, count: int, size: int) -> None:
    """Tell that so many messages, of so many bytes in all, were written."""
    if args.json:
        say_json({"event": "rehearsed", "messages": count, "bytes": size, "folder": str(args.rehearse)})
        return
    sentence = ngettext(
        "{n} message ({size}) written to {folder}; none was sent.",
        "{n} messages ({size}) written to {folder}; none was sent.",
        count,
    )
    say(sentence.format(n=count, size=size_words(size), folder=args.rehearse))


def _test(office: Office, control: Control, args: Namespace) -> int:
    ask_password(control.account)
    first = control.ready[0].document.id
    tested = asyncio.run(office.rehearsals.test(control, first, args.test, args.attached))
    address, reply = tested.composed.recipient, tested.reply
    if args.json:
        told = {"recipient": address, "message_id": tested.composed.message_id, "code": reply.status}
        say_json({"event": "tested"} | told | {"reply": reply.text})
    else:
        say(_("Test sent to {address}: {reply}").format(address=address, reply=reply.brief))
    return 0
