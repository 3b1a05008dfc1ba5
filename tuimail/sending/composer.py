"""From a delivery to the bytes of its message; what several messages share is read and encoded once."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.letters import Mailing, Unsubscribing, vocabulary_of
from tuimail.domain.mail import Delivery, Purpose, Wording, files_of
from tuimail.domain.said import said
from tuimail.sending.formatted import html_of
from tuimail.sending.message import Formatted, Part, Wire, build, encode_attachment
from tuimail.store import batches, copies, letters

_KEPT = 8
"""Encoded files kept: the addresses of a document follow each other, and general attachments are few."""

COPY_SUBJECT = "Copie ({address}) : {subject}"
"""Not translated: whoever composes the message again, in whatever language, is to find the same bytes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message and who it is from on the envelope."""

    sender: str
    wire: Wire


def compose_letter(
    wording: Wording,
    values: Mapping[str, str],
    address: str,
    message_id: str,
    unsubscribing: Unsubscribing,
    *,
    parts: Sequence[Part],
    date: datetime,
) -> Envelope:
    """The message of a letter; `values` are what its keywords become. Raises BadInput as `build` does."""
    words = vocabulary_of(values)
    wire = build(
        sender_name=wording.sender_name,
        sender=wording.sender_email,
        reply_to=wording.reply_to,
        recipient=address,
        subject=words.expand(wording.subject, values),
        text=words.expand(wording.body, values),
        parts=parts,
        message_id=message_id,
        date=date,
        receipt=wording.receipt,
        more_headers=unsubscribing.headers(address, wording.reply_to or wording.sender_email),
    )
    return Envelope(wording.sender_email, wire)


class Files(Protocol):
    """Where the content of kept files comes from; each raises a TuimailError when it is not what it was."""

    def pdf(self, delivery: Delivery) -> bytes:
        """The PDF as it was when the delivery was queued."""

    def attached(self, attachment: Attachment) -> bytes:
        """The attachment as it was when the batch was queued."""

    def mail_logo(self, name: str) -> bytes:
        """A file of the logos' folder as PNG."""


def date_of(delivery: Delivery) -> datetime:
    """What a delivery's Date header says, in UTC: when it first left, or else when it was taken to be sent."""
    return (delivery.dated or delivery.updated_at or datetime.now(UTC)).astimezone(UTC)


class Composer:
    """Composes messages from the batch's frozen wording and the kept files."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._wordings: dict[int, dict[int, Wording]] = {}
        self._attachments: dict[int, list[tuple[int, Attachment]]] = {}
        self._originals: dict[int, dict[int, int]] = {}
        self._encoded: OrderedDict[str, bytes] = OrderedDict()
        self._mailings: dict[int, Mailing | None] = {}

    def knows(self, batch_id: int) -> bool:
        """Whether what the batch's messages have in common was read."""
        return batch_id in self._wordings

    def learn(self, batch_id: int) -> None:
        """Read it from the store."""
        self._originals[batch_id] = copies.documents_of_originals(batch_id)
        self._mailings[batch_id] = letters.of_batch(batch_id)
        self.take(batch_id, batches.wordings(batch_id), batches.attachments(batch_id))

    def take(
        self, batch_id: int, wordings: Mapping[int, Wording], attachments: Sequence[tuple[int, Attachment]]
    ) -> None:
        """What the messages of a batch have in common, also of one that is in no store: wordings by structure id."""
        self._attachments[batch_id] = list(attachments)
        self._wordings[batch_id] = dict(wordings)

    def compose(self, delivery: Delivery) -> Envelope:
        """The message of a delivery, whose batch is known. Reads files, not the store.

        Raises a TuimailError when its PDF or an attachment is not what it was, or a header would not be one; BadInput
        also for one that was erased.
        """
        if delivery.erased:
            raise BadInput(
                _("This message was erased with its resident."),
                _("The journal keeps that it was, without its content."),
            )
        wording = self._wordings[delivery.batch_id][delivery.structure_id]
        if (mailing := self._mailings.get(delivery.batch_id)) is not None:
            return self._letter(delivery, wording, mailing)
        subject, text = said(delivery, wording)
        parts = []
        if delivery.pdf_path:
            pdf = self._encode(delivery.pdf_sha256, partial(self._files.pdf, delivery))
            parts.append(Part(delivery.pdf_name, "application/pdf", pdf))
        about = self._originals.get(delivery.batch_id, {}).get(delivery.copy_of, delivery.document_id)
        for document_id, attachment in self._attachments[delivery.batch_id]:
            if document_id in (0, about):
                encoded = self._encode(attachment.sha256, partial(self._files.attached, attachment))
                parts.append(Part(attachment.name, attachment.media_type, encoded))
        is_copy = delivery.purpose is Purpose.COPY
        if is_copy:
            subject = COPY_SUBJECT.format(address=delivery.recipient_name, subject=subject)
        wire = build(
            sender_name=wording.sender_name,
            sender=wording.sender_email,
            reply_to=wording.reply_to,
            recipient=delivery.address,
            subject=subject,
            text=text,
            parts=parts,
            message_id=delivery.message_id,
            date=date_of(delivery),
            receipt=wording.receipt and not is_copy,
            formatted=self._formatted(wording, text),
        )
        return Envelope(wording.sender_email, wire)

    def _formatted(self, wording: Wording, text: str) -> Formatted | None:
        if not wording.html:
            return None
        if not wording.logo:
            return Formatted(html_of(text))
        encoded = self._encode(f"logo {wording.logo}", partial(self._files.mail_logo, wording.logo))
        return Formatted(html_of(text, logo=wording.structure), Part("logo.png", "image/png", encoded))

    def _letter(self, delivery: Delivery, wording: Wording, mailing: Mailing) -> Envelope:
        parts = [
            Part(each.name, each.media_type, self._encode(each.sha256, partial(self._files.attached, each)))
            for each in (*(each for _id, each in self._attachments[delivery.batch_id]), *files_of(delivery.files))
        ]
        return compose_letter(
            wording,
            json.loads(delivery.merge_values),
            delivery.address,
            delivery.message_id,
            mailing.unsubscribing,
            parts=parts,
            date=date_of(delivery),
        )

    def _encode(self, sha256: str, read: Callable[[], bytes]) -> bytes:
        if sha256 in self._encoded:
            self._encoded.move_to_end(sha256)
        else:
            self._encoded[sha256] = encode_attachment(read())
            if len(self._encoded) > _KEPT:
                self._encoded.popitem(last=False)
        return self._encoded[sha256]
