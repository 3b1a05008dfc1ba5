"""Which invoices are looked at: period, home, filter and search, and the ticks that outlive them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.listing import InvoiceCounts, InvoiceFilter, InvoiceIndex, InvoiceRow, empty_index
from tuimail.domain.periods import Period
from tuimail.domain.selection import Selection
from tuimail.store import documents, listing, structures


class InvoiceView:
    """The invoices of a period, of one home or of all, and which of them are shown."""

    def __init__(self) -> None:
        self.period: Period | None = None
        """None as long as there is no invoice at all."""
        self.structure_id: int | None = None
        """None: the whole association."""
        self.kind = DocumentKind.INVOICE
        """Which kind of document is listed; each has its own numbers."""
        self.filter = InvoiceFilter.ALL
        self.search = ""
        self.whole: InvoiceIndex = empty_index()
        """All the invoices of the period and home."""
        self.shown: InvoiceIndex = self.whole
        """Those of them that the filter and the search leave."""
        self._selections: dict[tuple[Period, int | None, DocumentKind], Selection] = {}
        self._periods: list[Period] = []
        self.several_homes = False
        """Whether there is a home to choose."""

    def load(self) -> None:
        """Read everything again. Ticks stay with their invoices."""
        self._periods = sorted({*documents.periods(), *documents.periods(self.kind)})
        if self.period is None and self._periods:
            self.period = self._periods[-1]
        places = {place.id for place in structures.structures()}
        self.several_homes = len(places) > 1
        if self.structure_id not in places:
            self.structure_id = None
        if self.period is not None:
            self.whole = listing.index(self.period, self.structure_id, kind=self.kind)
            if known := self._selections.get((self.period, self.structure_id, self.kind)):
                known.rebase(self.whole)
        self.narrow()

    def narrow(self) -> None:
        """Apply the filter and the search anew."""
        self.shown = self.whole
        if self.period is not None and (self.search or self.filter is not InvoiceFilter.ALL):
            self.shown = listing.index(self.period, self.structure_id, self.filter, self.search, self.kind)

    def best(self) -> int | None:
        """The invoice that the search is most likely about: that very number, or the first that can be sent."""
        shown = self.shown
        if self.period is None or not len(shown):
            return None
        same = listing.numbered(self.period, self.search, self.kind)
        found = (document_id for document_id in shown.ids if document_id in same)
        can_be_sent = (document_id for document_id, n in zip(shown.ids, shown.messages, strict=True) if n)
        return next(chain(found, can_be_sent, shown.ids))

    def count(self) -> InvoiceCounts:
        """How many invoices of the period and home stand where, now."""
        return listing.counts(self.period, self.structure_id, self.kind) if self.period else InvoiceCounts()

    def read(self, ids: Sequence[int]) -> Sequence[InvoiceRow]:
        """The rows of these invoices."""
        return listing.rows(ids)

    @property
    def selection(self) -> Selection:
        """The ticks of this period and home."""
        if self.period is None:
            return Selection(self.whole)
        return self._selections.setdefault((self.period, self.structure_id, self.kind), Selection(self.whole))

    @property
    def newest(self) -> Period | None:
        """The last period that has invoices."""
        return self._periods[-1] if self._periods else None

    @property
    def narrowed(self) -> bool:
        """Whether a filter or a search hides something."""
        return bool(self.search) or self.filter is not InvoiceFilter.ALL

    def shift(self, months: int) -> bool:
        """Go to another month; False beyond the first and the last one that have invoices."""
        if self.period is None or not self._periods:
            return False
        period = self.period.shift(months)
        if not self._periods[0] <= period <= self._periods[-1]:
            return False
        self.period = period
        self.load()
        return True

    def sendable(self) -> tuple[list[int], str]:
        """What Send is about, and how it was chosen if not by ticking: the ticked invoices, or else all unsent ones."""
        ticked = list(self.selection.ids())
        if ticked or self.period is None:
            return ticked, ""
        if self.filter not in (InvoiceFilter.ALL, InvoiceFilter.UNSENT):
            return [], ""
        unsent = listing.index(self.period, self.structure_id, InvoiceFilter.UNSENT, self.search, self.kind)
        why = _("Nothing is ticked: all invoices not sent yet.")
        if self.search:
            why = _("Nothing is ticked: all invoices not sent yet that hold “{text}”.").format(text=self.search)
        problems = len(listing.index(self.period, self.structure_id, InvoiceFilter.PROBLEMS, self.search, self.kind))
        if problems:
            more = ngettext(
                "{n} problem is not among them: e then a ticks it.",
                "{n} problems are not among them: e then a ticks them.",
                problems,
            )
            why = f"{why}\n{more}"
        return list(unsent.ids), why

    def label(self) -> str:
        """The period and the home, for people: `octobre 2026, EHPAD Saint-Éloi`."""
        period = self.period.label() if self.period else ""
        places = structures.structures(archived=True)
        if self.kind is not DocumentKind.INVOICE:
            period = f"{kinds_name(self.kind)} {period}"
        if self.structure_id is None and len(places) > 1:
            return _("{period}, all homes").format(period=period)
        name = next((s.name for s in places if self.structure_id in (None, s.id)), "")
        return _("{period}, {structure}").format(period=period, structure=name)
