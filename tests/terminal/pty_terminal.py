"""A terminal of our own for tests: a program runs in it, keys go in, what it draws comes out and is counted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
QUIET = 0.08
"""Seconds without output after which a program is taken to have drawn all it had to."""


class PtyTerminal:
    """Runs `python ARGUMENTS` in a pseudo-terminal of that size."""

    def __init__(
        self,
        arguments: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
        given = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | dict(environment or {})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(sys.executable, [sys.executable, *arguments], inherited | given)
        # Again from here: the program may ask before the child's own call is done.
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.status: int | None = None
        self.output = bytearray()
        """All that was drawn, as it came."""

    def __enter__(self) -> PtyTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def hang_up(self) -> None:
        """Close our side, as a cut connection does."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def send(self, keys: str) -> None:
        """Type these characters."""
        os.write(self.fd, keys.encode())

    def read(self, seconds: float) -> bytes:
        """What comes within that time, at once when something comes; empty if nothing did or the program ended."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return b""
        self.output += data
        self._stream.feed(data)
        return data

    def settle(self, quiet: float = QUIET, limit: float = 20) -> int:
        """Read until nothing comes for `quiet` seconds; returns how many bytes came."""
        count, end = 0, time.monotonic() + limit
        while data := self.read(quiet):
            count += len(data)
            assert time.monotonic() < end, "it never stops drawing"
        return count

    def press(self, keys: str) -> int:
        """Type, wait for the picture to settle, return how many bytes it took."""
        self.send(keys)
        first = len(self.read(5))
        return first + self.settle()

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, text: str, limit: float = 20) -> None:
        """Read until the screen shows `text`."""
        end = time.monotonic() + limit
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} never came:\n{self.text}"
            self.read(0.1)

    def wait(self, limit: float = 20) -> int:
        """Wait for the program's end; returns its exit status, negative for a signal."""
        end = time.monotonic() + limit
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < end, "it does not end"
            if self.fd >= 0:
                self.read(0.05)
            else:
                time.sleep(0.02)
        return self.status

    def cpu_seconds(self) -> float:
        """What the program has used of the processor so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
