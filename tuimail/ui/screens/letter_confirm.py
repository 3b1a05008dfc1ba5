"""The control of a letter before it leaves: how many get it, who does not and why, and what is still to be decided."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.audience import Person
from tuimail.domain.errors import AccountBusy, BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter
from tuimail.domain.periods import format_moment
from tuimail.domain.text import clean, has_control
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import LETTER_CONFIRM
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import asked, told
from tuimail.ui.screens.send_dialog import SendDialog, ask_password
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.control_words import pace_sentence, server_sentence
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl

_LABEL, _VALUE = 13, 59
_LEAST_ROWS = 3


class LetterConfirm(SendDialog):
    """Enter sends it, or schedules it; the answer is whether it was queued."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LETTER_CONFIRM)

    def __init__(self, desk: Desk, letter: Letter, people: Sequence[Person], criteria: str) -> None:
        super().__init__(_("Send: {what}").format(what=letter.subject), desk)
        self.letter = letter
        """With what was decided here."""
        self.ended = ""
        """A sentence on what becomes of it, once it was queued."""
        self._people, self._criteria = people, criteria
        self._letter_control: LetterControl | None = None
        self._queues_behind = False
        """Whether the next Enter queues it behind the send of another session."""

    def content(self) -> ComposeResult:
        """Facts, who is left out, a sentence."""
        yield Prose("", id="facts")
        yield RowList(id="left-out", cell_padding=0)
        yield Prose("", id="said")

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

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """The list gives way to the rest."""
        super().on_resize()
        self.call_after_refresh(self._fit)

    @property
    def _taken_down(self) -> bool:
        """Whether its parts are gone, as whoever waited for something may find."""
        return not self.query("#facts")

    def _fit(self) -> None:
        if self._taken_down:
            return
        table, facts, said = self.query_one(RowList), self.query_one("#facts", Prose), self.query_one("#said", Prose)
        room = self.most_lines - facts.lines_needed - max(said.lines_needed, 1) - 3
        table.styles.height = min(len(table.model) + 1, max(_LEAST_ROWS, room))

    async def _check(self) -> None:
        facts = self.query_one("#facts", Prose)
        try:
            control = await in_background(
                self.desk.office.mailings.control, self.letter, self._people, self._criteria, self.desk.now()
            )
        except TuimailError as error:
            if self._taken_down:
                return
            self._letter_control = None
            facts.update(told(error))
            self.refresh_bindings()
            return
        if self._taken_down:
            return
        self._letter_control = control
        facts.update(self._facts(control))
        rows = _rows(control)
        table = self.query_one(RowList)
        table.display = bool(rows)
        table.show_rows(rows, 0)
        if rows:
            table.focus()
        self.say(self._question(control))
        self.refresh_bindings()

    def _question(self, control: LetterControl) -> str:
        for word, people in control.undecided.items():
            sentence = ngettext(
                "{n} person has no value for “{word}”: leave them out (l), or put a text in its place (i)?",
                "{n} people have no value for “{word}”: leave them out (l), or put a text in its place (i)?",
                len(people),
            )
            return sentence.format(word=word)
        return ""

    def _facts(self, control: LetterControl) -> Text:
        dot, text = f" {signs().dot} ", Text()
        people = ngettext("{n} person chosen", "{n} people chosen", control.people)
        messages = ngettext("{n} message", "{n} messages", control.messages)
        lines = [(_("To send"), f"{messages}{dot}{people}")]
        left = dot.join(f"{reason} {count}" for reason, count in control.reasons)
        if left:
            lines.append((_("Left out"), left))
        if control.undecided:
            undecided = control.people - control.messages - len(control.left_out)
            lines.append((_("To decide"), ngettext("{n} person", "{n} people", undecided)))
        kind = _("promotional: only who accepts") if self.letter.promotional else _("information: to all")
        lines.append((_("Kind"), kind))
        at = self.letter.scheduled_at
        if at is not None:
            lines.append((_("When"), _("leaves on {moment}").format(moment=format_moment(at, year=True))))
        else:
            end = self.desk.now() + timedelta(seconds=control.seconds)
            done = f"{end.astimezone():%H:%M}"
            pace = pace_sentence(control.account)
            lines.append((_("Pace"), _("{pace}, done about {time}").format(pace=pace, time=done)))
        senders = dict.fromkeys(wording.sender_email for wording in control.wordings.values() if wording.sender_email)
        lines.append((_("From"), ", ".join(senders)))
        files = ", ".join(each.name for each in self.letter.attachments)
        if files:
            lines.append((_("Attached"), files))
        lines.append((_("Server"), server_sentence(control.account)))
        for name, value in lines:
            for number, line in enumerate(textwrap.wrap(value, _VALUE)):
                text.append(("" if number else name).ljust(_LABEL), style="bold")
                text.append(f"{line}\n", style="not bold")
        text.rstrip()
        return text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Send only what was checked and decided."""
        control = self._letter_control
        if action in ("leave_out", "put_text"):
            return control is not None and bool(control.undecided)
        if action == "accept":
            return control is not None and not control.undecided and bool(control.ready)
        return super().check_action(action, parameters)

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
        at = self.letter.scheduled_at
        try:
            if at is not None:
                self._commit()
                await self.desk.office.mailings.queue(control)
                self.ended = ngettext(
                    "{n} message leaves on {moment} if tuimail runs then.",
                    "{n} messages leave on {moment} if tuimail runs then.",
                    control.messages,
                ).format(moment=format_moment(at, year=True))
            else:
                if self._queues_behind:
                    self._commit()
                    batch = await self.desk.office.mailings.queue(control)
                    self.desk.continuing.goes_behind(batch.id)
                    self.ended = ngettext(
                        "{n} message is queued; it leaves when the other send has ended.",
                        "{n} messages are queued; they leave when the other send has ended.",
                        control.messages,
                    )
                    self.dismiss(True)
                    return
                if not await ask_password(self.app, control.account, again=self._wrong_password):
                    return
                self.say(_("Connecting to {host}…").format(host=control.account.host))
                await self.desk.sending.start(control, queueing=self._commit)
                self.ended = ""
        except AccountBusy as busy:
            self._committed, self._queues_behind = False, True
            more = _("Enter once more: queue these messages behind it; they leave when it has ended.")
            self.say(Text(f"{busy.sentence}\n", "bold").append(more, "not bold"))
            return
        except TuimailError as error:
            self._committed = False
            from tuimail.sending.failures import AuthenticationRefused

            self._wrong_password = isinstance(error, AuthenticationRefused)
            self.say(told(error))
            return
        self.dismiss(True)


def _checked_text(text: str) -> None:
    if not clean(text) or has_control(text):
        raise BadInput(_("Nothing would stand there."), _("Write a word or two, or leave these people out."))


def _rows(control: LetterControl) -> list[KnownRow]:
    rows: list[KnownRow] = []
    for word, people in control.undecided.items():
        reason = _("no value for “{word}”: to be decided").format(word=word)
        rows += [(f"u{n}{word}", {"name": person.name, "reason": reason}) for n, person in enumerate(people)]
    rows += [(f"l{n}", {"name": left.name, "reason": left.reason}) for n, left in enumerate(control.left_out)]
    return rows
