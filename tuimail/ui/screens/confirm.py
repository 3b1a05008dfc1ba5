"""What a press of Send would do, before it does it: what leaves, what does not and why, until when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Mend, Words
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import CONFIRM, LEFT_OUT
from tuimail.ui.desk import TO_ALL, Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.control_facts import Around, facts
from tuimail.ui.widgets.control_words import columns, left_out
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_LEAST_ROWS = 3
"""Lines of the list of what is left out that are always there: its header and two invoices."""
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


class LeftOut(RowList):
    """The list of what is left out; going up from its first line leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LEFT_OUT)

    def action_cursor_up(self) -> None:
        """One line up, or out."""
        if self.cursor_row:
            super().action_cursor_up()
        else:
            self.screen.set_focus(None)


class Confirm(SendDialog):
    """The control of a selection; Enter sends it. Down goes into the list, where Enter opens what mends a line."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, desk: Desk, wanted: Wanted) -> None:
        super().__init__(_("Send: {what}").format(what=wanted.label), desk)
        self._wanted = wanted
        self._control: Control | None = None
        self._again = False
        self._typed: dict[int, Words] = {}
        self._checking = False
        """Whether the control that is shown is being worked out anew."""
        self._measured = asyncio.Event()
        self._measured.set()
        self._mending = False

    def content(self) -> ComposeResult:
        """Facts, what is left out, a sentence."""
        yield Prose(_("Checking {n} invoices…").format(n=len(self._wanted.ids)), id="facts")
        yield LeftOut(id="left-out", cell_padding=0)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Check at once."""
        self.query_one(RowList).display = False
        self._check_again()

    def on_unmount(self) -> None:
        """Nobody wants the PDFs any more that are still being made."""
        self._given_up = True

    def on_screen_resume(self) -> None:
        """A card may have mended something."""
        if self._mending:
            self._mending = False
            self._check_again()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self._fit()

    def on_resize(self) -> None:
        """The list of what is left out gives way to the rest."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        table, shown, said = self.query_one(RowList), self.query_one("#facts", Prose), self.query_one("#said", Prose)
        room = self.most_lines - max(said.lines_needed, 1) - 1
        if table.display:
            room -= 1
            table.styles.height = min(len(table.model) + 1, max(_LEAST_ROWS, room - shown.lines_needed))
            room -= _LEAST_ROWS
        shown.styles.max_height = max(1, room)

    def on_data_table_row_highlighted(self) -> None:
        """Say in full why that one is left out: the column may be too narrow."""
        table = self.query_one(RowList)
        if table.has_focus and not self.busy and table.current_key is not None:
            cells = table.model.cells(table.cursor_row)
            if cells["reason"]:
                sentence = _("{number} {resident}: {reason}")
                self.say(sentence.format(number=cells["number"], resident=cells["resident"], reason=cells["reason"]))
        self.refresh_bindings()

    # Checking

    def _check_again(self) -> None:
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
            self._show_failure(error)
            return
        self._behind = None
        self._measured.set()
        measured = 0 < len(control.ready) <= _MEASURED
        self._checking = False
        self._show(control, measuring=measured)
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
        if self.is_attached and self._control is control:
            self._show(prepared)
            self._measured.set()

    def _show(self, control: Control, *, measuring: bool = False, at: str = "") -> None:
        self._control = control
        around = Around(
            self.desk.now(), self.going(control), self._wanted.why, self._again, self.desk.sending.active, measuring
        )
        self.query_one("#facts", Prose).update(facts(control, around))
        rows = left_out(control)
        table = self.query_one(RowList)
        table.display = bool(rows)
        if rows:
            before = at or table.current_key or ""
            table.set_columns(columns(rows))
            # Its first letter says why it is listed, which may be another reason by now.
            place = next((n for n, (key, _cells) in enumerate(rows) if key[1:] == before[1:]), 0)
            table.show_rows(rows, place)
        elif table.has_focus:
            self.set_focus(None)
        self.call_after_refresh(self._fit)
        self.refresh_bindings()

    def _show_failure(self, error: TuimailError) -> None:
        """Nothing is known of what would leave: what was found before must not be sent in its place."""
        self._control = self._behind = None
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
        control, listed = self._control, self.is_mounted and self.query_one(RowList).has_focus
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

    def action_into_list(self) -> None:
        """Walk through what is left out."""
        self.query_one(RowList).focus()
        self.on_data_table_row_highlighted()

    def action_back(self) -> None:
        """Leave the list, then the control."""
        if self.query_one(RowList).has_focus and not self.busy:
            self.set_focus(None)
            self.say("")
        else:
            super().action_back()

    def action_accept(self) -> None:
        """Send."""
        if self._control is not None and not self._occupied:
            self._work = start(self, self._send, exclusive=True)

    def surprised(self, before: Control, prepared: Control) -> bool:
        """Whether more is kept back than was on the screen when Enter was pressed."""
        known = {blocked.document_id for blocked in before.blocked}
        found = [blocked.document_id for blocked in prepared.blocked if blocked.document_id not in known]
        if not found:
            return False
        self._show(prepared, at=f"b{found[0]}")
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
        seen = self._control
        if not self._measured.is_set():
            self._launching = True
            self.say(_("Making the PDFs…"))
            try:
                await self._measured.wait()
            finally:
                self._launching = False
            if seen is not None and self._control is not None and self.surprised(seen, self._control):
                return
        if self._control is not None:
            await self.send(self._control)

    @property
    def _listed(self) -> int | None:
        """The document of the line under the cursor; None while the list is not walked through."""
        table = self.query_one(RowList)
        key = table.current_key if table.has_focus else None
        return int(key[1:]) if key else None

    @property
    def _looked_at(self) -> int | None:
        """The document that is looked at or tried: that of the line, or the first that leaves."""
        control = self._control
        if control is None:
            return None
        return self._listed or next(iter(control.document_ids), None)

    def action_mend(self) -> None:
        """Open the card that mends what the line says."""
        document_id, control = self._listed, self._control
        if document_id is None or control is None:
            return
        from tuimail.ui.screens.mending import mending_screen

        mends = {blocked.document_id: blocked.mend for blocked in control.blocked}
        mends |= {candidate.document.id: Mend.RESIDENT for candidate in control.to_check}
        try:
            screen = mending_screen(self.desk, document_id, mends.get(document_id, Mend.NOWHERE))
        except TuimailError as error:
            self.say(told(error))
            return
        if screen is not None:
            self._mending = True
            self.app.push_screen(screen)
        else:
            self.say(_("No card mends this: it is left out for what it says."))

    def action_preview(self) -> None:
        """Look at the messages: from the one under the cursor, or else from the first that leaves."""
        from tuimail.ui.screens.message_page import MessagePage

        control, document_id = self._control, self._looked_at
        if control is not None and document_id is not None:
            ids = control.document_ids
            self.app.push_screen(MessagePage(self.desk, control, ids, ids.index(document_id)))

    def action_test(self) -> None:
        """Send one of them to the operator."""
        from tuimail.ui.screens.rehearsals import TestSend

        control, document_id = self._control, self._looked_at
        if control is not None and document_id is not None:
            self.app.push_screen(TestSend(self.desk, control, document_id), self._told)

    def action_rehearse(self) -> None:
        """Write all of them into a folder."""
        from tuimail.ui.screens.rehearsals import rehearsal_out

        if self._control is not None:
            self.app.push_screen(rehearsal_out(self.desk, self._control), self._told)

    def _told(self, sentence: str | None) -> None:
        self.say(sentence or "")

    def action_change_words(self) -> None:
        """Change what the messages say."""
        from tuimail.ui.screens.words import change_words

        if self._control is not None:
            change_words(self.app, self.desk, self._control, self._changed_words)

    def _changed_words(self, structure_ids: list[int], words: Words) -> None:
        self._typed |= dict.fromkeys(structure_ids, words)
        self._check_again()

    def action_attach_all(self) -> None:
        """Attach a file to every message."""
        from tuimail.ui.screens.paths import Attach

        def closed(sentence: str | None) -> None:
            self._check_again()
            self._told(sentence)

        self.app.push_screen(Attach(self.desk, TO_ALL), closed)

    def action_include_sent(self) -> None:
        """Include what was already sent, or leave it out again."""
        if not self.busy:
            self._again = not self._again
            self._check_again()
