"""What came back about messages: bounces and read receipts, and the mailbox that they are read from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.returns import Return, ReturnKind
from tuimail.domain.words import filed_sentences, harvest_sentence
from tuimail.store import documents, imap, returns, sent_copies
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.returns import RETURNS
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.screens.send_dialog import ask_passwords
from tuimail.ui.screens.unsettled import secrets_wrong
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.return_rows import DETAIL_LINES, Shown, about, columns, row
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.work import start


def open_returns(place: PlaceScreen) -> None:
    """What came back, over that place."""
    place.app.push_screen(Returns(place.desk))


class Returns(SteadyScreen[None]):
    """The newest first. Reading the mailbox changes nothing in it but what the account asks for."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(RETURNS), *bindings(PAGE)]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shown = Shown.ALL
        self._known: dict[str, Return] = {}
        self._busy = False

    def compose(self) -> ComposeResult:
        """Counts, list, the report under the cursor, what was done last."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="messages", cell_padding=0)
        yield Prose("", id="guide")
        yield Lines(DETAIL_LINES, id="detail")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(TitleLine).show([*self.desk.path(), _("returns")])
        self.load(0)
        waiting = sent_copies.count_waiting()
        if waiting:
            sentence = ngettext(
                "{n} message waits to be put into the Sent folder: C does it.",
                "{n} messages wait to be put into the Sent folder: C does it.",
                waiting,
            )
            self.say(sentence)

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(columns())

    def on_journal_grew(self, _news: JournalGrew) -> None:
        """Somebody else has read the mailbox."""
        if self.is_current and not self._busy:
            self.load()

    def load(self, cursor: int | None = None) -> None:
        """Read what is kept again."""
        try:
            self._known = {str(r.id): r for r in returns.returns(self.shown.kinds, matched=self.shown.matched)}
            counts, unmatched = returns.counts()
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        table = self.query_one(RowList)
        table.set_columns(columns())
        rows = [row(one) for one in self._known.values()]
        table.show_rows(rows, max(0, min(table.cursor_row, len(rows) - 1)) if cursor is None else cursor)
        table.display = bool(rows)
        guide = self.query_one("#guide", Prose)
        guide.display = not rows
        guide.update(
            _("Nothing fits the filter.")
            if self.shown is not Shown.ALL
            else _("Nothing is known to have come back. y reads the mailbox for bounces and receipts.")
        )
        told = [
            ngettext("{n} came back", "{n} came back", counts[ReturnKind.BOUNCED]),
            ngettext("{n} delayed", "{n} delayed", counts[ReturnKind.DELAYED]),
            ngettext("{n} read", "{n} read", counts[ReturnKind.READ]),
            ngettext("{n} unmatched", "{n} unmatched", unmatched),
        ]
        self.query_one("#counts", Lines).set_line(
            f" {signs().dot} ".join(told), right=(_("Filter: {name}").format(name=self.shown.label),)
        )
        if rows:
            self.set_focus(table)
        self._show_row()
        self.refresh_bindings()

    def _show_row(self) -> None:
        lines = self.query_one("#detail", Lines)
        current = self.current
        for number, text in enumerate(about(current) if current else [""] * DETAIL_LINES):
            lines.set_line(text, row=number)

    def say(self, sentence: str) -> None:
        """Say what was done."""
        self.query_one("#said", Lines).set_line(sentence)

    @property
    def current(self) -> Return | None:
        """The report under the cursor."""
        return self._known.get(self.query_one(RowList).current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_row()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An invoice can be opened where it is known which one."""
        if action == "open_card":
            current = self.current if self.is_mounted else None
            return current is not None and bool(current.document_id)
        if action == "copy_sent":
            return any(account.copy_sent for account in imap.imap_accounts())
        if action in ("read", "imap"):
            return not self._busy
        return super().check_action(action, parameters)

    def action_cycle_kind(self) -> None:
        """The next kind."""
        self.shown = self.shown.next()
        self.load(0)

    def action_open_card(self) -> None:
        """Open the invoice that it is about."""
        from tuimail.ui.screens.card import card_text
        from tuimail.ui.screens.page import Page

        if (current := self.current) and current.document_id:
            number = documents.document(current.document_id).number
            text = card_text(current.document_id, self.size.width - 4)
            self.app.push_screen(Page([*self.desk.path(), _("returns"), number], text))

    def action_read(self) -> None:
        """Read the mailboxes."""
        if not imap.imap_accounts():
            self.action_imap()
        elif not self._busy:
            start(self, partial(self._work, self._read_mail), exclusive=True)

    def action_copy_sent(self) -> None:
        """Put what was sent into the Sent folder."""
        if not self._busy:
            start(self, partial(self._work, self._copy_sent), exclusive=True)

    async def _work(self, do: Callable[[], Awaitable[str]]) -> None:
        accounts = imap.imap_accounts()
        self._busy = True
        self.refresh_bindings()
        said = ""
        try:
            if not await ask_passwords(self.app, accounts):
                return
            said = await do()
        except TuimailError as error:
            secrets_wrong(error, accounts)
            self.app.push_screen(BadNews(error))
        finally:
            self._busy = False
            self.refresh_bindings()
        self.load(0)
        self.say(said)

    async def _read_mail(self) -> str:
        self.say(_("Reading the mailbox…"))
        return harvest_sentence(await in_background(self.desk.office.returns.read))

    async def _copy_sent(self) -> str:
        self.say(_("Putting what was sent into the Sent folder…"))
        filed = await in_background(self.desk.office.returns.copy_sent)
        return " ".join(filed_sentences(filed))

    def action_imap(self) -> None:
        """Where the mailbox is."""
        from tuimail.ui.screens.imap import ImapDialog

        self.app.push_screen(ImapDialog(self.desk), lambda said: self.say(said or ""))

    def action_back(self) -> None:
        """Back to where one was."""
        self.dismiss()
