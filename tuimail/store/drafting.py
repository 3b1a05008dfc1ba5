"""Documents made and changed by hand: numbers without gaps, totals by the rule, a journal line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from tuimail.domain import drafting
from tuimail.domain.account import Owner
from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.drafting import Proposal, Recurring, checked, line, propose, recurring_from
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period
from tuimail.store import brought, bulk, documents, journal, related, residents, structures
from tuimail.store.commitment import committed
from tuimail.store.database import transaction
from tuimail.store.numbering import Numbering
from tuimail.store.tables.billing import DocumentRow, RecurringRow
from tuimail.store.tables.outbox import DeliveryRow


def create(new: Sequence[Document], owner: Owner, now: datetime) -> list[Document]:
    """Number and keep new documents, in their order, in one transaction; returns them as they are kept.

    The number is taken in the same transaction: two who make documents at once get numbers that follow each other.
    Raises BadInput where one does not fit, and then keeps none.
    """
    with transaction():
        numbering = Numbering()
        numbered = []
        for document in new:
            fitting = checked(document)
            _check_joined(fitting)
            numbered.append(replace(fitting, number=numbering.take(fitting), id=0))
        numbering.keep()
        saved = documents.save_documents(numbered)
        _journal(EventKind.DOCUMENT_MADE, [(item, _total(item)) for item in saved], owner, now)
    return saved


def change(before: Document, after: Document, owner: Owner, now: datetime) -> Document:
    """Keep the new content of a document that was not sent; `before` is as it was read.

    Raises BadInput if it was sent, is about to be, or was changed meanwhile, or if its PDF was brought.
    """
    with transaction():
        _check_open(before.id)
        if documents.document(before.id) != before:
            raise BadInput(
                _("Document {number} was changed meanwhile by someone else.").format(number=before.number),
                _("Open it again: what you see is not what is kept any more."),
            )
        kept = ("structure_id", "resident_id", "kind", "number", "related_id", "id")
        fitting = checked(replace(after, **{name: getattr(before, name) for name in kept}))
        if fitting.issued_on.year != before.issued_on.year:
            raise BadInput(
                _("A number belongs to its year."), _("Keep the date in {year}.").format(year=before.issued_on.year)
            )
        if fitting == before:
            return before
        _check_joined(fitting)
        (saved,) = documents.save_documents([fitting])
        sentence = _("{before}, now {after}").format(before=_total(before), after=_total(saved))
        _journal(EventKind.DOCUMENT_CHANGED, [(saved, sentence)], owner, now)
    return saved


def keep(
    before: Document, after: Document, coming_back: Sequence[Recurring] | None, owner: Owner, now: datetime
) -> Document:
    """Create the document, or change it where `before` is kept already, with what comes back for its resident.

    In one transaction: what was told as not kept is kept by no half, and may be tried again. `coming_back`: None
    leaves what comes back as it is. Raises BadInput as `create` and `change` do.
    """
    with transaction():
        saved = change(before, after, owner, now) if before.id else create([after], owner, now)[0]
        if coming_back is not None:
            set_recurring(before.resident_id, coming_back, owner, now)
    return saved


def can_change(document_id: int) -> str:
    """Why a document must stay as it is, in a sentence; empty if it may change."""
    if reason := committed([document_id]).get(document_id):
        return reason
    if _was_queued(document_id):
        return _("it was sent, or is about to be")
    if notes := related.credit_notes([document_id]).get(document_id):
        numbers = ", ".join(note.number for note in notes)
        return ngettext("credit note {numbers} corrects it", "credit notes {numbers} correct it", len(notes)).format(
            numbers=numbers
        )
    if brought.used([document_id]) or brought.held_for([document_id]):
        return _("its PDF was made by another program")
    return ""


def _was_queued(document_id: int) -> bool:
    query = DeliveryRow.select(DeliveryRow.id).where(DeliveryRow.document == document_id)
    return bool(query.where(DeliveryRow.state.in_(["sent", "uncertain", "inflight", "claimed"])).exists())


def _check_open(document_id: int) -> None:
    if reason := can_change(document_id):
        number = documents.document(document_id).number
        raise BadInput(
            _("Document {number} stays as it is: {reason}.").format(number=number, reason=reason),
            _("Make a credit note instead, from its card."),
        )


def _check_joined(document: Document) -> None:
    if document.related_id is None:
        return
    invoice = documents.document(document.related_id)
    if invoice.kind is not DocumentKind.INVOICE or invoice.resident_id != document.resident_id:
        raise BadInput(_("It can only belong to an invoice of the same resident."), _("Choose that invoice."))
    if document.kind is DocumentKind.CREDIT_NOTE:
        others = [each for each in related.credit_notes([invoice.id]).get(invoice.id, ()) if each.id != document.id]
        left = drafting.left_to_credit(invoice, others)
        if -document.gross > left:
            raise BadInput(
                _("A credit note of {amount} is more than what is left of invoice {number}: {left}.").format(
                    amount=format_cents(-document.gross, True), number=invoice.number, left=format_cents(left, True)
                ),
                _("Take back less, line by line, or look at the credit notes that there are."),
            )


def _total(document: Document) -> str:
    return format_cents(document.gross, currency=True)


def _journal(kind: EventKind, made: Sequence[tuple[Document, str]], owner: Owner, now: datetime) -> None:
    names = {p.id: p.name for p in residents.residents(sorted({item.resident_id for item, _detail in made}))}
    journal.append(
        Event(
            kind,
            now,
            document_id=item.id,
            number=item.number,
            period=str(item.period),
            resident=names[item.resident_id],
            operator=owner.operator,
            host=owner.host,
            detail=detail,
        )
        for item, detail in made
    )


# Lines that come back, and the month made from them


def recurring(resident_ids: Iterable[int]) -> dict[int, tuple[Recurring, ...]]:
    """The lines that come back each month of those of these residents who have some kept."""
    found: dict[int, list[Recurring]] = {}
    ids = sorted(set(resident_ids))
    for start in range(0, len(ids), bulk.CHUNK):
        query = RecurringRow.select().where(RecurringRow.resident.in_(ids[start : start + bulk.CHUNK]))
        for row in query.order_by(RecurringRow.resident, RecurringRow.position):
            found.setdefault(row.resident_id, []).append(_recurring(row))
    return {resident_id: tuple(lines) for resident_id, lines in found.items()}


def set_recurring(resident_id: int, lines: Sequence[Recurring], owner: Owner, now: datetime) -> None:
    """Keep what comes back each month for a resident, in place of what was kept."""
    with transaction():
        RecurringRow.delete().where(RecurringRow.resident == resident_id).execute()
        bulk.insert(
            RecurringRow,
            (
                {
                    "resident": resident_id,
                    "position": position,
                    "heading": each.line.heading,
                    "label": each.line.label,
                    "quantity": each.line.quantity,
                    "unit_price": each.line.unit_price,
                    "vat_bp": each.line.vat_bp,
                    "per_day": int(each.per_day),
                }
                for position, each in enumerate(lines, 1)
            ),
        )
        resident = residents.resident(resident_id)
        detail = _("lines that come back: {labels}").format(labels=", ".join(each.line.label for each in lines) or "-")
        event = Event(EventKind.SETTING_CHANGED, now, resident=resident.name, operator=owner.operator, host=owner.host)
        journal.append([replace(event, detail=detail)])


def _recurring(row: RecurringRow) -> Recurring:
    return Recurring(line(row.heading, row.label, row.quantity, row.unit_price, row.vat_bp), bool(row.per_day))


def proposals(
    period: Period, structure_id: int | None, issued_on: date, days: dict[int, int] | None = None
) -> list[Proposal]:
    """The month's invoices as they would be made, of residents who have none yet, by home and name.

    From the lines kept for the resident, or else from those of last month's invoice that come back. `days`: by
    resident, where somebody knows better than entry and departure tell.
    """
    places = {s.id: s for s in structures.structures() if structure_id in (None, s.id)}
    made = _invoices(period, places)
    before, earlier = _invoices(period.shift(-1), places), _invoices(period.shift(-2), places)
    people = [p for p in residents.residents() if p.structure_id in places and p.id not in made]
    kept = recurring(p.id for p in people)
    found = []
    for person in people:
        last = before.get(person.id)
        lines = kept.get(person.id) or (recurring_from(last, person, earlier.get(person.id)) if last else ())
        place = places[person.structure_id]
        proposal = propose(person, place, period, issued_on, lines, last, (days or {}).get(person.id))
        if proposal is not None:
            found.append(proposal)
    return found


def _invoices(period: Period, places: Iterable[int]) -> dict[int, Document]:
    query = DocumentRow.select(DocumentRow.id).where(
        (DocumentRow.kind == DocumentKind.INVOICE)
        & (DocumentRow.period == period)
        & DocumentRow.structure.in_(list(places))
    )
    return {d.resident_id: d for d in documents.documents([i for (i,) in query.order_by(DocumentRow.id).tuples()])}


def accept(wanted: Sequence[Proposal], owner: Owner, now: datetime) -> list[Document]:
    """Make the invoices of these proposals, numbered in their order, in one transaction.

    Who got an invoice of that month meanwhile is left out: nobody is billed twice.
    """
    with transaction():
        made: dict[Period, dict[int, Document]] = {}
        rest = []
        for each in wanted:
            if not each.makes_invoice:
                continue
            period = each.document.period
            if period not in made:
                made[period] = _invoices(period, {p.document.structure_id for p in wanted})
            if each.resident.id not in made[period]:
                rest.append(each.document)
        return create(rest, owner, now) if rest else []
