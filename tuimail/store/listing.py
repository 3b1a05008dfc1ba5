"""The month's list: an index of ids that opens at once, and the rows of a page when they come into view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from peewee import Case, fn

from tuimail.domain.billing import DocumentKind, DocumentState
from tuimail.domain.i18n import _
from tuimail.domain.listing import InvoiceCounts, InvoiceFilter, InvoiceIndex, InvoiceRow
from tuimail.domain.month_end import Disposition
from tuimail.domain.people import Policy, Resident, Role
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure
from tuimail.domain.recipients import decide
from tuimail.domain.standing import Standing, asked_at, standing
from tuimail.domain.text import fold
from tuimail.store import returns
from tuimail.store.dispositions import dispositions
from tuimail.store.residents import CHUNK, residents
from tuimail.store.standing import tries
from tuimail.store.structures import structures
from tuimail.store.tables.base import proxy
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.dispositions import DispositionRow
from tuimail.store.tables.people import ResidentRow

_PROBLEMS = (DocumentState.PARTIAL, DocumentState.FAILED, DocumentState.UNCERTAIN)
_OPEN = (DocumentState.UNSENT, DocumentState.QUEUED)
_SHOWN = {
    InvoiceFilter.UNSENT: _OPEN,
    InvoiceFilter.SENT: (DocumentState.SENT,),
    InvoiceFilter.PROBLEMS: _PROBLEMS,
    InvoiceFilter.UNCERTAIN: (DocumentState.UNCERTAIN,),
}


def index(
    period: Period,
    structure_id: int | None = None,
    shown: InvoiceFilter = InvoiceFilter.ALL,
    search: str = "",
    kind: DocumentKind = DocumentKind.INVOICE,
) -> InvoiceIndex:
    """Ids of the period's documents in the list's order: by structure, heading and resident.

    `search`: every word of it, accents and case ignored, must be found in the name, number or room, or be the code, or
    the beginning of it where it is a letter with figures, as codes are.
    """
    places = [s for s in structures(archived=True) if structure_id in (None, s.id)]
    return InvoiceIndex.gather(
        _entries(places, structure_id is None, period, shown, search, kind), counts(period, structure_id, kind)
    )


def _entries(
    places: Sequence[Structure], several: bool, period: Period, shown: InvoiceFilter, search: str, kind: DocumentKind
) -> Iterator[tuple[str, int, str, str, int, int, int]]:
    for place in places:
        query = (
            DocumentRow.select(DocumentRow.id, DocumentRow.heading, DocumentRow.net, ResidentRow.recipients)
            .join(ResidentRow)
            .where((DocumentRow.kind == kind) & (DocumentRow.period == period) & (DocumentRow.structure == place.id))
            .order_by(DocumentRow.heading, DocumentRow.sort_key, DocumentRow.id)
        )
        if shown in _SHOWN:
            query = query.where(_stands(shown))
        elif shown is InvoiceFilter.TO_POST:
            query = query.where(_still_to_post())
        for word in fold(search).split():
            query = query.where(_holds(word))
        for document_id, heading, net, recipients in _raw(query):
            key = f"{place.id}/{heading}"
            title = f"{place.name} · {heading}" if several else heading
            yield key, place.id, heading, title, document_id, net, recipients


def _still_to_post() -> Any:
    """What the month-end sheet counts as still to post or failed (`domain.month_end.outcome_of`), without reading all.

    A test compares the two.
    """
    nobody = (DocumentRow.state == DocumentState.UNSENT) & (ResidentRow.recipients == 0)
    decided = DispositionRow.select(DispositionRow.document)
    came_back = (DocumentRow.state == DocumentState.SENT) & DocumentRow.id.in_(returns.bounced_documents())
    open_ones = nobody | (DocumentRow.state == DocumentState.FAILED) | came_back
    return open_ones & DocumentRow.id.not_in(decided)


def _stands(shown: InvoiceFilter) -> Any:
    """What was sent and came back is a problem, not sent; what was posted or excluded is neither that nor unsent."""
    states, bounced = DocumentRow.state.in_(_SHOWN[shown]), returns.bounced_documents()
    undecided = DocumentRow.id.not_in(DispositionRow.select(DispositionRow.document))
    if shown is InvoiceFilter.PROBLEMS:
        return (states | (DocumentRow.state == DocumentState.SENT) & DocumentRow.id.in_(bounced)) & undecided
    if shown is InvoiceFilter.UNSENT:
        return states & ((DocumentRow.state == DocumentState.QUEUED) | undecided)
    return states & DocumentRow.id.not_in(bounced) if shown is InvoiceFilter.SENT else states


def _holds(word: str) -> Any:
    # The list does not show the code: figures that happen to be in one would find people for no visible reason.
    code = fn.LOWER(ResidentRow.code)
    like_a_code = word[0].isalpha() and any(character.isdigit() for character in word)
    known = code.startswith(word) if like_a_code else code == word
    shown = fn.SUBSTR(ResidentRow.search_key, 1, fn.LENGTH(ResidentRow.search_key) - fn.LENGTH(ResidentRow.code))
    return shown.contains(word) | DocumentRow.number.contains(word) | known


def numbered(period: Period, number: str, kind: DocumentKind = DocumentKind.INVOICE) -> set[int]:
    """Ids of the period's documents that have this very number, leading zeros aside: one a structure at most."""
    wanted = number.strip().lstrip("0").casefold()
    if not wanted:
        return set()
    query = DocumentRow.select(DocumentRow.id, DocumentRow.number).where(
        (DocumentRow.kind == kind) & (DocumentRow.period == period) & DocumentRow.number.endswith(wanted)
    )
    return {row_id for row_id, found in _raw(query) if found.lstrip("0").casefold() == wanted}


