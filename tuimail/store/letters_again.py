"""Sending a letter again to whoever did not get it: at the address that they have now, and only if they agree now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.audience import Person, PersonKey, keys_text
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut
from tuimail.domain.mail import Batch, Delivery, DeliveryState, NewBatch, NewDelivery
from tuimail.domain.mailing import consent_objection, objection
from tuimail.store import audience, batches, letters, mailings, shared_letters
from tuimail.store.database import transaction
from tuimail.store.delivery_rows import delivery_of
from tuimail.store.tables.outbox import BatchRow, DeliveryRow

_FAILED = (DeliveryState.FAILED, DeliveryState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Again:
    """Who would get the letter once more."""

    to: tuple[tuple[Delivery, Person], ...]
    """What failed, with whom it goes to; one a mailbox."""
    readers: Mapping[PersonKey, tuple[PersonKey, ...]]
    """Who else reads it there, by whom it goes to."""
    left_out: tuple[LeftOut, ...]
    """Who did not get it and is sent no message of their own now, with the reason."""

    @property
    def mended(self) -> int:
        """How many go to another address than the one that failed."""
        return sum(delivery.address.casefold() != person.address.casefold() for delivery, person in self.to)

    @property
    def batch_id(self) -> int:
        """The send whose account and files for everybody they leave with; call `check` first."""
        return self.to[0][0].batch_id

    def check(self) -> None:
        """Raise BadInput if nobody would get it, with why."""
        if not self.to:
            reasons = [_("{name}: {reason}").format(name=each.name, reason=each.reason) for each in self.left_out[:5]]
            raise BadInput(
                _("Nobody of this mailing can be written to again."),
                " · ".join(reasons) or _("Only what failed or was cancelled is sent anew."),
            )


def plan(mailing_id: int) -> Again:
    """Who would get a mailing once more: each person it was for, if no message that they were to read may have arrived.

    What goes is the last message that was written to them, or else that they were to read, to where they are now.
    """
    past = _past(mailing_id)
    known = {person.key: person for person in audience.people()}
    unwilling, promotional = mailings.unwilling(), letters.mailing(mailing_id).letter.promotional

    def objected(person: Person) -> str:
        return objection(person, unwilling) or (consent_objection(person) if promotional else "")

    def box(key: PersonKey) -> str:
        """Where that person can be sent it; empty: nowhere."""
        person = known.get(key)
        return "" if person is None or key in past.got or objected(person) else person.address.casefold()

    def obstacle(key: PersonKey, message: Delivery) -> str:
        """Why that person cannot be sent it, in a sentence; empty if they can."""
        person, where = known.get(key), box(key)
        if not where:
            got = _("this mailbox has got the letter") if key in past.got else ""
            return got or (objected(person) if person else _("is not known any more"))
        if message.files:
            # What goes along says no more for whom it was: it is shown to nobody who was not to see it then.
            others = {box(each) for each in message.everybody if past.letter[each] is message} - {where}
            another = to[where][0] is not message if where in to else where in past.boxes
            if others or another:
                return _("a file for one of those who shared the mailbox goes along: write to them anew")
        if where in past.boxes:
            return _("this mailbox has got the letter")
        if shared_letters.emptied(message.merge_values):
            return _("its words went with somebody who was erased: write to them anew")
        return ""

    to: dict[str, tuple[Delivery, Person]] = {}
    readers: dict[PersonKey, tuple[PersonKey, ...]] = {}
    left_out: list[LeftOut] = []
    for key, message in past.lacking():
        person, reason = known.get(key), obstacle(key, message)
        if person and not reason:
            shown, first = to.setdefault(box(key), (message, person))
            if first is not person:
                readers[first.key] = (*readers.get(first.key, ()), key)
            # Who shares one letter as before was told so when the mailing was sent.
            if shown is not message:
                reason = _("same mailbox as {name}").format(name=first.name)
        if reason:
            left_out.append(LeftOut(key, past.names[key], person.address if person else "", reason))
    return Again(tuple(to.values()), readers, tuple(left_out))


@dataclass(frozen=True, slots=True)
class _Past:
    """What became of a mailing, person by person."""

    letter: Mapping[PersonKey, Delivery]
    """The last message that was written to somebody, or else that they were to read."""
    got: Set[PersonKey]
    """Who was to read a message that was sent, may have been sent or is under way."""
    boxes: Set[str]
    """Where such messages went, case folded."""
    names: Mapping[PersonKey, str]
    """Of everybody who was not erased."""

    def lacking(self) -> Iterator[tuple[PersonKey, Delivery]]:
        """Everybody whose letter failed, with it, by its name: those too who got it otherwise."""
        found = {letter.id: letter for letter in self.letter.values() if letter.state in _FAILED}
        for letter in sorted(found.values(), key=lambda each: (each.recipient_name, each.id)):
            for key in letter.everybody:
                if self.letter[key] is letter and key in self.names:
                    yield key, letter


def _past(mailing_id: int) -> _Past:
    rows = DeliveryRow.select().where(DeliveryRow.mailing_id == mailing_id).order_by(DeliveryRow.id)
    messages = [delivery_of(row) for row in rows]
    read = {key: message for message in messages for key in message.everybody}
    arrived = [message for message in messages if message.state not in _FAILED]
    names = {each.key: each.name for each in letters.left_out(mailing_id)}
    return _Past(
        read | {message.person_key: message for message in messages},
        {key for message in arrived for key in message.everybody},
        {message.address.casefold() for message in arrived},
        names | {message.person_key: message.recipient_name for message in messages if not message.erased},
    )


def send_to_failed(mailing_id: int, owner: Owner, now: datetime, new_message_id: Callable[[str], str]) -> Batch:
    """Queue these letters in one transaction, with the same words and attached files.

    `new_message_id` makes one from the sender's address. Raises BadInput where nobody would get it.
    """
    with transaction():
        again = plan(mailing_id)
        again.check()
        # A batch that replaces uncertain ones has the wordings of their structures alone.
        wordings = {
            structure_id: wording
            for batch_id in sorted({delivery.batch_id for delivery, _person in again.to})
            for structure_id, wording in batches.wordings(batch_id).items()
        }

        def messages() -> Iterator[NewDelivery]:
            for delivery, person in again.to:
                message_id = new_message_id(wordings[delivery.structure_id].sender_email)
                others = keys_text(again.readers.get(person.key, ()))
                yield _addressed(replace(delivery.again(message_id), readers=others), person)

        before = BatchRow.get_by_id(again.batch_id)
        new = NewBatch(
            before.account_id,
            before.label,
            tuple(wordings.values()),
            tuple(messages()),
            attachments=tuple(batches.attachments(again.batch_id)),
        )
        return letters.queue_of(mailing_id, new, owner, now)


def _addressed(new: NewDelivery, person: Person) -> NewDelivery:
    key: PersonKey = person.key
    return replace(
        new,
        address=person.address,
        resident=person.resident,
        recipient_name=person.name,
        resident_id=key.resident_id,
        role=key.role,
        person=key.number,
    )
