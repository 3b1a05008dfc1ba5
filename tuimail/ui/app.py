"""The application: the places, what is the same in all of them, and how it begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tuimail.domain.errors import TuimailError
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.received import ReceivedBox
from tuimail.office import Office
from tuimail.store import accounts, journal, outbox
from tuimail.ui.base import STYLES, BaseApp, run
from tuimail.ui.commands import PLACES
from tuimail.ui.commands.model import Place
from tuimail.ui.desk import Desk
from tuimail.ui.look import require_terminal
from tuimail.ui.messages import JournalGrew, Phase, SendingNews
from tuimail.ui.screens.invoices import InvoicesScreen
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.sending import Sending

if TYPE_CHECKING:
    from tuimail.config.paths import Paths

WATCH_SECONDS = 2.0
"""How often the journal is asked whether another process has written to it."""

_OTHERS = frozenset((EventKind.IMPORTED, EventKind.SETTING_CHANGED, EventKind.ERASED))
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
        self.desk = Desk(office, Sending(office, self.finish, self._news, self.crash, now), demo, now)
        self.crashed: Exception | None = None
        """What ended the application and should not have."""
        self._places: dict[Place, PlaceScreen] = {}
        self._known = 0
        """Id of the last line of the journal that the screens know of."""
        self._retry_at: datetime | None = None
        """When the messages that this process put off are tried again."""

    def get_default_screen(self) -> Screen[Any]:
        """The invoices, without another screen before them: each costs a reading of all the styles."""
        self._known = journal.newest()
        return self._invoices()

    def on_mount(self) -> None:
        """Let the places be gone to, and keep an eye on what others do."""
        self.add_mode(Place.INVOICES, self._invoices)
        self.add_mode(Place.RESIDENTS, self._residents)
        self.add_mode(Place.STRUCTURES, self._structures)
        self.add_mode(Place.JOURNAL, self._journal)
        self.set_interval(WATCH_SECONDS, self.watch_journal)

    def _invoices(self) -> Screen[Any]:
        return self._keep(InvoicesScreen(self.desk))

    def _residents(self) -> Screen[Any]:
        from tuimail.ui.screens.residents import ResidentsScreen

        return self._keep(ResidentsScreen(self.desk))

    def _structures(self) -> Screen[Any]:
        from tuimail.ui.screens.structures import StructuresScreen

        return self._keep(StructuresScreen(self.desk))

    def _journal(self) -> Screen[Any]:
        from tuimail.ui.screens.journal import JournalScreen

        return self._keep(JournalScreen(self.desk))

    def _keep(self, screen: PlaceScreen) -> PlaceScreen:
        self._places[screen.PLACE] = screen
        return screen

    # News

    def _news(self, news: SendingNews) -> None:
        for screen in self._places.values():
            screen.post_message(SendingNews(news.progress, news.events, news.summary))
        self.call_later(self.watch_journal)
        if news.summary is not None and news.summary.deferred and not news.summary.detail:
            self._retry_at = min(filter(None, (outbox.next_due(a.id) for a in accounts.accounts())), default=None)

    def watch_journal(self) -> None:
        """Tell the screens what was written since they last looked, by whomever."""
        try:
            newest, documents, kinds = journal.touched(self._known)
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
        if self._retry_at is not None and self.desk.now() >= self._retry_at and not self.desk.sending.active:
            self._retry_at = None
            self.run_worker(self._try_again())

    async def _try_again(self) -> None:
        for account in accounts.accounts():
            try:
                await self.desk.sending.resume(account, _("messages put off"))
            except TuimailError:
                # The list's notice says that they wait.
                continue

    # What is the same everywhere

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the places that exist have a key."""
        if action == "go":
            return parameters[0] in PLACES
        return super().check_action(action, parameters)

    def action_go(self, place: str) -> None:
        """Go to a place."""
        self.switch_mode(place)

    def action_help(self) -> None:
        """Say what every key does here."""
        from tuimail.ui.screens.help import Help

        self.push_screen(Help(self.screen))

    async def action_quit(self) -> None:
        """Leave; while messages are being sent, or while something typed is not saved, ask first."""
        from tuimail.ui.screens.dialog import Question
        from tuimail.ui.screens.form import FormScreen, Unsaved

        if isinstance(self.screen, Unsaved):
            return
        for card in self.screen_stack:
            if isinstance(card, FormScreen) and card.unsaved:
                card.action_back()
                return
        sending = self.desk.sending
        if not sending.active:
            self.exit()
            return
        left = ngettext("{n} message has not left yet.", "{n} messages have not left yet.", sending.progress.left)
        if self.desk.demo is not None:
            leaving = _("Enter: the message in flight ends; what is left of the demonstration is not sent.")
        else:
            leaving = _("Enter: the message in flight ends, the rest stays queued; R sends it at the next start.")
        paused = sending.progress.phase is Phase.PAUSED
        staying = _("Esc: stay; the send stays paused.") if paused else _("Esc: stay, and go on sending.")
        sentences = (left, leaving, staying)
        if not isinstance(self.screen, Question):
            self.push_screen(Question(_("Leave while messages are being sent?"), sentences), self._leave)

    def _leave(self, leave: bool | None) -> None:
        if leave:
            self.desk.sending.stop()
            self.exit()

    # The end

    def terminate(self) -> None:
        """End at the next boundary: the message in flight ends, the rest stays queued."""
        self.desk.sending.stop()
        super().terminate()

    def crash(self, error: Exception) -> None:
        """End: something happened that should not have."""
        self._handle_exception(error)

    def _fatal_error(self) -> None:
        self.crashed = self.crashed or self._exception
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


def tell_crash(error: Exception, paths: Paths) -> int:
    """Say on standard error why the application ended, and write down what happened; returns the exit status."""
    if isinstance(error, TuimailError):
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    where = paths.database.parent / f"crash-{datetime.now():%Y%m%d-%H%M%S}.txt"  # noqa: DTZ005
    written = write_crash(error, where)
    sys.stderr.write(
        _("tuimail had to stop ({what}). What was sent is in the journal; nothing is sent twice.").format(
            what=type(error).__name__
        )
        + "\n"
        + (_("Send this file to who maintains it: {path}").format(path=where) if written else "")
        + "\n"
    )
    return 1


def write_crash(error: Exception, where: Path) -> bool:
    """Write what happened for whoever maintains the program; False if that cannot be written."""
    import traceback

    try:
        where.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return False
    return True
