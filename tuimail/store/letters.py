"""Letters: what is being written, what was handed to the outbox, and what became of each."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from peewee import fn

from tuimail.domain.account import Owner
from tuimail.domain.audience import PersonKey, keys_of
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut, Letter, Mailing, Unsubscribing, vocabulary_of
from tuimail.domain.mail import LIVE_STATES, Batch, BatchState, Delivery, DeliveryState, NewBatch, NewDelivery
from tuimail.domain.people import Role
from tuimail.store import batches, bulk, journal, mailings
from tuimail.store.database import transaction
from tuimail.store.delivery_rows import delivery_of
from tuimail.store.tables.mailings import LetterDraftRow, MailingLeftOutRow, MailingRow, UnsubscribingRow
from tuimail.store.tables.outbox import BatchRow, DeliveryRow

_PERSON = (DeliveryRow.resident_of, DeliveryRow.role, DeliveryRow.person)

# What is being written


def draft(operator: str) -> Letter:
    """What the operator was writing; nothing at first."""
    row = LetterDraftRow.get_or_none(LetterDraftRow.operator == operator)
    return Letter.from_json(row.letter) if row else Letter()


def keep_draft(operator: str, letter: Letter) -> None:
    """Keep it until the operator comes back."""
    with transaction():
        LetterDraftRow.insert(operator=operator, letter=letter.to_json()).on_conflict(
            conflict_target=[LetterDraftRow.operator], update={"letter": letter.to_json()}
        ).execute()


def _forget_draft(operator: str, sent: Letter) -> None:
    """What was sent must not leave a second time by the same key; what was written since stays."""
    if sent.comes_of(draft(operator)):
        LetterDraftRow.delete().where(LetterDraftRow.operator == operator).execute()


def forget_files_for(resident_id: int) -> None:
    """Leave what goes along with a letter to that resident or somebody around out of every letter being written."""
    for operator, letter in _drafts():
        kept = tuple(pair for pair in letter.own_files if pair[0].resident_id != resident_id)
        if kept != letter.own_files:
            keep_draft(operator, replace(letter, own_files=kept))


def drafts() -> list[Letter]:
    """What all operators are writing."""
    return [letter for _operator, letter in _drafts()]


def _drafts() -> list[tuple[str, Letter]]:
    return [(row.operator, Letter.from_json(row.letter)) for row in LetterDraftRow.select()]


# Where one unsubscribes


def unsubscribing(association_id: int) -> Unsubscribing:
    """What the association has settled; nothing at first."""
    row = UnsubscribingRow.get_or_none(UnsubscribingRow.association == association_id)
    return Unsubscribing(row.address, row.url) if row else Unsubscribing()


def set_unsubscribing(association_id: int, wanted: Unsubscribing, owner: Owner, now: datetime) -> None:
    """Settle it for the mailings to come, with a line of the journal."""
    values = {"address": wanted.address, "url": wanted.url}
    detail = _("Unsubscribing: {ways}").format(ways=", ".join(filter(None, (wanted.address, wanted.url))) or "-")
    with transaction():
        if unsubscribing(association_id) == wanted:
            return
        UnsubscribingRow.insert(association=association_id, **values).on_conflict(
            conflict_target=[UnsubscribingRow.association], update=values
        ).execute()
        journal.append([Event(EventKind.SETTING_CHANGED, now, operator=owner.operator, host=owner.host, detail=detail)])


# What was handed to the outbox


def queue(mailing: Mailing, new: NewBatch, left_out: Sequence[LeftOut], owner: Owner, now: datetime) -> Batch:
    """Write a mailing with its letters in one transaction; raises BadInput if nobody is left to be written to.

    Who has unsubscribed since the letter was controlled is left out here, with whoever was to read that mailbox. The
    draft that it was is forgotten.
    """
    letter = mailing.letter
    with transaction():
        unwilling = mailings.unwilling()
        wanted = [d for d in new.deliveries if d.address.casefold() not in unwilling]
        if not wanted:
            raise BadInput(_("Nobody is left to write to."), _("Choose people first."))
        row = MailingRow.create(
            subject=letter.subject,
            body=letter.body,
            kind="promotional" if letter.promotional else "information",
            label=mailing.label,
            criteria=mailing.criteria,
            operator=owner.operator,
            created_at=now,
            scheduled_at=letter.scheduled_at,
            attachments=json.dumps([asdict(each) for each in letter.attachments]),
            unsubscribe_address=mailing.unsubscribing.address,
            unsubscribe_url=mailing.unsubscribing.url,
        )
        batch = queue_of(row.id, replace(new, deliveries=tuple(wanted)), owner, now)
        MailingRow.update(batch=batch.id).where(MailingRow.id == row.id).execute()
        late = [d for d in new.deliveries if d.address.casefold() in unwilling]
        bulk.insert(MailingLeftOutRow, (_left_out_values(row.id, each) for each in _with_refused(left_out, late)))
        _forget_draft(mailing.operator, letter)
    return batch


def queue_of(mailing_id: int, new: NewBatch, owner: Owner, now: datetime) -> Batch:
    """Queue letters as those of a mailing that is kept; raises BadInput where all are on their way already."""
    batch = batches.queue(
        replace(new, deliveries=tuple(replace(d, mailing_id=mailing_id) for d in new.deliveries)), owner, now
    )
    if batch is None:
        raise BadInput(_("All of these are on their way already."), _("Look at the result of the mailing."))
    return batch


def _with_refused(left_out: Iterable[LeftOut], late: Sequence[NewDelivery]) -> Iterator[LeftOut]:
    reason = _("wants no mailing: unsubscribed")
    readers = {key for delivery in late for key in keys_of(delivery.readers)}
    for each in left_out:
        yield replace(each, reason=reason) if each.key in readers else each
    for delivery in late:
        yield LeftOut(delivery.person_key, delivery.recipient_name, delivery.address, reason)


def _left_out_values(mailing_id: int, left_out: LeftOut) -> dict[str, Any]:
    return {
        "mailing": mailing_id,
        "resident": left_out.key.resident_id,
        "role": left_out.key.role,
        "number": left_out.key.number,
        "name": left_out.name,
        "address": left_out.address,
        "reason": left_out.reason,
    }


@dataclass(frozen=True, slots=True)
class PastMailing:
    """A mailing with what became of its letters so far."""

    mailing: Mailing
    counts: Summary
    left_out: int
    open: tuple[Batch, ...]
    """Its sends that still have a message to send, oldest first: what was sent again is a send of its own."""

    @property
    def paused(self) -> bool:
        """Whether nothing of it leaves until someone goes on."""
        return bool(self.open) and all(batch.state is BatchState.PAUSED for batch in self.open)


def past() -> list[PastMailing]:
    """All mailings, the newest first."""
    states: dict[int, Counter[str]] = defaultdict(Counter)
    # The last message to a person says what became of it: a failed one may have been sent again since, elsewhere.
    newest = (
        DeliveryRow.select(fn.MAX(DeliveryRow.id))
        .where(DeliveryRow.mailing_id.is_null(False))
        .group_by(DeliveryRow.mailing_id, *_PERSON)
    )
    query = (
        DeliveryRow.select(DeliveryRow.mailing_id, DeliveryRow.state, fn.COUNT(DeliveryRow.id))
        .where(DeliveryRow.id.in_(newest))
        .group_by(DeliveryRow.mailing_id, DeliveryRow.state)
    )
    for mailing_id, state, count in query.tuples():
        states[mailing_id][state] += count
    still_open = _open()
    left = dict(
        MailingLeftOutRow.select(MailingLeftOutRow.mailing, fn.COUNT(MailingLeftOutRow.id))
        .group_by(MailingLeftOutRow.mailing)
        .tuples()
    )
    found = []
    for row in MailingRow.select().order_by(MailingRow.id.desc()):
        counted = states[row.id]
        counts = Summary(
            sent=counted[DeliveryState.SENT],
            failed=counted[DeliveryState.FAILED],
            uncertain=counted[DeliveryState.UNCERTAIN],
            deferred=counted[DeliveryState.DEFERRED],
            cancelled=counted[DeliveryState.CANCELLED],
            queued=sum(counted[s] for s in (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.INFLIGHT)),
        )
        found.append(PastMailing(_mailing(row), counts, left.get(row.id, 0), still_open.get(row.id, ())))
    return found


def _open() -> dict[int, tuple[Batch, ...]]:
    """The batches that still have letters to send, by mailing."""
    # From the few open batches: the history of what was sent grows for years.
    still = BatchRow.select(BatchRow.id).where(BatchRow.state.in_([BatchState.RUNNING, BatchState.PAUSED]))
    query = (
        DeliveryRow.select(DeliveryRow.mailing_id, DeliveryRow.batch)
        .where(DeliveryRow.batch.in_(still) & DeliveryRow.state.in_(list(LIVE_STATES)))
        .where(DeliveryRow.mailing_id.is_null(False))
        .distinct()
        .order_by(DeliveryRow.batch)
    )
    found: dict[int, tuple[Batch, ...]] = {}
    for mailing_id, batch_id in query.tuples():
        found[mailing_id] = (*found.get(mailing_id, ()), batches.batch(batch_id))
    return found


def change_open(mailing_id: int, change: Callable[[int, Owner, datetime], object], owner: Owner, now: datetime) -> None:
    """Do what `batches.pause`, `unpause` or `cancel` does to each open send of a mailing, in one transaction."""
    with transaction():
        for batch in _open().get(mailing_id, ()):
            change(batch.id, owner, now)


def of_batch(batch_id: int) -> Mailing | None:
    """The mailing that a batch's letters are of; None for a batch of invoices."""
    named = DeliveryRow.select(DeliveryRow.mailing_id).where(
        (DeliveryRow.batch == batch_id) & DeliveryRow.mailing_id.is_null(False)
    )
    row = MailingRow.get_or_none(MailingRow.id == named.limit(1))
    return _mailing(row) if row else None


