"""A letter before it is sent: to oneself, and into a folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tuimail.domain.addresses import normalise_address
from tuimail.domain.i18n import _
from tuimail.ui.desk import Desk
from tuimail.ui.screens.paths import FileOut
from tuimail.ui.screens.rehearsals import ToOneself, rehearsal_of

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl


class TestLetter(ToOneself):
    """What one person would get of a letter."""

    __test__ = False

    def __init__(self, desk: Desk, control: LetterControl) -> None:
        """`control`: of that person alone, who is ready."""
        person = control.ready[0].person
        sentence = _("It is the message of {name}, marked as a test.").format(name=person.name)
        super().__init__(control.account, sentence, control.wordings[person.structure_id].sender_email)
        self._desk, self._control, self._name = desk, control, person.name

    async def send(self, address: str) -> str:
        """Send it."""
        to = normalise_address(address)
        await self._desk.office.mailings.send_test(self._control, self._control.ready[0], to)
        return _("Test sent to {address}, as {name} would read it.").format(address=to, name=self._name)


def letters_out(desk: Desk, control: LetterControl) -> FileOut:
    """Asks which new folder the letters are written into."""

    rehearse = partial(desk.office.mailings.rehearse, control)
    return rehearsal_of(control.messages, rehearse, desk.now())
