"""Every message about an invoice, or about a resident: the list, and all that is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.domain.errors import TuimailError
from tuimail.domain.history import Sending
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_moment
from tuimail.domain.said import said
from tuimail.domain.words import role_word
from tuimail.store import batches, history
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.history import SENDINGS
from tuimail.ui.desk import Desk
from tuimail.ui.look import STATE_COLOURS
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.paths import FileOut, written_to
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.sentences import delivery_words
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn
from tuimail.ui.work import start

_LABEL = 22
"""Cells of a fact's name."""


class Sendings(SteadyScreen[None]):
    """Newest first; Enter opens the message under the cursor as it went."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SENDINGS), *bindings(PAGE)]

    def __init__(
        self, desk: Desk, path: Sequence[str], *, document_id: int = 0, resident_id: int = 0, current: int = 0
    ) -> None:
        """Of that document, or of that resident; `current`: the delivery that the cursor begins on."""
        super().__init__()
        self._desk, self._path = desk, path
        self._document_id, self._resident_id, self._first = document_id, resident_id, current
        self._sendings: dict[str, Sending] = {}

    def compose(self) -> ComposeResult:
        """The list above what is known of one."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="sendings", cell_padding=0)
        with VerticalScroll(id="sending"):
            yield Prose("", id="sending-text")
        yield KeysLine()

    def on_mount(self) -> None:
        """Read them."""
        self.query_one(TitleLine).show([*self._path, _("what was sent")])
        self.query_one(RowList).focus()
        self._load()

    def on_resize(self) -> None:
        """Columns follow the width."""
        wide = self.size.width >= 100
        number = (TableColumn("number", _("No."), 7, gap=1),) if self._resident_id else ()
        self.query_one(RowList).set_columns(
            (
                TableColumn("at", _("When"), 17, gap=1),
                *number,
                TableColumn("address", _("Address"), 24, gap=1, flexible=True),
                *((TableColumn("role", _("As"), 14, gap=1),) if wide else ()),
                TableColumn("state", _("Last message"), 20, gap=1),
                *((TableColumn("by", _("By"), 12),) if wide else ()),
            )
        )

    def on_journal_grew(self, news: JournalGrew) -> None:
        """A message may have left meanwhile."""
        if self._resident_id or self._document_id in news.document_ids:
            self._load()

    def _load(self) -> None:
        try:
            found = history.sendings(document_id=self._document_id, resident_id=self._resident_id)
        except TuimailError as error:
            self.query_one("#counts", Lines).set_line(str(error))
            return
        self._sendings = {str(sending.delivery.id): sending for sending in found}
        count = ngettext("{n} message", "{n} messages", len(found))
        self.query_one("#counts", Lines).set_line(count)
        keys = list(self._sendings)
        row = keys.index(str(self._first)) if str(self._first) in self._sendings else None
        self._first = 0
        self.query_one(RowList).show_rows([(key, _cells(self._sendings[key])) for key in keys], row)
        self._show()

    @property
    def current(self) -> Sending | None:
        """The one under the cursor."""
        return self._sendings.get(self.query_one(RowList).current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """Another message."""
        self._show()

    def _show(self) -> None:
        sending = self.current
        text = Text(_("Nothing was sent yet.")) if sending is None else facts(sending)
        self.query_one("#sending-text", Prose).update(text)
        self.query_one("#sending", VerticalScroll).scroll_home(animate=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be a message."""
        if action in ("open_message", "write_message"):
            return self.is_mounted and self.current is not None
        return super().check_action(action, parameters)

    def action_next_pane(self) -> None:
        """To the text, and back to the list."""
        self.focus_next()

    def action_open_message(self) -> None:
        """Compose it again, compare, and show it."""
        if sending := self.current:
            start(self, partial(self._open, sending), exclusive=True)

    async def _open(self, sending: Sending) -> None:
        from tuimail.sending.readable import as_text

        try:
            message = await in_background(self._desk.office.history.message, sending.delivery.id)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        text = Text(message.sameness.sentence, "bold")
        text.append(f"\nSHA-256 {message.sha256}\n\n", "not bold")
        text.append(as_text(message.content), "not bold")
        self.app.push_screen(Page([*self._path, sending.delivery.address], text))

    def action_write_message(self) -> None:
        """Ask where, then write it."""
        if sending := self.current:
            delivery, office = sending.delivery, self._desk.office

            def write(path: Path) -> str:
                message = office.history.message(delivery.id)
                office.people.write(message.content, path)
                return f"{written_to(path)} {message.sameness.sentence}"

            proposed = Path.home() / f"{Path(delivery.pdf_name).stem} - {delivery.address}.eml"
            # What shows that a message left is not replaced.
            self.app.push_screen(
                FileOut(_("Write the message"), _("File for the message (.eml):"), proposed, write, replaces=False),
                lambda said: self.query_one("#counts", Lines).set_line(said) if said else None,
            )

    def action_back(self) -> None:
        """Back to the card."""
        self.dismiss()


def facts(sending: Sending) -> Text:
    """All that is known of a message, a fact a line, then what it said."""
    delivery = sending.delivery
    wording = batches.wordings(delivery.batch_id).get(delivery.structure_id)
    who = role_word(delivery.role)
    known = [
        (_("Recipient"), f"{delivery.address} ({who})" if who else delivery.address),
        (_("State"), delivery_words(delivery)),
        (_("Sentence"), delivery.detail),
        (_("Server’s reply"), delivery.reply),
        (_("Server’s queue number"), sending.queue_id),
        (_("Asked for"), _by(sending)),
        (_("Dated"), f"{delivery.dated.astimezone():%d/%m/%Y %H:%M:%S}" if delivery.dated else ""),
        (_("Message-ID"), delivery.message_id),
        (_("PDF"), delivery.pdf_name),
        (_("SHA-256 of the PDF"), delivery.pdf_sha256),
        (_("SHA-256 of the message"), delivery.wire_sha256),
    ]
    text = Text()
    for name, value in known:
        if value:
            text.append(name.ljust(_LABEL), "bold")
            text.append(f"{value}\n", "not bold")
    if wording is not None:
        subject, body = said(delivery, wording)
        text.append("\n")
        text.append(_("From").ljust(_LABEL), "bold")
        text.append(f"{wording.sender_name} <{wording.sender_email}>\n", "not bold")
        text.append(_("Subject").ljust(_LABEL), "bold")
        text.append(f"{subject}\n\n{body}", "not bold")
    return text


def _by(sending: Sending) -> str:
    by = _("by {operator} on {host}").format(operator=sending.operator, host=sending.host)
    return f"{format_moment(sending.asked_at, year=True)} {by}"


def _cells(sending: Sending) -> Mapping[str, Cell]:
    delivery = sending.delivery
    words = delivery_words(delivery)
    colour = STATE_COLOURS.get(delivery.state)
    return {
        "at": format_moment(delivery.updated_at, year=True) if delivery.updated_at else "",
        "number": delivery.number,
        "address": delivery.address,
        "role": role_word(delivery.role),
        "state": Styled(words, colour) if colour else words,
        "by": sending.operator,
    }
