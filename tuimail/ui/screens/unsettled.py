"""Messages whose end is not known yet: uncertain ones to decide about, those to be tried again, and the queue."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from tuimail.config import secrets
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imap import Finding
from tuimail.domain.mail import Delivery
from tuimail.store import imap, unsettled
from tuimail.store.database import in_background, in_writer
from tuimail.store.decisions import Decided
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.recovery import UNSETTLED
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.decide import Decide
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.unsettled_rows import Shown, about, columns, finding_sentence, row

DETAIL_LINES = 4
_MOST_LOOKED_UP = 200
"""Messages asked for in one look into the Sent folder."""


class Unsettled(Screen[None]):
    """A list; what is ticked, or else the row under the cursor, is what a decision is about."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(UNSETTLED), *bindings(PAGE)]

    def __init__(self, desk: Desk, go_on: Callable[[bool], Coroutine[Any, Any, None]]) -> None:
        """`go_on` sends what waits, what was put off too if it is told so."""
        super().__init__()
        self._desk, self._go_on = desk, go_on
        self.shown = Shown.UNCERTAIN
        self._known: dict[str, Delivery] = {}
        self._ticked: set[str] = set()
        self._findings: dict[str, Finding] = {}

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
        self.query_one(TitleLine).show([*self._desk.path(), _("uncertain and waiting")])
        self.shown = next((shown for shown in Shown if unsettled.count(shown.states)), Shown.UNCERTAIN)
        self._load(0)
        self._say_usual()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(columns(self.shown))

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody has decided, or sent."""
        if self.is_current:
            self._load()

    def on_screen_resume(self) -> None:
        """What happened meanwhile."""
        self._load()

    # What is shown

    def _load(self, cursor: int | None = None) -> None:
        try:
            self._known = {d.message_id: d for d in unsettled.unsettled(self.shown.states)}
            counts = {shown: unsettled.count(shown.states) for shown in Shown}
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        if self.shown is Shown.UNCERTAIN:
            self._ticked &= set(self._known)
        table = self.query_one(RowList)
        table.set_columns(columns(self.shown))
        rows = [row(d, self.shown, self._ticked, self._findings) for d in self._known.values()]
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
        current = self._current
        texts = (
            about(current, self._findings.get(current.message_id), lines.size.width - 2)
            if current
            else [""] * DETAIL_LINES
        )
        for number, text in enumerate(texts):
            lines.set_line(text, row=number)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Lines).set_line(sentence)

    def _say_usual(self) -> None:
        sentence = ""
        if self.shown is Shown.UNCERTAIN and self._known:
            found = sum(1 for message_id in self._known if self._is_found(message_id))
            sentence = ngettext("{n} message ticked of {all}", "{n} messages ticked of {all}", len(self._ticked))
            sentence = sentence.format(all=len(self._known))
            if found:
                more = ngettext(
                    "{n} found in the Sent folder: M marks it", "{n} found in the Sent folder: M marks them", found
                )
                sentence = f"{sentence} {signs().dot} {more}"
        self._say(sentence)

    def _is_found(self, message_id: str) -> bool:
        return message_id in self._findings and self._findings[message_id].found

    @property
    def _current(self) -> Delivery | None:
        return self._known.get(self.query_one(RowList).current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Decisions are about uncertain messages; to try at once, about the others."""
        if action in ("mark_sent", "send_again", "look_up", "tick", "tick_all", "tick_none"):
            return self.shown is Shown.UNCERTAIN and bool(self._known)
        if action == "imap":
            return self.shown is Shown.UNCERTAIN
        if action == "retry_now":
            return self.shown is not Shown.UNCERTAIN and bool(self._known)
        return super().check_action(action, parameters)

    # Ticks

    def action_cycle_state(self) -> None:
        """The next kind."""
        self.shown = self.shown.next()
        self._load(0)
        self._say_usual()

    def action_tick(self) -> None:
        """Tick the one under the cursor, and move on."""
        if current := self._current:
            self._ticked ^= {current.message_id}
            table = self.query_one(RowList)
            self._load(min(table.cursor_row + 1, len(self._known) - 1))
            self._say_usual()

    def action_tick_all(self) -> None:
        """All of them."""
        self._ticked = set(self._known)
        self._load()
        self._say_usual()

    def action_tick_none(self) -> None:
        """None of them."""
        self._ticked = set()
        self._load()
        self._say_usual()

    @property
    def _concerned(self) -> list[Delivery]:
        """What is ticked, or else the one under the cursor."""
        ticked = [d for d in self._known.values() if d.message_id in self._ticked]
        current = self._current
        return ticked or ([current] if current else [])

    # Decisions

    def action_mark_sent(self) -> None:
        """Ask why, then mark as sent."""
        concerned = self._concerned or []
        if not self._ticked and (found := [d for d in self._known.values() if self._is_found(d.message_id)]):
            concerned = found
        if concerned:
            title = ngettext("Mark {n} message as sent", "Mark {n} messages as sent", len(concerned))
            self._ask(title, concerned, self._mark_sent, _("They count as sent; nothing leaves."))

    def action_send_again(self) -> None:
        """Ask why, then queue new ones."""
        if concerned := self._concerned:
            title = ngettext("{n} message not sent: send again", "{n} messages not sent: send again", len(concerned))
            beware = _("Beware: who received the first one will receive a second one.")
            self._ask(title, concerned, self._send_again, beware)

    def _ask(
        self,
        title: str,
        concerned: Sequence[Delivery],
        decide: Callable[[Sequence[str], str], Coroutine[Any, Any, None]],
        beware: str,
    ) -> None:
        def answered(why: str | None) -> None:
            if why:
                self.run_worker(decide([d.message_id for d in concerned], why), exclusive=True)

        self.app.push_screen(Decide(title, concerned, beware, self._proposed(concerned)), answered)

    def _proposed(self, concerned: Sequence[Delivery]) -> str:
        """The reason, where the Sent folder gives one for all of them."""
        said = {finding_sentence(self._findings[d.message_id]) for d in concerned if self._is_found(d.message_id)}
        if not said or not all(self._is_found(d.message_id) for d in concerned):
            return ""
        folder = next(self._findings[d.message_id].folder for d in concerned)
        return said.pop() if len(said) == 1 else _("found in the folder {folder}").format(folder=folder)

    async def _mark_sent(self, message_ids: Sequence[str], why: str) -> None:
        if decided := await self._decided(self._desk.office.mark_sent, message_ids, why):
            self._say(_told(decided, ngettext("{n} marked as sent.", "{n} marked as sent.", len(decided.events))))

    async def _send_again(self, message_ids: Sequence[str], why: str) -> None:
        decided = await self._decided(self._desk.office.send_again, message_ids, why)
        if decided is None:
            return
        queued = len(decided.events) - len(decided.unqueued)
        sentence = ngettext("{n} new message is queued.", "{n} new messages are queued.", queued)
        self._say(_told(decided, sentence))
        if decided.batches:
            await self._go_on(False)

    async def _decided(
        self, decide: Callable[[Sequence[str], str], Decided], message_ids: Sequence[str], why: str
    ) -> Decided | None:
        try:
            decided = await in_writer(decide, message_ids, why)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return None
        self._ticked.clear()
        self._load()
        return decided

    # The Sent folder

    def action_look_up(self) -> None:
        """Look for what is ticked, or for all, in the Sent folder."""
        wanted = [d for d in self._known.values() if d.message_id in self._ticked] or list(self._known.values())
        self.run_worker(self._look_up([d.message_id for d in wanted[:_MOST_LOOKED_UP]]), exclusive=True)

    async def _look_up(self, message_ids: Sequence[str]) -> None:
        found = await self._ask_passwords(list(message_ids))
        if found is None:
            return
        self._say(ngettext("Looking for {n} message…", "Looking for {n} messages…", len(message_ids)))
        try:
            findings = await in_background(self._desk.office.recovery.look_up, message_ids)
        except TuimailError as error:
            secrets_wrong(error, found)
            self._say("")
            self.app.push_screen(BadNews(error))
            return
        self._findings |= {finding.message_id: finding for finding in findings}
        self._load()
        self._say_usual()
        if not any(finding.found for finding in findings):
            self._say(_("Not one of them is in the Sent folder; not every server keeps what it sends."))

    async def _ask_passwords(self, message_ids: list[str]) -> list[Any] | None:
        """Ask for passwords that are not known; None if the operator gives it up."""
        from tuimail.ui.screens.send_dialog import PasswordDialog

        wanted = set((await in_background(imap.imap_accounts_by_message, message_ids)).values())
        if not wanted and not imap.imap_accounts():
            self.action_imap()
            return None
        for account in wanted:
            if await in_background(secrets.password, account) is None:
                typed = await self.app.push_screen_wait(PasswordDialog(account, again=False))
                if not typed:
                    return None
                secrets.remember(account, typed)
        return list(wanted)

    def action_imap(self) -> None:
        """Where the Sent folder is read."""
        from tuimail.ui.screens.imap import ImapDialog

        self.app.push_screen(ImapDialog(self._desk), lambda said: self._say(said or ""))

    # What waits

    def action_retry_now(self) -> None:
        """Send what waits, and try again what was put off."""
        self.run_worker(self._go_on(True), exclusive=True)

    def action_back(self) -> None:
        """Back to the invoices."""
        self.dismiss()


def secrets_wrong(error: TuimailError, found: Sequence[Any]) -> None:
    """A password that was refused is asked for again next time."""
    from tuimail.sending.mailbox import SignInRefused

    if isinstance(error, SignInRefused):
        for account in found:
            secrets.forget(account)


def _told(decided: Decided, sentence: str) -> str:
    parts = [sentence]
    if decided.unqueued:
        parts.append(
            ngettext(
                "{n} not queued: a later one is on its way.",
                "{n} not queued: later ones are on their way.",
                len(decided.unqueued),
            )
        )
    if decided.settled:
        parts.append(
            ngettext("{n} was decided by somebody else.", "{n} were decided by somebody else.", len(decided.settled))
        )
    return " ".join(parts)
