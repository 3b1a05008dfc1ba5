"""The residents as a place: who is there, who receives their invoices and why, and their cards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_day
from tuimail.domain.roll import ResidentCounts, ResidentFilter, ResidentRow
from tuimail.store import residents, roll, structures
from tuimail.ui.commands import bindings
from tuimail.ui.commands.model import Place
from tuimail.ui.commands.residents import RESIDENTS
from tuimail.ui.desk import Desk
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.resident_model import ResidentModel, columns, counts_told, filter_name, found_sentence
from tuimail.ui.widgets.resident_words import about_resident
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.sentences import packed

if TYPE_CHECKING:
    from tuimail.office.people import Erased

DETAIL_LINES = 2
COUNT_LINES = 2
_GAP = 2
"""Cells between the counts and the filter at least."""


class ResidentsScreen(PlaceScreen):
    """The list, what the row under the cursor stands for, and how many there are of each kind."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(RESIDENTS)
    PLACE = Place.RESIDENTS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.filter = ResidentFilter.PRESENT
        self.structure_id: int | None = None
        """None: all homes."""
        self._homes = 0
        self._model = ResidentModel(self._read)
        self._counts = ResidentCounts()

    def content(self) -> ComposeResult:
        """Counts, list, and the row under the cursor in words."""
        yield Lines(COUNT_LINES, id="counts")
        yield RowList(id="roll", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(DETAIL_LINES, id="detail")

    @property
    def table(self) -> RowList:
        """The list."""
        return self.query_one("#roll", RowList)

    @property
    def today(self) -> date:
        """The operator's day."""
        return self.desk.now().astimezone().date()

    def _read(self, ids: object) -> list[ResidentRow]:
        return roll.rows(list(ids), self.today)  # type: ignore[call-overload]

    def begin(self) -> None:
        """Open on the first name."""
        self.show_all()

    def focus_list(self) -> None:
        """Keys go to the list."""
        self.set_focus(self.table if self.table.display else None)

    def on_resize(self) -> None:
        """Columns and sentences follow the width."""
        self.table.set_columns(columns(self.size.width, self._homes > 1 and self.structure_id is None))
        with self.telling():
            self._show_counts()
        self.call_after_refresh(self._show_row)

    # What is shown

    def show_all(self, resident_id: int | None = None) -> None:
        """Read the list anew, with the cursor on that resident or where it was."""
        with self.telling():
            places = structures.structures()
            self._homes = len(places)
            if self.structure_id not in {place.id for place in places}:
                self.structure_id = None
            self._counts = roll.counts(self.today, self.structure_id)
            self._find(resident_id)
        self._settle()

    def _find(self, resident_id: int | None = None) -> None:
        ids = roll.index(self.today, self.filter, self.structure_id, self.search_text)
        here = resident_id or (int(self.table.current_key) if self.table.current_key else 0)
        self._model = ResidentModel(self._read, ids)
        self.table.set_columns(columns(self.size.width, self._homes > 1 and self.structure_id is None))
        row = self._model.locate(str(here))
        self.table.load(self._model, 0 if row is None else row)
        self._show_around()

    def _settle(self) -> None:
        if not self.searching:
            self.focus_list()
        self.refresh_bindings()

    def _show_around(self) -> None:
        empty = not len(self._model)
        self.table.display = not empty
        self.query_one("#detail").display = not empty
        guide = self.query_one("#guide", Prose)
        guide.display = empty
        if empty:
            guide.update(self._guide())
        self.query_one(TitleLine).show(self.desk.path(self.structure_id), operator=self.desk.office.owner.operator)
        self._show_counts()
        self.say()

    def _show_counts(self) -> None:
        """How many there are of each kind, and the filter: below them where not every filter has room beside them."""
        told = counts_told(self._counts)
        said = [found_sentence(len(self._model))] if self.search_text else told
        shown = filter_name(self.filter)
        if self.search_text:
            shown = _("{filter}, holding “{text}”").format(filter=shown, text=self.search_text)
        word = _("Filter: {name}").format(name=shown)
        width = self.size.width - 2
        (whole,) = packed(told, width, 1)
        widest = max(cell_len(_("Filter: {name}").format(name=filter_name(kind))) for kind in ResidentFilter)
        lines = self.query_one("#counts", Lines)
        # Going through the filters must not move the list.
        two = cell_len(whole) + _GAP + widest > width
        above, below = packed(said, width, COUNT_LINES) if two else (*packed(said, width, 1), "")
        lines.styles.height = COUNT_LINES if two else 1
        lines.set_line(above, right=() if two else (word,))
        lines.set_line(below, right=(word,) if two else (), row=1)

    def _guide(self) -> str:
        if not self._counts.everyone:
            return _("No resident yet. Import what your billing software exports, or add one: a.")
        if self.search_text:
            elsewhere = len(roll.index(self.today, ResidentFilter.EVERYONE, None, self.search_text))
            sentence = _("Nobody here fits “{text}”.").format(text=self.search_text)
            if elsewhere:
                more = ngettext(
                    "{n} resident elsewhere or gone does: f shows others.",
                    "{n} residents elsewhere or gone do: f shows others.",
                    elsewhere,
                )
                sentence = f"{sentence}\n{more}"
            return sentence
        return _("Nobody: {filter}. f shows others.").format(filter=filter_name(self.filter))

    @property
    def current(self) -> ResidentRow | None:
        """Who is under the cursor."""
        return self._model.row(self.table.cursor_row) if len(self._model) else None

    def _show_row(self) -> None:
        lines = self.query_one("#detail", Lines)
        with self.telling():
            row = self.current
            parts = about_resident(row.person, self.today) if row else []
            for number, text in enumerate(packed(parts, lines.size.width - 2, DETAIL_LINES)):
                lines.set_line(text, row=number)

    def say_usual(self, line: Lines) -> None:
        """How many are shown."""
        shown = ngettext("{n} resident shown", "{n} residents shown", len(self._model))
        line.set_line(shown)

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:
        """Somebody has changed residents, or a message has ended."""
        if reload or document_ids:
            self.show_all()

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        allowed = super().check_action(action, parameters)
        if not allowed or self.searching:
            return allowed
        if action in ("open_card", "give_data", "export"):
            return len(self._model) > 0
        if action == "depart":
            return self.current is not None and self.current.person.departure_date is None
        if action == "erase":
            return self.current is not None and self.current.left
        if action == "choose_structure":
            return self._homes > 1
        if action == "add":
            return self._homes > 0
        if action == "clear":
            return bool(self.search_text or self.filter is not ResidentFilter.PRESENT or self.panel_can_close)
        return allowed

    def action_cycle_filter(self) -> None:
        """Another kind of resident."""
        self.filter = self.filter.next()
        self.show_all()

    def search_changed(self) -> None:
        """Show who fits."""
        with self.telling():
            self._find()
        self._settle()

    def clear_filter(self) -> None:
        """Put the counts of a send that has ended away, or else show who is present."""
        if not self.close_panel():
            self.filter = ResidentFilter.PRESENT
            self.show_all()

    def action_choose_structure(self) -> None:
        """Choose whose residents are shown."""
        from tuimail.ui.screens.choose import Choose

        def present(structure_id: int | None) -> str:
            count = roll.counts(self.today, structure_id).present
            return ngettext("{n} present", "{n} present", count)

        with self.telling():
            rows = [("", _("All homes"), present(None))]
            rows += [(str(place.id), place.name, present(place.id)) for place in structures.structures()]
            self.app.push_screen(Choose(_("Homes"), rows, str(self.structure_id or "")), self._chosen)

    def _chosen(self, key: str | None) -> None:
        if key is not None:
            self.structure_id = int(key) if key else None
            self.show_all()

    def action_open_card(self) -> None:
        """Open the card."""
        from tuimail.ui.screens.resident import open_card

        if (row := self.current) is not None:
            with self.telling():
                self.app.push_screen(open_card(self.desk, row.person.id), self._saved)

    def action_add(self) -> None:
        """An empty card."""
        from tuimail.ui.screens.resident import new_card

        with self.telling():
            self.app.push_screen(new_card(self.desk, self.structure_id), self._saved)

    def _saved(self, resident_id: int | None) -> None:
        if resident_id and self.is_attached:
            self.show_all(resident_id)
            person = residents.resident(resident_id)
            self.say(_("{name} is saved.").format(name=person.name))

    def action_depart(self) -> None:
        """Ask for the day."""
        from tuimail.ui.screens.departure import Departure

        if (row := self.current) is not None:
            with self.telling():
                self.app.push_screen(Departure(self.desk, row.person.id, self.today), self._departed)

    def _departed(self, day: date | None) -> None:
        if day is not None:
            self.show_all()
            self.say(_("Departure on {day} noted; the invoices stay.").format(day=format_day(day)))

    def action_erase(self) -> None:
        """Ask, with the name to type."""
        from tuimail.ui.screens.erase import Erase, check_erasable

        if (row := self.current) is not None:
            with self.telling():
                person = residents.resident(row.person.id)
                check_erasable(self.desk.office.people, person, self.desk)
                self.app.push_screen(Erase(self.desk, person), self._erased)

    def _erased(self, done: Erased | None) -> None:
        if done is not None:
            self.show_all()
            lines = len(done.traces.lines)
            self.say(
                ngettext("Erased; {n} line of the journal emptied.", "Erased; {n} lines of the journal emptied.", lines)
            )

    def action_export(self) -> None:
        """Write what is shown as CSV."""
        people, ids = self.desk.office.people, list(self._model.ids)
        target = Path.home() / _("residents-{day}.csv").format(day=self.today)
        title = ngettext("Export {n} resident", "Export {n} residents", len(ids))
        self._give(title, target, lambda: b"".join(people.csv_rows(ids)))

    def action_give_data(self) -> None:
        """Write all that is known of one resident."""
        if (row := self.current) is not None:
            people, now = self.desk.office.people, self.desk.now()
            target = Path.home() / _("data-{code}.json").format(code=row.person.code or row.person.id)
            title = _("All that is known of {name}").format(name=row.person.name)
            self._give(title, target, lambda: people.personal_data(row.person.id, now).encode())

    def _give(self, title: str, proposed: Path, content: Callable[[], bytes]) -> None:
        """Ask where to write a file that only this account reads."""
        from tuimail.ui.screens.paths import FileOut, written_to

        def write(path: Path) -> str:
            self.desk.office.people.write(content(), path, force=True)
            return written_to(path)

        self.app.push_screen(FileOut(title, _("Write to this file:"), proposed, write), self._told)

    def _told(self, sentence: str | None) -> None:
        self.say(sentence or "")
