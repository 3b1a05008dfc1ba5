"""Dialogs about PDFs from elsewhere: where they are, and whose one is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from tuimail.domain.brought import Account, Brought, Doubt
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period
from tuimail.store import brought
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import BRING, GIVE
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.paths import PathDialog, shortened
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start


class Bring(PathDialog):
    """A folder of PDFs, or a print run; the account of every page comes after it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(BRING)

    class Went(Message):
        """So many of the files are read. From the thread that reads them."""

        bubble = False

        def __init__(self, done: int, wanted: int) -> None:
            super().__init__()
            self.done, self.wanted = done, wanted

    def __init__(self, desk: Desk, period: Period, proposed: Path) -> None:
        super().__init__(
            _("Bring PDFs: {period}").format(period=period.label()),
            _("A folder of PDFs, or one PDF for all:"),
            f"{shortened(proposed)}/".replace("~/./", "~/"),
        )
        self._desk, self._period = desk, period
        self._reading = False

    def action_accept(self) -> None:
        """Read, match and keep."""
        if self.path is not None and not self._reading:
            self._reading = True
            self.say(_("Reading…"))
            start(self, partial(self._bring, self.path), exclusive=True)

    async def _bring(self, path: Path) -> None:
        prints = self._desk.office.prints
        try:
            found = await in_background(prints.read, [path], self._period, self._went)
            account = await in_background(prints.keep, found)
        except TuimailError as error:
            self.say(told(error))
            return
        finally:
            self._reading = False
        end(self, account.lines()[-1] if account.exit_status == 0 else account_sentence(account))
        if account.exit_status:
            self.app.push_screen(Page([*self._desk.path(), _("account of the pages")], account_text(account)))

    def _went(self, done: int, wanted: int) -> None:
        self.post_message(self.Went(done, wanted))

    def on_bring_went(self, went: Went) -> None:
        """Say how far it is."""
        if self._reading and went.wanted > 1:
            self.say(_("Reading: {done} of {all} files").format(done=went.done, all=went.wanted))

    def action_back(self) -> None:
        """Close, unless files are being read."""
        if not self._reading:
            self.dismiss("")


def account_sentence(account: Account) -> str:
    """The line with the counts."""
    start = account.period.label()
    return next(line for line in account.lines() if line.startswith(start))


def account_text(account: Account) -> Text:
    """Every file and page that asks for something, then the counts."""
    text = Text()
    lines: Sequence[str] = account.lines()
    counts = account_sentence(account)
    text.append(counts + "\n\n", "bold")
    for line in lines:
        if line != counts:
            text.append(line + "\n", "not bold")
    text.append("\n" + _("What is held waits in the list of PDFs brought: nothing of it is sent until you decide."))
    return text


class Give(Dialog[str]):
    """The number of the document that a PDF is; the answer is a sentence, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GIVE)

    def __init__(self, desk: Desk, item: Brought) -> None:
        super().__init__(_("Whose is this PDF?"))
        self._desk, self._item = desk, item
        self._sure = 0

    def content(self) -> ComposeResult:
        """Where it is from, a field, a sentence."""
        label = Lines()
        label.set_line(self._item.where)
        yield label
        ask = Lines()
        ask.set_line(_("Number of the invoice or document:"))
        yield ask
        yield Field(id="number")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self) -> None:
        """What was said is about another number."""
        self._sure = 0
        self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """First say who that is; the second Enter confirms."""
        number = self.query_one(Field).value.strip()
        if not number:
            return
        found = [item for item in brought.expected(self._item.period) if item.number.casefold() == number.casefold()]
        said = self.query_one("#said", Prose)
        if len(found) != 1:
            said.update(
                _("No document of {period} has this number.").format(period=self._item.period.label())
                if not found
                else _("Several documents have this number: {names}.").format(
                    names=", ".join(item.resident for item in found)
                )
            )
            return
        (item,) = found
        if self._sure != item.document_id:
            self._sure = item.document_id
            goes = _("{number} is {resident}’s: the PDF goes to their addresses. Enter once more confirms it.")
            sentences = (
                *without_password(self._item, item.document_id),
                goes.format(number=item.number, resident=item.resident),
            )
            said.update(Text(" ".join(sentences), "bold"))
            return
        start(self, partial(self._give, item.document_id, f"{item.number} {item.resident}"), exclusive=True)

    async def _give(self, document_id: int, whose: str) -> None:
        try:
            await self._desk.office.prints.confirm(self._item.id, document_id)
        except BadInput as error:
            self.query_one("#said", Prose).update(told(error))
            return
        end(self, _("{where} is the PDF of {whose}.").format(where=self._item.where, whose=whose))


def without_password(item: Brought, document_id: int) -> tuple[str, ...]:
    """What is to be known before a PDF is confirmed as that document's, where its own doubt does not say so."""
    names = brought.protected([document_id])
    if document_id not in names or (item.doubt is Doubt.UNPROTECTED and item.document_id == document_id):
        return ()
    return (
        _("The PDFs of {resident} have a password: this one leaves without it.").format(resident=names[document_id]),
    )
