"""Records of invoices against what is known: new, changed and how, unchanged, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tuimail.domain.billing import Document, DocumentKind, DocumentState
from tuimail.domain.i18n import _
from tuimail.domain.money import format_cents
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_day, format_moment
from tuimail.domain.places import Structure
from tuimail.importing.cells import folded
from tuimail.importing.fields import Field, field_label
from tuimail.importing.invoices import InvoiceRecord, Invoices, refuse_whole
from tuimail.importing.mapping import Table
from tuimail.importing.matching import Homes, Roster, UnclearError
from tuimail.importing.outcomes import Added, Change, FieldChange
from tuimail.importing.plan_people import Decisions, Plan
from tuimail.importing.refusals import Cause, problem_at
from tuimail.store import documents, residents
from tuimail.store.commitment import committed

_TOLD = ("period", "issued_on", "due_on", "heading", "net", "vat", "gross", "lines")
"""What a file may say anew of a known document."""


def plan_invoices(
    table: Table, invoices: Invoices, homes: Homes, decisions: Decisions, *, tell_known: bool = False
) -> Plan:
    """What the invoices of a file come to; structures that it names first are made on the way.

    `tell_known`: name the unchanged documents too, without their lines.
    """
    return _Planning(table, homes, decisions, tell_known).run(invoices)


class _Planning:
    def __init__(self, table: Table, homes: Homes, decisions: Decisions, tell_known: bool) -> None:
        self.tell_known = tell_known
        self.table = table
        self.decisions = decisions
        self.homes = homes
        self.roster = Roster(residents.residents(), homes)
        self.committed: dict[int, Mapping[int, str]] = {}
        """By the identity of a numbering."""
        self.numberings: dict[tuple[int, DocumentKind, int], dict[str, tuple[Document, DocumentState]]] = {}
        self.plan = Plan()

    def run(self, invoices: Invoices) -> Plan:
        # One numbering after the other: a year's documents of every structure at once would fill the memory.
        for record in sorted(invoices.records, key=lambda r: (folded(r.structure or ""), r.issued_on.year)):
            try:
                self._place(record)
            except UnclearError as error:
                line = record.rows[0].line
                problem = problem_at(self.table, record.rows[0], error.reason, (error.field, 0), error.cause)
                first, *others = refuse_whole(record.rows, line, problem)
                self.plan.refused += [replace(first, choices=self.roster.choices(error)), *others]
                self.plan.refused_invoices += 1
        self.plan.changes.sort(key=lambda change: change.line)
        self.plan.added.sort(key=lambda added: added.line)
        return self.plan

    def _whose(self, record: InvoiceRecord, home: Structure | None) -> Resident:
        try:
            return self.roster.of_invoice(record, home)
        except UnclearError as error:
            chosen = self.decisions.get(record.rows[0].line)
            found = next((resident for resident in error.candidates if resident.id == chosen), None)
            if found is None:
                raise
            return found

    def _place(self, record: InvoiceRecord) -> None:
        home = self.homes.find(record.structure)
        resident = self._whose(record, home)
        if record.structure is not None:
            self.homes.check(record.structure)
            home = self.homes.obtain(record.structure)
        structure_id = home.id if home else resident.structure_id
        numbering = self._numbering(structure_id, record)
        known, state = numbering.get(record.number, (None, DocumentState.UNSENT))
        if known and known.resident_id != resident.id:
            other = self.roster.by_id[known.resident_id].name
            raise UnclearError(
                _(
                    "number {number} is already {name}'s invoice of {period}; it serves once a year in a structure"
                ).format(number=record.number, name=other, period=known.period.label()),
                Field.NUMBER,
                cause=Cause.NUMBER_TAKEN,
            )
        document = self._document(record, structure_id, resident, known)
        if record.file:
            self.plan.files.append((replace(document, lines=()), record.file, record.rows[0]))
        if known is None:
            self.plan.added.append(Added(record.rows[0].line, resident.name, number=record.number))
        elif document == known:
            self.plan.unchanged += 1
            if self.tell_known:
                self.plan.known.append(replace(known, lines=()))
            return
        elif reason := self._committed(numbering).get(known.id):
            raise UnclearError(_why_it_stays(known, state, reason), Field.NUMBER)
        else:
            label = Added(0, resident.name, number=record.number).label
            self.plan.changes.append(Change(record.rows[0].line, label, _difference(known, document)))
        self.plan.to_save.append(document)

    def _numbering(self, structure_id: int, record: InvoiceRecord) -> dict[str, tuple[Document, DocumentState]]:
        key = structure_id, record.kind, record.issued_on.year
        if key not in self.numberings:
            if record.structure is not None:
                self.numberings.clear()
                self.committed.clear()
            self.numberings[key] = documents.of_year(*key)
        return self.numberings[key]

    def _committed(self, numbering: Mapping[str, tuple[Document, DocumentState]]) -> Mapping[int, str]:
        """Those of a numbering whose content must stay, asked for at once when the first of it has changed."""
        key = id(numbering)
        if key not in self.committed:
            self.committed[key] = committed([document.id for document, _state in numbering.values()])
        return self.committed[key]

    def _document(
        self, record: InvoiceRecord, structure_id: int, resident: Resident, known: Document | None
    ) -> Document:
        structure = self.homes.by_id.get(structure_id)
        net, tax = record.net, record.tax
        told = Document(
            structure_id=structure_id,
            resident_id=resident.id,
            kind=record.kind,
            number=record.number,
            period=record.period,
            issued_on=record.issued_on,
            due_on=record.due_on or self._due(record.issued_on, structure, known),
            heading=record.lines[0].heading,
            net=net,
            vat=tax,
            gross=net + tax,
            lines=record.lines,
            paid=known.paid if known else 0,
            related_id=known.related_id if known else None,
            id=known.id if known else 0,
        )
        # What a file cannot tell stays as it is known.
        return replace(known, **{name: getattr(told, name) for name in _TOLD}) if known else told

    def _due(self, issued_on: date, structure: Structure | None, known: Document | None) -> date | None:
        """The due date of an invoice whose file gives none."""
        if known and (Field.DUE_ON, 0) not in self.table.columns:
            return known.due_on
        return structure.due_on(issued_on) if structure else None


def _why_it_stays(known: Document, state: DocumentState, reason: str) -> str:
    if state is DocumentState.QUEUED:
        return _("the invoice is being sent as it was; import it again once that has ended or been cancelled")
    if sent := documents.last_sent([known.id]).get(known.id):
        return _("the invoice was already sent on {moment} as it was; make a credit note").format(
            moment=format_moment(sent, year=True)
        )
    if state is DocumentState.UNCERTAIN:
        return _("the invoice may have been sent as it was (uncertain); settle that first")
    return _("the invoice stays as it was, as {reason}; make a credit note").format(reason=reason)


def _difference(old: Document, new: Document) -> tuple[FieldChange, ...]:
    before, after = _told(old), _told(new)
    changed = [
        FieldChange(key, name, value, after[key][1])
        for key, (name, value) in before.items()
        if value != after[key][1] or (key == "lines" and old.lines != new.lines)
    ]
    return tuple(changed)


def _told(document: Document) -> dict[str, tuple[str, str]]:
    """A document by key: name and value of a field, for people."""
    values = {
        Field.PERIOD: document.period.label(),
        Field.ISSUED_ON: format_day(document.issued_on),
        Field.DUE_ON: format_day(document.due_on) if document.due_on else "",
        Field.HEADING: document.heading,
        Field.AMOUNT: format_cents(document.net),
    }
    told = {str(field): (field_label((field, 0)), value) for field, value in values.items()}
    told["gross"] = _("total with tax"), format_cents(document.gross)
    told["lines"] = _("lines"), str(len(document.lines))
    return told
