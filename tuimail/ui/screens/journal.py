"""The journal: every line that was ever written, the newest at the bottom."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.events import Event
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import Period
from tuimail.store import documents, journal
from tuimail.ui.commands import bindings
from tuimail.ui.commands.journal import JOURNAL
from tuimail.ui.commands.model import Place
from tuimail.ui.desk import Desk
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.journal_model import JournalModel, Shown, columns
from tuimail.ui.widgets.journal_words import brief, whole
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList

DETAIL_LINES = 3


class JournalScreen(PlaceScreen):
    """Lines of one month or of all, of every kind or of some."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(JOURNAL)
    PLACE = Place.JOURNAL

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.period: Period | None = None
        """None: every month, and what belongs to none."""
        self.kinds = Shown.ALL
        self._model = JournalModel()

    def content(self) -> ComposeResult:
        """Counts, lines, and the line under the cursor in full."""
        yield Lines(id="counts")
        yield RowList(id="lines", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(DETAIL_LINES, id="detail")

    @property
    def table(self) -> RowList:
        """The lines."""
        return self.query_one(RowList)

    def begin(self) -> None:
        """Open on the newest line."""
        with self.telling():
            self._load()

    def focus_list(self) -> None:
        """Keys go to the lines."""
        self.set_focus(self.table)

    def on_resize(self) -> None:
        """Columns and detail follow the width."""
        self.table.set_columns(columns(self.size.width))
        self.call_after_refresh(self._show_line)

    # What is shown

    def _load(self) -> None:
        """Read the lines anew, and go to the newest."""
        ids = journal.index(self.period, self.kinds.kinds, self.search_text)
        self._model = JournalModel(ids)
        self.table.load(self._model, max(0, len(ids) - 1))
        self._show_around()
        if not self.searching:
            self.focus_list()

    def _show_around(self) -> None:
        empty = not len(self._model)
        self.table.display = not empty
        guide = self.query_one("#guide", Prose)
        guide.display = empty
        if empty:
            narrowed = self.search_text or self.kinds is not Shown.ALL or self.period
            guide.update(
                _("No line of the journal fits.") if narrowed else _("The journal is empty: nothing was done yet.")
            )
        self.query_one(TitleLine).show(
            self.desk.path(), self.period.label() if self.period else "", self.desk.office.owner.operator
        )
        filtered = self.kinds.sentence
        if self.search_text:
            filtered = _("{filter}, holding “{text}”").format(filter=filtered, text=self.search_text)
        self.query_one("#counts", Lines).set_line(
            ngettext("{n} line", "{n} lines", len(self._model)), right=(_("Filter: {name}").format(name=filtered),)
        )
        self._show_line()
        self.say()

    @property
    def _current(self) -> Event | None:
        return self._model.event(self.table.cursor_row) if len(self._model) else None

    def _show_line(self) -> None:
        lines = self.query_one("#detail", Lines)
        with self.telling():
            event = self._current
            for number, text in enumerate(brief(event) if event else [""] * DETAIL_LINES):
                lines.set_line(text, row=number)

    def say_usual(self, line: Lines) -> None:
        """How the journal is kept."""
        line.set_line(_("Lines are only ever added, never changed."))

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_line()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:  # noqa: ARG002
        """Add the new lines; whoever stands on the last one stays on the last one."""
        following = self.table.cursor_row >= len(self._model) - 1
        added = journal.index(self.period, self.kinds.kinds, self.search_text, after=self._model.last)
        if added:
            row = self.table.cursor_row
            self._model = self._model.extended(added)
            self.table.load(self._model, len(self._model) - 1 if following else row)
            self._show_around()

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        allowed = super().check_action(action, parameters)
        if not allowed or self.searching:
            return allowed
        if action in ("open_line", "export"):
            return len(self._model) > 0
        if action == "shift_period":
            return self.period is not None
        if action == "toggle_period":
            return self.period is not None or bool(documents.periods())
        if action == "clear":
            return bool(self.search_text or self.kinds is not Shown.ALL or self.panel_can_close)
        return allowed

    def action_cycle_kinds(self) -> None:
        """All lines, what was sent, problems, sends and imports."""
        self.kinds = self.kinds.next()
        self._reload_lines()

    def action_problems(self) -> None:
        """Only the problems; once more: all."""
        self.kinds = Shown.ALL if self.kinds is Shown.PROBLEMS else Shown.PROBLEMS
        self._reload_lines()

    def action_toggle_period(self) -> None:
        """One month, or all."""
        self.period = None if self.period else next(reversed(documents.periods()), None)
        self._reload_lines()

    def action_shift_period(self, months: int) -> None:
        """Another month."""
        if self.period is not None:
            self.period = self.period.shift(months)
            self._reload_lines()

    def search_changed(self) -> None:
        """Show the lines that hold the text."""
        self._reload_lines()

    def clear_filter(self) -> None:
        """Put the counts of a send that has ended away, or else show every kind of line."""
        if not self.close_panel():
            self.kinds = Shown.ALL
            self._reload_lines()

    def _reload_lines(self) -> None:
        with self.telling():
            self._load()
        self.refresh_bindings()

    def action_open_line(self) -> None:
        """Show all that is known of the line."""
        with self.telling():
            if event := self._current:
                self.app.push_screen(Page([*self.desk.path(), _("Journal")], whole(event)))

    def action_returns(self) -> None:
        """What came back."""
        from tuimail.ui.screens.returns import open_returns

        open_returns(self)

    def action_verify(self) -> None:
        """Look whether every line is there and as it was written."""
        from tuimail.ui.screens.journal_proof import Verify

        self.app.push_screen(Verify())

    def action_export(self) -> None:
        """Write the lines shown to a file."""
        from tuimail.ui.screens.journal_proof import lines_out

        name = _("journal-{period}.csv").format(period=self.period) if self.period else _("journal.csv")
        ids = self._model.ids
        self.app.push_screen(lines_out(ids, Path.home() / name), lambda sentence: self.say(sentence or ""))
