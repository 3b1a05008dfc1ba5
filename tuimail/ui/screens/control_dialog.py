"""A control on the screen: its facts, and the list of what is left out, which leads to what mends a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.mail import Mend
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import LEFT_OUT
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.control_facts import Around, facts
from tuimail.ui.widgets.control_words import columns, left_out
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_GOOD_ROWS = 8
"""Invoices of the list that are worth a shorter account of the rest."""
_AROUND_LIST = 5
"""Lines for its header, the sentence below it and what parts them."""
_SAID = 2
"""Lines for the reason of the line under the cursor."""
_LEAST_ROWS = 3
"""Lines of the list of what is left out that are always there: its header and two invoices."""


class LeftOut(RowList):
    """The list of what is left out; going up from its first line leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LEFT_OUT)

    def action_cursor_up(self) -> None:
        """One line up, or out."""
        if self.cursor_row:
            super().action_cursor_up()
        else:
            self.screen.set_focus(None)


class ControlDialog(SendDialog):
    """The control of a selection, as far as it is looked at."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__(title, desk)
        self.shown_control: Control | None = None
        """What is on the screen; None before the first one, or where there could be none."""
        self.measuring = False
        """Whether the PDFs are being made."""
        self._mending = False

    def check_again(self) -> None:
        """Work the control out anew."""
        raise NotImplementedError

    @property
    def beginning(self) -> str:
        """What is said until there is a control."""
        raise NotImplementedError

    def around(self, control: Control) -> Around:
        """What is told besides what the control holds."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """Facts, what is left out, a sentence."""
        yield Prose(self.beginning, id="facts")
        yield LeftOut(id="left-out", cell_padding=0)
        yield Prose("", id="said")

    def on_screen_resume(self) -> None:
        """A card may have mended something."""
        if self._mending:
            self._mending = False
            self.check_again()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self._fit()

    def on_resize(self) -> None:
        """The list of what is left out gives way to the rest."""
        self._tell_facts()

    def on_descendant_focus(self) -> None:
        """Whoever walks through the list sees as much of it as there is room for, and each reason in full."""
        self._tell_facts()
        self.on_data_table_row_highlighted()

    def on_descendant_blur(self) -> None:
        """All the facts again."""
        self._tell_facts()

    def _tell_facts(self) -> None:
        if self.shown_control is not None and not self.taken_down:
            table, around = self.query_one(RowList), self.around(self.shown_control)
            text = facts(self.shown_control, around)
            rows = len(table.model) if table.display else 0
            left = self.most_lines - _AROUND_LIST - (text.plain.count("\n") + 1)
            if left < min(rows, _GOOD_ROWS):
                listing = left < rows and self.in_list
                text = facts(self.shown_control, replace(around, crowded=True, listing=listing))
            self.query_one("#facts", Prose).update(text)
        self.call_after_refresh(self._fit)

    @property
    def taken_down(self) -> bool:
        """Whether its parts are gone, as whoever waited for something may find."""
        return not self.query("#facts")

    @property
    def in_list(self) -> bool:
        """At once, unlike `has_focus`: an Enter that follows a Down must not send."""
        return self.focused is self.query_one(RowList)

    def _fit(self) -> None:
        if self.taken_down:
            return
        table, shown, said = self.query_one(RowList), self.query_one("#facts", Prose), self.query_one("#said", Prose)
        # While the list is walked through what is said changes line by line: the list does not move with it.
        room = self.most_lines - max(said.lines_needed, _SAID if self.in_list else 1) - 1
        if table.display:
            room -= 1
            table.styles.height = min(len(table.model) + 1, max(_LEAST_ROWS, room - shown.lines_needed))
            room -= _LEAST_ROWS
        shown.styles.max_height = max(1, room)

    def on_data_table_row_highlighted(self) -> None:
        """Say in full why that one is left out: the column may be too narrow."""
        table = self.query_one(RowList)
        if self.in_list and not self.busy and table.current_key is not None:
            cells = table.model.cells(table.cursor_row)
            if cells["reason"]:
                sentence = _("{number} {resident}: {reason}")
                self.say(sentence.format(number=cells["number"], resident=cells["resident"], reason=cells["reason"]))
        self.refresh_bindings()

    def show(self, control: Control, at: str = "") -> None:
        """Show this one; `at`: the key of the line to begin with, or else it stays."""
        self.shown_control = control
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
        self._tell_facts()
        self.refresh_bindings()

    def action_into_list(self) -> None:
        """Walk through what is left out."""
        self.set_focus(self.query_one(RowList))

    def action_back(self) -> None:
        """Leave the list, then the control."""
        if self.in_list and not self.busy:
            self.set_focus(None)
            self.say("")
        else:
            super().action_back()

    @property
    def listed(self) -> int | None:
        """The document of the line under the cursor; None while the list is not walked through."""
        table = self.query_one(RowList)
        key = table.current_key if self.in_list else None
        return int(key[1:]) if key else None

    def action_mend(self) -> None:
        """Open the card that mends what the line says."""
        document_id, control = self.listed, self.shown_control
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
