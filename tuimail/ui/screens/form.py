"""A card on the whole screen: fields in tabs, saved under the eyes of others who may have the same card open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume
from textual.screen import ModalScreen

from tuimail.domain.changes import Changed, conflicts, merged
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.store.changes import Subject, save
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.form import FORM, UNSAVED
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import BadNews, Dialog
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.widgets.form import Form, Tab
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

_YELLOW = Style(color="yellow", bold=True)
_ACTIONS = ("next_field", "step_field", "turn", "save", "back")
_TOLD_AFTER = 0.5
"""Seconds after which it is told that a card is being saved."""


class FormScreen(ModalScreen[Any], Leaving[Any]):
    """A card. The answer is the state that was saved, or None; nothing typed is lost without a question.

    The state in the database is read and written through `subject`, so that two operators never overwrite each other
    unawares: see `store.changes`.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, desk: Desk, subject: Subject[Any], path: Sequence[str], tabs: Sequence[Tab], state: Any) -> None:
        super().__init__()
        self.desk, self.subject, self._path = desk, subject, path
        self.form = Form(tabs, state)
        self._saving = False
        self._shown = False

    def compose(self) -> ComposeResult:
        """Title, card, what is said, keys."""
        yield TitleLine()
        yield self.form
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Say where one is."""
        self.query_one(TitleLine).show(self._path, operator=self.desk.office.owner.operator)
        self.begin()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """What has just been mounted has its styles."""
        event.refresh_styles = self._shown
        self._shown = True

    def begin(self) -> None:
        """The card is there, or another of its tabs."""

    def on_form_opened(self) -> None:
        """What a tab tells is told once it is looked at."""
        self.begin()

    def say(self, sentence: str) -> None:
        """Say this above the keys."""
        self.query_one("#said", Lines).set_line((sentence, _YELLOW))

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        return self.form.edited

    # Going about

    async def action_next_field(self) -> None:
        """Complete what is being typed, or go to the next field."""
        current = self.form.current
        if current is None or not current.complete():
            await self.form.step(1)

    async def action_step_field(self, by: int) -> None:
        """Go to another field."""
        await self.form.step(by)

    async def action_turn(self, by: int) -> None:
        """Go to another tab."""
        await self.form.open(self.form.here + by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A card of one page has no other, and one that is being saved has no key."""
        if self.form.disabled and action in _ACTIONS:
            return False
        if action == "turn":
            return len(self.form.tabs) > 1
        return super().check_action(action, parameters)

    # Saving

    def action_save(self) -> None:
        """Save, then close."""
        if not self._saving:
            self._saving = True
            start(self, self._save_once, exclusive=True)

    def action_back(self) -> None:
        """Close, unless it is being saved; what was typed is asked about first."""
        if self._saving:
            return
        if not self.unsaved:
            self.dismiss(None)
        else:
            self.app.push_screen(Unsaved(self.subject.title), self._answered)

    def _answered(self, keep: bool | None) -> None:
        if keep:
            self.action_save()
        elif keep is False:
            end(self)

    async def _save_once(self) -> None:
        try:
            await self._save()
        finally:
            self._saving = False

    @contextmanager
    def _held(self) -> Iterator[None]:
        """What would be typed meanwhile would not be saved: no field takes it; then one is where one was."""
        focused, told = self.focused, False

        def tell() -> None:
            nonlocal told
            told = True
            self.say(_("One moment…"))

        telling = self.set_timer(_TOLD_AFTER, tell)
        self.set_focus(None)
        self.form.disabled = True
        self.refresh_bindings()
        try:
            yield
        finally:
            telling.stop()
            self.form.disabled = False
            self.set_focus(focused)
            self.refresh_bindings()
            if told:
                self.say("")

    async def _save(self) -> None:
        typed = await self.form.typed()
        if typed is None:
            self.say(_("Not saved: correct what is marked with !"))
            return
        opened = self.form.state
        try:
            with self._held():
                typed = await self.prepare(typed)
                saved = await in_writer(self.store, opened, typed)
        except Changed as error:
            await self._join(opened, typed, error)
        except TuimailError as error:
            self.app.push_screen(BadNews(error, _("Not saved")))
        else:
            end(self, saved)

    async def prepare(self, typed: Any) -> Any:
        """What must be done before the state can be saved, such as keeping a file; raises TuimailError."""
        return typed

    def store(self, opened: Any, typed: Any) -> Any:
        """Write the state, off the screens' thread; returns it as it is now. Raises Changed or another TuimailError."""
        return save(self.subject, opened, typed, self.desk.office.owner, self.desk.now())

    async def _join(self, opened: Any, typed: Any, error: Changed) -> None:
        """Show what both have typed together: what the other has changed, and over it what was typed here."""
        labels = self.subject.labels
        both = conflicts(opened, typed, error.theirs, labels)
        self.form.load(merged(opened, typed, error.theirs, labels), error.theirs)
        self.form.tell_conflicts(error.operator or _("Somebody else"), both)
        if both:
            await self.form.go_to(self.form.entry(both[0].path))
        self.say(_("Not saved yet: look at what has changed, then F2 again."))
        self.app.push_screen(BadNews(error, _("Changed by somebody else")))


class Unsaved(Dialog[bool]):
    """What was typed and not saved: Enter saves it, n loses it, Esc goes back to it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(UNSAVED)

    def __init__(self, title: str) -> None:
        super().__init__(title)

    def content(self) -> ComposeResult:
        """The question."""
        sentences = (
            _("What you typed is not saved."),
            _("Enter: save it. n: close without saving. Esc: go on typing."),
        )
        yield Prose(Text("\n".join(sentences)), classes="sentences")

    def action_accept(self) -> None:
        """Save."""
        self.dismiss(True)

    def action_discard(self) -> None:
        """Lose it."""
        self.dismiss(False)
