"""PDFs that were brought: which one a document is sent with, and which ones wait for someone to look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tuimail.domain.account import Owner
from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.brought import (
    Brought,
    BroughtState,
    Doubt,
    Expected,
    Outcome,
    Taken,
    page_ranges,
    pages_of,
)
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period
from tuimail.store import documents, journal, residents
from tuimail.store.commitment import committed
from tuimail.store.database import transaction
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import BroughtRow, DocumentRow
from tuimail.store.tables.people import ResidentRow

USED = (BroughtState.MATCHED, BroughtState.CONFIRMED)


def expected(period: Period) -> list[Expected]:
    """The documents of a month, of every kind and home, that a PDF may be of."""
    columns = [getattr(DocumentRow, name) for name in ("id", "kind", "number", "period", "issued_on")]
    amounts = [getattr(DocumentRow, name) for name in ("net", "gross", "paid")]
    query = (
        DocumentRow.select(*columns, ResidentRow.last_name, ResidentRow.first_name, *amounts)
        .join(ResidentRow)
        .where(DocumentRow.period == period)
        .order_by(DocumentRow.id)
    )
    return [
        Expected(document_id, DocumentKind(kind), number, last, first, month, issued_on, net, gross, paid)
        for document_id, kind, number, month, issued_on, last, first, net, gross, paid in query.tuples()
    ]


def periods_of(document_ids: Iterable[int]) -> dict[int, Period]:
    """The month of each of these documents, in the order of their ids."""
    ids = sorted(document_ids)
    found: dict[int, Period] = {}
    for start in range(0, len(ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id, DocumentRow.period).where(
            DocumentRow.id.in_(ids[start : start + CHUNK])
        )
        found.update(query.order_by(DocumentRow.id).tuples())
    return found


def known_parts(source_sha256: str, period: Period) -> dict[tuple[int, ...], Brought]:
    """The parts of a file that was brought before for that month, by their pages.

    Parts that someone put aside, or that another took the place of, are not in it: bringing them again is meant.
    """
    query = BroughtRow.select().where(
        (BroughtRow.source_sha256 == source_sha256)
        & (BroughtRow.period == period)
        & BroughtRow.state.in_([*USED, BroughtState.HELD])
    )
    return {item.pages: item for item in _all(query)}


def take(items: Sequence[Brought], owner: Owner, now: datetime) -> list[Taken]:
    """Keep what was brought, with its journal lines, in one transaction; what became of each, in order.

    A certain one takes the place of what was brought for the same document before. Nothing is taken for a document
    that was sent, or is about to be: it stays as it was.
    """
    with transaction():
        known = _documents(items)
        done = [_take(item, known.get(item.document_id or 0), owner, now) for item in items]
        journal.append(event for _taken, event in done if event is not None)
    return [taken for taken, _event in done]


def _documents(items: Iterable[Brought]) -> dict[int, tuple[Document, str, str]]:
    """Those that the items are about, with the resident's name and why it must stay as it is, if it must."""
    ids = sorted({item.document_id for item in items if item.document_id})
    found = documents.documents(ids)
    names = {p.id: p.name for p in residents.residents(sorted({d.resident_id for d in found}))}
    reasons = committed(ids)
    return {d.id: (d, names[d.resident_id], reasons.get(d.id, "")) for d in found}


def _take(
    item: Brought, known: tuple[Document, str, str] | None, owner: Owner, now: datetime
) -> tuple[Taken, Event | None]:
    number, resident = (known[0].number, known[1]) if known else ("", "")
    if known and known[2]:
        reason = _("{reason}: it stays as it was").format(reason=known[2])
        return Taken(item.source, item.pages, Outcome.REFUSED, number, resident, reason), None
    if item.document_id and item.state is BroughtState.MATCHED:
        _replace(item.document_id)
    row = BroughtRow.create(
        document=item.document_id,
        period=item.period,
        source=item.source,
        source_sha256=item.source_sha256,
        pages=page_ranges(item.pages),
        path=item.path,
        sha256=item.sha256,
        size=item.size,
        state=item.state,
        doubt=item.doubt,
        detail=item.detail,
        at=now,
        operator=owner.operator,
    )
    now_is = one(row.id)
    held, item = now_is.state is BroughtState.HELD, now_is
    taken = Taken(item.source, item.pages, Outcome.HELD if held else Outcome.MATCHED, number, resident, item.sentence)
    where = item.where if not held else _("{where}: held, {why}").format(where=item.where, why=item.sentence)
    return taken, _event(EventKind.PDF_BROUGHT, now_is, known, where, owner, now)


