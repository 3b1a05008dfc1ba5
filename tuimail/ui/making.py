"""How far the making of PDFs is, told by the thread that makes them to the dialog that waits for it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from tuimail.domain.i18n import _
from tuimail.domain.pacing import seconds_left
from tuimail.ui.look import signs
from tuimail.ui.widgets.sentences import span

_NEWS_SECONDS = 0.25
_BAR = 20


class Made(Message):
    """So many of the PDFs are made."""

    bubble = False

    def __init__(self, done: int, wanted: int, seconds: float) -> None:
        super().__init__()
        self.done, self.wanted, self.seconds = done, wanted, seconds

    @property
    def sentence(self) -> str:
        """With a bar and a forecast."""
        full = _BAR * self.done // max(self.wanted, 1)
        bar = signs().full * full + signs().empty * (_BAR - full)
        return _("Making the PDFs: {done} of {all} {bar} {time} left").format(
            done=self.done, all=self.wanted, bar=bar, time=span(math.ceil(self.seconds))
        )


class Progress:
    """Posts `Made` to a dialog, four times a second; `check` is called each time, and may raise to stop the making."""

    def __init__(self, dialog: MessagePump, check: Callable[[], Any] = lambda: None) -> None:
        self._dialog, self._check = dialog, check
        self._start = self._last = time.monotonic()

    def __call__(self, done: int, wanted: int) -> None:
        self._check()
        now = time.monotonic()
        if now - self._last >= _NEWS_SECONDS:
            self._last = now
            self._dialog.post_message(Made(done, wanted, seconds_left(done, wanted, now - self._start)))
