"""The place of mailings as it is seen: criteria, the people they find, the people chosen, who is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from tuimail.domain.audience import Person
from tuimail.domain.criteria import Criteria, why
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import Selection, objection
from tuimail.store import audience, mailings
from tuimail.ui.commands import bindings
from tuimail.ui.commands.mailings import CHOSEN, CRITERIA, FOUND
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.people_model import COLUMNS, PeopleModel, described, gone_sentence, holding, where
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn

_BOLD = Style(bold=True)
_HERE = Style(bold=True, reverse=True)
OWN_FILTER = "own"
"""Key of its line among the criteria."""
_WRONG = Style(color="red")
_YELLOW = Style(color="yellow")


class CriteriaPane(RowList):
    """The criteria, then the own filter."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CRITERIA)


class FoundPane(RowList):
    """The people that the criteria find."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FOUND)


class ChosenPane(RowList):
    """The people chosen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOSEN)


class MailingPanes(PlaceScreen):
    """Shows the operator's selection; what changes it is the screen's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._everybody: list[Person] = []
        self._unwilling: frozenset[str] = frozenset()
        self._selection = Selection()
        self._found: Sequence[Person] = ()
        self._shown: Sequence[Person] = ()
        self._chosen: list[Person] = []
        self._mistake = ""
        self._keeping = False
        """Whether what is put together stands on the screen alone as yet."""
        self._told = ""
        """What becomes of the letter that was written last, until something else is chosen."""

    def content(self) -> ComposeResult:
        """The sentence of the criteria, three panes, and who is under the cursor."""
        yield Lines(id="counts")
        with Horizontal(id="panes"):
            for name, pane in (("criteria", CriteriaPane), ("found", FoundPane), ("chosen", ChosenPane)):
                with Vertical(classes="pane", id=f"{name}-pane"):
                    yield Lines(id=f"{name}-title")
                    table = pane(id=name, cell_padding=0)
                    table.show_header = False
                    yield table
        yield Lines(2, id="detail")

    def begin(self) -> None:
        """What was put together the last time."""
        self.query_one(CriteriaPane).set_columns((TableColumn("words", "", 10, flexible=True),))
        self.query_one(FoundPane).set_columns(COLUMNS)
        self.query_one(ChosenPane).set_columns(COLUMNS)
        with self.telling():
            self._selection = mailings.selection(self._operator)
            self._read()
        self.focus_list()

    @property
    def _operator(self) -> str:
        return self.desk.office.owner.operator

    def focus_list(self) -> None:
        """Keys go to the people found."""
        self.set_focus(self.query_one(FoundPane))

    def _read(self) -> None:
        self._everybody = audience.people()
        self._unwilling = mailings.unwilling()
        self._work_out()

    def _read_again(self) -> None:
        """After a dialog; what was shown stays where the database cannot be read."""
        with self.telling():
            self._read()

    def _work_out(self) -> None:
        """Ask the criteria anew."""
        self._mistake = ""
        try:
            self._found = self._criteria.matching(self._everybody, self._today)
        except TuimailError as error:
            self._found, self._mistake = (), str(error)
        known = {person.key: person for person in self._everybody}
        self._chosen = [known[key] for key in self._selection.chosen if key in known]
        self._show()

    @property
    def _criteria(self) -> Criteria:
        return self._selection.criteria

    @property
    def _today(self) -> date:
        return self.desk.now().astimezone().date()

    # What is shown

    def _show(self) -> None:
        self._shown = holding(self._found, self.search_text)
        chosen = frozenset(self._selection.chosen)
        self.query_one(FoundPane).load(PeopleModel(self._shown, self._unwilling, chosen))
        self.query_one(ChosenPane).load(PeopleModel(self._chosen, self._unwilling))
        rows = [(str(n), {"words": c.sentence()}) for n, c in enumerate(self._criteria.each)]
        if self._criteria.own.strip():
            rows.append((OWN_FILTER, {"words": _("filter: {text}").format(text=self._criteria.own.strip())}))
        self.query_one(CriteriaPane).show_rows(rows)
        self.query_one(TitleLine).show(self.desk.path(), "", self._operator)
        sentence = self._mistake or self._criteria.sentence()
        self.query_one("#counts", Lines).set_line((sentence, _WRONG) if self._mistake else (sentence, _BOLD))
        self._show_titles()
        self._show_person()
        self.say()
        self.refresh_bindings()

    def _show_titles(self) -> None:
        found = ngettext("{n} found", "{n} found", len(self._shown))
        if self.search_text:
            found = _("{found} holding “{text}”").format(found=found, text=self.search_text)
        titles = {
            "criteria": ngettext("{n} criterion", "{n} criteria", len(self.query_one(CriteriaPane).model)),
            "found": found,
            "chosen": ngettext("{n} chosen", "{n} chosen", len(self._chosen)),
        }
        for name, title in titles.items():
            here = self.query_one(f"#{name}", RowList).has_focus
            # Seen without colours too, and nothing moves when another pane has the keys.
            mark = signs().into if here else " "
            self.query_one(f"#{name}-title", Lines).set_line((f"{mark}{title}", _HERE if here else _BOLD))

    def _current(self) -> Person | None:
        pane = self.query_one(ChosenPane) if self.query_one(ChosenPane).has_focus else self.query_one(FoundPane)
        people = self._chosen if isinstance(pane, ChosenPane) else self._shown
        return people[pane.cursor_row] if 0 <= pane.cursor_row < len(people) else None

    def _show_person(self) -> None:
        lines = self.query_one("#detail", Lines)
        person = self._current()
        if person is None:
            lines.set_line("", row=0)
            lines.set_line("", row=1)
            return
        lines.set_line(described(person), right=(where(person),), row=0)
        reason = objection(person, self._unwilling)
        asked_for = bool(self._criteria.each or self._criteria.own) and not self._mistake
        because = why(self._criteria, person, self._today) if asked_for else ""
        address = person.address or _("no address")
        left = (address, " · ", (reason, _YELLOW)) if reason and person.address else (address,)
        lines.set_line(*left, right=(because,) if because else (), row=1)

    def say_usual(self, line: Lines) -> None:
        """How many will be written to."""
        addresses = len({person.address.casefold() for person in self._chosen})
        people = ngettext("{n} person chosen", "{n} people chosen", len(self._chosen))
        counts = (people, ", ", ngettext("{n} message", "{n} messages", addresses))
        gone = len(self._selection.chosen) - len(self._chosen)
        line.set_line(*counts, *((". ", (gone_sentence(gone), _YELLOW)) if gone else ()))

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_person()

    def on_descendant_focus(self) -> None:
        """Another pane has the keys."""
        if self.is_mounted:
            self._show_titles()
            self._show_person()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:  # noqa: ARG002
        """People or their addresses may have changed, and with them what names them in the selection."""
        if not self._keeping:
            self._selection = mailings.selection(self._operator)
        self._read()
        self.say(self._told)

    def search_changed(self) -> None:
        """Show the people found that hold the text."""
        self._show()

    def clear_filter(self) -> None:
        """Nothing is searched for: put the counts of a send away."""
        self.close_panel()
