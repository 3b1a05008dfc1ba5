"""A test to oneself, and a rehearsal of the whole send into a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.sizes import size_words
from tuimail.store import listing
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import TEST
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.paths import FileOut, shortened
from tuimail.ui.screens.send_dialog import ask_password
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.sending.control import Control


def _along(desk: Desk, control: Control) -> list[tuple[int, Attachment]]:
    going = desk.going_with([candidate.document.id for candidate in control.ready])
    return [(each.document_id, each.attachment) for each in going]


class TestSend(Dialog[str]):
    """Where the test goes; the answer is the sentence that says it has gone."""

    __test__ = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(TEST)

    def __init__(self, desk: Desk, control: Control, document_id: int) -> None:
        super().__init__(_("Test to yourself"))
        self._desk, self._control, self._document_id = desk, control, document_id
        self._sending = False

    def content(self) -> ComposeResult:
        """Which message, the address, what is said."""
        (row,) = listing.rows([self._document_id])
        yield Prose(
            _(
                "The message of {invoice} goes to this address alone, with “[Essai]” before its subject. It does not "
                "count as sent."
            ).format(invoice=f"{row.number} {row.resident}")
        )
        yield Field(self._desk.office.rehearsals.own_address(), id="address")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_accept(self) -> None:
        """Send it."""
        if not self._sending:
            self._sending = True
            start(self, partial(self._send, self.query_one(Field).value), exclusive=True)

    async def _send(self, address: str) -> None:
        control, rehearsals = self._control, self._desk.office.rehearsals
        try:
            if not await ask_password(self.app, control.account):
                return
            self.say(_("Connecting to {host}…").format(host=control.account.host))
            tested = await rehearsals.test(control, self._document_id, address, _along(self._desk, control))
        except TuimailError as error:
            self.say(told(error))
            return
        finally:
            self._sending = False
        sentence = _("Test sent to {address}: {reply}")
        self.dismiss(sentence.format(address=tested.composed.recipient, reply=tested.reply.brief))


def rehearsal_out(desk: Desk, control: Control) -> FileOut:
    """Asks which new folder the messages of a send are written into."""
    rehearse = partial(desk.office.rehearsals.rehearse, control, attachments=_along(desk, control))
    return rehearsal_of(control.messages, rehearse, desk.now())


def rehearsal_of(messages: int, rehearse: Callable[[Path], tuple[int, int]], now: datetime) -> FileOut:
    """Asks which new folder so many messages are written into.

    `rehearse` writes them, and tells how many and their bytes.
    """

    def write(folder: Path) -> str:
        count, size = rehearse(folder)
        sentence = ngettext(
            "{n} message ({size}) written to {folder}; none was sent.",
            "{n} messages ({size}) written to {folder}; none was sent.",
            count,
        )
        return sentence.format(n=count, size=size_words(size), folder=shortened(folder))

    title = ngettext("Rehearse {n} message", "Rehearse {n} messages", messages)
    label = _("New folder; each message becomes an .eml file, none is sent:")
    proposed = Path.home() / _("rehearsal-{moment}").format(moment=f"{now.astimezone():%Y-%m-%d-%Hh%M}")
    return FileOut(title, label, proposed, write, replaces=False)
