"""Which invoices of a list are ticked, kept outside the list: it outlives filter, search and order.

Each group keeps a default and the ids that differ from it, so ticking everything costs the number of groups, and so
does counting. What no address receives is never ticked.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from tuimail.domain.listing import InvoiceGroup, InvoiceIndex


class Ticks(Enum):
    """How much of a group is ticked."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SelectionTotals:
    """What a selection amounts to; `net` is cents without tax."""

    invoices: int
    messages: int
    net: int


@dataclass(slots=True)
class _Group:
    whole: InvoiceGroup
    number: int
    ticked: bool = False
    """What holds for every id that is not among the exceptions."""
    exceptions: set[int] = field(default_factory=set)
    net: int = 0
    messages: int = 0
    """Sums over the exceptions."""

    def default(self, ticked: bool) -> None:
        self.ticked = ticked
        self.exceptions.clear()
        self.net = self.messages = 0

    def flip(self, document_id: int, net: int, messages: int) -> None:
        sign = 1
        if document_id in self.exceptions:
            self.exceptions.remove(document_id)
            sign = -1
        else:
            self.exceptions.add(document_id)
        self.net += sign * net
        self.messages += sign * messages

    def totals(self) -> SelectionTotals:
        count = len(self.exceptions)
        if not self.ticked:
            return SelectionTotals(count, self.messages, self.net)
        whole = self.whole
        return SelectionTotals(
            whole.reachable_count - count, whole.messages - self.messages, whole.reachable_net - self.net
        )


