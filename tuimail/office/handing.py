"""A single invoice by another way than the mail account: it is composed as ever, and never counts as sent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import Attachment, KeptFile
from tuimail.domain.errors import BadInput, TuimailError, os_reason
from tuimail.domain.events import Event
from tuimail.domain.handing import Handed, Method
from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, Wording
from tuimail.domain.said import said
from tuimail.store import journal
from tuimail.store.database import in_background, in_writer, transaction
from tuimail.store.delivery_rows import line_about
from tuimail.store.pinned import How, pin

if TYPE_CHECKING:
    from tuimail.office import Office
    from tuimail.sending.composer import Composer, Envelope
    from tuimail.sending.control import Control

_LONGEST_NAME = 200
"""Bytes of a file's name: file systems take 255."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the messages that are handed over have in common."""

    method: Method
    folder: Path
    wordings: Mapping[int, Wording]
    attachments: Sequence[tuple[int, Attachment]]


class Handing:
    """Drafts, `sendmail` and `xdg-email`, for the operator of this office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def available(self) -> tuple[Method, ...]:
        """The methods that this machine and session have, the built-in one first."""
        from tuimail.sending.programs import available

        return available()

    @staticmethod
    def folder() -> Path:
        """Where drafts are written unless another folder is named."""
        return Path.home() / _("tuimail-drafts")

    async def hand_over(
        self,
        control: Control,
        method: Method,
        attachments: Sequence[tuple[int, Attachment]] = (),
        folder: Path | None = None,
    ) -> list[Handed]:
        """Hand each message of a prepared control over, and tell exactly what was done; the journal has what was.

        `attachments` as for `Office.queue`; `folder`: for the files of drafts. Raises BadInput where nothing
        could be begun.
        """
        from tuimail.sending.composer import Composer

        new = control.batch(attachments)
        wordings = {wording.structure_id: wording for wording in new.wordings}
        order = _Order(method, folder or self.folder(), wordings, new.attachments)
        composer = Composer(self._office)
        composer.take(0, wordings, new.attachments)
        found = []
        for each in new.deliveries:
            handed, event = await in_background(self._hand_over, order, composer, each.as_delivery(datetime.now(UTC)))
            if event is not None:
                # At once: what was given away cannot be had back, whatever becomes of the next.
                await in_writer(_tell, event, each.pdf)
            found.append(handed)
        return found

    def _hand_over(self, order: _Order, composer: Composer, delivery: Delivery) -> tuple[Handed, Event | None]:
        try:
            envelope = composer.compose(delivery)
            sentence = self._hand(order, delivery, envelope)
        except TuimailError as error:
            return Handed(delivery.address, delivery.message_id, str(error), done=False), None
        event = self._event(order.method, delivery, envelope, sentence, datetime.now(UTC))
        return Handed(delivery.address, delivery.message_id, sentence), event

    def _hand(self, order: _Order, delivery: Delivery, envelope: Envelope) -> str:
        from tuimail.sending import programs

        address = delivery.address
        if order.method is Method.SENDMAIL:
            programs.give_to_sendmail(envelope.sender, address, bytes(envelope.wire))
            sentence = _("The sendmail command took the message to {address}; what becomes of it is not known here.")
            return sentence.format(address=address)
        if order.method is Method.EML:
            name = f"{Path(delivery.pdf_name).stem} - {address}.eml"
            path = self._write(order.folder, name, programs.as_draft(bytes(envelope.wire)))
            sentence = _("Draft for {address}: {path}. Open it in your mail program and send it there.")
            return sentence.format(address=address, path=path)
        subject, text = said(delivery, order.wordings[delivery.structure_id])
        files = [(delivery.pdf_name, self._office.pdf(delivery))]
        joined = [each for key, each in order.attachments if key in (0, delivery.document_id)]
        files += [(each.name, self._office.attached(each)) for each in joined]
        paths = [self._write(order.folder, name, content) for name, content in files]
        programs.open_in_mail_program(address, subject, text, paths)
        sentence = _("The mail program was opened with the message to {address}: nothing leaves before you send it.")
        return sentence.format(address=address)

    def _write(self, folder: Path, name: str, content: bytes) -> Path:
        path = _free(folder, _safe(name))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(
                _("{path} cannot be written: {reason}.").format(path=folder, reason=os_reason(error)),
                _("Choose another folder."),
            ) from error
        self._office.people.write(content, path)
        return path

    def _event(self, method: Method, delivery: Delivery, envelope: Envelope, sentence: str, now: datetime) -> Event:
        return line_about(
            delivery, method.event, self._office.owner, now, wire_sha256=envelope.wire.sha256, detail=sentence
        )


def _tell(event: Event, pdf: KeptFile | None) -> None:
    with transaction():
        journal.append([event])
        if pdf is not None:
            pin(How.HANDED_OVER, {event.document_id: pdf})


def _safe(name: str) -> str:
    """A file name that no file system refuses; of a long one the end stays, which holds the address."""
    kept = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).lstrip(".")
    while len(kept.encode("utf-8", "replace")) > _LONGEST_NAME:
        kept = kept[1:]
    return kept


def _free(folder: Path, name: str) -> Path:
    path, number = folder / name, 2
    while os.path.exists(path):  # noqa: PTH110 - Path.exists raises where one may not look; the writing tells that
        path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        number += 1
    return path
