"""The mail that the demonstration's own server received: the list, and the message under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.received import ReceivedBox, ReceivedMail
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import MAILS, PAGE
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn


class Mails(SteadyScreen[None]):
    """Newest first, as in any mailbox; Tab goes to the text to scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(MAILS), *bindings(PAGE)]

    def __init__(self, path: Sequence[str], box: ReceivedBox) -> None:
        super().__init__()
        self._path, self._box = path, box
        self._mails: list[ReceivedMail] = []

    def compose(self) -> ComposeResult:
        """The list above the text."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="mails", cell_padding=0)
        with VerticalScroll(id="mail"):
            yield Prose("", id="mail-text")
        yield KeysLine()

    def on_mount(self) -> None:
        """Read the box."""
        self.query_one(TitleLine).show([*self._path, _("mail received")])
        self.query_one(RowList).focus()
        self.action_read_again()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(
            (
                TableColumn("at", _("When"), 9, gap=1),
                TableColumn("to", _("Recipient"), 36 if self.size.width >= 100 else 30, gap=1),
                TableColumn("subject", _("Subject"), 15, gap=1, flexible=True),
                TableColumn("file", _("Attached"), 34 if self.size.width >= 100 else 22),
            )
        )

    def action_read_again(self) -> None:
        """Read the box again: what has come since is above."""
        self._mails = list(reversed(self._box.messages()))
        count = ngettext("{n} message", "{n} messages", len(self._mails))
        where = _("{count} in {folder}").format(count=count, folder=self._box.folder)
        self.query_one("#counts", Lines).set_line(where)
        rows = [
            (
                str(number),
                {
                    "at": f"{mail.at.astimezone():%H:%M:%S}",
                    "to": mail.recipient,
                    "subject": mail.subject,
                    "file": ", ".join(mail.attachments),
                },
            )
            for number, mail in enumerate(self._mails)
        ]
        self.query_one(RowList).show_rows(rows, 0)
        self._show()

    def on_data_table_row_highlighted(self) -> None:
        """Another message."""
        self._show()

    def _show(self) -> None:
        text = Text(_("No mail yet: send something, it arrives here."))
        key = self.query_one(RowList).current_key
        if key is not None:
            try:
                text = Text(self._box.read(self._mails[int(key)].path))
            except TuimailError as error:
                text = Text(str(error))
        self.query_one("#mail-text", Prose).update(text)
        self.query_one("#mail", VerticalScroll).scroll_home(animate=False)

    def action_next_pane(self) -> None:
        """To the text, and back to the list."""
        self.focus_next()

    def action_back(self) -> None:
        """Back to the invoices."""
        self.dismiss()
