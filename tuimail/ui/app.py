"""The application: the places, what is the same in all of them, and how it begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tuimail.domain.errors import TuimailError
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.received import ReceivedBox
from tuimail.office import Office
from tuimail.store import journal
from tuimail.store.database import in_writer
from tuimail.ui.attached import Attached
from tuimail.ui.base import STYLES, BaseApp, run
from tuimail.ui.commands import PLACES
from tuimail.ui.commands.model import Place
from tuimail.ui.continuing import Continuing
from tuimail.ui.crash import cause, tell_crash
from tuimail.ui.desk import Desk
from tuimail.ui.look import require_terminal
from tuimail.ui.messages import JournalGrew, Phase, SendingNews
from tuimail.ui.screens.dialog import Question
from tuimail.ui.screens.invoices import InvoicesScreen
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.screens.places import open_place
from tuimail.ui.sending import Sending
from tuimail.ui.work import start

if TYPE_CHECKING:
    from textual.worker import Worker

    from tuimail.config.paths import Paths

WATCH_SECONDS = 2.0
"""How often the journal is asked whether another process has written to it."""

_OTHERS = frozenset(
    (
        EventKind.IMPORTED,
        EventKind.IMPORT_UNDONE,
        EventKind.SETTING_CHANGED,
        EventKind.ERASED,
        EventKind.DOCUMENT_MADE,
        EventKind.DOCUMENT_CHANGED,
    )
)
"""Events after which there may be other invoices, homes or senders."""


def _now() -> datetime:
    return datetime.now(UTC)


class TuimailApp(BaseApp):
    """The places over one office."""

    TITLE = "tuimail"
    DEFAULT_MODE = str(Place.INVOICES)
    CSS_PATH: ClassVar[Any] = [STYLES / "app.tcss", STYLES / "screens.tcss"]

    def __init__(self, office: Office, *, demo: ReceivedBox | None = None, now: Callable[[], datetime] = _now) -> None:
        super().__init__()
        sending = Sending(office, self.finish, self._news, self.crash, now)
        attached = Attached(self._spawn, self._tell_places)
        self.desk = Desk(office, sending, demo, now, attached, Continuing(sending))
        self.crashed: Exception | None = None
        """What ended the application and should not have."""
        self._places: dict[Place, PlaceScreen] = {}
        self._known = 0
        """Id of the last line of the journal that the screens know of."""
        self._welcomed = False
        """Whether the operator was told what happened while away: from then on what is shown counts as seen."""
        self._marked = -1
        """Id of the last line that is noted as seen."""
        self._looking: Worker[None] | None = None
        self._busy: frozenset[int] = frozenset()
        """Accounts that another session sends from."""

    def get_default_screen(self) -> Screen[Any]:
        """The invoices, without another screen before them: each costs a reading of all the styles."""
        self._known = journal.newest()
        return self._place(Place.INVOICES)

    def on_mount(self) -> None:
        """Let the places be gone to, and keep an eye on what others do."""
        for place in PLACES:
            self.add_mode(place, partial(self._place, place))
        self.set_interval(WATCH_SECONDS, self.watch_journal)
        self.call_after_refresh(self._spawn, self._welcome)

    def _place(self, place: Place) -> PlaceScreen:
        screen = self._places[place] = open_place(place, self.desk)
        return screen

    # News

    def _news(self, news: SendingNews) -> None:
        self._tell_places(news)
        self.call_later(self.watch_journal)
        if news.summary is not None:
            self._spawn(self.desk.office.returns.copy_sent_quietly)

    def _tell_places(self, news: SendingNews) -> None:
        for screen in self._places.values():
            screen.post_message(SendingNews(news.progress, news.events, news.summary))

    def watch_journal(self) -> None:
        """Tell the screens what was written since they last looked, by whomever, and who else sends."""
        try:
            newest, documents, kinds = journal.touched(self._known)
            others = [] if self.desk.sending.active else self.desk.office.status()
            self.desk.attached.look(next(iter(others), None))
            for screen in self.screen_stack[-1:]:
                if isinstance(screen, PlaceScreen):
                    screen.watch_others()
        except TuimailError:
            # It will be asked again; whatever the operator does next says what is wrong.
            return
        if newest != self._known:
            before, self._known = self._known, newest
            for screen in {*self._places.values(), *self.screen_stack}:
                screen.post_message(JournalGrew(before, documents, reload=not _OTHERS.isdisjoint(kinds)))
        self._busy = frozenset(other.account_id for other in others)
        if self._looking is None or self._looking.is_finished:
            self._looking = self._spawn(self._look_around)

    async def _look_around(self) -> None:
        with suppress(TuimailError):
            await self.mark_seen()
            await asyncio.shield(self.finish(self._continue(), "continuing"))

    async def _continue(self) -> None:
        await self.desk.continuing.look(self._busy, self.desk.now(), self.desk.office.owner.operator)

    # What happened while the operator was away

    def _spawn(self, work: Callable[[], Coroutine[None, None, None]]) -> Worker[None]:
        return start(self, work)

    async def _welcome(self) -> None:
        """Mend what a cut left, and say in one screen what happened meanwhile."""
        recovery = self.desk.office.recovery
        with suppress(TuimailError):
            await in_writer(recovery.mend)
            away = await in_writer(recovery.away)
            self.desk.away = away
            screen = self.screen_stack[-1] if self.screen_stack else None
            untold = away.worth_telling and not self.desk.sending.active
            if untold and isinstance(screen, InvoicesScreen) and not screen.searching:
                screen.tell_away(self._welcome_ends)
                return
        self._welcome_ends()

    def _welcome_ends(self) -> None:
        self._welcomed = True

    async def mark_seen(self) -> None:
        """Note that the journal was on this operator's screen up to its last line."""
        if self._welcomed and not self.terminal_lost and self._marked != self._known:
            await in_writer(self.desk.office.recovery.mark_seen, self._known)
            self._marked = self._known

    # What is the same everywhere

    @property
    def _unsaved(self) -> Leaving[Any] | None:
        """The topmost screen here that would lose something."""
        stack = reversed(self.screen_stack)
        return next((screen for screen in stack if isinstance(screen, Leaving) and screen.unsaved), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the places that exist have a key, and none while a card below this screen has something unsaved."""
        if action == "go":
            return parameters[0] in PLACES and self._unsaved is None
        if action == "mail_account":
            return isinstance(self.screen, PlaceScreen) and not self.screen.searching
        if action == "import_desk":
            return bool(self.screen_stack) and isinstance(self.screen, PlaceScreen)
        return super().check_action(action, parameters)

    def action_go(self, place: str) -> None:
        """Go to a place."""
        self.switch_mode(place)

    def action_mail_account(self) -> None:
        """Open the mail account of the association; of several, of the one that is chosen."""
        from tuimail.ui.screens.account import open_account

        open_account(self, self.desk)

    def action_import_desk(self) -> None:
        """Open the import desk."""
        from tuimail.ui.import_job import ImportJob
        from tuimail.ui.screens.import_files import ImportFiles

        self.push_screen(
            ImportFiles(self.desk, ImportJob(self.desk.office.imports)), lambda _done: self.watch_journal()
        )

    def action_help(self) -> None:
        """Say what every key does here."""
        from tuimail.ui.screens.help import Help

        self.push_screen(Help(self.screen))

    async def action_quit(self) -> None:
        """Leave; while messages are being sent, or while something typed is not saved, ask first."""
        from tuimail.ui.screens.form import Unsaved

        if isinstance(self.screen, Question | Unsaved):
            return
        if (unsaved := self._unsaved) is not None:
            unsaved.action_back()
            return
        sending = self.desk.sending
        if not sending.active and self.desk.enclosed:
            sentences = (self.desk.waiting_files, _("Enter: leave without them; Esc: stay."))
            self.push_screen(Question(_("Leave with attached files that were not sent?"), sentences), self._leave)
            return
        if not sending.active:
            await self._last_look()
            self.exit()
            return
        left = ngettext("{n} message has not left yet.", "{n} messages have not left yet.", sending.progress.left)
        if self.desk.demo is not None:
            leaving = _("Enter: the message in flight ends; what is left of the demonstration is not sent.")
        else:
            leaving = _("Enter: the message in flight ends, the rest stays queued; R sends it at the next start.")
        paused = sending.progress.phase is Phase.PAUSED
        staying = _("Esc: stay; the send stays paused.") if paused else _("Esc: stay, and go on sending.")
        files = (self.desk.waiting_files,) if self.desk.enclosed else ()
        sentences = (left, *files, leaving, staying)
        self.push_screen(Question(_("Leave while messages are being sent?"), sentences), self._leave)

    async def _leave(self, leave: bool | None) -> None:
        if leave:
            self.desk.sending.stop()
            await self._last_look()
            self.exit()

    async def _last_look(self) -> None:
        """When the operator left is when the next absence begins."""
        self._marked = -1
        with suppress(TuimailError):
            await self.mark_seen()

    # The end

    def terminate(self) -> None:
        """End at the next boundary: the message in flight ends, the rest stays queued."""
        self.desk.sending.stop()
        super().terminate()

    def crash(self, error: Exception) -> None:
        """End: something happened that should not have."""
        self._handle_exception(error)

    def _fatal_error(self) -> None:
        self.crashed = self.crashed or (cause(self._exception) if self._exception else None)
        self._close_messages_no_wait()


def run_app(paths: Paths, *, demo: ReceivedBox | None = None) -> int:
    """Run the application on that database until the operator leaves it; returns the exit status.

    Raises TuimailError where there is no terminal or the database cannot be opened.
    """
    require_terminal()
    with Office(paths) as office:
        app = TuimailApp(office, demo=demo)
        status = run(app)
        if app.crashed is not None:
            return tell_crash(app.crashed, paths)
    return status