def subjects(mailing_ids: Iterable[int]) -> dict[int, str]:
    """What these mailings are about, by id."""
    query = MailingRow.select(MailingRow.id, MailingRow.subject).where(MailingRow.id.in_(list(mailing_ids)))
    return dict(query.tuples())


def deliveries(mailing_id: int) -> list[Delivery]:
    """The last message to each person of a mailing, by name."""
    newest = DeliveryRow.select(fn.MAX(DeliveryRow.id)).where(DeliveryRow.mailing_id == mailing_id)
    query = DeliveryRow.select().where(DeliveryRow.id.in_(newest.group_by(*_PERSON)))
    return [delivery_of(row) for row in query.order_by(DeliveryRow.recipient_name, DeliveryRow.id)]


def words_of(delivery: Delivery) -> tuple[str, str]:
    """Subject and text of a letter as that person was sent it; empty keywords once the person was erased."""
    wording = batches.wordings(delivery.batch_id)[delivery.structure_id]
    values = json.loads(delivery.merge_values or "{}")
    words = vocabulary_of(values)
    known = defaultdict(str, values)
    return words.expand(wording.subject, known), words.expand(wording.body, known)


def left_out(mailing_id: int) -> list[LeftOut]:
    """Who was chosen for a mailing and got no message, in the order in which they were chosen."""
    query = MailingLeftOutRow.select().where(MailingLeftOutRow.mailing == mailing_id).order_by(MailingLeftOutRow.id)
    return [
        LeftOut(PersonKey(row.resident_id, Role(row.role), row.number), row.name, row.address, row.reason)
        for row in query
    ]


def mailing(mailing_id: int) -> Mailing:
    """The mailing of that id, which must exist."""
    return _mailing(MailingRow.get_by_id(mailing_id))


def _mailing(row: Any) -> Mailing:
    letter = Letter(
        row.subject,
        row.body,
        row.kind == "promotional",
        attachments=tuple(Attachment(**each) for each in json.loads(row.attachments)),
        scheduled_at=row.scheduled_at,
    )
    ways = Unsubscribing(row.unsubscribe_address, row.unsubscribe_url)
    return Mailing(letter, row.label, row.criteria, row.operator, row.created_at, ways, row.batch_id or 0, row.id)
