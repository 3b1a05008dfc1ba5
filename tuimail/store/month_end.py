"""What the month-end sheet is made from, and the same counted another way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from tuimail.domain.billing import DocumentKind, DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.mail import DeliveryState
from tuimail.domain.month_end import Entry, MonthEnd, Outcome, Send, Witness, outcome_of
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period
from tuimail.domain.recipients import decide
from tuimail.domain.standing import Standing, asked_at, standing
from tuimail.store import bulk, documents, residents, returns, structures
from tuimail.store.dispositions import dispositions
from tuimail.store.listing import unreachable_reason
from tuimail.store.residents import CHUNK
from tuimail.store.standing import tries
from tuimail.store.tables.base import from_text
from tuimail.store.tables.billing import DocumentRow, LineRow
from tuimail.store.tables.journal import EventRow
from tuimail.store.tables.outbox import BatchRow, DeliveryRow

_ARRIVED = (EventKind.SENT, EventKind.MARKED_SENT)


def month_end(
    period: Period,
    operator: str,
    now: datetime,
    structure_id: int | None = None,
    kind: DocumentKind = DocumentKind.INVOICE,
) -> MonthEnd:
    """The sheet of that period, of one structure or of all, as things stand now."""
    where = (DocumentRow.period == period) & (DocumentRow.kind == kind)
    places = {place.id: place.name for place in structures.structures(archived=True)}
    if structure_id is not None:
        where &= DocumentRow.structure == structure_id
    rows = list(
        bulk.select(
            DocumentRow.select(DocumentRow.id, DocumentRow.state, DocumentRow.last_sent)
            .where(where)
            .order_by(DocumentRow.structure, DocumentRow.number, DocumentRow.id)
        )
    )
    ids = [document_id for document_id, _state, _at in rows]
    return MonthEnd(
        period=period,
        kind=kind,
        structure=places.get(structure_id, "") if structure_id is not None else "",
        made_at=now,
        operator=operator,
        entries=_entries(rows, places),
        sends=_sends(ids),
        witness=_witness(where, ids),
    )


def _entries(rows: Sequence[tuple[int, str, str | None]], places: dict[int, str]) -> tuple[Entry, ...]:
    ids = [row[0] for row in rows]
    found = documents.documents(ids)
    people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in found}))}
    decided = dispositions(ids)
    messages = tries(ids)
    came_back = _bounced(ids)
    known = {Outcome.NOT_SENT: _blocked(ids), Outcome.BOUNCED: came_back}
    entries = []
    for document, (document_id, state, at) in zip(found, rows, strict=True):
        person = people[document.resident_id]
        wanted = decide(person).recipients
        decision = decided.get(document_id)
        outcome = outcome_of(DocumentState(state), bool(wanted), decision, bounced=document_id in came_back)
        latest = standing(messages.get(document_id, ()))
        entries.append(
            Entry(
                document_id=document_id,
                number=document.number,
                resident=person.name,
                structure=places.get(document.structure_id, ""),
                net=document.net,
                gross=document.gross,
                outcome=outcome,
                delivered=sum(address.delivered for address in latest.values()),
                addresses=asked_at(latest) or len(wanted),
                at=from_text(at),
                reason=known.get(outcome, {}).get(document_id, "")
                or _reason(outcome, person, decision.reason if decision else "", latest),
                printed=person.billing.printed,
                decided=decision,
            )
        )
    return tuple(entries)


def _bounced(ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        found |= returns.bounces(ids[start : start + CHUNK])
    return found


def _reason(outcome: Outcome, person: Resident, said: str, latest: Mapping[str, Standing]) -> str:
    if outcome is Outcome.EXCLUDED:
        return said
    if outcome is Outcome.TO_POST:
        return unreachable_reason(person)
    if outcome in (Outcome.FAILED, Outcome.PARTIAL, Outcome.UNCERTAIN):
        settled = (DeliveryState.SENT, DeliveryState.CANCELLED)
        wrong = [(a, stands.detail) for a, stands in latest.items() if stands.state not in settled]
        return " ; ".join(f"{address} : {detail}" if detail else address for address, detail in wrong)
    return ""


def _blocked(ids: Sequence[int]) -> dict[int, str]:
    """Why the last send left them out; those that none did are not in it."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        query = (
            EventRow.select(EventRow.document_id, EventRow.detail)
            .where(EventRow.document_id.in_(list(ids[start : start + CHUNK])) & (EventRow.document_id != 0))
            .where(EventRow.event == EventKind.BLOCKED)
            .order_by(EventRow.id)
        )
        found |= dict(bulk.select(query))
    return found


def _sends(ids: Sequence[int]) -> tuple[Send, ...]:
    states: dict[int, Counter[str]] = defaultdict(Counter)
    about: dict[int, set[int]] = defaultdict(set)
    for start in range(0, len(ids), CHUNK):
        query = DeliveryRow.select(DeliveryRow.batch, DeliveryRow.document, DeliveryRow.state).where(
            DeliveryRow.document.in_(list(ids[start : start + CHUNK]))
        )
        for batch_id, document_id, state in bulk.select(query):
            states[batch_id][state] += 1
            about[batch_id].add(document_id)
    rows: list[Any] = []
    batches = sorted(states)
    for start in range(0, len(batches), CHUNK):
        rows.extend(BatchRow.select().where(BatchRow.id.in_(batches[start : start + CHUNK])).order_by(BatchRow.id))
    return tuple(
        Send(
            at=row.created_at,
            operator=row.operator,
            label=row.label,
            documents=len(about[row.id]),
            sent=states[row.id][DeliveryState.SENT],
            failed=states[row.id][DeliveryState.FAILED],
            uncertain=states[row.id][DeliveryState.UNCERTAIN],
        )
        for row in rows
    )


def _witness(where: Any, ids: Sequence[int]) -> Witness:
    counted = DocumentRow.select(fn.COUNT(DocumentRow.id), fn.SUM(DocumentRow.net), fn.SUM(DocumentRow.gross))
    ((count, net, gross),) = bulk.select(counted.where(where))
    summed = (
        DocumentRow.select(DocumentRow.id, fn.SUM(LineRow.amount))
        .join(LineRow)
        .where(where)
        .group_by(DocumentRow.id)
        .having(fn.SUM(LineRow.amount) != DocumentRow.net)
    )
    sent, told = _proofs(ids)
    numbers = dict(bulk.select(DocumentRow.select(DocumentRow.id, DocumentRow.number).where(where)))
    return Witness(
        documents=count,
        net=net or 0,
        gross=gross or 0,
        lines_net=dict(bulk.select(summed)),
        unproven=tuple(numbers[document_id] for document_id, delivery in sorted(sent - told)),
        unknown=tuple(numbers[document_id] for document_id, delivery in sorted(told - sent)),
    )


def _proofs(ids: Sequence[int]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Document and delivery of what stands as sent, and of what the journal says was sent and not taken back since."""
    sent: set[tuple[int, int]] = set()
    told: set[tuple[int, int]] = set()
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        standing = DeliveryRow.select(DeliveryRow.document, DeliveryRow.id).where(
            DeliveryRow.document.in_(chunk) & (DeliveryRow.state == DeliveryState.SENT)
        )
        sent |= set(bulk.select(standing))
        lines = EventRow.select(EventRow.document_id, EventRow.delivery_id).where(
            EventRow.document_id.in_(chunk) & EventRow.event.in_(_ARRIVED) & (EventRow.document_id != 0)
        )
        told |= set(bulk.select(lines))
    return sent, told
