"""The sending as it goes on: one line that fills, and below it the last messages. Nothing in it moves by itself."""

from __future__ import annotations

import textwrap
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _
from tuimail.domain.people import Role
from tuimail.domain.words import role_word
from tuimail.ui.commands import COMMANDS
from tuimail.ui.commands.invoices import INVOICES
from tuimail.ui.commands.sending import SENDING
from tuimail.ui.look import signs
from tuimail.ui.messages import Phase, Progress
from tuimail.ui.widgets.cells import fit, printable
from tuimail.ui.widgets.frame import BOLD, Lines, Part, line_length
from tuimail.ui.widgets.lazy_table import WholeCells

KEPT = 1_000
"""Log lines kept; the journal has them all."""
LEAST_ROWS, MOST_ROWS = 3, 8
"""How high the log is, by the height of the screen."""

_BAR = 30
_GREEN, _YELLOW, _RED = (Style(color=name) for name in ("green", "yellow", "red"))
_MARKS = {
    EventKind.SENT: ("OK", _GREEN),
    EventKind.FAILED: ("ERR", _RED),
    EventKind.UNCERTAIN: ("???", _YELLOW),
    EventKind.DEFERRED: ("...", _YELLOW),
    EventKind.REQUEUED: ("...", _YELLOW),
    EventKind.BLOCKED: ("---", _YELLOW),
    EventKind.WAITING: ("...", Style()),
    EventKind.CONNECTING: ("...", Style()),
    EventKind.BATCH_PAUSED: ("...", Style()),
    EventKind.BATCH_RESUMED: ("...", Style()),
    EventKind.BATCH_CANCELLED: ("---", _YELLOW),
}
"""What the log tells, by a mark and a colour that only helps; other events are not worth a line."""


