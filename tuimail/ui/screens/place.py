"""One of the places: the frame around it, the sending below it, and the search that every place has."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from tuimail.domain.account import Owner
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.store import batches
from tuimail.store.database import in_writer
from tuimail.ui.commands import PLACES, bindings
from tuimail.ui.commands.everywhere import SEARCH
from tuimail.ui.commands.model import Place
from tuimail.ui.commands.sending import SENDING
from tuimail.ui.desk import Desk
from tuimail.ui.messages import JournalGrew, Phase, Progress, SendingNews
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import REVERSE, KeysLine, Lines, PlacesLine, TitleLine
from tuimail.ui.widgets.send_panel import SendPanel
from tuimail.ui.work import start

_YELLOW = Style(color="yellow", bold=True)
_WHILE_SEARCHING = frozenset(("keep_search", "clear"))
"""What the keys do while a text is typed; the letters are text."""


class SearchField(Field):
    """What is searched for. Enter is bound here: on the screen, a place with an Enter of its own would hide it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SEARCH)


class PlaceScreen(SteadyScreen[None]):
    """Title, places, the place's own content, the line of what is selected or said, the sending, the keys."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SENDING)
    AUTO_FOCUS: ClassVar[str | None] = ""
    PLACE: ClassVar[Place]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.search_text = ""
        self._stale = False
        self._reload = False
        self._touched: set[int] = set()

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TitleLine(id="title")
        if self.desk.demo is not None:
            yield Lines(id="demo")
        yield PlacesLine(id="places")
        yield from self.content()
        with Horizontal(id="search"):
            yield Lines(id="search-label")
            yield SearchField(id="search-field")
        yield Lines(id="said")
        yield SendPanel()
        yield KeysLine()

    def content(self) -> ComposeResult:
        """What the place shows between its frame's lines."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Fill what does not change."""
        self.query_one("#search").display = False
        label = self.query_one("#search-label", Lines)
        label.set_line(_("Search:"))
        label.styles.width = len(_("Search:")) + 2
        self.query_one(PlacesLine).show(self.PLACE, PLACES)
        demo = self.desk.demo
        if demo is not None:
            self.query_one("#demo", Lines).set_line(
                (" " + _("DEMO") + " ", REVERSE),
                " " + _("nothing leaves this machine; mail in {folder}").format(folder=demo.folder),
            )
        if self._steered.active:
            self.query_one(SendPanel).show(self._steered)
        self.begin()

    def begin(self) -> None:
        """Show the place for the first time."""
        raise NotImplementedError

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What an operator can be told of what goes wrong inside is shown in a box."""
        try:
            yield
        except TuimailError as error:
            self.app.push_screen(BadNews(error))

    def say(self, sentence: str = "") -> None:
        """Say this until something else is to be said; nothing: what the line says by itself."""
        line = next(iter(self.query("#said").results(Lines)), None)
        if line is None:
            return  # the application ends: nobody reads it any more
        if sentence:
            line.set_line((sentence, _YELLOW))
        else:
            self.say_usual(line)

    def tell(self, sentence: str) -> None:
        """Say what was done."""
        self.say(sentence)

    def say_usual(self, line: Lines) -> None:
        """What the line says by itself."""
        raise NotImplementedError

    # The sending

    def on_sending_news(self, news: SendingNews) -> None:
        """Show it; at the end the counts stay until Esc."""
        self.query_one(SendPanel).show(news.progress, news.events, news.summary)
        if news.summary is not None:
            self.desk.end_was_read = False
            self.sending_ended()
        self.refresh_bindings()

    def sending_ended(self) -> None:
        """Nothing more leaves for now."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the sending work only while there is one."""
        if self.is_mounted and self.searching:
            return action in _WHILE_SEARCHING
        if action == "keep_search":
            return False
        if action in ("pause", "cancel"):
            return self._steered.phase in (Phase.SENDING, Phase.PAUSED)
        return super().check_action(action, parameters)

    @property
    def _steered(self) -> Progress:
        """The send that the keys are about: this session's, or else the one of another session."""
        sending = self.desk.sending
        return sending.progress if sending.active else self.desk.attached.progress

    def action_pause(self) -> None:
        """Pause, or go on; the send of another session too."""
        sending, other = self.desk.sending, self.desk.attached.other
        if not sending.active and other is not None:
            start(self, partial(self._steer, batches.unpause if other.paused else batches.pause, other.batch_id))
            return
        going_on = sending.progress.phase is Phase.PAUSED
        start(self, partial(self._ask, sending.unpause if going_on else sending.pause))

    def action_cancel(self) -> None:
        """Ask, then take back what has not left, of another session's send too."""
        sending, other = self.desk.sending, self.desk.attached.other
        if not sending.active and other is not None:
            self.ask_to_cancel(other.total - other.done, lambda: self._steer(batches.cancel, other.batch_id))
        else:
            self.ask_to_cancel(sending.progress.left, sending.cancel)

    async def _steer(self, change: Callable[[int, Owner, datetime], object], batch_id: int) -> None:
        with self.telling():
            await in_writer(change, batch_id, self.desk.office.owner, self.desk.now())
        self.look_again()

    def look_again(self) -> None:
        """Something has changed that the application looks at every two seconds."""

    def ask_to_cancel(self, left: int, cancel: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Ask whether those messages are to be taken back, and do it."""
        sentences = (
            ngettext(
                "{n} message that has not left will not be sent.",
                "{n} messages that have not left will not be sent.",
                left,
            ),
            _("What was sent stays sent. The invoices can be sent later."),
        )

        def answered(stop: bool | None) -> None:
            if stop:
                start(self, partial(self._ask, cancel))

        self.app.push_screen(Question(_("Stop the send"), sentences), answered)

    async def _ask(self, action: object) -> None:
        with self.telling():
            await action()  # type: ignore[operator]

    @property
    def panel_can_close(self) -> bool:
        """Whether the counts of a send that has ended stand on the screen."""
        return bool(self.query_one(SendPanel).display) and not self._steered.active

    def close_panel(self) -> bool:
        """Put the counts of a send that has ended away; False if there is nothing to put away."""
        if not self.panel_can_close:
            return False
        self.query_one(SendPanel).close()
        self.desk.end_was_read = True
        self.refresh_bindings()
        return True

    # The journal has grown: the list is brought up to date now, or when it is looked at again.

    def on_journal_grew(self, news: JournalGrew) -> None:
        """Show what has changed."""
        self._touched |= news.document_ids
        self._reload |= news.reload
        self._stale = True
        if self.is_current:
            self.catch_up()

    def watch_others(self) -> None:
        """Every two seconds: look at what other sessions do and do not write down."""

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        if self.desk.end_was_read:
            self.close_panel()
        self.catch_up()

    def catch_up(self) -> None:
        """Bring the list up to date, if it is not."""
        if self._stale:
            touched, reload = frozenset(self._touched), self._reload
            self._touched.clear()
            self._stale = self._reload = False
            with self.telling():
                self.bring_up_to_date(touched, reload)

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:
        """Show what these documents have become; `reload`: there may be others."""
        raise NotImplementedError

    # The search

    def action_search(self) -> None:
        """Ask for a text; the list follows at each letter."""
        self.query_one("#said").display = False
        self.query_one("#search").display = True
        field = self.query_one("#search-field", Field)
        field.value = self.search_text
        field.cursor_position = len(field.value)
        # At once, not by `focus`: the next key may be there already.
        self.set_focus(field)
        self.refresh_bindings()

    @on(Input.Changed, "#search-field")
    def _search_changed(self, event: Input.Changed) -> None:
        if event.value.strip() != self.search_text and self.searching:
            self.search_text = event.value.strip()
            with self.telling():
                self.search_changed()

    @property
    def searching(self) -> bool:
        """Whether the search's field is open."""
        return bool(self.query_one("#search").display)

    def search_changed(self) -> None:
        """Show what holds `search_text`."""
        raise NotImplementedError

    def action_keep_search(self) -> None:
        """Back to the list, with what was found."""
        self.query_one("#search").display = False
        self.query_one("#said").display = True
        self.focus_list()
        self.refresh_bindings()

    def action_clear(self) -> None:
        """Esc: close the search's field, forget the search, then whatever else narrows the list."""
        if self.searching:
            self.action_keep_search()
        if self.search_text:
            self.search_text = ""
            with self.telling():
                self.search_changed()
        else:
            self.clear_filter()

    def clear_filter(self) -> None:
        """Nothing is searched for: give up what else narrows the list."""
        raise NotImplementedError

    def focus_list(self) -> None:
        """Keys go to the list."""
        raise NotImplementedError
