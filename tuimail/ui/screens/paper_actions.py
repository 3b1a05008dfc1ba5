"""What the invoice list does about paper: the month-end sheet, what goes by post, what is not to be sent."""

from __future__ import annotations

from tuimail.domain.errors import TuimailError
from tuimail.store import documents
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.invoice_actions import InvoiceActions

# The screens are imported where they are opened: the list is on screen before they are read.


class PaperActions(InvoiceActions):
    """The commands of the invoice list that are about the end of the month."""

    def action_month_end(self) -> None:
        """What became of every document of the month."""
        from tuimail.ui.screens.month_end import MonthEndScreen

        view = self.view
        if view.period is not None:
            screen = MonthEndScreen(self.desk, view.period, view.structure_id, view.kind, self.open_card)
            self.app.push_screen(screen, lambda _nothing: self._show_again())

    def action_to_post(self) -> None:
        """What goes by post."""
        from tuimail.ui.screens.to_post import ToPost

        view = self.view
        if view.period is not None:
            screen = ToPost(self.desk, view.period, view.structure_id, view.kind, self.open_card)
            self.app.push_screen(screen, lambda _nothing: self._show_again())

    def action_exclude(self) -> None:
        """Say that the document under the cursor is not to be sent, or take that back."""
        from tuimail.ui.screens.disposing import ask_to_exclude

        row = self.current()

        def told(sentence: str) -> None:
            if row is not None:
                self.bring_up_to_date(frozenset((row.id,)), reload=False)
            self.say(sentence)

        if row is not None:
            with self.telling():
                ask_to_exclude(self, self.desk, [row.id], told)

    def open_card(self, document_id: int) -> None:
        """Open the card of that document."""
        from tuimail.ui.screens.card import Card

        try:
            path = self.desk.path(documents.document(document_id).structure_id)
            self.app.push_screen(Card(path, document_id, self.resend, self.preview, self.desk))
        except TuimailError as error:
            self.app.push_screen(BadNews(error))

    def _show_again(self) -> None:
        with self.telling():
            row = self.table.current if self.table.display else None
            self.view.load()
            self.show_all(row.id if row else None)
