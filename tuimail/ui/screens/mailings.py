"""Letters to many: criteria on the left, the people they find in the middle, the people chosen on the right."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.audience import FIELDS
from tuimail.domain.criteria import Criteria, Criterion
from tuimail.domain.filter_text import compile_filter, names_of
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import MailingList, Selection, how_chosen, objection
from tuimail.store import mailings
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.mailings import MAILINGS
from tuimail.ui.commands.model import Place
from tuimail.ui.screens.criterion import ask_criterion
from tuimail.ui.screens.dialog import Question, asked
from tuimail.ui.screens.lists import Lists
from tuimail.ui.screens.losing import lost
from tuimail.ui.screens.mailing_panes import OWN_FILTER, ChosenPane, CriteriaPane, FoundPane, MailingPanes
from tuimail.ui.screens.several import Ask
from tuimail.ui.screens.unsubscribed import Unsubscribed
from tuimail.ui.widgets.people_model import gone_sentence
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start, work


class MailingsScreen(MailingPanes):
    """Who a letter goes to. What is put together is kept for the operator, however the screen is left."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MAILINGS)
    PLACE = Place.MAILINGS

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
        if key == OWN_FILTER:
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
        if key == OWN_FILTER:
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
