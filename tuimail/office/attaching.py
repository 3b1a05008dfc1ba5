"""A file that is to go along with messages: kept by its content, refused where no server would take it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _
from tuimail.domain.sizes import size_words
from tuimail.sending.sizes import message_size
from tuimail.store import accounts, limits

if TYPE_CHECKING:
    from tuimail.office import Office

LARGE = 1_000_000
"""Bytes above which some mailboxes refuse a message."""


def attach(office: Office, path: Path) -> Attachment:
    """Keep the file. Raises BadFile for what cannot go along, DocumentError where it cannot be kept."""
    found = office.enclosures.keep(path)
    known = [
        limits.limit(account) for account in accounts.accounts() if account.operator in ("", office.owner.operator)
    ]
    if known and all(known) and message_size("", [found.size]) > max(known):
        raise BadFile(
            _("{file} is {size}: with it a message is larger than the server takes ({limit}).").format(
                file=found.name, size=size_words(found.size), limit=size_words(max(known))
            ),
            _("Make it smaller: a PDF of less than 1 MB reaches everybody."),
        )
    return found


def advice(found: Attachment) -> str:
    """What is worth knowing about a file before it goes to families, in a sentence; empty where it is fine."""
    no_pdf = found.media_type != "application/pdf"
    size = size_words(found.size)
    if found.size > LARGE and no_pdf:
        sentence = _("{file} is {size} and no PDF: some mailboxes will refuse it, and not every family can open it.")
        return sentence.format(file=found.name, size=size)
    if found.size > LARGE:
        return _("{file} is {size}: some mailboxes will refuse it.").format(file=found.name, size=size)
    return _("{file} is no PDF: not every family can open it.").format(file=found.name) if no_pdf else ""
