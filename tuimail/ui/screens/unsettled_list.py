"""The list of messages whose end is not known yet: what is shown, and what is ticked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import ComposeResult

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imap import Finding
from tuimail.domain.mail import Delivery
from tuimail.store import unsettled
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.unsettled_rows import Shown, about, columns, row

DETAIL_LINES = 4


class UnsettledList(SteadyScreen[None]):
    """A list; what is ticked, or else the row under the cursor, is what a decision is about."""

    def __init__(self, desk: Desk, go_on: Callable[[bool], Coroutine[Any, Any, None]]) -> None:
        """`go_on` sends what waits, what was put off too if it is told so."""
        super().__init__()
        self.desk, self.go_on = desk, go_on
        self.shown = Shown.UNCERTAIN
        self.known: dict[str, Delivery] = {}
        self.ticked: set[str] = set()
        self.findings: dict[str, Finding] = {}

    def compose(self) -> ComposeResult:
        """Counts, list, the message under the cursor, what was done last."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="messages", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(DETAIL_LINES, id="detail")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Open on the first kind of which there is any."""
        self.query_one(TitleLine).show([*self.desk.path(), _("uncertain and waiting")])
        self.shown = next((shown for shown in Shown if unsettled.count(shown.states)), Shown.UNCERTAIN)
        self.load(0)
        self.say_usual()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(columns(self.shown))

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody has decided, or sent."""
        if self.is_current:
            self.load()

    def on_screen_resume(self) -> None:
        """What happened meanwhile."""
        self.load()

    # What is shown

    def load(self, cursor: int | None = None) -> None:
        try:
            self.known = {d.message_id: d for d in unsettled.unsettled(self.shown.states)}
            counts = {shown: unsettled.count(shown.states) for shown in Shown}
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        if self.shown is Shown.UNCERTAIN:
            self.ticked &= set(self.known)
        table = self.query_one(RowList)
        table.set_columns(columns(self.shown))
        rows = [row(d, self.shown, self.ticked, self.findings) for d in self.known.values()]
        if cursor is None:
            cursor = min(table.cursor_row, len(rows) - 1)
        table.show_rows(rows, max(0, cursor))
        table.display = bool(rows)
        guide = self.query_one("#guide", Prose)
        guide.display = not rows
        guide.update(self._nothing())
        dot = f" {signs().dot} "
        told = dot.join(f"{shown.label} {number}" for shown, number in counts.items())
        self.query_one("#counts", Lines).set_line(told, right=(_("Filter: {name}").format(name=self.shown.label),))
        if rows:
            self.set_focus(table)
        self._show_row()
        self.refresh_bindings()

    def _nothing(self) -> str:
        return {
            Shown.UNCERTAIN: _("No message is uncertain: of every one it is known whether the server took it."),
            Shown.DEFERRED: _("No message is to be tried again."),
            Shown.QUEUED: _("No message is queued."),
        }[self.shown]

    def _show_row(self) -> None:
        lines = self.query_one("#detail", Lines)
        current = self.current
        texts = (
            about(current, self.findings.get(current.message_id), lines.size.width - 2)
            if current
            else [""] * DETAIL_LINES
        )
        for number, text in enumerate(texts):
            lines.set_line(text, row=number)

    def say(self, sentence: str) -> None:
        self.query_one("#said", Lines).set_line(sentence)

    def say_usual(self) -> None:
        sentence = ""
        if self.shown is Shown.UNCERTAIN and self.known:
            found = sum(1 for message_id in self.known if self.is_found(message_id))
            sentence = ngettext("{n} message ticked of {all}", "{n} messages ticked of {all}", len(self.ticked))
            sentence = sentence.format(all=len(self.known))
            if found:
                more = ngettext(
                    "{n} found in the Sent folder: M marks it", "{n} found in the Sent folder: M marks them", found
                )
                sentence = f"{sentence} {signs().dot} {more}"
        self.say(sentence)

    def is_found(self, message_id: str) -> bool:
        return message_id in self.findings and self.findings[message_id].found

    @property
    def current(self) -> Delivery | None:
        return self.known.get(self.query_one(RowList).current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Decisions are about uncertain messages; to try at once, about the others."""
        if action in ("mark_sent", "send_again", "look_up", "tick", "tick_all", "tick_none"):
            return self.shown is Shown.UNCERTAIN and bool(self.known)
        if action == "imap":
            return self.shown is Shown.UNCERTAIN
        if action == "retry_now":
            return self.shown is not Shown.UNCERTAIN and bool(self.known)
        return super().check_action(action, parameters)

    # Ticks

    def action_cycle_state(self) -> None:
        """The next kind."""
        self.shown = self.shown.next()
        self.load(0)
        self.say_usual()

    def action_tick(self) -> None:
        """Tick the one under the cursor, and move on."""
        if current := self.current:
            self.ticked ^= {current.message_id}
            table = self.query_one(RowList)
            self.load(min(table.cursor_row + 1, len(self.known) - 1))
            self.say_usual()

    def action_tick_all(self) -> None:
        """All of them."""
        self.ticked = set(self.known)
        self.load()
        self.say_usual()

    def action_tick_none(self) -> None:
        """None of them."""
        self.ticked = set()
        self.load()
        self.say_usual()

    @property
    def concerned(self) -> list[Delivery]:
        """What is ticked, or else the one under the cursor."""
        ticked = [d for d in self.known.values() if d.message_id in self.ticked]
        current = self.current
        return ticked or ([current] if current else [])
