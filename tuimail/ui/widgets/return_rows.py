"""Rows and sentences about what came back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rich.style import Style

from tuimail.domain.i18n import _, pgettext
from tuimail.domain.periods import format_moment
from tuimail.domain.returns import Return, ReturnKind
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.table_model import Styled, TableColumn

_COLOURS = {
    ReturnKind.BOUNCED: Style(color="red"),
    ReturnKind.DELAYED: Style(color="yellow"),
    ReturnKind.READ: Style(color="green"),
}
DETAIL_LINES = 4


class Shown(StrEnum):
    """Which of them are shown."""

    ALL = "all"
    BOUNCED = "bounced"
    READ = "read"
    UNMATCHED = "unmatched"

    @property
    def kinds(self) -> tuple[ReturnKind, ...]:
        """The kinds; none: every one."""
        return _KINDS.get(self, ())

    @property
    def matched(self) -> bool | None:
        """Whether those that belong to a message are shown; None: both."""
        return None if self is Shown.ALL else self is not Shown.UNMATCHED

    @property
    def label(self) -> str:
        """How they are called."""
        return {
            Shown.ALL: pgettext("returns", "all"),
            Shown.BOUNCED: pgettext("returns", "came back"),
            Shown.READ: pgettext("returns", "read"),
            Shown.UNMATCHED: pgettext("returns", "unmatched"),
        }[self]

    def next(self) -> Shown:
        """The one after it, the first after the last."""
        order = list(Shown)
        return order[(order.index(self) + 1) % len(order)]


_KINDS: Mapping[Shown, tuple[ReturnKind, ...]] = {
    Shown.BOUNCED: (ReturnKind.BOUNCED, ReturnKind.DELAYED),
    Shown.READ: (ReturnKind.READ, ReturnKind.UNREAD),
}


def columns() -> tuple[TableColumn, ...]:
    """What is told of each in one line of 78 cells."""
    return (
        TableColumn("at", _("When"), 13, gap=1),
        TableColumn("kind", _("What"), 13, gap=1),
        TableColumn("number", pgettext("column", "No."), 5, gap=1),
        TableColumn("resident", _("Resident"), 18, gap=1),
        TableColumn("address", _("Address"), 16, gap=1, flexible=True),
        TableColumn("code", pgettext("column", "Code"), 7),
    )


def row(one: Return) -> KnownRow:
    """One report."""
    colour = _COLOURS.get(one.kind)
    return str(one.id), {
        "at": format_moment(one.at),
        "kind": Styled(one.kind.label, colour) if colour else one.kind.label,
        "number": one.number,
        "resident": one.resident if one.matched else pgettext("return", "unmatched"),
        "address": one.address,
        "code": one.code,
    }


def about(one: Return) -> list[str]:
    """Four lines: whom it is about, what the server said, who wrote the report, the message."""
    who = f"{one.number} {one.resident}, {one.address}" if one.matched else one.address
    if not one.matched:
        who = _("{address}: no message that was sent from here").format(address=one.address or "?")
    written = _("report by {sender}: {subject}").format(sender=one.sender or "?", subject=one.subject or "?")
    return [who, f"{one.code} {one.why}".strip(), written, one.message_id]
