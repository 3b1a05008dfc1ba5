"""`tuimail uncertain look-up`: what the Sent folder says of messages that are perhaps sent."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from tuimail.cli.imap import ask_imap_password
from tuimail.cli.output import say, say_json, warn
from tuimail.cli.uncertain import named_ids, row_of
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imap import Finding
from tuimail.domain.mail import Delivery
from tuimail.domain.periods import format_moment
from tuimail.office import Office
from tuimail.store import decisions, imap


def look_up(args: Namespace, paths: Paths) -> int:
    """Say of each uncertain message whether the Sent folder has it; 1 if it has not all of them."""
    with Office(paths) as office:
        wanted = _wanted(args)
        for account in imap.imap_accounts() if wanted else ():
            ask_imap_password(account)
        findings = {finding.message_id: finding for finding in office.recovery.look_up(list(wanted))}
    for message_id, delivery in wanted.items():
        _tell(delivery, findings.get(message_id), args)
    if args.json:
        return 0
    if not wanted:
        say(_("No message is uncertain."))
    if found := [m for m in wanted if m in findings and findings[m].found]:
        warn(
            ngettext(
                "{n} message was found: tuimail uncertain sent marks it as sent. Nothing is decided yet.",
                "{n} messages were found: tuimail uncertain sent marks them as sent. Nothing is decided yet.",
                len(found),
            )
        )
    return 0 if len(found) == len(wanted) else 1


def _wanted(args: Namespace) -> dict[str, Delivery]:
    known = {delivery.message_id: delivery for delivery in decisions.uncertain(args.period)}
    if not args.message_ids:
        return known
    for message_id in (ids := named_ids(args)):
        if message_id not in known:
            raise BadInput(
                _("There is no uncertain message {message_id}.").format(message_id=message_id),
                _("See those that are uncertain: tuimail uncertain."),
            )
    return {message_id: known[message_id] for message_id in ids}


def _tell(delivery: Delivery, finding: Finding | None, args: Namespace) -> None:
    if args.json:
        say_json(_json(delivery, finding))
    elif finding is None:
        say(_("not looked for (no IMAP account)") + f"   {row_of(delivery)}")
    elif finding.found:
        when = format_moment(finding.at, year=True) if finding.at else ""
        say(_("FOUND in {folder}").format(folder=finding.folder) + f" {when}   {row_of(delivery)}")
    else:
        say(_("not in {folder}").format(folder=finding.folder) + f"   {row_of(delivery)}")


def _json(delivery: Delivery, finding: Finding | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "event": "looked-up",
        "number": delivery.number,
        "resident": delivery.resident,
        "recipient": delivery.address,
        "message_id": delivery.message_id,
        "found": finding.found if finding else None,
    }
    if finding is not None:
        shown["folder"] = finding.folder
        if finding.at is not None:
            shown["at"] = finding.at.isoformat()
    return shown
