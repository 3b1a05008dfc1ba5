"""A month's invoices as a list: what each row shows, how rows are grouped, and an index of all of them by id.

The index is what lets a list of 100,000 invoices open at once: ids and two figures each, in arrays; the rows
themselves are asked for by page.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from tuimail.domain.billing import DocumentState
from tuimail.domain.month_end import Disposition


class InvoiceFilter(StrEnum):
    """Which invoices a list shows."""

    ALL = "all"
    UNSENT = "unsent"
    """Nothing delivered yet: never sent, or queued."""
    SENT = "sent"
    """Delivered to every address."""
    PROBLEMS = "problems"
    """Partly delivered, refused or uncertain."""
    UNCERTAIN = "uncertain"
    """Perhaps sent."""
    TO_POST = "to-post"
    """Nobody receives it by mail, or every address failed; and nobody said that it was posted or is not to be sent."""

    def next(self) -> InvoiceFilter:
        """The one after it, the first after the last."""
        order = list(InvoiceFilter)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice in a list. Amounts are cents without tax."""

    id: int
    structure_id: int
    structure: str
    heading: str
    number: str
    resident: str
    """`BERNARD Paul`."""
    room: str
    net: int
    primary: str
    """The resident's own addresses that receive, joined by a comma and a space; empty if none."""
    guardian: str
    """The guardian's address if it receives, else empty."""
    relative: str
    """The relatives' addresses that receive, joined likewise: one by the default rule."""
    state: DocumentState
    reachable: bool
    """Whether at least one address receives."""
    delivered: int
    """To how many of its addresses it was delivered."""
    addresses: int
    """How many addresses it has gone to or would go to."""
    last_sent: datetime | None = None
    resident_id: int = 0
    problem: str = ""
    """Why it cannot be sent or what went wrong, in a sentence; empty if nothing did."""
    decided: Disposition | None = None
    """Whether an operator posted or excluded it."""
    on_paper: bool = False
    """Whether the resident's card says on paper only."""
    bounced: bool = False
    """Whether it was sent, came back from an address, and was not sent again since."""


@dataclass(frozen=True, slots=True)
class InvoiceGroup:
    """Invoices of one structure under one heading, in a row. Sums are over the invoices the index holds."""

    key: str
    """The same for the same structure and heading, under every filter."""
    title: str
    """What its heading row says."""
    structure_id: int
    heading: str
    count: int
    net: int
    """Cents without tax."""
    reachable_count: int
    """How many of them can be ticked."""
    reachable_net: int = 0
    """Cents without tax of those."""
    messages: int = 0
    """How many messages those make: one an address."""


@dataclass(frozen=True, slots=True)
class InvoiceCounts:
    """How many invoices of a structure and period there are, whatever the filter and the search."""

    total: int = 0
    unsent: int = 0
    sent: int = 0
    problems: int = 0
    unreachable: int = 0
    decided: int = 0
    """Posted, or excluded with a reason: nothing is left to do about them."""


@dataclass(frozen=True, slots=True)
class InvoiceIndex:
    """The invoices of a list in their order, group after group.

    `ids` (typecode q), `nets` (q, cents) and `messages` (H, how many messages it makes: 0 for whoever has no
    address) run in parallel; the first `groups[0].count` entries are the first group's, and so on.
    """

    groups: tuple[InvoiceGroup, ...]
    ids: array[int]
    nets: array[int]
    messages: array[int]
    unreachable: frozenset[int]
    """Ids whose invoice no address receives: shown, never ticked."""
    counts: InvoiceCounts = field(default_factory=InvoiceCounts)
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Where each group begins in the arrays; one more at the end: how many invoices there are."""

    def __post_init__(self) -> None:
        if len({group.key for group in self.groups}) < len(self.groups):
            raise ValueError("the invoices of a group do not follow each other")
        starts = (0, *accumulate(group.count for group in self.groups))
        if not starts[-1] == len(self.ids) == len(self.nets) == len(self.messages):
            raise ValueError("the groups' counts do not add up to the arrays' lengths")
        object.__setattr__(self, "starts", starts)

    @classmethod
    def gather(
        cls, entries: Iterable[tuple[str, int, str, str, int, int, int]], counts: InvoiceCounts | None = None
    ) -> InvoiceIndex:
        """The index of entries in their order: `(key, structure id, heading, title, id, net, messages)`.

        Entries of a group must follow each other: ValueError otherwise.
        """
        ids, nets, messages = array("q"), array("q"), array("H")
        groups: list[InvoiceGroup] = []
        current: tuple[str, int, str, str] | None = None
        start = 0

        def close(end: int) -> None:
            if current is not None:
                key, structure_id, heading, title = current
                ticked = [net for net, n in zip(nets[start:end], messages[start:end], strict=True) if n]
                groups.append(
                    InvoiceGroup(
                        key=key,
                        title=title,
                        structure_id=structure_id,
                        heading=heading,
                        count=end - start,
                        net=sum(nets[start:end]),
                        reachable_count=len(ticked),
                        reachable_net=sum(ticked),
                        messages=sum(messages[start:end]),
                    )
                )

        for key, structure_id, heading, title, document_id, net, n in entries:
            if current is None or current[0] != key:
                close(len(ids))
                current, start = (key, structure_id, heading, title), len(ids)
            ids.append(document_id)
            nets.append(net)
            messages.append(n)
        close(len(ids))
        unreachable = frozenset(i for i, n in zip(ids, messages, strict=True) if not n)
        return cls(tuple(groups), ids, nets, messages, unreachable, counts or InvoiceCounts(total=len(ids)))

    def __len__(self) -> int:
        return len(self.ids)

    def group_at(self, position: int) -> int:
        """Which group the invoice at `position` in `ids` belongs to."""
        return bisect_right(self.starts, position) - 1

    def position(self, document_id: int) -> int | None:
        """Where an invoice stands in `ids`, or None if the list does not show it: a millisecond in 100,000."""
        try:
            return self.ids.index(document_id)
        except ValueError:
            return None


def empty_index() -> InvoiceIndex:
    """The index of no invoice."""
    return InvoiceIndex.gather(())
