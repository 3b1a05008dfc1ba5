"""Sending a letter again to whoever did not get it: at the address that they have now, and only if they agree now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tuimail.domain.account import Owner
from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut
from tuimail.domain.mail import LIVE_STATES, Batch, Delivery, DeliveryState, NewBatch, NewDelivery
from tuimail.domain.mailing import consent_objection, objection
from tuimail.store import audience, batches, letters, mailings, shared_letters
from tuimail.store.database import transaction
from tuimail.store.tables.outbox import BatchRow, DeliveryRow

_FAILED = (DeliveryState.FAILED, DeliveryState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Again:
    """Who would get the letter once more."""

    to: tuple[tuple[Delivery, Person], ...]
    """What failed, with whom it goes to; one a mailbox."""
    left_out: tuple[LeftOut, ...]
    """Who did not get it and cannot be sent it now, with the reason."""

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
    """Who would get a mailing once more: everybody whose letter failed or was cancelled, whoever shared it included."""
    known = {person.key: person for person in audience.people()}
    unwilling, promotional = mailings.unwilling(), letters.mailing(mailing_id).letter.promotional
    had, sharing = _had(mailing_id), _sharing(mailing_id)
    now: set[str] = set()
    to: list[tuple[Delivery, Person]] = []
    left_out: list[LeftOut] = []
    for delivery in letters.deliveries(mailing_id):
        if delivery.state not in _FAILED or delivery.erased:
            continue
        box = delivery.address.casefold()
        everybody = [LeftOut(delivery.person_key, delivery.recipient_name, delivery.address, ""), *sharing.get(box, ())]
        boxes = {person.address.casefold() if (person := known.get(each.key)) else "" for each in everybody}
        apart = _("a file for one of those who shared the mailbox goes along: write to them anew")
        # What goes along says no more for whom it was: it is shown to nobody who was not to see it then.
        keeps_back = apart if delivery.files and len(boxes) > 1 else ""
        if shared_letters.emptied(delivery.merge_values):
            keeps_back = _("its words went with somebody who was erased: write to them anew")
        for each in everybody:
            person = known.get(each.key)
            if reason := _reason(person, unwilling, promotional, had) or keeps_back:
                left_out.append(replace(each, address=person.address if person else each.address, reason=reason))
            elif person and person.address.casefold() not in now:
                now.add(person.address.casefold())
                to.append((delivery, person))
    return Again(tuple(to), tuple(left_out))


def _reason(person: Person | None, unwilling: frozenset[str], promotional: bool, had: set[str]) -> str:
    if person is None:
        return _("is not known any more")
    if reason := objection(person, unwilling) or (consent_objection(person) if promotional else ""):
        return reason
    return _("this mailbox has got the letter") if person.address.casefold() in had else ""


def _had(mailing_id: int) -> set[str]:
    """Mailboxes that a letter of this mailing has reached, may have reached or is under way to."""
    states = [*LIVE_STATES, DeliveryState.SENT, DeliveryState.UNCERTAIN]
    query = DeliveryRow.select(DeliveryRow.address).where(
        (DeliveryRow.mailing_id == mailing_id) & DeliveryRow.state.in_(states)
    )
    return {address.casefold() for (address,) in query.tuples()}


def _sharing(mailing_id: int) -> Mapping[str, list[LeftOut]]:
    """Who was to read a letter that was addressed to another, by its mailbox."""
    found: dict[str, list[LeftOut]] = defaultdict(list)
    for each in letters.left_out(mailing_id):
        if each.shares:
            found[each.address.casefold()].append(each)
    return found


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
                yield _addressed(delivery.again(message_id), person)

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
