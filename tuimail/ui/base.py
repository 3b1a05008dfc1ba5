"""What any application of this interface is: its look, its driver, its palette, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.message import Message

from tuimail.config import collector
from tuimail.domain.i18n import _
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import EVERYWHERE
from tuimail.ui.driver import TerminalDriver, TerminalLost
from tuimail.ui.look import ASCII_CLASS, THEME, ascii_only
from tuimail.ui.palette import CommandProvider, Palette

STYLES = Path(__file__).parent / "styles"

TERMINAL_LOST = 129
"""Exit status when the terminal went away: that of a process ended by SIGHUP."""

TERMINATED = 143
"""Exit status when the system asked the process to end."""

TOLD_AFTER = 1.0
"""Seconds after which an operator who has left is told that something is still being finished."""

KEY_SECONDS = 0.5
"""After which a key is taken to be dealt with, where the widget that had it is gone."""


class KeyDone(Message):
    """Follows a key from widget to widget: when it arrives, the key has had all its effect."""


class BaseApp(App[object]):
    """The terminal's own colours; nothing moves; a lost terminal ends the interface, not what must be finished."""

    CSS_PATH = STYLES / "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)
    COMMANDS: ClassVar[Any] = {CommandProvider}

    def __init__(self) -> None:
        # Said here, not by the theme alone: NO_COLOR is settled before the theme is known.
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.register_theme(THEME)
        self.theme = THEME.name
        self.set_class(ascii_only(), ASCII_CLASS)
        # The environment says it before Textual is imported; not so where something else has imported it first.
        self.animation_level = "none"
        self.terminal_lost = False
        self._unfinished: set[asyncio.Task[Any]] = set()
        self._typed: deque[events.Key] = deque()
        self._key_overdue: asyncio.TimerHandle | None = None

    def on_ready(self) -> None:
        """The first screen is painted: what it took to get there stays."""
        collector.settle()

    # Keys that come in one packet would all go to the widget that had the focus before the first of them: the letters
    # of a search would be taken for commands. So each waits until the one before it has had its effect.

    async def on_event(self, event: events.Event) -> None:
        """Deal with keys one after the other."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._typed.append(event)
            if self._key_overdue is None:
                await self._next_key()
        else:
            await super().on_event(event)

    async def _next_key(self) -> None:
        while self._typed and self._key_overdue is None and self.screen_stack:
            target = self.focused or self.screen
            await super().on_event(self._typed.popleft())
            if target.post_message(KeyDone()):
                loop = asyncio.get_running_loop()
                self._key_overdue = loop.call_later(KEY_SECONDS, self.post_message, KeyDone())

    async def on_key_done(self) -> None:
        """The next one."""
        if self._key_overdue is not None:
            self._key_overdue.cancel()
            self._key_overdue = None
        await self._next_key()

    def finish(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start work that outlives the interface: `run` waits for it, whereas a worker is cancelled with its screen."""
        task = asyncio.create_task(work, name=name)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    def on_terminal_lost(self, _event: TerminalLost) -> None:
        """Leave; `run` then waits for what is unfinished."""
        self.terminal_lost = True
        self.exit(return_code=TERMINAL_LOST)

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not Palette.is_open(self):
            self.push_screen(Palette(placeholder=_("Search for a command"), id="--command-palette"))

    def action_help_quit(self) -> None:
        """Ctrl+C asks to quit, as `q` does."""
        self.call_later(self.run_action, "app.quit")

    def terminate(self) -> None:
        """Leave as SIGTERM asks; `run` then waits for what is unfinished."""
        self.exit(return_code=TERMINATED)

    async def run_to_the_end(self) -> int:
        """Run, then finish what was begun with `finish`; returns the exit status."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.terminate)
        await self.run_async()
        if self._unfinished:
            await asyncio.wait(set(self._unfinished), timeout=TOLD_AFTER)
        if self._unfinished:
            self._tell_waiting()
            await asyncio.wait(set(self._unfinished))
        return self.return_code or 0

    def _tell_waiting(self) -> None:
        """The screen is gone: a terminal with nothing on it would be taken for a program that hangs."""
        if not self.terminal_lost:
            with suppress(OSError):
                sys.stderr.write(_("What is under way is being finished; a silent server can take minutes.") + "\n")
                sys.stderr.flush()


def run(app: BaseApp) -> int:
    """Run the application in a terminal; returns the exit status."""
    return asyncio.run(app.run_to_the_end())
