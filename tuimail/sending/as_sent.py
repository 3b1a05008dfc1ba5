"""A message as it went: composed again, and compared with what was noted when it left."""

from __future__ import annotations

from tuimail.domain.mail import Delivery
from tuimail.sending.composer import Composer, Files
from tuimail.sending.message import Wire


class AsSent:
    """Composes messages again, from the batch's frozen wording and the kept files."""

    def __init__(self, files: Files) -> None:
        self._composer = Composer(files)

    def content(self, delivery: Delivery) -> bytes | None:
        """The bytes that left; None where they cannot be had again. Raises DocumentError where a file is gone, BadInput
        where it never can be."""
        wire = self.wire(delivery)
        return bytes(wire) if wire.sha256 == delivery.wire_sha256 else None

    def wire(self, delivery: Delivery) -> Wire:
        """The message, whether or not it is the one that left. Raises as `content` does."""
        if not self._composer.knows(delivery.batch_id):
            self._composer.learn(delivery.batch_id)
        return self._composer.compose(delivery).wire
