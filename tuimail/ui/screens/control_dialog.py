"""A control on the screen: its facts, and the list of what is left out, which leads to what mends a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.mail import Mend
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.left_out import ListingDialog
from tuimail.ui.widgets.control_facts import Around, facts
from tuimail.ui.widgets.control_words import columns, left_out
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import Cell

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_GOOD_ROWS = 8
"""Invoices of the list that are worth a shorter account of the rest."""
_AROUND_LIST = 5
"""Lines for its header, the sentence below it and what parts them."""


class ControlDialog(ListingDialog):
    """The control of a selection, as far as it is looked at."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__(title, desk)
        self.shown_control: Control | None = None
        """What is on the screen; None before the first one, or where there could be none."""
        self.measuring = False
        """Whether the PDFs are being made."""

    def around(self, control: Control) -> Around:
        """What is told besides what the control holds."""
        raise NotImplementedError

    def tell_facts(self) -> None:
        """Fewer facts where the list needs the room."""
        if self.shown_control is not None and not self.taken_down:
            table, around = self.query_one(RowList), self.around(self.shown_control)
            text = facts(self.shown_control, around)
            rows = len(table.model) if table.display else 0
            left = self.most_lines - _AROUND_LIST - (text.plain.count("\n") + 1)
            if left < min(rows, _GOOD_ROWS):
                listing = left < rows and self.in_list
                text = facts(self.shown_control, replace(around, crowded=True, listing=listing))
            self.query_one("#facts", Prose).update(text)
        super().tell_facts()

    def reason(self, cells: Mapping[str, Cell]) -> str:
        """Whose invoice it is, and why."""
        sentence = _("{number} {resident}: {reason}")
        return sentence.format(number=cells["number"], resident=cells["resident"], reason=cells["reason"])

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
        self.tell_facts()
        self.refresh_bindings()

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
            self.mend(screen)
        else:
            self.say(_("No card mends this: it is left out for what it says."))
