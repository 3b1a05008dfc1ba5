"""What controls have in common: facts, the list of what is left out, which leads to what mends a line, a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import LEFT_OUT
from tuimail.ui.desk import Desk
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import Cell

_SAID = 2
"""Lines for the reason of the line under the cursor."""
_LEAST_ROWS = 3
"""Lines of the list of what is left out that are always there: its header and two of them."""


class LeftOut(RowList):
    """The list of what is left out; going up from its first line leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LEFT_OUT)

    def action_cursor_up(self) -> None:
        """One line up, or out."""
        if self.cursor_row:
            super().action_cursor_up()
        else:
            self.screen.set_focus(None)


class ListingDialog(SendDialog):
    """Down goes into the list, where Enter opens the card that mends a line; Esc leaves the list, then the control."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__(title, desk)
        self._mending = False

    def check_again(self) -> None:
        """Work the control out anew."""
        raise NotImplementedError

    def reason(self, cells: Mapping[str, Cell]) -> str:
        """Why that line is left out, in full."""
        raise NotImplementedError

    @property
    def beginning(self) -> str:
        """What is said until there is a control."""
        return ""

    @property
    def question(self) -> str:
        """What is asked of the whole, while no line is looked at."""
        return ""

    def content(self) -> ComposeResult:
        """Facts, what is left out, a sentence."""
        yield Prose(self.beginning, id="facts")
        yield LeftOut(id="left-out", cell_padding=0)
        yield Prose("", id="said")

    @property
    def taken_down(self) -> bool:
        """Whether its parts are gone, as whoever waited for something may find."""
        return not self.query("#facts")

    # What is shown

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self._fit()

    def on_resize(self) -> None:
        """The list of what is left out gives way to the rest."""
        self.tell_facts()

    def on_descendant_focus(self) -> None:
        """Whoever walks through the list sees as much of it as there is room for, and each reason in full."""
        self.tell_facts()
        self.on_data_table_row_highlighted()

    def on_descendant_blur(self) -> None:
        """All the facts again."""
        self.tell_facts()

    def tell_facts(self) -> None:
        """Show what there is room for."""
        self.call_after_refresh(self._fit)

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

    # The list

    @property
    def in_list(self) -> bool:
        """At once, unlike `has_focus`: an Enter that follows a Down must not send."""
        return self.focused is self.query_one(RowList)

    def on_data_table_row_highlighted(self) -> None:
        """Say in full why that one is left out: the column may be too narrow."""
        table = self.query_one(RowList)
        if self.in_list and not self.busy and table.current_key is not None:
            cells = table.model.cells(table.cursor_row)
            if cells["reason"]:
                self.say(self.reason(cells))
        self.refresh_bindings()

    def action_into_list(self) -> None:
        """Walk through what is left out."""
        self.set_focus(self.query_one(RowList))

    def action_back(self) -> None:
        """Leave the list, then the control."""
        if self.in_list and not self.busy:
            self.set_focus(None)
            self.say(self.question)
        else:
            super().action_back()

    # Mending

    def mend(self, screen: Screen[Any]) -> None:
        """Open what mends a line, and check again after it."""
        self._mending = True
        self.app.push_screen(screen)

    def on_screen_resume(self) -> None:
        """A card may have mended something."""
        if self._mending:
            self._mending = False
            self.check_again()
