"""Rows and sentences about messages whose end is not known yet."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping
from enum import StrEnum

from rich.style import Style

from tuimail.domain.i18n import _, pgettext
from tuimail.domain.imap import Finding
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.domain.periods import format_moment
from tuimail.domain.words import delivery_word, role_word
from tuimail.store.unsettled import WAITING
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.table_model import Styled, TableColumn

_GREEN, _YELLOW = Style(color="green"), Style(color="yellow")


class Shown(StrEnum):
    """Which of them are shown."""

    UNCERTAIN = "uncertain"
    DEFERRED = "deferred"
    QUEUED = "queued"

    @property
    def states(self) -> tuple[DeliveryState, ...]:
        """The states of these messages."""
        return WAITING if self is Shown.QUEUED else (DeliveryState(self),)

    @property
    def label(self) -> str:
        """How they are called."""
        return {
            Shown.UNCERTAIN: _("Uncertain"),
            Shown.DEFERRED: _("To be tried again"),
            Shown.QUEUED: _("Queued"),
        }[self]

    def next(self) -> Shown:
        """The one after it, the first after the last."""
        order = list(Shown)
        return order[(order.index(self) + 1) % len(order)]


def columns(shown: Shown) -> tuple[TableColumn, ...]:
    """What is told of each in one line of 78 cells."""
    first = {
        Shown.UNCERTAIN: pgettext("column", "Since"),
        Shown.DEFERRED: pgettext("column", "Next try"),
        Shown.QUEUED: pgettext("column", "Asked for"),
    }[shown]
    last = pgettext("column", "Sent folder") if shown is Shown.UNCERTAIN else pgettext("column", "State")
    return (
        TableColumn("tick", "", 4, gap=1),
        TableColumn("at", first, 13, gap=1),
        TableColumn("number", pgettext("column", "No."), 5, gap=1),
        TableColumn("resident", _("Resident"), 18, gap=1),
        TableColumn("address", _("Recipient"), 16, gap=1, flexible=True),
        TableColumn("last", last, 15),
    )


def row(delivery: Delivery, shown: Shown, ticked: Collection[str], findings: Mapping[str, Finding]) -> KnownRow:
    """One message."""
    moment = delivery.next_at if shown is Shown.DEFERRED else delivery.updated_at
    last: str | Styled = delivery_word(delivery.state)
    if shown is Shown.UNCERTAIN:
        last = _found(findings.get(delivery.message_id))
    elif shown is Shown.DEFERRED and delivery.code:
        last = delivery.code
    box = ("[x]" if delivery.message_id in ticked else "[ ]") if shown is Shown.UNCERTAIN else ""
    return delivery.message_id, {
        "tick": box,
        "at": format_moment(moment) if moment else "",
        "number": delivery.number,
        "resident": delivery.resident,
        "address": delivery.address,
        "last": last,
    }


def _found(finding: Finding | None) -> str | Styled:
    if finding is None:
        return ""
    return Styled(_("FOUND"), _GREEN) if finding.found else Styled(_("not there"), _YELLOW)


def about(delivery: Delivery, finding: Finding | None, width: int) -> list[str]:
    """Four lines on one message: to whom, why it is so, what the Sent folder or the server says, the Message-ID."""
    who = f"{delivery.number} {delivery.resident}, {delivery.address} ({role_word(delivery.role)})"
    said = finding_sentence(finding) if finding is not None else delivery.reply
    why = textwrap.wrap(delivery.detail, max(width, 20))
    between = [*why[:1], said] if said else why[:2]
    return [who, *between, *[""] * (2 - len(between)), delivery.message_id]


def finding_sentence(finding: Finding) -> str:
    """What a look into the Sent folder told; also the reason that is proposed for the journal."""
    if not finding.found:
        return _("not in the folder {folder}: that proves nothing").format(folder=finding.folder)
    if finding.at is None:
        return _("found in the folder {folder}").format(folder=finding.folder)
    return _("found in the folder {folder}, kept on {moment}").format(
        folder=finding.folder, moment=format_moment(finding.at, year=True)
    )
