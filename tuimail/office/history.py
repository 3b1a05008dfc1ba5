"""What was sent, and each message as it went: composed again and compared with what was noted when it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuimail.domain.errors import BadInput
from tuimail.domain.history import KeptMessage, Sameness
from tuimail.domain.i18n import _
from tuimail.store import batches, history

if TYPE_CHECKING:
    from tuimail.sending.composer import Files


class History:
    """The messages of this office."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def message(self, delivery_id: int) -> KeptMessage:
        """The message of that delivery. Raises DocumentError where its PDF or an attachment is gone or has changed."""
        from tuimail.sending.as_sent import AsSent

        found = history.sendings(delivery_id=delivery_id)
        if not found:
            raise BadInput(_("There is no message {n}.").format(n=delivery_id), _("Choose one of the list."))
        (sending,) = found
        delivery = sending.delivery
        wire = AsSent(self._files).wire(delivery)
        sameness = Sameness.SAME if wire.sha256 == delivery.wire_sha256 else Sameness.DIFFERENT
        return KeptMessage(
            sending=sending,
            wording=batches.wordings(delivery.batch_id)[delivery.structure_id],
            content=bytes(wire),
            sameness=sameness if delivery.wire_sha256 else Sameness.NEVER_LEFT,
            sha256=wire.sha256,
        )
