"""What came back about messages: matched, kept once, journalled, and noted at the address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from peewee import fn

from tuimail.domain.account import Owner
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.domain.people import Role
from tuimail.domain.periods import format_moment
from tuimail.domain.returns import Arrived, Report, Return, ReturnKind
from tuimail.store import address_notes, journal
from tuimail.store.database import execute, transaction
from tuimail.store.delivery_rows import delivery_of, line_about
from tuimail.store.residents import CHUNK, residents
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.returns import MailboxReadRow, ReturnRow

_EVENTS = {ReturnKind.BOUNCED: EventKind.BOUNCED, ReturnKind.READ: EventKind.READ}


def keep(
    arrived: Sequence[Arrived],
    imap_account_id: int,
    folder: str,
    uidvalidity: int,
    uid: int,
    owner: Owner,
    now: datetime,
) -> list[Return]:
    """Keep what a mailbox holds up to `uid`, and that it was read so far, in one transaction; returns what is new.

    What was kept before, under whatever number, is left alone.
    """
    with transaction():
        new = [found for mail in arrived for found in _keep(mail, owner, now)]
        values = {"uidvalidity": uidvalidity, "uid": uid, "at": now}
        MailboxReadRow.insert(imap_account=imap_account_id, folder=folder, **values).on_conflict(
            conflict_target=[MailboxReadRow.imap_account, MailboxReadRow.folder], update=values
        ).execute()
    return new


def read_up_to(imap_account_id: int, folder: str) -> tuple[int, int]:
    """UIDVALIDITY and the last UID that was read there; zeros if it never was."""
    row = MailboxReadRow.get_or_none(
        (MailboxReadRow.imap_account == imap_account_id) & (MailboxReadRow.folder == folder)
    )
    return (row.uidvalidity, row.uid) if row else (0, 0)


def _keep(mail: Arrived, owner: Owner, now: datetime) -> list[Return]:
    new = []
    for report in mail.reports:
        parts = (mail.key, report.kind, report.message_id or report.envid, report.address.casefold())
        key = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
        delivery = match(report)
        row, created = ReturnRow.get_or_create(
            key=key,
            defaults={
                "kind": report.kind,
                "at": mail.at,
                "delivery": delivery.id if delivery else None,
                "document": (delivery.document_id or None) if delivery else None,
                "address": delivery.address if delivery else report.address,
                "code": report.code,
                "why": report.why,
                "sender": mail.sender,
                "subject": mail.subject,
            },
        )
        if not created:
            continue
        if delivery is not None:
            _tell(report, mail, delivery, owner, now)
        new.append(_return(row, delivery))
    return new


def match(report: Report) -> Delivery | None:
    """The message of ours that a report is about; None where it names none, or two different ones."""
    found = {}
    if report.message_id:
        for row in DeliveryRow.select().where(DeliveryRow.message_id == report.message_id):
            found[row.id] = row
    if len(report.envid) >= _SHORTEST_ENVID:
        start = f"<{report.envid}@"
        # A range, because the index knows nothing of LIKE.
        inside = (DeliveryRow.message_id >= start) & (DeliveryRow.message_id < start + "\x7f")
        for row in DeliveryRow.select().where(inside).limit(2):
            found[row.id] = row
    return delivery_of(next(iter(found.values()))) if len(found) == 1 else None


_SHORTEST_ENVID = 16


def _tell(report: Report, mail: Arrived, delivery: Delivery, owner: Owner, now: datetime) -> None:
    if report.kind in _EVENTS:
        journal.append([_event(report, mail, delivery, owner, now)])
    if report.kind is not ReturnKind.BOUNCED or delivery.role is Role.COPY:
        return
    resident_id = delivery.resident_id or DocumentRow.get_by_id(delivery.document_id).resident_id
    person = residents([resident_id])[0]
    if delivery.address.casefold() not in {address.casefold() for address in person.addresses}:
        return
    note = address_notes.notes([resident_id]).get(resident_id, {}).get(delivery.address.casefold())
    if note is not None and note.succeeded_at is not None and note.succeeded_at > mail.at:
        # A later message was taken: what came back is past.
        return
    address_notes.bounced(resident_id, delivery.address, reason(report.code, report.why), mail.at)


def reason(code: str, why: str) -> str:
    """What the report says, for people: `5.1.1 user unknown`."""
    return why if code and why.find(code) >= 0 else f"{code} {why}".strip()


def _event(report: Report, mail: Arrived, delivery: Delivery, owner: Owner, now: datetime) -> Event:
    if report.kind is ReturnKind.READ:
        detail = _("A receipt of {moment} says that it was shown.").format(moment=format_moment(mail.at, year=True))
    elif report.address and report.address.casefold() != delivery.address.casefold():
        detail = _("The message came back, from {address}.").format(address=report.address)
    else:
        detail = _("The message came back.")
    return line_about(delivery, _EVENTS[report.kind], owner, now, code=report.code, reply=report.why, detail=detail)


def returns(kinds: Sequence[ReturnKind] = (), *, matched: bool | None = None, most: int = 2000) -> list[Return]:
    """Kept returns, the newest first."""
    query = ReturnRow.select(ReturnRow, DeliveryRow).left_outer_join(DeliveryRow)
    if kinds:
        query = query.where(ReturnRow.kind.in_(list(kinds)))
    if matched is not None:
        query = query.where(ReturnRow.delivery.is_null(not matched))
    return [_of_row(row) for row in query.order_by(ReturnRow.at.desc(), ReturnRow.id.desc()).limit(most)]


def counts() -> tuple[dict[ReturnKind, int], int]:
    """How many matched ones there are of each kind, and how many unmatched ones."""
    found = dict(execute("SELECT kind, count(*) FROM return_report WHERE delivery_id IS NOT NULL GROUP BY kind"))
    ((unmatched,),) = execute("SELECT count(*) FROM return_report WHERE delivery_id IS NULL").fetchall()
    return {kind: found.get(str(kind), 0) for kind in ReturnKind}, unmatched


def of_deliveries(delivery_ids: Iterable[int]) -> dict[int, list[Return]]:
    """What came back about each of these messages, oldest first; those without are not in it."""
    ids, found = sorted(delivery_ids), defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        query = ReturnRow.select(ReturnRow, DeliveryRow).join(DeliveryRow)
        query = query.where(ReturnRow.delivery.in_(ids[start : start + CHUNK])).order_by(ReturnRow.at, ReturnRow.id)
        for row in query:
            found[row.delivery_id].append(_of_row(row))
    return found


def bounced_documents() -> Any:
    """A query for the ids of the documents that came back from an address and were not sent again since."""
    later = DeliveryRow.alias()
    again = later.select(later.id).where(
        (later.document == DeliveryRow.document)
        & (later.batch > DeliveryRow.batch)
        & (later.state == DeliveryState.SENT)
    )
    return (
        ReturnRow.select(ReturnRow.document)
        .join(DeliveryRow)
        .where((ReturnRow.kind == ReturnKind.BOUNCED) & ReturnRow.document.is_null(False) & ~fn.EXISTS(again))
    )


def bounces(document_ids: Sequence[int]) -> dict[int, str]:
    """Of these documents, those that came back, with a sentence each."""
    if not document_ids:
        return {}
    query = bounced_documents().where(ReturnRow.document.in_(list(document_ids)))
    found = {}
    for document_id, address, code, why in query.select(
        ReturnRow.document, ReturnRow.address, ReturnRow.code, ReturnRow.why
    ).tuples():
        sentence = _("came back from {address}: {reason}")
        found[document_id] = sentence.format(address=address, reason=reason(code, why) or "?")
    return found


def _of_row(row: Any) -> Return:
    return _return(row, delivery_of(row.delivery) if row.delivery_id else None)


def _return(row: Any, delivery: Delivery | None) -> Return:
    return Return(
        id=row.id,
        kind=ReturnKind(row.kind),
        at=row.at,
        address=row.address,
        code=row.code,
        why=row.why,
        sender=row.sender,
        subject=row.subject,
        delivery_id=delivery.id if delivery else 0,
        document_id=delivery.document_id if delivery else 0,
        number=delivery.number if delivery else "",
        resident=delivery.resident if delivery else "",
        message_id=delivery.message_id if delivery else "",
    )
