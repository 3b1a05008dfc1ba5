"""A message as it went: composed again, and compared with what was noted when it left."""

from __future__ import annotations

from tuimail.domain.mail import Delivery
from tuimail.sending.composer import Composer, Files


class AsSent:
    """Composes messages again, from the batch's frozen wording and the kept files."""

    def __init__(self, files: Files) -> None:
        self._composer = Composer(files)

    def content(self, delivery: Delivery) -> bytes | None:
        """The bytes that left; None where they cannot be had again. Raises DocumentError where a file is gone."""
        if not self._composer.knows(delivery.batch_id):
            self._composer.learn(delivery.batch_id)
        wire = self._composer.compose(delivery).wire
        return bytes(wire) if wire.sha256 == delivery.wire_sha256 else None
