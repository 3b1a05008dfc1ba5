"""Looking at a PDF that was brought, and saying whose it is."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.brought import Brought, BroughtState
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.listing import InvoiceRow
from tuimail.store import brought, listing
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import LOOK_HELD
from tuimail.ui.screens.bring import Give, without_password
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.screens.look import Look
from tuimail.ui.work import start


class LookHeld(Look):
    """The PDFs of the list, with the doubt above the page; Enter says that the doubt was unfounded."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LOOK_HELD)

    @property
    def item(self) -> Brought:
        """The PDF that is looked at."""
        return brought.one(self.current)

    def _whose(self) -> InvoiceRow | None:
        item = self.item
        return next(iter(listing.rows([item.document_id])), None) if item.document_id else None

    def path(self, key: int) -> list[str]:
        """Where one is, for the title."""
        item = brought.one(key)
        row = self._whose()
        whose = f"{row.number} {row.resident}" if row else _("whose?")
        return [*self.desk.path(row.structure_id if row else None), whose, item.where]

    def read(self, key: int) -> tuple[bytes, bool]:
        """The PDF; another program made it."""
        return self.desk.office.prints.brought_content(key), False

    def above(self) -> Text:
        """The doubt."""
        item, row = self.item, self._whose()
        whose = _("It may be: {number} {resident}").format(number=row.number, resident=row.resident) if row else ""
        text = Text()
        if item.state is BroughtState.HELD:
            text.append("\n".join(filter(None, (item.sentence, whose))) + "\n\n", "bold yellow")
        return text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what waits is decided."""
        if action in ("confirm", "give", "aside"):
            if not self.is_mounted:
                return False
            item = self.item
            return item.state is BroughtState.HELD and (action != "confirm" or item.document_id is not None)
        return super().check_action(action, parameters)

    def action_confirm(self) -> None:
        """Ask, then confirm."""
        row, item = self._whose(), self.item
        if row is None:
            return
        sentences = (
            _("This PDF goes to the addresses of {resident}, as {number}.").format(
                resident=row.resident, number=row.number
            ),
            item.sentence,
            *without_password(item, row.id),
            _("You have looked at it: it is theirs. The journal keeps who said so."),
        )

        def answered(yes: bool | None) -> None:
            if yes:
                start(self, partial(self._decide, item.id, row.id))

        self.app.push_screen(Question(_("It is theirs"), sentences), answered)

    def action_give(self) -> None:
        """Say whose it is."""
        self.app.push_screen(Give(self.desk, self.item), lambda sentence: self._next() if sentence else None)

    def action_aside(self) -> None:
        """Ask, then put it aside."""
        item = self.item
        sentences = (item.where, _("It is nobody's: nothing is sent with it. z takes that back."))

        def answered(yes: bool | None) -> None:
            if yes:
                start(self, partial(self._decide, item.id, None))

        self.app.push_screen(Question(_("Put this PDF aside"), sentences), answered)

    async def _decide(self, brought_id: int, document_id: int | None) -> None:
        prints = self.desk.office.prints
        try:
            if document_id is None:
                await prints.put_aside(brought_id)
            else:
                await prints.confirm(brought_id, document_id)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        self._next()

    def _next(self) -> None:
        """On to the next that waits; back to the list if none does."""
        order = [*range(self.position + 1, len(self.ids)), *range(self.position)]
        waiting = [n for n in order if brought.one(self.ids[n]).state is BroughtState.HELD]
        if waiting:
            self.position = waiting[0]
            self.look()
        else:
            self.action_back()
