"""The journal's lines on the addresses that an import changed: who asks why mail goes elsewhere finds it there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.i18n import _, ngettext
from tuimail.importing.fields import Field
from tuimail.importing.outcomes import Change
from tuimail.importing.report import FileReport
from tuimail.importing.titles import parse_target
from tuimail.store import changes, journal

MOST = 300
"""Residents whose addresses a file changes that get a line of their own."""
_ADDRESSES = (Field.EMAIL, Field.GUARDIAN_EMAIL, Field.RELATIVE_EMAIL)


def tell_addresses(report: FileReport, owner: Owner, now: datetime) -> None:
    """Write a line for each known resident of whom an address changed, those first that lost one.

    Of more than `MOST` the others are counted. Inside the transaction of the import.
    """
    found = [only for change in report.changes if change.resident_id and (only := _addresses(change)).fields]
    found.sort(key=lambda change: all(not field.old for field in change.fields))
    name = report.path.name
    for change in found[:MOST]:
        told = _("{name}: {told}.").format(name=name, told=change.sentence())
        changes.tell(told, owner, now)
        journal.tell_about(change.resident_id)
    if (more := len(found) - MOST) > 0:
        told = ngettext(
            "addresses of {n} more resident changed", "addresses of {n} more residents changed", more
        ).format(n=more)
        changes.tell(_("{name}: {told}.").format(name=name, told=told), owner, now)


def _addresses(change: Change) -> Change:
    fields = (field for field in change.fields if (found := parse_target(field.key)) and found[0] in _ADDRESSES)
    return replace(change, fields=tuple(fields))
