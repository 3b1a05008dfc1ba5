"""A terminal that may go away, or stop reading, while messages are being sent.

Textual's own driver dies, blocks for ever or reads in circles when an SSH connection is cut. This one stops writing,
tells the application with `TerminalLost`, and lets the process go on without a terminal.
"""

from __future__ import annotations

import os
import selectors
import signal
import stat
import sys
import threading
from codecs import getincrementaldecoder
from types import FrameType
from typing import IO, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

PRIVATE_NAMES = ("_file", "_key_thread", "_writer_thread", "_loop", "_app", "_debug", "_queue")
"""What this relies on inside Textual's driver and writer: the reason why textual's version is pinned."""


class TerminalLost(Message):
    """The terminal is gone: nothing can be shown or asked any more. Sent to the application, once."""


class _Terminal:
    """The file that the writer thread writes to: it never raises, so the thread never dies with a full queue."""

    def __init__(self, file: IO[str], driver: TerminalDriver) -> None:
        self._file, self._driver = file, driver

    def write(self, text: str) -> None:
        if not self._driver.lost:
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self._driver.lose()

    def flush(self) -> None:
        if not self._driver.lost:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._driver.lose()
        self._driver.caught_up()

    def fileno(self) -> int:
        return self._file.fileno()


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS that outlives its terminal."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._gone = threading.Event()
        self._behind = False
        self._starting = False
        self._hangup_before: Any = signal.SIG_DFL
        self._file: Any = _Terminal(self._file, self)

    @property
    def lost(self) -> bool:
        """Whether the terminal is gone."""
        return self._gone.is_set()

    def lose(self) -> None:
        """Stop reading and writing, and tell the application; from any thread, any number of times."""
        if self._gone.is_set():
            return
        self._gone.set()
        self.exit_event.set()
        self._call(self._app.post_message, TerminalLost())

    def caught_up(self) -> None:
        """The terminal has read all there was: pictures it missed before are made good. From the writer's thread."""
        if self._behind and not self.lost:
            self._behind = False
            self._call(self._repaint)

    def write(self, data: str) -> None:
        """Write, unless the terminal is gone or has stopped reading: the sending must not wait for a slow line."""
        writer = self._writer_thread
        if self.lost or writer is None:
            return
        if not self._starting and writer._queue.full():  # noqa: SLF001
            self._behind = True
            return
        super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal, and hold on when it hangs up."""
        self._hangup_before = signal.signal(signal.SIGHUP, self._hung_up)
        self._starting = True
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        finally:
            self._starting = False

    def close(self) -> None:
        """Give the terminal back. If it is gone, nothing takes its place: what is printed later does no harm."""
        if not self.lost:
            super().close()
            signal.signal(signal.SIGHUP, self._hangup_before)
            return
        # The writer is not waited for: it may be stuck in a write for as long as the system likes.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        if self._key_thread is not None:
            self._key_thread.join()
        release_terminal()

    def run_input_thread(self) -> None:
        """Read keys until told to stop; the end of input, or an error, is the end of the terminal."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    try:
                        data = os.read(self.fileno, 4096)
                    except BlockingIOError:
                        continue
                    except OSError:
                        data = b""
                    if not data:
                        self.lose()
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _hung_up(self, _signal: int, _frame: FrameType | None) -> None:
        self.lose()

    def _repaint(self) -> None:
        if not self.lost and self._app.is_running:
            self._app.refresh(layout=True)

    def _call(self, function: Any, *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            # The loop has ended: there is nobody left to tell.
            return


def release_terminal() -> None:
    """Point standard input, output and error to nowhere where they are the terminal that is gone."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    try:
        for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
            if stream is None:
                continue
            try:
                descriptor = stream.fileno()
                if stat.S_ISCHR(os.fstat(descriptor).st_mode):
                    os.dup2(nowhere, descriptor)
            except (OSError, ValueError):
                continue
    finally:
        os.close(nowhere)