class SendPanel(Vertical):
    """Hidden until there is something to show. `show` is for each news of the sending."""

    DEFAULT_CSS = """
    SendPanel { height: auto; display: none; }
    """

    def compose(self) -> ComposeResult:
        """The progress above the log."""
        yield Lines(id="progress")
        yield LogLines()

    def on_mount(self) -> None:
        """As high as the screen allows."""
        self.on_resize()

    _hint: Sequence[Part] = ()
    """The log's line that names the keys for after a send; gone with the next one."""

    def on_resize(self) -> None:
        """The height goes by the screen, never by what there is to say: the list above must not move."""
        self._log.styles.height = min(max((self.app.size.height - 16) // 3, LEAST_ROWS), MOST_ROWS)

    def show(self, progress: Progress, happened: Iterable[Event] = (), summary: Summary | None = None) -> None:
        """Where the sending stands, what happened since, and at its end the counts."""
        if progress.phase is not Phase.IDLE:
            self.display = True
        if progress.active:
            self._log.forget(self._hint)
            self._hint = ()
        width = self.outer_size.width or self.app.size.width
        self._log.add([line for event in happened for line in log_lines(event, width - 3)])
        line = self.query_one("#progress", Lines)
        if summary is not None:
            line.set_line((summary.sentence(), BOLD))
            self._log.add([(f" {text}",) for text in textwrap.wrap(printable(summary.detail), max(width - 4, 20))])
            self._hint = _what_next(summary)
            self._log.add([self._hint])
        elif progress.active:
            line.set_line(*progress_parts(progress, width), right=_hints(progress.phase))

    def close(self) -> None:
        """Give the room back to the list and forget the log."""
        self.display = False
        self._log.clear()

    @property
    def log_text(self) -> list[str]:
        """The lines of the log, oldest first."""
        return ["".join(part if isinstance(part, str) else part[0] for part in line) for line in self._log.lines]

    @property
    def _log(self) -> LogLines:
        return self.query_one(LogLines)


class LogLines(ScrollView, can_focus=True):
    """The last lines; it follows the end unless the operator has scrolled up to read."""

    DEFAULT_CSS = """
    LogLines { height: 3; scrollbar-size: 0 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """
    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[Sequence[Part]] = deque(maxlen=KEPT)

    def on_mount(self) -> None:
        """The scrollbar is drawn in whole cells."""
        self.vertical_scrollbar.renderer = WholeCells  # type: ignore[misc]

    def add(self, lines: Sequence[Sequence[Part]]) -> None:
        """Append lines, all in one repaint."""
        if not lines:
            return
        before, following = len(self.lines), self.scroll_offset.y >= self.max_scroll_y
        self.lines.extend(lines)
        self.virtual_size = Size(self.container_size.width, len(self.lines))
        height = self.container_size.height
        if not height:
            self.call_after_refresh(self._to_end)
        elif len(self.lines) <= height:
            self.refresh(Region(0, before, self.container_size.width, len(self.lines) - before))
        elif following:
            self._to_end()
            self.refresh()
        elif before == KEPT:
            self.refresh()

    def forget(self, line: Sequence[Part]) -> None:
        """Forget that line, if it is the last one."""
        if self.lines and self.lines[-1] is line:
            self.lines.pop()
            self.virtual_size = Size(self.size.width, len(self.lines))
            self.refresh()

    def clear(self) -> None:
        """Forget all lines."""
        self.lines.clear()
        self.virtual_size = Size(self.container_size.width, 0)
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        """Stay at the end."""
        self._to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The scrollbar knows where it is before it is shown for the first time."""
        super().watch_scroll_y(old_value, new_value)
        self.vertical_scrollbar.position = new_value

    def _to_end(self) -> None:
        self.scroll_to(y=max(0, len(self.lines) - self.container_size.height), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """What one line of the log shows."""
        base, width = self.rich_style, self.container_size.width - self.scrollbar_size_vertical
        number = y + self.scroll_offset.y
        if number >= len(self.lines):
            return Strip.blank(width, base)
        segments, left = [Segment(" ", base)], width - 2
        for part in self.lines[number]:
            text, style = part if isinstance(part, tuple) else (part, Style())
            shown = fit(text, min(cell_len(text), left))
            left -= cell_len(shown)
            segments.append(Segment(shown, base + style))
        return Strip(segments).simplify().adjust_cell_length(width, base)


def progress_parts(progress: Progress, width: int) -> list[Part]:
    """`Envoi 43/120  ▓▓▓▓░░░░░░  36 %   fin vers 14:32`, for a line of that width."""
    share = progress.done / progress.messages if progress.messages else 0.0
    size = _BAR if width >= 100 else max(10, _BAR - 100 + width)
    full = int(share * size)
    bar = signs().full * full + signs().empty * (size - full)
    title = {
        Phase.PAUSED: _("Paused"),
        Phase.CANCELLING: _("Stopping"),
        Phase.STOPPING: _("Stopping"),
    }.get(progress.phase, _("Sending"))
    counts = f"{progress.done}/{progress.messages}"
    parts: list[Part] = [(f"{title} {counts}", BOLD), f"  {bar}  ", _("{n}%").format(n=int(share * 100))]
    if progress.waits_until and progress.phase is Phase.SENDING:
        parts.append("   " + _("nothing leaves before {time}").format(time=_clock(progress.waits_until)[:5]))
    elif progress.ends_at and progress.phase is Phase.SENDING:
        parts.append("   " + _("ends about {time}").format(time=_clock(progress.ends_at)[:5]))
    if progress.more:
        parts.append("   " + _("then {n} more").format(n=progress.more))
    return parts


def log_lines(event: Event, width: int) -> list[Sequence[Part]]:
    """What the log says of an event: nothing, a line, or a second one with the reason if one is too short."""
    if event.event not in _MARKS:
        return []
    mark, style = _MARKS[event.event]
    start = f"{_clock(event.at)} "
    remark = printable(_remark(event))
    if not (event.number or event.recipient):
        return [(start, (f"{mark:4}", style), f" {remark}")]
    whom = f"{event.number} {event.resident}".strip()
    where = f"  {signs().to} {event.recipient}" if event.recipient else ""
    if event.role == Role.COPY:
        where += f" ({role_word(event.role)})"
    line: tuple[Part, ...] = (start, (f"{mark:4}", style), printable(f" {whom}{where}"))
    if not remark:
        return [line]
    if line_length(line) + 3 + cell_len(remark) <= width:
        return [(*line, f"   {remark}")]
    return [line, (" " * (len(start) + 5) + remark,)]


def _remark(event: Event) -> str:
    if event.event is EventKind.WAITING and event.until:
        return _("pause until {time}").format(time=_clock(event.until))
    if event.event is EventKind.DEFERRED and event.until and not event.detail:
        return _("tried again about {time}").format(time=_clock(event.until)[:5])
    said = {
        EventKind.CONNECTING: _("connecting to the server"),
        EventKind.BATCH_PAUSED: _("paused"),
        EventKind.BATCH_RESUMED: _("going on"),
        EventKind.REQUEUED: _("will be tried again"),
        EventKind.BATCH_CANCELLED: _("stopped: what had not left is taken back"),
    }.get(event.event, "")
    return event.detail or said


def _hints(phase: Phase) -> list[Part]:
    hints: list[Part] = []
    for command in COMMANDS if phase in (Phase.SENDING, Phase.PAUSED) else ():
        if command.scope == SENDING:
            label = _("go on") if command.action == "pause" and phase is Phase.PAUSED else command.label
            hints += ["  ", (command.key, BOLD), f" {label}"]
    return hints[1:]


def _what_next(summary: Summary) -> Sequence[Part]:
    """The keys that are of use once a send has ended."""
    wanted = [("clear", _("close this"))]
    if summary.uncertain:
        wanted.insert(0, ("unsettled", _("see the uncertain")))
    if summary.failed:
        wanted[:0] = [("problems", _("see the refused")), ("send_failed", _("send them again"))]
    keys = {command.action: command.key for command in COMMANDS if command.scope == INVOICES}
    parts: list[Part] = []
    for action, words in wanted:
        parts += ["  " if parts else " ", (keys[action], BOLD), f" {words}"]
    return parts


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"
