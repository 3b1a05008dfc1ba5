"""What was sent before the demonstration begins, written by the outbox itself at moments that are past."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tuimail.demo.people import GONE
from tuimail.documents.bulk import Helper
from tuimail.documents.naming import readable_name, relative_path
from tuimail.documents.printable import Printable
from tuimail.domain.account import Account, Owner
from tuimail.domain.billing import KeptFile
from tuimail.domain.mail import (
    BlockedDocument,
    Delivery,
    DeliveryState,
    NewBatch,
    NewDelivery,
    Settlement,
    Wait,
    Wording,
)
from tuimail.domain.pacing import PacingState
from tuimail.domain.recipients import decide
from tuimail.office import Office
from tuimail.sending.composer import Composer, date_of
from tuimail.sending.parser import Reply
from tuimail.sending.replies import sort, unacknowledged
from tuimail.sending.smtp import Stage
from tuimail.store import accounts, batches, outbox
from tuimail.store.listing import unreachable_reason

_PACE = 2.0
"""Seconds between two messages in those days."""
_FULL = Reply(552, "5.2.2", ("5.2.2 Mailbox full",), b"")
_UNKNOWN = Reply(550, "5.1.1", ("5.1.1 Recipient address rejected: User unknown",), b"")
_HOST = "compta-1"
_FIRST_OF_OCTOBER = ("ANTOINE", "BOUCHER", "DELMAS", "MARTIN")


@dataclass(frozen=True)
class _Press:
    """One press of Send; `troubles` says how the nth message ended where it was not accepted."""

    operator: str
    start: datetime
    items: Sequence[Printable]
    troubles: Mapping[int, Settlement] = field(default_factory=dict)

    @property
    def troubled(self) -> list[int]:
        """The documents of the messages that were not accepted."""
        sent = [(item.document.id, each.address) for item in self.items for each in decide(item.resident).recipients]
        return [i for n, (i, address) in enumerate(sent) if n in self.troubles or _is_gone(address)]


class Past:
    """What the operators have sent. Real PDFs are made of what is still worked with, and messages from them."""

    def __init__(self, office: Office, helper: Helper) -> None:
        self._office, self._helper = office, helper
        self._composer = Composer(office)
        self._files: dict[int, KeptFile] = {}

    def replay(self, account: Account, months: Sequence[Sequence[Sequence[Printable]]]) -> None:
        """Send, in the past: `months` holds the three months, each by structure. Call inside a transaction.

        August went well, September nearly; of October only a few have left.
        """
        august, september, october = months
        operators = ("virginie", "virginie", "karim")
        past = [
            _Press(operator, datetime(2026, 9, 2, 12 + n, 2, tzinfo=UTC), august[n])
            for n, operator in enumerate(operators)
        ]
        for n, operator in enumerate(operators):
            troubles = {} if n == 1 else {7 + n: _refused(_FULL), 19: _unanswered()}
            past.append(_Press(operator, datetime(2026, 10, 2, 7 + n, 40, tzinfo=UTC), september[n], troubles))
        _none_yet, saint_eloi, oeillet = october
        few = [item for item in saint_eloi if item.resident.last_name in _FIRST_OF_OCTOBER]
        others = [item for item in oeillet if decide(item.resident).recipients][:4]
        troubles = {2: _unanswered(), 3: _refused(_UNKNOWN)}
        past += (
            _Press(operators[1], datetime(2026, 11, 2, 14, 50, tzinfo=UTC), few),
            _Press(operators[2], datetime(2026, 11, 3, 8, 15, tzinfo=UTC), others, troubles),
        )
        made = [item.document.id for item in (*few, *others)]
        self._keep(dict.fromkeys([*made, *(i for press in past for i in press.troubled)]))
        then = replace(account, gap=_PACE)
        for press in past:
            self._send(then, press)
        # The account forgets its pace here: the moments above may lie ahead of this machine's clock.
        accounts.save_pacing(account.id, PacingState())

    def _keep(self, document_ids: Iterable[int]) -> None:
        items = list(self._office.printables(list(document_ids)))
        self._helper.ask(items)
        contents = self._helper.answers() or [None] * len(items)
        for item, content in zip(items, contents, strict=True):
            self._files[item.document.id] = self._office.library.keep(item, content)

    def _send(self, account: Account, press: _Press) -> None:
        start = press.start
        owner = Owner(f"demo-{press.operator}-{start:%m%d%H}", press.operator, _HOST, 1, "")
        lease, _mended = outbox.acquire(account.id, owner, start, lambda _other: False)
        batch = batches.queue(_batch(account, press.items, self._files), owner, start)
        now, done = start, 0
        while batch is not None and (claimed := outbox.claim(lease, account, now, batch.id)) is not None:
            if isinstance(claimed, Wait):
                now = claimed.until
                continue
            outcome = press.troubles.get(done) or _answer(claimed)
            if outcome.state is not DeliveryState.FAILED:
                outbox.enter_flight(lease, claimed.id, self._wire(claimed), now, dated=date_of(claimed))
            now += timedelta(seconds=0.3)
            outbox.settle(lease, account, claimed, outcome, now)
            done += 1
        if batch is not None:
            batches.finish(batch.id, owner, now)
        outbox.release(lease)

    def _wire(self, delivery: Delivery) -> str:
        """SHA-256 of the message, as far as it can be made."""
        if delivery.document_id not in self._files:
            return _digest(delivery.message_id)
        if not self._composer.knows(delivery.batch_id):
            self._composer.learn(delivery.batch_id)
        return self._composer.compose(delivery).wire.sha256


def _batch(account: Account, items: Sequence[Printable], files: Mapping[int, KeptFile]) -> NewBatch:
    structure = items[0].structure
    sender = structure.sender
    wording = Wording(
        structure.id,
        structure.name,
        sender.name,
        sender.email,
        sender.reply_to,
        sender.receipt,
        sender.subject,
        sender.body,
        sender.copy_to,
    )
    deliveries: list[NewDelivery] = []
    blocked: list[BlockedDocument] = []
    for item in items:
        recipients = decide(item.resident).recipients
        deliveries += (
            NewDelivery(
                document_id=item.document.id,
                structure_id=structure.id,
                number=item.document.number,
                period=item.document.period,
                resident=item.resident.name,
                address=recipient.address,
                role=recipient.role,
                recipient_name=recipient.name,
                message_id=f"<{_digest(f'{item.document.id} {recipient.address}')[:32]}@{_HOST}.example>",
                pdf=files.get(item.document.id) or _file(item),
                issued_on=item.document.issued_on,
                due_on=item.document.due_on,
                gross=item.document.gross,
            )
            for recipient in recipients
        )
        if not recipients:
            document = item.document
            reason = unreachable_reason(item.resident)
            blocked.append(BlockedDocument(document.id, document.number, document.period, item.resident.name, reason))
    label = f"{items[0].document.period.label()}, {structure.name}"
    return NewBatch(account.id, label, (wording,), tuple(deliveries), tuple(blocked))


def _file(item: Printable) -> KeptFile:
    """The file as it was in those days: not made again, which would take seconds at each start."""
    path = relative_path(item).as_posix()
    return KeptFile(path, readable_name(item), _digest(path), 24_000)


def _answer(delivery: Delivery) -> Settlement:
    if _is_gone(delivery.address):
        return _refused(_UNKNOWN)
    name = _digest(delivery.message_id)[:10].upper()
    return Settlement(DeliveryState.SENT, "2.0.0", f"250 2.0.0 Ok: queued as {name}", name)


def _is_gone(address: str) -> bool:
    return address.endswith(f"@{GONE}")


def _refused(reply: Reply) -> Settlement:
    verdict = sort(Stage.RCPT, reply)
    return Settlement(DeliveryState.FAILED, verdict.code, verdict.reply, detail=verdict.sentence())


def _unanswered() -> Settlement:
    return Settlement(DeliveryState.UNCERTAIN, detail=unacknowledged())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
