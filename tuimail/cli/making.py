"""How far the making of PDFs is, on one line of a terminal that is written again and again."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType
from typing import Self, TextIO

from tuimail.domain.i18n import _
from tuimail.domain.pacing import seconds_left

_NEWS_SECONDS = 0.25


class Making:
    """Told how many of how many are done; says so on standard error where that is a terminal, and clears it after."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._start = self._last = time.monotonic()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def __call__(self, done: int, wanted: int) -> None:
        now = time.monotonic()
        if now - self._last < _NEWS_SECONDS or not self._stream.isatty():
            return
        self._last = now
        left = math.ceil(seconds_left(done, wanted, now - self._start))
        sentence = _("Making the PDFs: {done} of {all}, {n} s left").format(done=done, all=wanted, n=left)
        self._stream.write("\r" + sentence.ljust(self._width))
        self._stream.flush()
        self._width = len(sentence)
