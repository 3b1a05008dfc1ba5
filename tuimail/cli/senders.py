"""`tuimail sender`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tuimail.cli.output import columns, say, warn
from tuimail.cli.places import structure_named
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadFile, NotSettled, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.places import Structure
from tuimail.domain.settings import checked_sender, unknown_keywords
from tuimail.domain.templates import DEFAULT_SUBJECT, KEYWORDS
from tuimail.office import Office
from tuimail.store import structures
from tuimail.store.settings import change_sender

_LONGEST_BODY = 100_000
"""Bytes."""


def set_sender(args: Namespace, paths: Paths) -> int:
    """Codify a structure's sender; flags that are not given leave what was there."""
    body = _read_body(args.body_file) if args.body_file else None
    with Office(paths) as office:
        structure = structure_named(args.structure)
        given = {
            name: value
            for name in ("name", "email", "receipt", "subject")
            if (value := getattr(args, name)) is not None
        }
        if body is not None:
            given["body"] = body
        sender = checked_sender(replace(structure.sender, **given))
        for word in unknown_keywords(f"{sender.subject}\n{sender.body}"):
            warn(
                _("{word} is not a keyword and will be sent as it stands; the keywords are {keywords}.").format(
                    word=word, keywords=", ".join(KEYWORDS)
                )
            )
        _show(change_sender(structure.id, sender, office.owner, datetime.now(UTC)))
    return 0


def show_senders(args: Namespace, paths: Paths) -> int:
    """Print every structure's sender."""
    del args
    with Office(paths):
        found = structures.structures()
        if not found:
            raise NotSettled(
                _("There is no structure yet."), _("Import residents or invoices first: tuimail import FILE.")
            )
        for structure in found:
            _show(structure)
    return 0


def _read_body(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LONGEST_BODY + 1)
    except OSError as error:
        raise BadFile(
            _("{path} cannot be read: {reason}.").format(path=path, reason=os_reason(error)),
            _("Check the path of the file that holds the text."),
        ) from error
    if len(content) > _LONGEST_BODY:
        raise BadFile(_("{path} is too long for the text of a message.").format(path=path), _("Shorten it."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text or " "
    raise BadFile(_("{path} is not plain text.").format(path=path), _("Save it as text in UTF-8."))


def _show(structure: Structure) -> None:
    sender = structure.sender
    say(structure.name)
    if not sender.email:
        say("  " + _("no sender yet: tuimail sender set --structure NAME --name NAME --email ADDRESS"))
        return
    body = " / ".join(line for line in sender.body.splitlines() if line.strip())
    lines = [
        (_("Sender"), f"{sender.name} <{sender.email}>"),
        (_("Receipt"), _("asked for") if sender.receipt else _("not asked for")),
        (_("Subject"), sender.subject or _("{subject} (the usual one)").format(subject=DEFAULT_SUBJECT)),
        (_("Text"), body or _("the usual one")),
    ]
    for name, value in lines:
        say("  " + columns([(name, 10), (value, 0)]))
