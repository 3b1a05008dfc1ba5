"""What a press of Send would do, before it does it: what leaves, what does not and why, until when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Words
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import CONFIRM
from tuimail.ui.desk import TO_ALL, Desk
from tuimail.ui.screens.control_dialog import ControlDialog
from tuimail.ui.screens.dialog import told
from tuimail.ui.widgets.control_facts import Around
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_MEASURED = 200
"""Invoices whose PDFs are made while the operator reads; more would keep the machine busy for what may not leave."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked to send."""

    ids: tuple[int, ...]
    label: str
    """What it is, for people and the journal: a period and a structure."""
    why: str = ""
    """How it came to be chosen, where that was not by ticking."""


class Confirm(ControlDialog):
    """The control of a selection; Enter sends it. Down goes into the list, where Enter opens what mends a line."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, desk: Desk, wanted: Wanted) -> None:
        super().__init__(_("Send: {what}").format(what=wanted.label), desk)
        self._wanted = wanted
        self._again = False
        self._typed: dict[int, Words] = {}
        self._checking = False
        """Whether the control that is shown is being worked out anew."""
        self._measured = asyncio.Event()
        self._measured.set()

    @property
    def beginning(self) -> str:
        """How many are looked at."""
        return _("Checking {n} invoices…").format(n=len(self._wanted.ids))

    def on_mount(self) -> None:
        """Check at once."""
        self.query_one(RowList).display = False
        self.check_again()

    def on_unmount(self) -> None:
        """Nobody wants the PDFs any more that are still being made."""
        self._given_up = True

    # Checking

    def check_again(self) -> None:
        """Work the control out anew."""
        self._checking = True
        self._work = start(self, self._check, exclusive=True)

    async def _check(self) -> None:
        try:
            control = await in_background(
                self.desk.office.control,
                self._wanted.ids,
                self._wanted.label,
                resend=self._again,
                typed=self._typed,
            )
        except TuimailError as error:
            if not self.taken_down:
                self._show_failure(error)
            return
        if self.taken_down:
            return
        self._behind = None
        self._measured.set()
        measured = 0 < len(control.ready) <= _MEASURED
        self._checking = False
        self.measuring = measured
        self.show(control)
        self.say("")
        if measured:
            self._measured.clear()
            start(self, partial(self._measure, control), group="measure", exclusive=True)

    async def _measure(self, control: Control) -> None:
        """Make the PDFs while the operator reads: only then sizes are known, and what has changed since it was sent."""
        try:
            prepared = await in_background(self.desk.office.prepare, control, self._progress(), self._attached(control))
        except TuimailError:
            # Told when Enter is pressed, which does the same once more.
            prepared = control
        if not self.taken_down and self.shown_control is control:
            self.measuring = False
            self.show(prepared)
            self._measured.set()

    def around(self, control: Control) -> Around:
        """What is told besides what the control holds."""
        going, behind = self.going(control), self.desk.sending.active
        return Around(self.desk.now(), going, self._wanted.why, self._again, behind, self.measuring)

    def _show_failure(self, error: TuimailError) -> None:
        """Nothing is known of what would leave: what was found before must not be sent in its place."""
        self.shown_control = self._behind = None
        self._checking = False
        self.set_focus(None)
        self.query_one(RowList).display = False
        self.query_one("#facts", Prose).update(told(error))
        self.say("")
        self.refresh_bindings()

    def _attached(self, control: Control) -> list[tuple[int, Attachment]]:
        return [(each.document_id, each.attachment) for each in self.going(control)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Send only what was checked; `d` only where something was already sent."""
        control, listed = self.shown_control, self.is_mounted and self.in_list
        if action == "accept":
            return control is not None and bool(control.ready) and not listed
        if action == "mend":
            return listed
        if action == "into_list":
            return self.is_mounted and self.query_one(RowList).display and not listed
        if action in ("preview", "test"):
            return control is not None and not self._occupied
        if action in ("rehearse", "change_words", "attach_all"):
            return control is not None and bool(control.ready) and not self._occupied
        if action == "include_sent":
            return control is not None and (self._again or bool(control.already_sent or control.uncertain))
        return super().check_action(action, parameters)

    @property
    def _occupied(self) -> bool:
        """Not `busy`: what has just found the control may not have ended yet, and a key would be lost."""
        return self._checking or self._launching or self._committed

    def action_accept(self) -> None:
        """Send."""
        if self.shown_control is not None and not self._occupied:
            self._work = start(self, self._send, exclusive=True)

    def surprised(self, before: Control, prepared: Control) -> bool:
        """Whether more is kept back than was on the screen when Enter was pressed."""
        known = {blocked.document_id for blocked in before.blocked}
        found = [blocked.document_id for blocked in prepared.blocked if blocked.document_id not in known]
        if not found:
            return False
        self.show(prepared, at=f"b{found[0]}")
        sentence = ngettext(
            "{n} more invoice is kept back: see the list. Nothing was sent.",
            "{n} more invoices are kept back: see the list. Nothing was sent.",
            len(found),
        )
        text = Text(sentence, "bold yellow")
        if prepared.ready:
            text.append("\n" + _("Enter sends the others."), "not bold default")
        self.say(text)
        return True

    async def _send(self) -> None:
        seen = self.shown_control
        if not self._measured.is_set():
            self._launching = True
            self.say(_("Making the PDFs…"))
            try:
                await self._measured.wait()
            finally:
                self._launching = False
            if seen is not None and self.shown_control is not None and self.surprised(seen, self.shown_control):
                return
        if self.shown_control is not None:
            await self.send(self.shown_control)

    @property
    def _looked_at(self) -> int | None:
        """The document that is looked at or tried: that of the line, or the first that leaves."""
        control = self.shown_control
        if control is None:
            return None
        return self.listed or next(iter(control.document_ids), None)

    def action_preview(self) -> None:
        """Look at the messages: from the one under the cursor, or else from the first that leaves."""
        from tuimail.ui.screens.message_page import MessagePage

        control, document_id = self.shown_control, self._looked_at
        if control is not None and document_id is not None:
            ids = control.document_ids
            self.app.push_screen(MessagePage(self.desk, control, ids, ids.index(document_id)))

    def action_test(self) -> None:
        """Send one of them to the operator."""
        from tuimail.ui.screens.rehearsals import TestSend

        control, document_id = self.shown_control, self._looked_at
        if control is not None and document_id is not None:
            self.app.push_screen(TestSend(self.desk, control, document_id), self._told)

    def action_rehearse(self) -> None:
        """Write all of them into a folder."""
        from tuimail.ui.screens.rehearsals import rehearsal_out

        if self.shown_control is not None:
            self.app.push_screen(rehearsal_out(self.desk, self.shown_control), self._told)

    def _told(self, sentence: str | None) -> None:
        self.say(sentence or "")

    def action_change_words(self) -> None:
        """Change what the messages say."""
        from tuimail.ui.screens.words import change_words

        if self.shown_control is not None:
            change_words(self.app, self.desk, self.shown_control, self._changed_words)

    def _changed_words(self, structure_ids: list[int], words: Words) -> None:
        self._typed |= dict.fromkeys(structure_ids, words)
        self.check_again()

    def action_attach_all(self) -> None:
        """Attach a file to every message."""
        from tuimail.ui.screens.paths import Attach

        def closed(sentence: str | None) -> None:
            self.check_again()
            self._told(sentence)

        self.app.push_screen(Attach(self.desk, TO_ALL), closed)

    def action_include_sent(self) -> None:
        """Include what was already sent, or leave it out again."""
        if not self.busy:
            self._again = not self._again
            self.check_again()
