"""The passwords of residents' PDFs, each change with its journal line in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.people import Resident
from tuimail.store import journal, residents
from tuimail.store.database import transaction
from tuimail.store.tables.people import ResidentRow


def change_pdf_password(resident: Resident, password: str, owner: Owner, now: datetime) -> Resident:
    """Store what opens that resident's PDFs, or nothing; the journal never holds it. Returns the resident."""
    after = replace(resident, pdf_password=password)
    if after == resident:
        return resident
    said = _("their PDFs open with a password") if password else _("their PDFs open without a password")
    if password and resident.pdf_password:
        said = _("their PDFs open with another password")
    with transaction():
        ResidentRow.update(pdf_password=password).where(ResidentRow.id == resident.id).execute()
        detail = _("{resident}: {change}").format(resident=resident.name, change=said)
        journal.append(
            [
                Event(
                    EventKind.SETTING_CHANGED,
                    now,
                    operator=owner.operator,
                    host=owner.host,
                    resident=resident.name,
                    detail=detail,
                )
            ]
        )
    return after


def coded(structure_id: int, code: str) -> Resident | None:
    """The resident of that code in a structure."""
    query = ResidentRow.select(ResidentRow.id).where(
        (ResidentRow.structure == structure_id) & (ResidentRow.code == code)
    )
    found = [resident_id for (resident_id,) in query.tuples()]
    return residents.resident(found[0]) if found and code else None
