"""Messages that are looked at, written to a folder, or sent to the operator alone: nothing of it counts as sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.config import settings
from tuimail.domain.account import Account
from tuimail.domain.addresses import normalise_address
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.store import journal
from tuimail.store.database import in_background, in_writer

if TYPE_CHECKING:
    from tuimail.office import Office
    from tuimail.sending.control import Control
    from tuimail.sending.rehearsal import Composed, Shown, Tested

Along = Sequence[tuple[int, Attachment]]
"""Files that go along, each with the id of its document, or 0 for every message."""


class Rehearsals:
    """What can be done with messages before any of them leaves."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def preview(self, control: Control, document_id: int, attachments: Along = ()) -> list[Shown]:
        """The messages about one document of a control, one an address; the Message-ID is only theirs.

        Raises BadInput where none can be made, with the reason.
        """
        from tuimail.sending.rehearsal import messages, shown

        one = self._one(control, document_id, attachments)
        return [shown(message) for message in messages(one.batch(attachments), self._office)]

    def rehearse(
        self,
        control: Control,
        folder: Path,
        attachments: Along = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[int, int]:
        """Write every message that the control would send; see `write`. Raises BadInput as well where there is none."""
        from tuimail.sending.rehearsal import messages

        prepared = control if control.files else self._office.prepare(control, attachments=attachments)
        if not prepared.ready:
            raise BadInput(_("Nothing would be sent: there is nothing to rehearse."), _("Look at what is blocked."))

        def tell(done: int) -> None:
            if progress is not None:
                progress(done, prepared.messages)

        return self.write(messages(prepared.batch(attachments), self._office), folder, tell)

    @staticmethod
    def write(
        found: Iterable[Composed], folder: Path, progress: Callable[[int], None] | None = None
    ) -> tuple[int, int]:
        """Write these messages into a new folder, as .eml with a list of them; how many, and their bytes.

        Raises BadInput for a folder that is not empty, DocumentError where nothing can be written or attached.
        """
        from tuimail.documents.storage import as_document_error, replace_file
        from tuimail.sending.rehearsal import rehearse

        with as_document_error(folder):
            return rehearse(found, folder, replace_file, progress)

    async def test(self, control: Control, document_id: int, to: str, attachments: Along = ()) -> Tested:
        """Send the message about one document to the operator's own address, marked as a test, with a journal line.

        The address is remembered. Raises TuimailError where it cannot be made or is not taken.
        """
        from tuimail.sending.rehearsal import as_test

        address = normalise_address(to)
        one = await in_background(self._one, control, document_id, attachments)
        composed = await in_background(as_test, one.batch(attachments), self._office, address)
        (candidate,) = one.ready
        about = {
            "document_id": document_id,
            "number": candidate.document.number,
            "period": str(candidate.document.period),
            "resident": candidate.resident.name,
        }
        return await self.send(one.account, composed, about)

    async def send(self, account: Account, message: Composed, about: dict[str, object] | None = None) -> Tested:
        """Send a message made with `sending.rehearsal.as_test`, with a journal line that says what it is `about`.

        Its address is remembered as the operator's own. Raises TuimailError as a connection does.
        """
        from tuimail.sending.rehearsal import send_test

        credentials = await in_background(self._office.mail.known_credentials, account)
        tested = await send_test(account, credentials, message)
        await in_writer(journal.append, [self._line(tested, about or {})])
        if self.own_address() != message.recipient:
            # Only to propose it the next time: nobody has settled anything.
            settings.set_own_address(message.recipient)
        return tested

    def _line(self, tested: Tested, about: dict[str, object]) -> Event:
        from tuimail.sending.replies import queue_id

        owner, message, reply = self._office.owner, tested.composed, tested.reply
        values = {
            "recipient": message.recipient,
            "message_id": message.message_id,
            "code": reply.status,
            "reply": reply.text,
            "queue_id": queue_id(reply),
            "wire_sha256": message.wire.sha256,
            "operator": owner.operator,
            "host": owner.host,
            "detail": _("Test to the operator: it counts as nothing sent."),
        }
        return Event(EventKind.TESTED, datetime.now(UTC), **(values | about))  # type: ignore[arg-type]

    def _one(self, control: Control, document_id: int, attachments: Along) -> Control:
        """A control of that document alone, its PDF made. Raises BadInput where it cannot be."""
        for blocked in control.blocked:
            if blocked.document_id == document_id:
                raise BadInput(
                    _("No message is made for {number} {resident}: {reason}.").format(
                        number=blocked.number, resident=blocked.resident, reason=blocked.reason
                    ),
                    _("Mend that first."),
                )
        one = control.only(document_id)
        if document_id not in control.files:
            one = self._office.prepare(one, attachments=attachments)
        if one.blocked:
            return self._one(one, document_id, attachments)
        return one

    @staticmethod
    def own_address() -> str:
        """Where this operator's tests went last; empty if never any."""
        return settings.read_settings().own_address
