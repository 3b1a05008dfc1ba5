"""The letters that were sent, and those that wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.account import Owner
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_moment
from tuimail.store import batches, letters
from tuimail.store.letters import PastMailing
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import PAST_MAILINGS
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Question, asked
from tuimail.ui.screens.list_dialog import ListDialog
from tuimail.ui.screens.mailing_result import MailingResult
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import work


class PastMailings(ListDialog[None]):
    """Every mailing, the newest first."""

    MOST_ROWS: ClassVar[int] = 14
    BINDINGS: ClassVar[list[BindingType]] = bindings(PAST_MAILINGS)

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Past mailings"))
        self._desk = desk
        self._past: dict[str, PastMailing] = {}

    def below(self) -> ComposeResult:
        """What the line under the cursor is about."""
        yield Prose("", id="sentence")

    def columns(self) -> Sequence[TableColumn]:
        """By what they are told apart."""
        return (
            TableColumn("at", _("When"), 12, gap=1),
            TableColumn("subject", _("Subject"), 24, gap=1, flexible=True),
            TableColumn("sent", _("Sent"), 8, "right", gap=1),
            TableColumn("missing", _("Not"), 5, "right", gap=1),
            TableColumn("state", _("State"), 18, gap=1),
        )

    def load(self) -> None:
        """The mailings, or that there is none."""
        found = letters.past()
        self._past = {str(each.mailing.id): each for each in found}
        self.show_rows([self._row(each) for each in found])
        if not found:
            self.say(_("No letter was sent yet."))
        self._show_sentence()

    @staticmethod
    def _row(each: PastMailing) -> KnownRow:
        counts, mailing = each.counts, each.mailing
        missing = counts.failed + counts.uncertain + counts.cancelled
        return str(mailing.id), {
            "at": format_moment(mailing.created_at),
            "subject": mailing.letter.subject,
            "sent": str(counts.sent),
            "missing": str(missing),
            "state": state_words(each),
        }

    @property
    def _here(self) -> PastMailing | None:
        return self._past.get(self.table.current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_sentence()
        self.refresh_bindings()

    def _show_sentence(self) -> None:
        each = self._here
        sentence = ""
        if each is not None:
            parts = [
                _("by {operator}").format(operator=each.mailing.operator),
                each.mailing.criteria,
                each.counts.sentence(),
                ngettext("{n} left out", "{n} left out", each.left_out),
            ]
            sentence = " · ".join(part for part in parts if part)
        self.query_one("#sentence", Prose).update(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what still waits can be paused or taken back."""
        if action == "accept":
            return self.is_mounted and self._here is not None
        if action in ("pause", "cancel"):
            return self.is_mounted and self._here is not None and bool(self._here.open)
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Show the result."""
        if (each := self._here) is not None:
            self.app.push_screen(MailingResult(self._desk, each), lambda _nothing: self.read())

    @work
    async def action_pause(self) -> None:
        """Pause it, or go on."""
        if (each := self._here) is not None:
            await self._change_open(each, batches.unpause if each.paused else batches.pause)

    @work
    async def action_cancel(self) -> None:
        """Ask, then take back what has not left."""
        if (each := self._here) is None:
            return
        left = each.counts.queued + each.counts.deferred
        sentences = (
            ngettext(
                "{n} message that has not left will not be sent.",
                "{n} messages that have not left will not be sent.",
                left,
            ),
        )
        if await asked(self.app, Question(_("Cancel the mailing?"), sentences)):
            await self._change_open(each, batches.cancel)

    async def _change_open(self, each: PastMailing, change: Callable[[int, Owner, datetime], object]) -> None:
        await self.change(letters.change_open, each.mailing.id, change, self._desk.office.owner, self._desk.now())


def state_words(each: PastMailing) -> str:
    """Where a mailing stands, in a word or two."""
    counts, at = each.counts, each.mailing.letter.scheduled_at
    if not (counts.queued or counts.deferred):
        return _("over")
    if each.paused:
        return _("paused")
    if at is not None and counts.deferred and not counts.sent:
        return _("for {moment}").format(moment=format_moment(at))
    return ngettext("{n} waits", "{n} wait", counts.queued + counts.deferred)
