"""The lines of the journal as rows, read a page at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping
from enum import StrEnum

from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.words import event_word
from tuimail.store import journal
from tuimail.ui.widgets.journal_words import event_colour, remark
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

PAGE = 200
PAGES = 16
WIDE = 120


class Shown(StrEnum):
    """Which lines are shown."""

    ALL = "all"
    SENT = "sent"
    PROBLEMS = "problems"
    SENDS = "sends"
    """Sends, imports and settings, without their messages."""

    @property
    def kinds(self) -> tuple[EventKind, ...]:
        """The kinds of event; none: every one."""
        return _KINDS[self]

    @property
    def sentence(self) -> str:
        """How the filter is called."""
        return {
            Shown.ALL: _("all lines"),
            Shown.SENT: _("messages sent"),
            Shown.PROBLEMS: _("problems"),
            Shown.SENDS: _("sends, imports, settings"),
        }[self]

    def next(self) -> Shown:
        """The one after it, the first after the last."""
        order = list(Shown)
        return order[(order.index(self) + 1) % len(order)]


_KINDS: Mapping[Shown, tuple[EventKind, ...]] = {
    Shown.ALL: (),
    Shown.SENT: (EventKind.SENT,),
    Shown.PROBLEMS: (
        EventKind.FAILED,
        EventKind.DEFERRED,
        EventKind.UNCERTAIN,
        EventKind.BLOCKED,
        EventKind.REQUEUED,
        EventKind.BOUNCED,
    ),
    Shown.SENDS: (
        EventKind.BATCH_STARTED,
        EventKind.BATCH_PAUSED,
        EventKind.BATCH_RESUMED,
        EventKind.BATCH_CANCELLED,
        EventKind.BATCH_ENDED,
        EventKind.ACCOUNT_PAUSED,
        EventKind.ACCOUNT_RESUMED,
        EventKind.IMPORTED,
        EventKind.IMPORT_UNDONE,
        EventKind.SETTING_CHANGED,
        EventKind.ERASED,
        EventKind.PDF_DECIDED,
    ),
}


def columns(width: int) -> tuple[TableColumn, ...]:
    """The columns that fit a table of that width."""
    wide = width >= WIDE
    return (
        TableColumn("at", _("When"), 15, gap=1),
        TableColumn("what", _("What"), 15, gap=1),
        TableColumn("number", _("No."), 5, gap=1),
        TableColumn("resident", _("Resident"), 24 if wide else 16, gap=1),
        TableColumn("recipient", _("Recipient"), 32 if wide else 20, gap=1, flexible=not wide),
        *((TableColumn("remark", _("Detail"), 20, flexible=True),) if wide else ()),
    )


class JournalModel:
    """Lines by position in a list of ids."""

    def __init__(self, ids: array[int] | None = None) -> None:
        self._ids = ids if ids is not None else array("q")
        self._pages: OrderedDict[int, dict[int, Event]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> array[int]:
        """The ids of the lines, oldest first."""
        return self._ids

    @property
    def last(self) -> int:
        """The id of the newest line; 0 if there is none."""
        return self._ids[-1] if self._ids else 0

    def extended(self, added: array[int]) -> JournalModel:
        """The same lines with newer ones below."""
        longer = JournalModel(self._ids + added)
        # The last page was not full.
        longer._pages = OrderedDict((n, page) for n, page in self._pages.items() if (n + 1) * PAGE <= len(self._ids))
        return longer

    def key(self, row: int) -> str:
        """The line's id as text."""
        return str(self._ids[row])

    def locate(self, key: str) -> int | None:
        """Where that line stands."""
        row = bisect_left(self._ids, int(key))
        return row if row < len(self._ids) and self._ids[row] == int(key) else None

    def event(self, row: int) -> Event | None:
        """The line there."""
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self._ids[number * PAGE : (number + 1) * PAGE]
            page = self._pages[number] = {event.id: event for event in journal.read(wanted)}
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return page.get(self._ids[row])

    def cells(self, row: int) -> Mapping[str, Cell]:
        """What every column shows."""
        event = self.event(row)
        if event is None:
            return dict.fromkeys(("at", "what", "number", "resident", "recipient", "remark"), "")
        local = event.at.astimezone()
        said = remark(event)
        return {
            "at": f"{local:%d/%m %H:%M:%S}",
            "what": Styled(event_word(event.event), event_colour(event.event)),
            "number": event.number,
            # What is about no invoice says its sentence across.
            "resident": event.resident or said,
            "recipient": event.recipient if event.resident else None,
            "remark": said if event.resident else None,
        }
