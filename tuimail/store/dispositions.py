"""What operators decide about documents beside sending them by mail: posted on a day, or excluded with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from tuimail.domain.account import Owner
from tuimail.domain.billing import KeptFile
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.month_end import Disposition, Outcome
from tuimail.domain.periods import format_day
from tuimail.store import documents, journal, residents
from tuimail.store.database import transaction
from tuimail.store.pinned import How, pin, unpin
from tuimail.store.residents import CHUNK
from tuimail.store.tables.dispositions import DispositionRow


def dispositions(document_ids: Sequence[int]) -> dict[int, Disposition]:
    """What was decided about these documents; those of which nothing was are not in it."""
    found: dict[int, Disposition] = {}
    for start in range(0, len(document_ids), CHUNK):
        chunk = list(document_ids[start : start + CHUNK])
        for row in DispositionRow.select().where(DispositionRow.document.in_(chunk)):
            found[row.document_id] = Disposition(Outcome(row.outcome), row.day, row.operator, row.reason)
    return found


def mark_posted(
    document_ids: Sequence[int],
    day: date,
    owner: Owner,
    now: datetime,
    files: Mapping[int, KeptFile] = MappingProxyType({}),
) -> int:
    """Say that these documents were posted on that day; returns how many were not known to be.

    `files`: their PDFs as they were posted, by document id, which then stay.
    """
    detail = _("Sent on paper on {day}.").format(day=format_day(day))
    with transaction():
        known = dispositions(document_ids)
        new = {
            key: file
            for key, file in files.items()
            if key in document_ids and (key not in known or known[key].outcome is not Outcome.POSTED)
        }
        count = _decide(document_ids, Outcome.POSTED, day, "", EventKind.POSTED, detail, owner, now)
        pin(How.POSTED, new)
    return count


def exclude(document_ids: Sequence[int], reason: str, owner: Owner, now: datetime) -> int:
    """Say that these documents are not to be sent, and why; returns how many were not known to be."""
    detail = _("Not to be sent: {reason}").format(reason=reason)
    day = now.astimezone().date()
    with transaction():
        unpin(document_ids, How.POSTED)
        return _decide(document_ids, Outcome.EXCLUDED, day, reason, EventKind.EXCLUDED, detail, owner, now)


def take_back(document_ids: Sequence[int], owner: Owner, now: datetime) -> int:
    """Forget what was decided about these documents; returns of how many something was."""
    with transaction():
        known = dispositions(document_ids)
        for document_id in known:
            DispositionRow.delete().where(DispositionRow.document == document_id).execute()
        unpin(list(known), How.POSTED)
        _tell(list(known), EventKind.TAKEN_BACK, _("Taken back: neither posted nor excluded."), owner, now)
    return len(known)


def _decide(
    document_ids: Sequence[int],
    outcome: Outcome,
    day: date,
    reason: str,
    kind: EventKind,
    detail: str,
    owner: Owner,
    now: datetime,
) -> int:
    with transaction():
        known = dispositions(document_ids)
        wanted = [i for i in document_ids if i not in known or known[i].outcome is not outcome]
        values = {"outcome": outcome, "day": day, "operator": owner.operator, "reason": reason}
        for document_id in wanted:
            DispositionRow.insert(document=document_id, **values).on_conflict(
                conflict_target=[DispositionRow.document], update=values
            ).execute()
        _tell(wanted, kind, detail, owner, now)
    return len(wanted)


def _tell(document_ids: Sequence[int], kind: EventKind, detail: str, owner: Owner, now: datetime) -> None:
    found = documents.documents(document_ids)
    people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in found}))}
    journal.append(
        Event(
            kind,
            now,
            document_id=document.id,
            number=document.number,
            period=str(document.period),
            resident=people[document.resident_id].name,
            operator=owner.operator,
            host=owner.host,
            detail=detail,
        )
        for document in found
    )
