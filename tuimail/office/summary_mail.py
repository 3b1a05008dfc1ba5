"""The counts of a send, mailed to the operator who wants them: a note of the program, no document goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tuimail.config import settings
from tuimail.domain.account import Account
from tuimail.domain.errors import TuimailError
from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import DeliveryState
from tuimail.domain.words import delivery_word
from tuimail.store import accounts, batches, journal, outbox
from tuimail.store.database import in_background

if TYPE_CHECKING:
    from tuimail.office import Office
    from tuimail.sending.rehearsal import Composed

_LOOKED_AT = (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED)


async def mail_counts(office: Office, batch_ids: Sequence[int]) -> str:
    """Mail what these sends of one account have come to; empty if nobody wants it, else what was done, or why not.

    Never raises for what goes wrong with the mail: the sends themselves have ended.
    """
    from tuimail.sending.rehearsal import send_test

    try:
        known = settings.read_settings()
        if not (known.mail_counts and known.own_address and batch_ids):
            return ""
        account, note = await in_background(_note, batch_ids, known.own_address)
        await send_test(account, await in_background(office.mail.known_credentials, account), note)
    except TuimailError as error:
        return _("The counts were not mailed to you: {reason}").format(reason=error.sentence)
    return _("The counts were mailed to {address}.").format(address=note.recipient)


def _note(batch_ids: Sequence[int], to: str) -> tuple[Account, Composed]:
    from tuimail.sending.rehearsal import note_to

    first = batches.batch(batch_ids[0])
    wording = next(iter(batches.wordings(first.id).values()))
    subject = _("Send of {label}: {counts}").format(label=first.label, counts=batches.summary(batch_ids).sentence())
    text = "\n".join(line for batch_id in batch_ids for line in _lines(batch_id))
    return accounts.account(first.account_id), note_to(to, wording.sender_email, "tuimail", subject[:200], text)


def _lines(batch_id: int) -> Iterator[str]:
    batch = batches.batch(batch_id)
    yield batch.label
    yield batches.summary([batch_id]).sentence()
    yield ""
    for delivery in outbox.deliveries(batch_id=batch_id, states=_LOOKED_AT):
        about = f"{delivery.number} {delivery.resident}, {delivery.address}"
        yield f"{delivery_word(delivery.state)} : {about}"
        yield f"    {delivery.detail or delivery.reply}"
    for event in journal.events(batch_id=batch_id):
        if event.event is EventKind.BLOCKED:
            yield _("blocked: {number} {resident}: {reason}").format(
                number=event.number, resident=event.resident, reason=event.detail
            )
    yield ""
