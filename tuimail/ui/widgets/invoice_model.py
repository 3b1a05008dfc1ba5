"""What the invoice table shows: headings and invoices as rows, the invoices read a page at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.style import Style

from tuimail.domain.billing import DocumentState
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.listing import InvoiceGroup, InvoiceIndex, InvoiceRow
from tuimail.domain.money import format_cents
from tuimail.domain.month_end import Disposition, Outcome
from tuimail.domain.periods import format_moment
from tuimail.domain.selection import Selection, Ticks
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

PAGE = 200
"""Invoices read at once."""
PAGES = 16
"""Pages kept."""

Fetch = Callable[[Sequence[int]], Sequence[InvoiceRow]]
"""Reads invoices by id; those that are gone are left out."""

WIDE = 120
"""From this width on, a row shows its addresses in full."""

_BOLD = Style(bold=True)
_GREEN, _YELLOW, _RED = (Style(color=name) for name in ("green", "yellow", "red"))
_COLOURS = {
    DocumentState.SENT: _GREEN,
    DocumentState.QUEUED: Style(color="cyan"),
    DocumentState.PARTIAL: _YELLOW,
    DocumentState.UNCERTAIN: _YELLOW,
    DocumentState.FAILED: _RED,
}
_MARKS = {DocumentState.PARTIAL: "*", DocumentState.FAILED: "!", DocumentState.UNCERTAIN: "?"}
"""Beside the last success."""
_BOXES = {Ticks.NONE: "[ ]", Ticks.SOME: "[-]", Ticks.ALL: "[x]"}
_NO_BOX = " - "


def columns(width: int, first: Sequence[InvoiceRow], sums: Sequence[int]) -> tuple[TableColumn, ...]:
    """The columns that fit a table of that width: letters for the three addresses, or the addresses themselves.

    They are as wide as the `first` invoices and the groups' `sums` (cents) need, within limits.
    """
    digits = min(max((len(row.number) for row in first), default=3), 12)
    net = max(10, *(len(format_cents(cents)) for cents in sums), 0)
    box = TableColumn("box", "", 5, gap=1)
    name = min(max((len(row.resident) for row in first), default=0) + 1, 22) if width >= WIDE else 0
    resident = TableColumn("resident", _("Resident"), max(name, 16), gap=1, flexible=True)
    middle = (
        TableColumn("sent", pgettext("list", "Sent"), 13, gap=1),
        TableColumn("number", _("No."), max(digits, 3) + 1, gap=1),
        TableColumn("net", _("Net amount"), net + 1, "right", gap=1),
    )
    state = TableColumn("state", _("State"), 14, gap=1)
    if width < WIDE:
        return (box, resident, *middle, TableColumn("letters", pgettext("list", "To"), 7, gap=2), state)
    labels = (
        ("primary", _("Main e-mail")),
        ("guardian", _("Guardian’s e-mail")),
        ("relative", _("Relative’s e-mail")),
    )
    needs = [max(11, *(len(getattr(row, key)) for row in first), 0) + 1 for key, _label in labels]
    # A cell goes to the scrollbar.
    left = width - 1 - sum(column.width for column in (box, resident, *middle, state))
    while sum(needs) > left and max(needs) > 12:
        needs[needs.index(max(needs))] -= 1
    for number, (_key, label) in enumerate(labels):
        needs[number] += min(max(0, len(label) + 1 - needs[number]), max(0, left - sum(needs)))
    shown = (TableColumn(key, label, need, gap=1) for (key, label), need in zip(labels, needs, strict=True))
    return (box, resident, *middle, *shown, state)


def state_words(row: InvoiceRow) -> str:
    """Where an invoice stands, in one or two words; empty if nothing was ever sent and nothing is in the way."""
    if row.decided is not None and row.state not in (DocumentState.SENT, DocumentState.QUEUED, DocumentState.UNCERTAIN):
        return decided_words(row.decided)
    if row.bounced and row.state in (DocumentState.SENT, DocumentState.PARTIAL):
        return pgettext("invoice", "came back")
    if row.state is DocumentState.UNSENT:
        no_mail = pgettext("invoice", "to post") if row.on_paper else pgettext("invoice", "no address")
        return "" if row.reachable else no_mail
    return {
        DocumentState.QUEUED: pgettext("invoice", "queued"),
        DocumentState.SENT: pgettext("invoice", "sent"),
        DocumentState.PARTIAL: pgettext("invoice", "partial {done}/{all}").format(
            done=row.delivered, all=row.addresses
        ),
        DocumentState.FAILED: pgettext("invoice", "refused"),
        DocumentState.UNCERTAIN: pgettext("invoice", "uncertain"),
    }[row.state]


def _last_success(row: InvoiceRow) -> Cell:
    """Day and time of the last success, and a mark where not every address has it: its column says what is wrong."""
    moment = format_moment(row.last_sent) if row.last_sent else ""
    mark = _MARKS.get(row.state)
    return Styled(f"{moment:<11}{mark}", _COLOURS[row.state]) if mark else moment


def decided_words(decided: Disposition) -> str:
    """`postée 12/11`, or `exclue`."""
    if decided.outcome is Outcome.POSTED:
        return pgettext("invoice", "posted {day}").format(day=f"{decided.on:%d/%m}")
    return pgettext("invoice", "excluded")


def letters(row: InvoiceRow) -> str:
    """Who receives, a letter each and a dot for who does not: the resident, the guardian, the relative."""
    signs = (
        (row.primary, pgettext("letter", "P")),
        (row.guardian, pgettext("letter", "G")),
        (row.relative, pgettext("letter", "R")),
    )
    return " ".join(letter if address else "." for address, letter in signs)


class PagedRows:
    """The invoices of an index by position, a page read when one of it is looked at, the last pages kept."""

    def __init__(self, ids: Sequence[int], fetch: Fetch) -> None:
        self._ids, self._fetch = ids, fetch
        self._pages: OrderedDict[int, dict[int, InvoiceRow]] = OrderedDict()

    def row(self, position: int) -> InvoiceRow | None:
        """The invoice there; None if it is gone from the store."""
        number = position // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self._ids[number * PAGE : (number + 1) * PAGE]
            page = self._pages[number] = {row.id: row for row in self._fetch(wanted)}
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page.get(self._ids[position])

    def drop(self, ids: Iterable[int]) -> None:
        """Read again, when they are looked at, the pages that hold one of these invoices."""
        changed = frozenset(ids)
        for number in [n for n, page in self._pages.items() if not changed.isdisjoint(page)]:
            del self._pages[number]


@dataclass(frozen=True, slots=True)
class Place:
    """What a row of the table is: an invoice, by its position in the index, or else the heading of a group."""

    group: int
    position: int | None


class InvoiceModel:
    """The rows of the invoice table: each group's heading, then its invoices."""

    def __init__(self, index: InvoiceIndex, selection: Selection, fetch: Fetch) -> None:
        self.index, self.selection = index, selection
        self.rows = PagedRows(index.ids, fetch)
        self.marked = range(0)
        """Table rows that a range being drawn would tick."""
        self._heads = [start + number for number, start in enumerate(index.starts[:-1])]

    def __len__(self) -> int:
        return len(self.index) + len(self._heads)

    def place(self, row: int) -> Place:
        """What that row of the table is."""
        group = bisect_right(self._heads, row) - 1
        offset = row - self._heads[group]
        return Place(group, self.index.starts[group] + offset - 1 if offset else None)

    def positions(self, rows: range) -> range:
        """The positions in the index of the invoices in these rows of the table."""
        return range(self._before(rows.start), self._before(rows.stop))

    def _before(self, row: int) -> int:
        if row >= len(self):
            return len(self.index)
        place = self.place(row)
        return self.index.starts[place.group] if place.position is None else place.position

    def heading_of(self, group: int) -> int:
        """Where the heading of that group stands in the table."""
        return self._heads[group]

    def row_of(self, position: int) -> int:
        """Where the invoice at that position in the index stands in the table."""
        return position + self.index.group_at(position) + 1

    def key(self, row: int) -> str:
        """An invoice's id as text, or `g:` and the group's key."""
        place = self.place(row)
        if place.position is None:
            return f"g:{self.index.groups[place.group].key}"
        return str(self.index.ids[place.position])

    def locate(self, key: str) -> int | None:
        """Where that key stands now."""
        if key.startswith("g:"):
            keys = [group.key for group in self.index.groups]
            return self._heads[keys.index(key[2:])] if key[2:] in keys else None
        position = self.index.position(int(key))
        return None if position is None else self.row_of(position)

    def invoice(self, row: int) -> InvoiceRow | None:
        """The invoice of that row; None for a heading, or one that is gone from the store."""
        position = self.place(row).position
        return None if position is None else self.rows.row(position)

    def cells(self, row: int) -> Mapping[str, Cell]:
        """What every column of either width shows."""
        place = self.place(row)
        if place.position is None:
            return self._heading(row, place.group, self.index.groups[place.group])
        mark = ">" if row in self.marked else " "
        found = self.rows.row(place.position)
        if found is None:
            return dict.fromkeys(_KEYS, "") | {"box": mark + _NO_BOX, "resident": _("(deleted since)")}
        box = _NO_BOX
        if found.id not in self.index.unreachable:
            box = _BOXES[Ticks.ALL if self.selection.ticked(self.index, place.position) else Ticks.NONE]
        words = state_words(found)
        colour = _COLOURS[DocumentState.FAILED] if found.bounced else _COLOURS.get(found.state, _YELLOW)
        return {
            "box": mark + box,
            "resident": found.resident,
            "sent": _last_success(found),
            "number": found.number,
            "net": format_cents(found.net),
            "letters": letters(found),
            "primary": found.primary,
            "guardian": found.guardian,
            "relative": found.relative,
            "state": Styled(words, colour) if words else "",
        }

    def _heading(self, row: int, number: int, group: InvoiceGroup) -> Mapping[str, Cell]:
        mark = ">" if row in self.marked else " "
        box = _BOXES[self.selection.ticks(self.index, number)] if group.reachable_count else _NO_BOX
        return dict.fromkeys(_KEYS, "") | {
            "box": Styled(mark + box, _BOLD),
            "resident": Styled(group.title, _BOLD),
            "sent": None,
            "number": Styled(str(group.count), _BOLD),
            "net": Styled(format_cents(group.net), _BOLD),
        }


_KEYS = ("box", "resident", "sent", "number", "net", "letters", "primary", "guardian", "relative", "state")
