"""The relatives on a resident's card: a list in its order, each with a box for whether they receive invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from tuimail.domain.i18n import _
from tuimail.domain.people import Relative
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import RELATIVES
from tuimail.ui.widgets.entry import Entry
from tuimail.ui.widgets.lazy_table import LazyTable
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRows, RowList
from tuimail.ui.widgets.table_model import TableColumn


class CardList(RowList, inherit_bindings=False):
    """A list on a card: PgUp and PgDn turn the card's tabs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]


class RelativeList(CardList):
    """The list itself."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(RELATIVES)

    def __init__(self, entry: RelativesEntry) -> None:
        super().__init__(cell_padding=0)
        self._entry = entry

    def on_mount(self) -> None:
        """Columns for the width."""
        self._columns()

    def _columns(self) -> None:
        self.set_columns(
            (
                TableColumn("n", "", 3, "right", gap=1),
                TableColumn("box", "", 4, gap=1),
                TableColumn("name", _("Relative"), 20, gap=1, flexible=True),
                TableColumn("link", _("Relation"), 12, gap=1),
                TableColumn("email", _("E-mail"), 33, gap=1),
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be somebody; who is first cannot go up."""
        known, row = self._entry.relatives, self.cursor_row
        if action in ("open_relative", "tick_relative", "remove_relative"):
            return bool(known)
        if action == "move_relative":
            return 0 <= row + int(str(parameters[0])) < len(known)
        return super().check_action(action, parameters)

    def action_open_relative(self) -> None:
        """Change."""
        self._entry.want(self.cursor_row)

    def action_add_relative(self) -> None:
        """Add below the others."""
        self._entry.want(len(self._entry.relatives))

    def action_tick_relative(self) -> None:
        """Receives, or not."""
        relative = self._entry.relatives[self.cursor_row]
        self._entry.put(self.cursor_row, replace(relative, receives=not relative.receives))

    def action_move_relative(self, by: int) -> None:
        """Change places with a neighbour."""
        self._entry.swap(self.cursor_row, self.cursor_row + by)

    def action_remove_relative(self) -> None:
        """Take off; nothing is lost before the card is saved."""
        self._entry.take_off(self.cursor_row)


class RelativesEntry(Entry):
    """The relatives as one field of the card."""

    DEFAULT_CSS = """
    RelativesEntry { height: 1fr; min-height: 8; padding: 0; }
    RelativesEntry RelativeList { height: 1fr; margin: 0; }
    RelativesEntry > * { margin: 0; }
    RelativesEntry > .below { margin: 0; }
    """

    class Wanted(Message):
        """A relative is to be changed, or added below the others."""

        def __init__(self, entry: RelativesEntry, number: int) -> None:
            super().__init__()
            self.entry, self.number = entry, number

    def __init__(self) -> None:
        super().__init__("relatives", _("Relatives"))
        self.relatives: tuple[Relative, ...] = ()
        self._opened: tuple[Relative, ...] = ()
        self._list = RelativeList(self)
        self.begins_at = 0
        """The line that the cursor is on at first."""

    def compose(self) -> ComposeResult:
        """What the boxes mean, then the list."""
        yield Prose(_("[x] receives the invoices; by the default rule only one may be ticked."))
        yield self._list
        yield from self._said_below()

    def render(self) -> Text:
        """The list has no label."""
        return Text()

    def on_mount(self) -> None:
        """Show those who were loaded before there was a list."""
        self._show(self.relatives, self.begins_at)

    @property
    def control(self) -> LazyTable:
        """The list."""
        return self._list

    @property
    def edited(self) -> bool:
        """Whether they are others, or in another order."""
        return self.relatives != self._opened

    def load(self, value: object, opened: object) -> None:
        """Show these."""
        self._opened = tuple(opened) if isinstance(opened, tuple) else ()
        self._show(tuple(value) if isinstance(value, tuple) else ())

    def value(self) -> Any:
        """All of them."""
        return self.relatives

    def look(self) -> bool:
        """Each was looked at when it was typed."""
        return True

    def want(self, number: int) -> None:
        """Ask the card to open one."""
        self.post_message(self.Wanted(self, number))

    def put(self, number: int, relative: Relative) -> None:
        """Change one, or add one below the others."""
        known = list(self.relatives)
        known[number : number + 1] = [relative]
        self._change(known, number)

    def put_new(self, relative: Relative) -> None:
        """Add one below the others."""
        self.put(len(self.relatives), relative)

    def swap(self, one: int, other: int) -> None:
        """Let two change places."""
        known = list(self.relatives)
        known[one], known[other] = known[other], known[one]
        self._change(known, other)

    def take_off(self, number: int) -> None:
        """Take one off."""
        known = list(self.relatives)
        del known[number]
        self._change(known, max(0, min(number, len(known) - 1)))

    def _change(self, known: list[Relative], row: int) -> None:
        self._show(tuple(known), row)
        self.tell_edited()
        self._list.refresh_bindings()

    def _show(self, known: tuple[Relative, ...], row: int = 0) -> None:
        self.relatives = known
        self.note("" if known else _("Nobody yet: a adds a relative."))
        if not self._list.is_mounted:
            return
        rows = [
            (
                str(number),
                {
                    "n": str(number),
                    "box": "[x]" if relative.receives else "[ ]",
                    "name": relative.name,
                    "link": relative.link,
                    "email": relative.email or "-",
                },
            )
            for number, relative in enumerate(known, 1)
        ]
        self._list.load(KnownRows(rows), row)
