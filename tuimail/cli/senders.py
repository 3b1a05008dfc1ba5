"""`tuimail sender`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

from tuimail.cli.body_file import read_body
from tuimail.cli.output import columns, say, warn
from tuimail.cli.places import association_named, kept_association, structure_named
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _
from tuimail.domain.places import Association, Structure
from tuimail.domain.settings import (
    checked_body,
    checked_sender,
    checked_sender_name,
    checked_subject,
    foreign_sender,
)
from tuimail.domain.templates import DEFAULT_SUBJECT, effective
from tuimail.office import Office
from tuimail.store import accounts, structures
from tuimail.store.database import transaction
from tuimail.store.settings import change_association, change_sender


def set_sender(args: Namespace, paths: Paths) -> int:
    """Codify a structure's sender, or an association's default text; flags not given leave what was there."""
    body = read_body(args.body_file) if args.body_file else None
    given = {name: value for name in ("name", "subject") if (value := getattr(args, name)) is not None}
    given |= {"body": body} if body is not None else {}
    own = {
        name: value
        for name in ("email", "reply_to", "copy_to", "receipt", "html")
        if (value := getattr(args, name)) is not None
    }
    if args.association is not None and own:
        raise BadInput(
            _("An association has a default name, subject and text, no address of its own."),
            _("Name the structure with --structure."),
        )
    with Office(paths) as office:
        if args.association is not None:
            _set_default(association_named(args.association), given, office)
            return 0
        structure = structure_named(args.structure)
        (association,) = (a for a in structures.associations() if a.id == structure.association_id)
        sender = checked_sender(replace(structure.sender, **given, **own), association.sender_name)
        if why := foreign_sender(sender.email, accounts.account_of(association.id)):
            warn(why)
        _show(change_sender(structure.id, sender, office.owner, datetime.now(UTC)), association)
    return 0


def _set_default(association: Association, given: dict[str, str], office: Office) -> None:
    with transaction():
        known = structures.association(kept_association(association)) or association
        changed = replace(
            known,
            sender_name=checked_sender_name(given.get("name", known.sender_name), default=known.name),
            subject=checked_subject(given.get("subject", known.subject)),
            body=checked_body(given.get("body", known.body)),
        )
        _show_default(change_association(changed, office.owner, datetime.now(UTC)))


def show_senders(args: Namespace, paths: Paths) -> int:
    """Print each association's default text where it has one, and every structure's sender."""
    del args
    with Office(paths):
        found = structures.structures()
        if not found:
            raise NotSettled(
                _("There is no structure yet."), _("Import residents or invoices first: tuimail import FILE.")
            )
        owners = {association.id: association for association in structures.associations()}
        for association in owners.values():
            if association.sender_name or association.subject or association.body:
                _show_default(association)
        for structure in found:
            _show(structure, owners[structure.association_id])
    return 0


def _show_default(association: Association) -> None:
    say(_("{association}, for structures that have none of their own").format(association=association.name))
    _say_lines(
        (_("Sender"), association.sender_name or "-"),
        (_("Subject"), association.subject or _("{subject} (the usual one)").format(subject=DEFAULT_SUBJECT)),
        (_("Text"), _on_one_line(association.body) or _("the usual one")),
    )


def _show(structure: Structure, association: Association) -> None:
    own, sender = structure.sender, effective(structure.sender, association)
    say(structure.name)
    if not sender.email:
        say("  " + _("no sender yet: tuimail sender set --structure NAME --name NAME --email ADDRESS"))
        return
    default, usual = _("{text} (the association's)"), _("{subject} (the usual one)")
    subject = own.subject or (default if association.subject else usual).format(
        text=association.subject, subject=DEFAULT_SUBJECT
    )
    body = _("the association's") if association.body else _("the usual one")
    _say_lines(
        (_("Sender"), f"{sender.name} <{sender.email}>"),
        (_("Replies to"), sender.reply_to),
        (_("Copy to"), sender.copy_to),
        (_("Receipt"), _("asked for") if sender.receipt else _("not asked for")),
        (_("HTML"), _("beside the text") if sender.html else ""),
        (_("Subject"), subject),
        (_("Text"), _on_one_line(own.body) or body),
    )


def _on_one_line(text: str) -> str:
    return " / ".join(line for line in text.splitlines() if line.strip())


def _say_lines(*lines: tuple[str, str]) -> None:
    for name, value in lines:
        if value:
            say("  " + columns([(name, 12), (value, 0)]))
