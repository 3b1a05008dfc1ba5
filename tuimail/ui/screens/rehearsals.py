"""A test to oneself, and a rehearsal of the whole send into a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tuimail.domain.account import Account
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.sizes import size_words
from tuimail.store import listing
from tuimail.ui.commands import bindings
from tuimail.ui.commands.control import TEST
from tuimail.ui.desk import Desk
from tuimail.ui.screens.decision import Decision
from tuimail.ui.screens.paths import FileOut, shortened
from tuimail.ui.screens.send_dialog import GivenUp, ask_password, password_refused
from tuimail.ui.work import to_the_end

if TYPE_CHECKING:
    from tuimail.sending.control import Control


def _along(desk: Desk, control: Control) -> list[tuple[int, Attachment]]:
    going = desk.going_with([candidate.document.id for candidate in control.ready])
    return [(each.document_id, each.attachment) for each in going]


class ToOneself(Decision[str]):
    """Sends one message to the operator's own address; the answer is a sentence on what became of it.

    A server may say nothing for minutes: Esc closes the box, and the test goes on to its journal line without it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(TEST)

    def __init__(self, account: Account, sentence: str, proposed: str) -> None:
        super().__init__(_("Test to yourself"), (sentence,), _("Your own address:"), proposed)
        self._account = account
        self._wrong_password = False
        self._sending = False

    async def do(self, typed: str) -> str:
        """Ask for the password where that is needed, then send."""
        if not await ask_password(self.app, self._account, again=self._wrong_password):
            raise GivenUp(_("Given up: nothing was sent."))
        self.say(_("Connecting to {host}…").format(host=self._account.host))
        self._wrong_password, self._sending = False, True
        try:
            # What a server has taken is told in the journal, whatever becomes of this screen.
            return await to_the_end(self, self.send(typed))
        except TuimailError as error:
            self._wrong_password = password_refused(error)
            raise
        finally:
            self._sending = False

    async def send(self, address: str) -> str:
        """Send it there; a sentence that says so. Raises TuimailError. It may go on when the screen is gone."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Close; what is being sent is not waited for."""
        sentence = None
        if self._sending:
            sentence = _("The test goes on; accepted by the server, it is in the journal.")
        elif self._busy:
            sentence = _("Given up: nothing was sent.")
        # At once: nothing may be begun after that has been said.
        self.workers.cancel_node(self)
        self.dismiss(sentence)


class TestSend(ToOneself):
    """The message of an invoice."""

    __test__ = False

    def __init__(self, desk: Desk, control: Control, document_id: int) -> None:
        (row,) = listing.rows([document_id])
        sentence = _(
            "The message of {invoice} goes to this address alone, with “[Essai]” before its subject. It does not "
            "count as sent."
        ).format(invoice=f"{row.number} {row.resident}")
        super().__init__(control.account, sentence, desk.office.rehearsals.own_address())
        self._desk, self._control, self._document_id = desk, control, document_id

    async def send(self, address: str) -> str:
        """Send it; what the server answered."""
        along = _along(self._desk, self._control)
        tested = await self._desk.office.rehearsals.test(self._control, self._document_id, address, along)
        sentence = _("Test sent to {address}: {reply}")
        return sentence.format(address=tested.composed.recipient, reply=tested.reply.brief)


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