def _replace(document_id: int, besides: int = 0) -> None:
    BroughtRow.update(state=BroughtState.REPLACED).where(
        (BroughtRow.document == document_id)
        & (BroughtRow.id != besides)
        & BroughtRow.state.in_([*USED, BroughtState.HELD])
    ).execute()


def used(document_ids: Iterable[int]) -> dict[int, Brought]:
    """What these documents are sent with, where it was brought."""
    return {key: item for key, item in _of(document_ids, USED).items() if item.state is not BroughtState.HELD}


def held_for(document_ids: Iterable[int]) -> dict[int, Brought]:
    """What waits for a look and may belong to these documents, the newest of each."""
    found = _of(document_ids, (*USED, BroughtState.HELD))
    return {key: item for key, item in found.items() if item.state is BroughtState.HELD}


def _of(document_ids: Iterable[int], states: Sequence[BroughtState]) -> dict[int, Brought]:
    ids = sorted(set(document_ids))
    found: dict[int, Brought] = {}
    for start in range(0, len(ids), CHUNK):
        query = BroughtRow.select().where(
            BroughtRow.document.in_(ids[start : start + CHUNK]) & BroughtRow.state.in_(list(states))
        )
        # What waits may be about a document that has another already: it comes last.
        rows = _all(query.order_by(BroughtRow.state == BroughtState.HELD, BroughtRow.id))
        found |= {item.document_id: item for item in rows if item.document_id}
    return found


def brought(period: Period, states: Sequence[BroughtState] = ()) -> list[Brought]:
    """What was brought for a month, in the order of the files; all that still counts, or what is in these states."""
    query = BroughtRow.select().where(BroughtRow.period == period)
    wanted = states or (*USED, BroughtState.HELD, BroughtState.ASIDE)
    query = query.where(BroughtRow.state.in_([*wanted, *(USED if BroughtState.HELD in wanted else ())]))
    return [item for item in _all(query.order_by(BroughtRow.id)) if item.state in wanted]


def one(brought_id: int) -> Brought:
    """The one of that id; it must exist."""
    (item,) = _all([BroughtRow.get_by_id(brought_id)])
    return item


def protected(document_ids: Iterable[int]) -> dict[int, str]:
    """Of these documents those whose residents' PDFs have a password, with the residents' names."""
    ids = sorted(set(document_ids))
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id, ResidentRow.last_name, ResidentRow.first_name).join(ResidentRow)
        query = query.where(DocumentRow.id.in_(ids[start : start + CHUNK]) & (ResidentRow.pdf_password != ""))
        found |= {key: f"{last} {first}".strip() for key, last, first in query.tuples()}
    return found


def confirm(brought_id: int, document_id: int, owner: Owner, now: datetime) -> Brought:
    """Someone has looked: that PDF is this document's, and is what will be sent.

    Raises BadInput if the document was sent meanwhile with another one, or another operator has decided already.
    """
    with transaction():
        item = _undecided(brought_id)
        known = _documents([replace(item, document_id=document_id)]).get(document_id)
        if known is None:
            raise _stays(_("it is gone meanwhile"))
        if known[2] and not _is_its_own(brought_id, document_id):
            raise _stays(known[2])
        _replace(document_id, besides=brought_id)
        values: dict[str, object] = {"state": BroughtState.CONFIRMED, "document": document_id}
        detail = _("{where}: looked at and confirmed").format(where=item.where)
        if document_id in protected([document_id]):
            # Whoever confirms has been told.
            values |= {"doubt": Doubt.UNPROTECTED, "detail": known[1]}
            detail = _("{where}: looked at and confirmed, sent without the resident’s password").format(
                where=item.where
            )
        BroughtRow.update(values).where(BroughtRow.id == brought_id).execute()
        now_is = one(brought_id)
        journal.append([_event(EventKind.PDF_DECIDED, now_is, known, detail, owner, now)])
    return now_is