def counts(period: Period, structure_id: int | None = None, kind: DocumentKind = DocumentKind.INVOICE) -> InvoiceCounts:
    """How many documents of the period there are, by where they stand; the five parts add up to the total."""
    reached = Case(None, [(ResidentRow.recipients > 0, 1)], 0)
    decided = Case(None, [(DocumentRow.id.in_(DispositionRow.select(DispositionRow.document)), 1)], 0)
    query = (
        DocumentRow.select(DocumentRow.state, reached, decided, fn.COUNT(DocumentRow.id))
        .join(ResidentRow)
        .where((DocumentRow.kind == kind) & (DocumentRow.period == period))
        .group_by(DocumentRow.state, reached, decided)
    )
    if structure_id is not None:
        query = query.where(DocumentRow.structure == structure_id)
    found: dict[str, int] = defaultdict(int)
    for state, reachable, settled, number in query.tuples():
        if state == DocumentState.SENT:
            found["sent"] += number
        elif state == DocumentState.QUEUED:
            found["unsent"] += number
        elif settled:
            found["decided"] += number
        elif state in _PROBLEMS:
            found["problems"] += number
        else:
            found["unsent" if reachable else "unreachable"] += number
    bounced = query.where((DocumentRow.state == DocumentState.SENT) & DocumentRow.id.in_(returns.bounced_documents()))
    for _state, _reachable, settled, number in bounced.tuples():
        found["sent"] -= number
        found["decided" if settled else "problems"] += number
    return InvoiceCounts(total=sum(found.values()), **found)


def rows(ids: Sequence[int]) -> list[InvoiceRow]:
    """The list's rows of these documents, in that order; a few hundred at a time."""
    names = {place.id: place.name for place in structures(archived=True)}
    found: dict[int, InvoiceRow] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        documents = list(DocumentRow.select().where(DocumentRow.id.in_(chunk)))
        people = {p.id: p for p in residents(sorted({d.resident_id for d in documents}))}
        messages, bounced = tries(chunk), returns.bounces(chunk)
        decided = dispositions(chunk)
        for row in documents:
            name = names.get(row.structure_id, "")
            found_at = standing(messages.get(row.id, ()))
            shown = _row(row, name, people[row.resident_id], found_at, decided.get(row.id))
            if row.id in bounced:
                shown = replace(shown, bounced=True, problem=shown.problem or bounced[row.id])
            found[row.id] = shown
    return [found[document_id] for document_id in ids if document_id in found]


def _row(
    row: Any, structure: str, resident: Resident, found: Mapping[str, Standing], decided: Disposition | None
) -> InvoiceRow:
    decision = decide(resident)
    state = DocumentState(row.state)
    problem = ""
    if state in _PROBLEMS or state is DocumentState.QUEUED:
        details = [address.problem for address in found.values() if address.problem]
        problem = details[-1] if details else ""
    if not problem and not decision.recipients:
        problem = unreachable_reason(resident)
    return InvoiceRow(
        id=row.id,
        structure_id=row.structure_id,
        structure=structure,
        heading=row.heading,
        number=row.number,
        resident=resident.name,
        room=resident.room,
        net=row.net,
        primary=decision.addresses(Role.RESIDENT),
        guardian=decision.address(Role.GUARDIAN),
        relative=decision.addresses(Role.RELATIVE),
        state=state,
        reachable=bool(decision.recipients),
        delivered=sum(address.delivered for address in found.values()),
        addresses=asked_at(found) or len(decision.recipients),
        last_sent=row.last_sent,
        resident_id=resident.id,
        problem=problem if decided is None else decided.sentence,
        decided=decided,
        on_paper=resident.billing.policy is Policy.PAPER,
    )


def unreachable_reason(resident: Resident) -> str:
    """Why nobody receives the resident's invoices, in a sentence: each person left out, with the reason."""
    if resident.billing.policy is Policy.PAPER:
        return _("on paper only, as the resident's card says")
    left_out = [r for r in decide(resident).left_out if r.role is not Role.RESIDENT or r.address]
    if not left_out:
        return _("no address")
    return _("no address that receives: {people}").format(people=" ; ".join(r.sentence() for r in left_out))


def _raw(query: Any) -> Any:
    """The rows of a query without peewee's conversions, which a list of 100,000 cannot afford."""
    return proxy.execute_sql(*query.sql())
