"""The control of a letter before it leaves: how many get it, who does not and why, and what is still to be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.audience import Person
from tuimail.domain.errors import AccountBusy, BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter
from tuimail.domain.periods import format_moment
from tuimail.domain.text import clean, has_control
from tuimail.store import audience
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import LETTER_CONFIRM
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import asked, told
from tuimail.ui.screens.left_out import ListingDialog
from tuimail.ui.screens.send_dialog import ask_password, password_refused, queued_behind
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.letter_facts import decided, facts, rows
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import Cell, TableColumn
from tuimail.ui.work import start, work

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl


class LetterConfirm(ListingDialog):
    """Enter sends it, or schedules it; the answer is whether it was queued.

    Down goes into the list, where Enter opens the card that mends a line.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(LETTER_CONFIRM)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, desk: Desk, letter: Letter, people: Sequence[Person], criteria: str) -> None:
        super().__init__(_("Send: {what}").format(what=letter.subject), desk)
        self.letter = letter
        """With what was decided here."""
        self.people = people
        """As they are now: a card that was opened from here may have mended something."""
        self._criteria = criteria
        self._residents: dict[str, int] = {}
        """By line of the list, whose card it opens."""
        self._letter_control: LetterControl | None = None
        self._queues_behind = False
        """Whether the next Enter queues it behind the send of another session."""

    def on_mount(self) -> None:
        """Check at once."""
        table = self.query_one(RowList)
        table.display = False
        table.set_columns(
            (
                TableColumn("name", _("Left out"), 26, gap=1),
                TableColumn("reason", _("Reason"), 30, gap=1, flexible=True),
            )
        )
        self._work = start(self, self._check, exclusive=True)

    def check_again(self) -> None:
        """Anew, with the people as their cards have them now."""
        self._work = start(self, self._look_again, exclusive=True)

    async def _check(self) -> None:
        shown = self.query_one("#facts", Prose)
        try:
            control = await in_background(
                self.desk.office.mailings.control, self.letter, self.people, self._criteria, self.desk.now()
            )
        except TuimailError as error:
            if self.taken_down:
                return
            self._letter_control, self._queues_behind = None, False
            self.set_focus(None)
            self.query_one(RowList).display = False
            shown.update(told(error))
            self.tell_facts()
            self.refresh_bindings()
            return
        if self.taken_down:
            return
        self._letter_control, self._queues_behind = control, False
        shown.update(facts(control, self.desk.now()))
        listed, self._residents = rows(control)
        table = self.query_one(RowList)
        table.display = bool(listed)
        table.show_rows(listed, 0)
        if not listed:
            self.set_focus(None)
        self.say(self.question)
        self.tell_facts()
        self.refresh_bindings()

    @property
    def question(self) -> str:
        """What is to be decided first."""
        control = self._letter_control
        for word, people in control.undecided.items() if control else ():
            sentence = ngettext(
                "{n} person has no value for “{word}”: leave them out (l), or put a text in its place (i)?",
                "{n} people have no value for “{word}”: leave them out (l), or put a text in its place (i)?",
                len(people),
            )
            return sentence.format(word=word)
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Send only what was checked and decided."""
        control = self._letter_control
        if action in ("leave_out", "put_text"):
            return control is not None and bool(control.undecided)
        listed = self.is_mounted and self.in_list
        if action == "accept":
            return control is not None and not control.undecided and bool(control.ready) and not listed
        if action == "mend":
            return listed
        if action == "into_list":
            return self.is_mounted and self.query_one(RowList).display and not listed
        if action == "reset":
            return control is not None and bool(decided(control.letter))
        return super().check_action(action, parameters)

    # The list

    def reason(self, cells: Mapping[str, Cell]) -> str:
        """Who it is, and why."""
        return _("{name}: {reason}").format(name=cells["name"], reason=cells["reason"])

    def action_mend(self) -> None:
        """Open the card of whoever the line is about."""
        from tuimail.ui.screens.resident import open_card

        resident_id = self._residents.get(self.query_one(RowList).current_key or "")
        if resident_id is not None:
            try:
                card = open_card(self.desk, resident_id)
            except TuimailError as error:
                self.say(told(error))
                return
            self.mend(card)

    async def _look_again(self) -> None:
        try:
            known = {person.key: person for person in await in_background(audience.people)}
        except TuimailError as error:
            self.say(told(error))
            return
        self.people = [known[person.key] for person in self.people if person.key in known]
        await self._check()

    # Deciding

    def action_reset(self) -> None:
        """Forget what was decided, and ask anew."""
        if not self.busy:
            self.letter = replace(self.letter, instead=())
            self._work = start(self, self._check, exclusive=True)

    @property
    def _asked(self) -> tuple[str, str]:
        """The keyword to be decided: its value's name, and how it is spelt."""
        control = self._letter_control
        word = next(iter(control.undecided)) if control else ""
        known = self.letter.vocabulary.known(word)
        return (known.value if known else "", word)

    def action_leave_out(self) -> None:
        """Who has no value gets no message."""
        if not self.busy:
            self.letter = self.letter.decided(self._asked[0], "")
            self._work = start(self, self._check, exclusive=True)

    @work
    async def action_put_text(self) -> None:
        """Ask for a text that stands in its place."""
        name, word = self._asked
        label = _("What stands there for who has no value:")
        text = await asked(self.app, Ask(word, label, "", _checked_text))
        if text is not None:
            self.letter = self.letter.decided(name, clean(text))
            await self._check()

    def action_accept(self) -> None:
        """Send, or schedule."""
        control = self._letter_control
        if control is not None and not self.busy:
            self._work = start(self, partial(self._launch, control), exclusive=True)

    async def _launch(self, control: LetterControl) -> None:
        self._launching = True
        try:
            if not await self._leave(control):
                return
        except AccountBusy as busy:
            self._committed, self._queues_behind = False, True
            more = _("Enter once more: queue these messages behind it; they leave when it has ended.")
            self.say(Text(f"{busy.sentence}\n", "bold").append(more, "not bold"))
            return
        except TuimailError as error:
            self._committed = False
            self._wrong_password = password_refused(error)
            self.say(told(error))
            return
        finally:
            self._launching = False
        end(self, True)

    async def _leave(self, control: LetterControl) -> bool:
        """Queue it now, or once the server is there; False if no password was given."""
        at = self.letter.scheduled_at
        if at is not None:
            self._commit()
            await self.desk.office.queue(control)
            self.ended = ngettext(
                "{n} message leaves on {moment} if tuimail runs then.",
                "{n} messages leave on {moment} if tuimail runs then.",
                control.messages,
            ).format(moment=format_moment(at, year=True))
        elif self._queues_behind:
            self._commit()
            self.ended = queued_behind(await self.desk.sending.queue_behind(control))
        else:
            if not await ask_password(self.app, control.account, again=self._wrong_password):
                self.say("")
                return False
            self.say(_("Connecting to {host}…").format(host=control.account.host))
            leaves = await self.desk.sending.start(control, queueing=self._commit)
            self.ended = "" if leaves else queued_behind(control.messages)
        return True


def _checked_text(text: str) -> None:
    if not clean(text) or has_control(text):
        raise BadInput(_("Nothing would stand there."), _("Write a word or two, or leave these people out."))