class Selection:
    """What is ticked among `whole`, all the invoices of a period and structure.

    The other methods take what the list shows of them now (`shown`: the same, or filtered, or in another order) and
    a position in `shown.ids` or the number of one of its groups. Whatever `shown` holds that `whole` does not know
    stays out.
    """

    def __init__(self, whole: InvoiceIndex) -> None:
        self._whole = whole
        self._groups = {group.key: _Group(group, number) for number, group in enumerate(whole.groups)}
        self._view: InvoiceIndex | None = None
        self._parts: dict[int, frozenset[int] | None] = {}
        """Of each group of the view that was asked for: None if all of it is shown, else the ids that can be ticked."""

    @property
    def whole(self) -> InvoiceIndex:
        """All the invoices that the ticks are about."""
        return self._whole

    def totals(self) -> SelectionTotals:
        """What all ticked invoices amount to, shown or not."""
        parts = [group.totals() for group in self._groups.values()]
        return SelectionTotals(
            sum(p.invoices for p in parts), sum(p.messages for p in parts), sum(p.net for p in parts)
        )

    def ids(self) -> array[int]:
        """The ticked invoices, shown or not, in the order of `whole`."""
        return array("q", self._ticked_ids())

    def ticked(self, shown: InvoiceIndex, position: int) -> bool:
        """Whether that invoice is ticked."""
        group = self._groups.get(shown.groups[shown.group_at(position)].key)
        document_id = shown.ids[position]
        if group is None or document_id in self._whole.unreachable:
            return False
        return (document_id in group.exceptions) != group.ticked

    def count_in(self, shown: InvoiceIndex) -> int:
        """How many of the invoices shown are ticked."""
        return sum(self._count(shown, number)[0] for number in range(len(shown.groups)))

    def ticks(self, shown: InvoiceIndex, number: int) -> Ticks:
        """How much of what is shown of a group is ticked."""
        count, most = self._count(shown, number)
        if not count:
            return Ticks.NONE
        return Ticks.ALL if count == most else Ticks.SOME

    def toggle(self, shown: InvoiceIndex, position: int) -> bool:
        """Tick that invoice, or untick it; False if it cannot be ticked."""
        number = shown.group_at(position)
        if not self._tickable(shown, number, position):
            return False
        self._flip(shown, number, position)
        return True

    def toggle_group(self, shown: InvoiceIndex, number: int) -> bool:
        """Tick what is shown of a group, or untick it if all of it was; False if nothing of it can be ticked."""
        self._put(shown, number, ticked=self.ticks(shown, number) is not Ticks.ALL)
        return self._count(shown, number)[1] > 0

    def all(self, shown: InvoiceIndex) -> None:
        """Tick everything that is shown; what the filter hides stays as it is."""
        for number in range(len(shown.groups)):
            self._put(shown, number, ticked=True)

    def none(self) -> None:
        """Untick everything, shown or not: what is hidden must not be sent by surprise."""
        for group in self._groups.values():
            group.default(ticked=False)

    def invert(self, shown: InvoiceIndex) -> None:
        """Untick what is ticked and tick the rest, of what is shown."""
        for number in range(len(shown.groups)):
            group, part = self._part(shown, number)
            if group is None:
                continue
            if part is None:
                group.ticked = not group.ticked
            else:
                for position in range(shown.starts[number], shown.starts[number + 1]):
                    if shown.ids[position] in part:
                        self._flip(shown, number, position)

    def only(self, shown: InvoiceIndex, position: int) -> bool:
        """Tick that invoice and nothing else; False, and nothing changed, if it cannot be ticked."""
        if not self._tickable(shown, shown.group_at(position), position):
            return False
        self.none()
        return self.toggle(shown, position)

    def put_range(self, shown: InvoiceIndex, first: int, last: int, ticked: bool = True) -> None:
        """Tick (or untick) from one position to another, both included, in either direction."""
        for position in range(min(first, last), max(first, last) + 1):
            number = shown.group_at(position)
            if self.ticked(shown, position) != ticked and self._tickable(shown, number, position):
                self._flip(shown, number, position)

    def rebase(self, whole: InvoiceIndex) -> None:
        """Go on with the invoices as they are now: what is new, or can be ticked only now, is not ticked."""
        chosen = set(self._ticked_ids())
        self._whole, self._view = whole, None
        self._groups = {group.key: _Group(group, number) for number, group in enumerate(whole.groups)}
        for group in self._groups.values():
            span = range(whole.starts[group.number], whole.starts[group.number + 1])
            tickable = [p for p in span if whole.messages[p]]
            kept = [p for p in tickable if whole.ids[p] in chosen]
            if 2 * len(kept) > len(tickable):
                group.ticked = True
                kept = [p for p in tickable if whole.ids[p] not in chosen]
            for position in kept:
                self._flip(whole, group.number, position)

    def _ticked_ids(self) -> Iterator[int]:
        whole = self._whole
        for group in self._groups.values():
            for document_id in self._slice(whole, group.number):
                if (document_id in group.exceptions) != group.ticked and document_id not in whole.unreachable:
                    yield document_id

    def _part(self, shown: InvoiceIndex, number: int) -> tuple[_Group | None, frozenset[int] | None]:
        if shown is not self._view:
            self._view, self._parts = shown, {}
        group = self._groups.get(shown.groups[number].key)
        if group is not None and shown is not self._whole and number not in self._parts:
            known = self._slice(self._whole, group.number)
            here = self._slice(shown, number)
            complete = here == known
            self._parts[number] = None if complete else frozenset(here).intersection(known) - self._whole.unreachable
        return group, self._parts.get(number)

    @staticmethod
    def _slice(index: InvoiceIndex, number: int) -> array[int]:
        return index.ids[index.starts[number] : index.starts[number + 1]]

    def _count(self, shown: InvoiceIndex, number: int) -> tuple[int, int]:
        group, part = self._part(shown, number)
        if group is None:
            return 0, 0
        if part is None:
            return group.totals().invoices, group.whole.reachable_count
        excepted = len(part & group.exceptions)
        return (len(part) - excepted if group.ticked else excepted), len(part)

    def _tickable(self, shown: InvoiceIndex, number: int, position: int) -> bool:
        group, part = self._part(shown, number)
        if group is None:
            return False
        document_id = shown.ids[position]
        return document_id in part if part is not None else document_id not in self._whole.unreachable

    def _put(self, shown: InvoiceIndex, number: int, *, ticked: bool) -> None:
        group, part = self._part(shown, number)
        if group is None:
            return
        if part is None:
            group.default(ticked)
            return
        unwanted = group.ticked != ticked
        for position in range(shown.starts[number], shown.starts[number + 1]):
            document_id = shown.ids[position]
            if document_id in part and (document_id in group.exceptions) != unwanted:
                self._flip(shown, number, position)

    def _flip(self, shown: InvoiceIndex, number: int, position: int) -> None:
        group = self._groups[shown.groups[number].key]
        group.flip(shown.ids[position], shown.nets[position], shown.messages[position])
