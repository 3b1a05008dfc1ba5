"""Letters to many: criteria on the left, the people they find in the middle, the people chosen on the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from tuimail.domain.audience import FIELDS, Person
from tuimail.domain.criteria import Criteria, Criterion, why
from tuimail.domain.errors import TuimailError
from tuimail.domain.filter_text import compile_filter, names_of
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import MailingList, Selection, how_chosen, objection
from tuimail.store import audience, mailings
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.mailings import CHOSEN, CRITERIA, FOUND, MAILINGS
from tuimail.ui.commands.model import Place
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.criterion import ask_criterion
from tuimail.ui.screens.dialog import Question, asked
from tuimail.ui.screens.lists import Lists
from tuimail.ui.screens.losing import lost
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.screens.several import Ask
from tuimail.ui.screens.unsubscribed import Unsubscribed
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.people_model import COLUMNS, PeopleModel, described, gone_sentence, holding, where
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start, work

_BOLD = Style(bold=True)
_HERE = Style(bold=True, reverse=True)
_OWN = "own"
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


class MailingsScreen(PlaceScreen):
    """Who a letter goes to. What is put together is kept for the operator, however the screen is left."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MAILINGS)
    PLACE = Place.MAILINGS

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
            rows.append((_OWN, {"words": _("filter: {text}").format(text=self._criteria.own.strip())}))
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        allowed = super().check_action(action, parameters)
        if not allowed or self.searching or not self.is_mounted:
            return allowed
        if action == "choose":
            return bool(self._shown)
        if action in ("give_back", "give_all_back"):
            return bool(self._chosen)
        if action in ("change", "take_out"):
            return len(self.query_one(CriteriaPane).model) > 0
        if action == "and_or":
            return len(self._criteria.each) > 1
        if action == "reset":
            return self._selection != Selection()
        if action == "clear":
            return bool(self.search_text or self.panel_can_close)
        return allowed

    # Commands

    def _select(self, selection: Selection) -> None:
        """Go on from that selection, and keep it."""
        if selection == self._selection:
            return
        self._selection, self._told, self._keeping = selection, "", True
        with self.telling():
            self._work_out()
        start(self, partial(self._keep, selection), group="keep", exclusive=True)

    async def _select_unless_lost(self, selection: Selection, title: str) -> bool:
        """The same, after a question where something put together would be lost; False if it is not to be."""
        with self.telling():
            again = [self._selection_of(kept) for kept in mailings.lists() if kept.fixed]
            if selection.criteria == self._criteria:
                again.append(Selection().choose(self._shown, self._unwilling))
            sentences = lost(self._selection, selection, again)
            if not sentences or await asked(self.app, Question(title, sentences)):
                self._select(selection)
                return True
        return False

    async def _keep(self, selection: Selection) -> None:
        with self.telling():
            await in_writer(mailings.keep_selection, self._operator, selection)
            self._keeping = self._selection != selection

    def action_choose(self) -> None:
        """Choose the person under the cursor, and move on."""
        person = self._current()
        if person is not None:
            if reason := objection(person, self._unwilling):
                self.say(_("{name}: {reason}").format(name=person.name, reason=reason))
                return
            self.query_one(FoundPane).action_cursor_down()
            self._select(self._selection.choose([person], self._unwilling))

    def action_choose_all(self) -> None:
        """Choose all that are shown; who cannot be written to is told of."""
        if not self._shown:
            self.say(_("Nobody is shown: change the criteria or the search first."))
            return
        before = len(self._selection.chosen)
        chosen = self._selection.choose(self._shown, self._unwilling)
        self._select(chosen)
        left_out = sum(1 for person in self._shown if objection(person, self._unwilling))
        added = ngettext("{n} added", "{n} added", len(chosen.chosen) - before)
        if left_out:
            added += " · " + ngettext(
                "{n} left out: no address or unsubscribed", "{n} left out: no address or unsubscribed", left_out
            )
        self.say(added)

    def action_give_back(self) -> None:
        """Take the person under the cursor out."""
        person = self._current()
        if person is not None:
            self._select(self._selection.give_back([person.key]))

    @work
    async def action_give_all_back(self) -> None:
        """Take all out; the criteria stay, and who was chosen otherwise is asked about first."""
        await self._select_unless_lost(self._selection.give_back(self._selection.chosen), _("Take all out?"))

    def action_next_pane(self) -> None:
        """The next of the three."""
        self.focus_next(RowList)

    def action_previous_pane(self) -> None:
        """The one before."""
        self.focus_previous(RowList)

    def action_and_or(self) -> None:
        """All criteria, or one of them."""
        self._ask_for(Criteria(self._criteria.each, not self._criteria.any_is_enough, self._criteria.own))

    def _ask_for(self, criteria: Criteria) -> None:
        self._select(Selection(criteria, self._selection.chosen))

    @work
    async def action_add_criterion(self) -> None:
        """Ask for one more thing."""
        found = await ask_criterion(self.app, self._everybody)
        if found is not None:
            self._ask_for(self._criteria.with_criterion(found))

    @work
    async def action_change(self) -> None:
        """Change the criterion under the cursor, or the own filter."""
        key = self.query_one(CriteriaPane).current_key
        if key == _OWN:
            self.action_own_filter()
        elif key is not None:
            number = int(key)
            before: Criterion = self._criteria.each[number]
            found = await ask_criterion(self.app, self._everybody, before)
            if found is not None:
                self._ask_for(self._criteria.with_criterion(found, number))

    @work
    async def action_take_out(self) -> None:
        """Take the criterion under the cursor out, or the own filter after a question."""
        key = self.query_one(CriteriaPane).current_key
        if key == _OWN:
            without = Criteria(self._criteria.each, self._criteria.any_is_enough)
            await self._select_unless_lost(Selection(without, self._selection.chosen), _("Take the filter out?"))
        elif key is not None:
            self._ask_for(self._criteria.without(int(key)))

    @work
    async def action_own_filter(self) -> None:
        """Write a filter of one's own."""
        words = ", ".join(names_of(field)[0] for field in FIELDS.values())
        text = await asked(
            self.app,
            Ask(
                _("Own filter"),
                _("What must hold as well, such as: {example}").format(
                    example=_("age >= 80 and not (role = guardian or gone)")
                ),
                self._criteria.own,
                lambda typed: compile_filter(typed) if typed.strip() else None,
                _("Fields: {words}. Signs: = != < <= > >= ~ (holds), in (…), and, or, not, parentheses.").format(
                    words=words
                ),
            ),
        )
        if text is not None:
            self._ask_for(Criteria(self._criteria.each, self._criteria.any_is_enough, text))

    @work
    async def action_lists(self) -> None:
        """Open a list, or keep what is put together as one."""
        taken = await asked(self.app, Lists(self.desk, self._selection, self._everybody))
        if taken is not None and await self._select_unless_lost(self._selection_of(taken), _("Open the list?")):
            said = _("List “{name}” opened.").format(name=taken.name)
            gone = taken.gone(self._everybody)
            self.say(f"{said} {gone_sentence(gone)}" if gone else said)

    def _selection_of(self, taken: MailingList) -> Selection:
        if not taken.fixed:
            return Selection(taken.criteria, self._selection.chosen)
        people = taken.people(self._everybody, self._today)
        return Selection(taken.criteria).choose(people, self._unwilling)

    def action_unsubscribed(self) -> None:
        """Show who wants no mailing."""
        self.app.push_screen(Unsubscribed(self.desk), lambda _nothing: self._read_again())

    def action_write_letter(self) -> None:
        """Write to the people chosen."""
        from tuimail.ui.screens.letter import LetterScreen

        if not self._chosen:
            self.say(_("Nobody is chosen: → chooses somebody, > all who are shown, then s."))
            return

        def written(sentence: str | None) -> None:
            self._read_again()
            self._told = sentence or ""
            self.say(self._told)

        with self.telling():
            lists = mailings.lists()
            how = how_chosen(self._chosen, self._criteria, self._everybody, self._unwilling, lists, self._today)
            pane = self.query_one(ChosenPane)
            here = min(pane.cursor_row, len(self._chosen) - 1) if pane.has_focus else 0
            self.app.push_screen(LetterScreen(self.desk, self._chosen, how, max(here, 0)), written)

    def action_past_mailings(self) -> None:
        """Show what was sent."""
        from tuimail.ui.screens.past_mailings import PastMailings

        self.app.push_screen(PastMailings(self.desk), lambda _nothing: self._read_again())

    @work
    async def action_reset(self) -> None:
        """Ask, then forget all criteria and take everybody out."""
        sentences = (
            ngettext(
                "{n} criterion is forgotten.", "{n} criteria are forgotten.", len(self.query_one(CriteriaPane).model)
            ),
            ngettext("{n} person is taken out.", "{n} people are taken out.", len(self._chosen)),
            _("Lists that were kept stay."),
        )
        if await asked(self.app, Question(_("Start anew?"), sentences)):
            self._select(Selection())
