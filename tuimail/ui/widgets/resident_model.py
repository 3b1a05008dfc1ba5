"""The residents as rows, read a page at a time, and the words of their list."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from rich.style import Style

from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.people import Policy
from tuimail.domain.periods import format_day
from tuimail.domain.roll import ResidentCounts, ResidentFilter, ResidentRow
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

PAGE = 50
PAGES = 32
WIDE = 120
_YELLOW, _RED, _DIM = Style(color="yellow"), Style(color="red"), Style(dim=True)

Read = Callable[[Sequence[int]], Sequence[ResidentRow]]


def columns(width: int, homes: bool) -> tuple[TableColumn, ...]:
    """The columns that fit a table of that width; `homes`: there are several to tell apart."""
    wide = width >= WIDE
    return (
        TableColumn("name", _("Resident"), 20, gap=1, flexible=not wide),
        TableColumn("room", pgettext("list", "Room"), 8, gap=1),
        *((TableColumn("unit", _("Unit"), 16, gap=1),) if wide and not homes else ()),
        *((TableColumn("home", _("Home"), 16 if wide else 21, gap=1),) if homes else ()),
        *(
            (
                TableColumn("own", _("Own address"), 19, gap=1, flexible=True),
                TableColumn("guardian", _("Guardian's"), 16, gap=1),
                TableColumn("relative", _("Relative's"), 16, gap=1),
            )
            if wide
            else (TableColumn("letters", pgettext("list", "To"), 7, gap=1),)
        ),
        TableColumn("state", _("State"), 18),
    )


class ResidentModel:
    """Rows by position in a list of ids."""

    def __init__(self, read: Read, ids: array[int] | None = None) -> None:
        self._read = read
        self.ids = ids if ids is not None else array("q")
        self._pages: OrderedDict[int, dict[int, ResidentRow]] = OrderedDict()

    def __len__(self) -> int:
        return len(self.ids)

    def key(self, row: int) -> str:
        """The resident's id as text."""
        return str(self.ids[row])

    def locate(self, key: str) -> int | None:
        """Where that resident stands."""
        try:
            return self.ids.index(int(key))
        except ValueError:
            return None

    def row(self, position: int) -> ResidentRow | None:
        """The resident there."""
        if not 0 <= position < len(self.ids):
            return None
        number = position // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self.ids[number * PAGE : (number + 1) * PAGE]
            page = self._pages[number] = {row.person.id: row for row in self._read(wanted)}
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return page.get(self.ids[position])

    def cells(self, row: int) -> Mapping[str, Cell]:
        """What every column shows."""
        found = self.row(row)
        if found is None:
            return dict.fromkeys(
                ("name", "room", "unit", "home", "own", "guardian", "relative", "letters", "state"), ""
            )
        return {
            "name": found.person.name,
            "room": found.person.room,
            "unit": found.person.unit,
            "home": found.structure,
            "own": found.own,
            "guardian": found.guardian,
            "relative": found.relative,
            "letters": _letters(found),
            "state": _state(found),
        }


def _letters(row: ResidentRow) -> str:
    signs = (
        (row.own, pgettext("letter", "P")),
        (row.guardian, pgettext("letter", "G")),
        (row.relative, pgettext("letter", "R")),
    )
    return " ".join(letter if address else "." for address, letter in signs)


def _state(row: ResidentRow) -> Cell:
    person = row.person
    if row.left and person.departure_date:
        return Styled(_("left on {day}").format(day=format_day(person.departure_date)), _DIM)
    if row.bounced:
        return Styled(_("bounced"), _RED)
    if row.refused:
        return Styled(_("refused address"), _RED)
    if person.billing.policy is Policy.PAPER:
        return _("paper only")
    if not row.messages:
        return Styled(_("no address"), _YELLOW)
    if row.problem:
        return Styled(_("to check"), _YELLOW)
    if row.changed:
        return Styled(_("changed address"), _YELLOW)
    return _("guardianship") if person.guardian is not None else ""


def filter_name(kind: ResidentFilter) -> str:
    """How a filter is called."""
    return {
        ResidentFilter.PRESENT: _("present"),
        ResidentFilter.UNREACHABLE: _("without an address"),
        ResidentFilter.PROTECTED: _("under guardianship"),
        ResidentFilter.CHANGED: _("changed since the last send"),
        ResidentFilter.BOUNCED: _("refused or returned"),
        ResidentFilter.LEFT: _("gone"),
        ResidentFilter.EVERYONE: _("everybody"),
    }[kind]


def counts_told(counts: ResidentCounts) -> list[str]:
    """`Présents 144`, `Sans adresse 35`, `Tutelles 39`, `Changées 2`, `Refus et retours 1`, `Partis 4`."""
    return [
        _("Present {n}").format(n=counts.present),
        _("No address {n}").format(n=counts.unreachable),
        _("Guardianships {n}").format(n=counts.protected),
        *([_("Changed {n}").format(n=counts.changed)] if counts.changed else []),
        *([_("Refused or returned {n}").format(n=counts.bounced)] if counts.bounced else []),
        _("Gone {n}").format(n=counts.left),
    ]


def found_sentence(count: int) -> str:
    """How many a search has found."""
    return ngettext("{n} resident found", "{n} residents found", count).format(n=count)
