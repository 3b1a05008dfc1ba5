"""Messages as they would leave: headers, text, attachments, sizes; one document after another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.sizes import size_words
from tuimail.store import listing
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import MESSAGE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.page import Page
from tuimail.ui.widgets.frame import TitleLine
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.sending.control import Control
    from tuimail.sending.rehearsal import Shown

_LABEL = 14


class MessagePage(Page):
    """The messages of documents of a control; the arrows go to the next without leaving."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MESSAGE)

    def __init__(self, desk: Desk, control: Control, ids: Sequence[int], position: int = 0) -> None:
        super().__init__([], Text(_("Making the message…")))
        self.desk, self._control, self._ids, self.position = desk, control, ids, position

    def begin(self) -> None:
        """Show the first one."""
        self._look()

    def _look(self) -> None:
        start(self, partial(self._make, self._ids[self.position]), exclusive=True)

    async def _make(self, document_id: int) -> None:
        (row,) = listing.rows([document_id])
        place = f"{self.position + 1} / {len(self._ids)}" if len(self._ids) > 1 else ""
        path = [*self.desk.path(row.structure_id), f"{row.number} {row.resident}", _("Message")]
        self.query_one(TitleLine).show(path, place)
        ready = [candidate.document.id for candidate in self._control.ready]
        going = [(each.document_id, each.attachment) for each in self.desk.going_with(ready)]
        try:
            found = await in_background(self.desk.office.rehearsals.preview, self._control, document_id, going)
        except TuimailError as error:
            self.show(told(error))
        else:
            self.show(message_text(found))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is another one."""
        if action == "step":
            return len(self._ids) > 1
        return super().check_action(action, parameters)

    def action_step(self, by: int) -> None:
        """The next one, or the one before."""
        if 0 <= self.position + by < len(self._ids):
            self.position += by
            self._look()

    def action_read_pdf(self) -> None:
        """Read the PDF that goes with it."""
        from tuimail.ui.screens.look import Look

        self.app.push_screen(Look(self.desk, [self._ids[self.position]]))


def message_text(found: Sequence[Shown]) -> Text:
    """The first of these messages, and who gets the others: they differ by their address alone."""
    text, message = Text(), found[0]
    names = {
        "From": _("From"),
        "To": _("To"),
        "Subject": _("Subject"),
        "Date": _("Date"),
        "Reply-To": _("Replies to"),
        "Disposition-Notification-To": _("Receipt"),
    }
    for name, value in message.headers:
        text.append(names.get(name, name).ljust(_LABEL), "bold").append(f"{value}\n", "not bold")
        if name == "To" and len(found) > 1:
            others = ", ".join(dict(other.headers)["To"] for other in found[1:])
            count = ngettext(
                "{n} more message, its own: {addresses}", "{n} more messages, each its own: {addresses}", len(found) - 1
            )
            text.append(" " * _LABEL + count.format(n=len(found) - 1, addresses=others) + "\n", "dim not bold")
    for number, part in enumerate(message.parts):
        text.append(("" if number else _("Attached")).ljust(_LABEL), "bold")
        text.append(f"{part.name} ({size_words(part.size)})\n", "not bold")
    text.append(_("Size").ljust(_LABEL), "bold")
    text.append(_("{size} on the way").format(size=size_words(message.size)) + "\n", "not bold")
    if message.html:
        text.append(_("HTML").ljust(_LABEL), "bold")
        text.append(_("the same text, for programs that show it") + "\n", "not bold")
    return text.append("\n").append(message.text, "not bold")
