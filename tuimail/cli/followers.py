"""Whoever listens to a send: a program, a file or pipe, or somebody at a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ParamSpec, Protocol

from tuimail.cli.output import OutputLost, is_terminal, is_utf8, one_line, say, say_json, silence
from tuimail.domain.account import Account
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.pacing import forecast, seconds_left
from tuimail.domain.people import Role
from tuimail.domain.words import role_word

P = ParamSpec("P")

_MARKS = {
    EventKind.SENT: "OK",
    EventKind.FAILED: "ERR",
    EventKind.UNCERTAIN: "???",
    EventKind.DEFERRED: "...",
    EventKind.REQUEUED: "...",
    EventKind.CANCELLED: "---",
    EventKind.BLOCKED: "---",
}
_ENDS = (EventKind.SENT, EventKind.FAILED, EventKind.UNCERTAIN, EventKind.DEFERRED, EventKind.CANCELLED)
_BAR = 30
_MOST_BLOCKED = 5
"""Lines about blocked invoices above the bar."""


class Follower(Protocol):
    """Is told what happens while a send runs."""

    def prepared(self, done: int, total: int) -> None:
        """So many of the PDFs are made."""

    def connects(self, account: Account) -> None:
        """The server is being called, which may take its time."""

    def waits(self, sentence: str) -> None:
        """Another session sends before us: who, and how far it is."""

    def begins(self, account: Account, messages: int) -> None:
        """The server is there and so many messages are to leave."""

    def event(self, event: Event) -> None:
        """One thing happened."""

    def ends(self, summary: Summary) -> None:
        """Nothing more will come."""


class JsonFollower:
    """One JSON object a line."""

    def prepared(self, done: int, total: int) -> None:
        """Programs wait."""

    def connects(self, account: Account) -> None:
        """Programs wait."""

    def waits(self, sentence: str) -> None:
        """Programs wait."""

    def begins(self, account: Account, messages: int) -> None:
        """Programs count for themselves."""

    def event(self, event: Event) -> None:
        """Every event as it comes."""
        say_json(event.as_json())

    def ends(self, summary: Summary) -> None:
        """The last line."""
        say_json(summary.as_json())


class LineFollower:
    """One line a message, for a file or a pipe."""

    def prepared(self, done: int, total: int) -> None:
        """Not worth a line."""

    def connects(self, account: Account) -> None:
        """Not worth a line either."""

    def waits(self, sentence: str) -> None:
        """Said once before: a line for each message of somebody else would bury our own."""

    def begins(self, account: Account, messages: int) -> None:
        """Said before."""

    def event(self, event: Event) -> None:
        """Only what concerns a message."""
        if event.event in _MARKS:
            say(line_of(event))

    def ends(self, summary: Summary) -> None:
        """The counts."""
        say(summary.sentence())


class BarFollower:
    """One line that fills, and above it whatever did not go well."""

    def __init__(self) -> None:
        self._account: Account | None = None
        self._total = self._done = self._blocked = 0
        self._began = 0.0
        self._lost = ""
        self._signs = "▓░" if is_utf8(sys.stdout) else "#."

    def prepared(self, done: int, total: int) -> None:
        """The same bar for the PDFs."""
        now = time.monotonic()
        self._began = now if done <= 1 else self._began
        ends = datetime.now().astimezone() + timedelta(seconds=seconds_left(done, total, now - self._began))
        self._draw(_("PDF"), done, total, _("ends about {time}").format(time=_clock(ends)))
        if done == total:
            self._clear()

    def connects(self, account: Account) -> None:
        """A line that stays: the bar begins below it."""
        say(_("Connecting to {host}…").format(host=account.host))

    def waits(self, sentence: str) -> None:
        """Where the bar will be."""
        self._write("\r" + one_line(sentence)[: shutil.get_terminal_size().columns - 1] + "\x1b[K")

    def begins(self, account: Account, messages: int) -> None:
        """From nothing to `messages`."""
        self._tell_rest_blocked()
        self._account, self._total, self._done = account, messages, 0
        self._draw_sent()

    def event(self, event: Event) -> None:
        """Move the bar, and say what went wrong."""
        self._done += event.event in _ENDS and event.role != Role.COPY
        self._blocked += event.event is EventKind.BLOCKED
        many = event.event is EventKind.BLOCKED and self._blocked > _MOST_BLOCKED
        if event.event in _MARKS and event.event is not EventKind.SENT and not many:
            self._clear()
            say(line_of(event))
        if event.event is not EventKind.WAITING:
            self._lost = one_line(event.detail) if event.event is EventKind.CONNECTING else ""
        until = event.until if event.event is EventKind.WAITING else None
        waits = _("waits until {time}").format(time=_clock(until)) if until else ""
        self._draw_sent(" · ".join(filter(None, (waits, self._lost))))

    def ends(self, summary: Summary) -> None:
        """The counts take the bar's place."""
        self._clear()
        self._tell_rest_blocked()
        say(summary.sentence())

    def _tell_rest_blocked(self) -> None:
        if (count := self._blocked - _MOST_BLOCKED) > 0:
            rest = ngettext(
                "… and {n} other (tuimail send --dry-run shows them all)",
                "… and {n} others (tuimail send --dry-run shows them all)",
                count,
            )
            say(rest)
        self._blocked = 0

    def _draw_sent(self, remark: str = "") -> None:
        if not self._total:
            return
        left = max(self._total - self._done, 0)
        if not remark and left and self._account:
            seconds = forecast(self._account, left, self._done)
            remark = _("ends about {time}").format(
                time=_clock(datetime.now().astimezone() + timedelta(seconds=seconds))
            )
        self._draw(_("Sending"), self._done, self._total, remark)

    def _draw(self, title: str, done: int, total: int, remark: str = "") -> None:
        share = done / total if total else 1.0
        full = int(share * _BAR)
        bar = self._signs[0] * full + self._signs[1] * (_BAR - full)
        # Why it waits is worth more room than how far it is.
        shown = f"{title} {done}/{total}" if self._lost else f"{title} {done}/{total} {bar} {share:4.0%}"
        line = f"{shown}  {remark}".rstrip()
        self._write("\r" + line[: shutil.get_terminal_size().columns - 1] + "\x1b[K")

    def _clear(self) -> None:
        self._write("\r\x1b[K")

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


class Listener:
    """Tells a follower; should its reader go away, the send that was asked for goes on in silence."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.lost: Exception | None = None
        """Why the output ended before its time, to be raised once the send is over."""

    def tell(self, told: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call one of the follower's methods."""
        try:
            told(*args, **kwargs)
        except (OSError, OutputLost) as error:
            self.lost = self.lost or error
            silence()


def follower_for(args: Namespace) -> Follower:
    """Whoever reads: a program by `--json`, somebody at a terminal, or a file."""
    if args.json:
        return JsonFollower()
    return BarFollower() if is_terminal(sys.stdout) else LineFollower()


def line_of(event: Event) -> str:
    """`14:02:13 ERR   022 BOUCHER Émile → udaf@tutelle.example   Unknown address (550 5.1.1 …)`."""
    whom = f"{event.number} {event.resident}".strip() + (f" → {event.recipient}" if event.recipient else "")
    if event.role == Role.COPY:
        whom += f" ({role_word(event.role)})"
    detail = one_line(event.detail)
    if event.reply and event.event is not EventKind.SENT:
        detail = f"{detail} ({one_line(event.reply)})" if detail else one_line(event.reply)
    return f"{_clock(event.at)} {_MARKS[event.event]:<5} {whom}   {detail}".rstrip()


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"
