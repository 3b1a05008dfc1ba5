"""What goes by post: letters in the order of the postcodes, as one PDF with the list of their addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import Period
from tuimail.office.month_tables import Letter
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.month_end import TO_POST
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.disposing import LettersOut, Posted, ask_to_exclude, ask_to_take_back, list_beside
from tuimail.ui.screens.paths import shortened
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets import month_rows
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start

_DETAIL_LINES = 2


class ToPost(SteadyScreen[None]):
    """Two lists: what is to be posted, and what was posted or excluded already. The ticks are of the one shown."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(TO_POST), *bindings(PAGE)]
    DEFAULT_CSS = """
    ToPost Prose { padding: 0 1; }
    """

    def __init__(
        self,
        desk: Desk,
        period: Period,
        structure_id: int | None,
        kind: DocumentKind,
        open_card: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._desk, self._period, self._structure_id, self._kind = desk, period, structure_id, kind
        self._open_card = open_card
        self._letters: dict[int, Letter] | None = None
        """All of both lists by document, in the order of the post; None until they are read."""
        self._seen: set[int] = set()
        """Documents whose box was settled once, by the rule or by hand."""
        self._ticked: set[int] = set()
        self._decided = False
        """Whether the second list is shown."""

    def compose(self) -> ComposeResult:
        """Counts, list, the envelope under the cursor, what was done last."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="letters", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(_DETAIL_LINES, id="detail")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Read at once."""
        path = [*self._desk.path(self._structure_id)[-1:], _("to post")]
        self.query_one(TitleLine).show(path, self._period.label(), self._desk.office.owner.operator)
        self.query_one(RowList).focus()
        self.load()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(month_rows.letter_columns(self._decided))

    def on_screen_resume(self) -> None:
        """What happened meanwhile."""
        if self._letters is not None:
            self.load()

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody has sent, posted or decided."""
        if self.is_current and self._letters is not None:
            self.load()

    # What is shown

    def load(self) -> None:
        """Read again."""
        start(self, self._load, group="load", exclusive=True)

    async def _load(self) -> None:
        try:
            letters = await in_background(self._read)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        self._letters = {letter.entry.document_id: letter for letter in letters}
        # What can only perhaps be mended by post is not ticked by itself.
        new = [letter for key, letter in self._letters.items() if key not in self._seen]
        self._ticked |= {letter.entry.document_id for letter in new if letter.entry.to_post}
        self._seen |= set(self._letters)
        self._show()

    def _read(self) -> list[Letter]:
        ends = self._desk.office.month_ends
        sheet = ends.sheet(self._period, self._structure_id, self._kind)
        return ends.letters([entry for entry in sheet.entries if entry.may_be_posted or entry.decided])

    @property
    def _here(self) -> dict[int, Letter]:
        """Those of the list that is shown."""
        known = self._letters or {}
        return {key: letter for key, letter in known.items() if (letter.entry.decided is not None) is self._decided}

    @property
    def _wanted(self) -> list[Letter]:
        """Those of them that are ticked."""
        return [letter for key, letter in self._here.items() if key in self._ticked]

    def _show(self) -> None:
        here, table = self._here, self.query_one(RowList)
        table.set_columns(month_rows.letter_columns(self._decided))
        rows = [month_rows.letter_row(letter, self._ticked, self._decided) for letter in here.values()]
        table.show_rows(rows, max(0, min(table.cursor_row, len(rows) - 1)))
        table.display = bool(rows)
        guide = self.query_one("#guide", Prose)
        guide.display = not rows
        guide.update(
            _("Nothing was posted or excluded this month.")
            if self._decided
            else _("Nothing is to be posted: every document reaches somebody by mail, or was posted or excluded.")
        )
        self._show_counts()
        if rows:
            self.set_focus(table)
        self._show_row()
        self.refresh_bindings()

    def _show_counts(self) -> None:
        here, wanted = self._here, self._wanted
        parts = [ngettext("{n} ticked of {all}", "{n} ticked of {all}", len(wanted)).format(all=len(here))]
        if lost := sum(1 for letter in wanted if not letter.envelope.complete):
            parts.append(ngettext("{n} without a whole address", "{n} without a whole address", lost))
        name = _("posted or excluded") if self._decided else _("to be posted")
        shown = _("Filter: {name}").format(name=name)
        self.query_one("#counts", Lines).set_line(f" {signs().dot} ".join(parts), right=(shown,))

    def _show_row(self) -> None:
        lines, current = self.query_one("#detail", Lines), self._current
        texts = month_rows.envelope_lines(current, _DETAIL_LINES) if current else [""] * _DETAIL_LINES
        for number, text in enumerate(texts):
            lines.set_line(text, row=number)

    @property
    def _current(self) -> Letter | None:
        key = self.query_one(RowList).current_key
        return self._here.get(int(key)) if key else None

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Lines).set_line(sentence)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if not self.is_mounted:
            return False
        if action in ("tick", "tick_all", "tick_none", "open_card"):
            return bool(self._here)
        if action in ("write", "mark_posted", "exclude"):
            return bool(self._here) and not self._decided
        if action == "take_back":
            return bool(self._here) and self._decided
        return super().check_action(action, parameters)

    def action_cycle_filter(self) -> None:
        """The other list."""
        self._decided = not self._decided
        if self._decided:
            # Nothing is taken back that was not ticked for it.
            self._ticked -= set(self._here)
        self._say("")
        self._show()

    def action_tick(self) -> None:
        """Tick the one under the cursor, and move on."""
        if current := self._current:
            self._ticked ^= {current.entry.document_id}
            self._show()
            self.query_one(RowList).action_cursor_down()

    def action_tick_all(self) -> None:
        """All that is shown."""
        self._ticked |= set(self._here)
        self._show()

    def action_tick_none(self) -> None:
        """None that is shown."""
        self._ticked -= set(self._here)
        self._show()

    def action_open_card(self) -> None:
        """Open the document's card."""
        if current := self._current:
            self._open_card(current.entry.document_id)

    def action_write(self) -> None:
        """Write the ticked ones as one PDF, and their addresses beside it."""
        letters = self._wanted
        if not letters:
            self._say(_("Tick what is to be written first."))
            return

        def write(path: Path) -> str:
            count = self._desk.office.month_ends.write_letters(letters, path, list_beside(path))
            written = ngettext(
                "{n} letter and its list written to {path}.", "{n} letters and their list written to {path}.", count
            )
            return written.format(path=shortened(path))

        title = ngettext("Write {n} letter as a PDF", "Write {n} letters as one PDF", len(letters))
        label = _("The PDF; the list of the addresses goes beside it, ending in .csv:")
        name = _("to-post-{period}").format(period=self._period) + ".pdf"
        self.app.push_screen(LettersOut(title, label, Path.home() / name, write), lambda said: self._say(said or ""))

    def action_mark_posted(self) -> None:
        """Ask for the day, then mark the ticked ones as posted."""
        ids = [letter.entry.document_id for letter in self._wanted]
        if not ids:
            self._say(_("Tick what was posted first."))
            return
        today = self._desk.now().astimezone().date()
        self.app.push_screen(Posted(self._desk, ids, today), lambda sentence: self._done(sentence or ""))

    def action_exclude(self) -> None:
        """Say that the document under the cursor is not to be sent."""
        if current := self._current:
            ask_to_exclude(self, self._desk, [current.entry.document_id], self._done)

    def action_take_back(self) -> None:
        """Take back what was decided about the ticked ones, or about the one under the cursor."""
        ids = [letter.entry.document_id for letter in self._wanted]
        if not ids and (current := self._current):
            ids = [current.entry.document_id]
        if ids:
            ask_to_take_back(self, self._desk, ids, self._done)

    def _done(self, sentence: str) -> None:
        if sentence:
            # Whatever changed its list is settled anew.
            self._seen.clear()
            self._ticked.clear()
        self._say(sentence)
        self.load()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