def _is_its_own(brought_id: int, document_id: int) -> bool:
    """Whether that document has this PDF already, and only its leaving without a password waits to be accepted."""
    own = (BroughtRow.id == brought_id) & (BroughtRow.document == document_id) & BroughtRow.state.in_(list(USED))
    return bool(BroughtRow.select(BroughtRow.id).where(own).exists())


def put_aside(brought_id: int, owner: Owner, now: datetime) -> Brought:
    """Someone has looked: that PDF is nobody's. The file is kept; raises BadInput if it was decided already."""
    with transaction():
        item = _undecided(brought_id)
        known = _documents([item]).get(item.document_id or 0)
        BroughtRow.update(state=BroughtState.ASIDE).where(BroughtRow.id == brought_id).execute()
        detail = _("{where}: looked at and put aside").format(where=item.where)
        journal.append([_event(EventKind.PDF_DECIDED, item, known, detail, owner, now)])
        return one(brought_id)


def hold_again(brought_id: int, owner: Owner, now: datetime) -> Brought:
    """Take a decision back: the PDF waits for a look again. Raises BadInput if its document was sent meanwhile.

    Of a document that was sent, only that it leaves without a password can be taken back: the PDF stays its own.
    """
    with transaction():
        item = one(brought_id)
        known = _documents([item]).get(item.document_id or 0)
        values: dict[str, object] = {"state": BroughtState.HELD}
        detail = _("{where}: held again").format(where=item.where)
        if known is not None and known[2]:
            if not _accepted(item):
                raise _stays(known[2])
            values = {"state": BroughtState.MATCHED, "doubt": Doubt.NONE, "detail": ""}
            detail = _("{where}: not to be sent without the resident’s password any more").format(where=item.where)
        BroughtRow.update(values).where(BroughtRow.id == brought_id).execute()
        journal.append([_event(EventKind.PDF_DECIDED, item, known, detail, owner, now)])
        return one(brought_id)


def _stays(reason: str) -> BadInput:
    return BadInput(
        _("That document stays as it was: {reason}.").format(reason=reason),
        _("Make a credit note, or put the PDF aside."),
    )


def _undecided(brought_id: int) -> Brought:
    item = one(brought_id)
    if item.state is not BroughtState.HELD:
        raise BadInput(
            _("{where} was decided meanwhile by someone else.").format(where=item.where),
            _("The list now shows how."),
        )
    return item


def _event(
    kind: EventKind,
    item: Brought,
    known: tuple[Document, str, str] | None,
    detail: str,
    owner: Owner,
    now: datetime,
) -> Event:
    return Event(
        kind,
        now,
        document_id=known[0].id if known else 0,
        number=known[0].number if known else "",
        period=str(item.period),
        resident=known[1] if known else "",
        pdf_sha256=item.sha256,
        operator=owner.operator,
        host=owner.host,
        detail=detail,
    )


_FIELDS = ("period", "source", "source_sha256", "path", "sha256", "size", "detail", "at", "operator", "id")


def _all(rows: Iterable[Any]) -> list[Brought]:
    """What these rows are now: one that would leave without its resident's password waits until someone accepts that.

    That is found as it is read, as the password may be codified long after the PDF was brought.
    """
    items = [_brought(row) for row in rows]
    names = protected(item.document_id for item in items if item.document_id and item.state in USED)
    return [
        replace(item, state=BroughtState.HELD, doubt=Doubt.UNPROTECTED, detail=names[item.document_id])
        if item.document_id in names and item.state in USED and not _accepted(item)
        else item
        for item in items
    ]


def _accepted(item: Brought) -> bool:
    return item.state is BroughtState.CONFIRMED and item.doubt is Doubt.UNPROTECTED


def _brought(row: Any) -> Brought:
    return Brought(
        **{name: getattr(row, name) for name in _FIELDS},
        pages=pages_of(row.pages),
        state=BroughtState(row.state),
        doubt=Doubt(row.doubt),
        document_id=row.document_id,
    )
