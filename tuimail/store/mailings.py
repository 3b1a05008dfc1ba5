"""Lists of people, the selection each operator has at hand, who wants no mailing, and models of letters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import fn

from tuimail.domain.account import Owner
from tuimail.domain.audience import PersonKey
from tuimail.domain.criteria import Criteria
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import DeliveryState, Purpose, Settlement
from tuimail.domain.mailing import LetterModel, MailingList, Selection, Suppression, checked_name
from tuimail.domain.people import Role
from tuimail.store import batches, bulk, journal
from tuimail.store.database import transaction
from tuimail.store.delivery_rows import delivery_of, event_of
from tuimail.store.tables.mailings import (
    KeptSelectionRow,
    LetterModelRow,
    ListMemberRow,
    MailingListRow,
    SuppressionRow,
)
from tuimail.store.tables.outbox import DeliveryRow

# Lists


def lists() -> list[MailingList]:
    """All of them by name, fixed ones with their people."""
    members: dict[int, list[PersonKey]] = {}
    for list_id, *key in (
        ListMemberRow.select(ListMemberRow.list, ListMemberRow.resident, ListMemberRow.role, ListMemberRow.number)
        .order_by(ListMemberRow.id)
        .tuples()
    ):
        members.setdefault(list_id, []).append(_key(key))
    return [
        MailingList(
            row.name,
            Criteria.from_json(row.criteria),
            row.fixed,
            tuple(members.get(row.id, ())),
            row.operator,
            row.changed_at,
            row.id,
        )
        for row in MailingListRow.select().order_by(MailingListRow.name)
    ]


def save_list(kept: MailingList, owner: Owner, now: datetime) -> MailingList:
    """Store a new list (`id` 0) or a changed one; raises BadInput if another one has its name."""
    name = checked_name(kept.name)
    values = {
        "name": name,
        "criteria": kept.criteria.to_json(),
        "fixed": kept.fixed,
        "operator": owner.operator,
        "changed_at": now,
    }
    with transaction():
        if MailingListRow.select().where((MailingListRow.name == name) & (MailingListRow.id != kept.id)).exists():
            raise BadInput(
                _("There is a list “{name}” already.").format(name=name), _("Choose another name, or change that one.")
            )
        if kept.id:
            MailingListRow.update(**values).where(MailingListRow.id == kept.id).execute()
            ListMemberRow.delete().where(ListMemberRow.list == kept.id).execute()
            list_id = kept.id
        else:
            list_id = int(MailingListRow.insert(**values).execute())
        if kept.fixed:
            bulk.insert(ListMemberRow, ({"list": list_id} | _key_values(key) for key in kept.members))
        _tell(_("List “{name}” kept.").format(name=name), owner, now)
    return replace(kept, name=name, id=list_id, operator=owner.operator, changed_at=now)


def delete_list(list_id: int, owner: Owner, now: datetime) -> None:
    """Forget a list; letters sent to it stay."""
    with transaction():
        row = MailingListRow.get_or_none(MailingListRow.id == list_id)
        if row is not None:
            ListMemberRow.delete().where(ListMemberRow.list == list_id).execute()
            row.delete_instance()
            _tell(_("List “{name}” deleted.").format(name=row.name), owner, now)


def free_name(name: str) -> str:
    """`name`, or with a number after it if a list has it already: what a copy is called."""
    taken = {row.name for row in MailingListRow.select(MailingListRow.name)}
    number, found = 2, name
    while found in taken:
        found = f"{name} {number}"
        number += 1
    return found


# The selection of the moment


def selection(operator: str) -> Selection:
    """What the operator had put together when the screen was closed; nothing at first."""
    row = KeptSelectionRow.get_or_none(KeptSelectionRow.operator == operator)
    if row is None:
        return Selection()
    return Selection(Criteria.from_json(row.criteria), tuple(_key(key) for key in json.loads(row.chosen)))


def keep_selection(operator: str, kept: Selection) -> None:
    """Keep it until the operator comes back, however the screen is left."""
    values = {"criteria": kept.criteria.to_json(), "chosen": json.dumps(kept.chosen)}
    with transaction():
        KeptSelectionRow.insert(operator=operator, **values).on_conflict(
            conflict_target=[KeptSelectionRow.operator], update=values
        ).execute()


# Who wants no mailing


def suppressions() -> list[Suppression]:
    """Every address that wants no mailing, by address."""
    return [
        Suppression(row.address, row.since, row.operator, row.source)
        for row in SuppressionRow.select().order_by(SuppressionRow.address)
    ]


def unwilling() -> frozenset[str]:
    """Those addresses, case folded."""
    return frozenset(address.casefold() for (address,) in SuppressionRow.select(SuppressionRow.address).tuples())


def suppress(entries: Iterable[Suppression], owner: Owner, now: datetime) -> int:
    """Write no more mailings to these addresses; returns how many are new. Letters that wait are taken back."""
    new = 0
    with transaction():
        for entry in entries:
            address = entry.address.casefold()
            if not SuppressionRow.select().where(SuppressionRow.address == address).exists():
                SuppressionRow.create(address=address, since=entry.since, operator=entry.operator, source=entry.source)
                _tell(
                    _("No mailings to {address} any more: {source}").format(address=address, source=entry.source),
                    owner,
                    now,
                )
                new += 1
            _take_back(address, owner, now)
    return new


def _take_back(address: str, owner: Owner, now: datetime) -> None:
    """What is in a sender's hands is held back by `outbox`."""
    waiting = (
        (DeliveryRow.purpose == Purpose.LETTER)
        & DeliveryRow.state.in_([DeliveryState.QUEUED, DeliveryState.DEFERRED])
        & (fn.LOWER(DeliveryRow.address) == address)
    )
    rows = list(DeliveryRow.select().where(waiting).order_by(DeliveryRow.id))
    outcome = Settlement(DeliveryState.CANCELLED, detail=_("wants no mailing: unsubscribed"))
    DeliveryRow.update(state=outcome.state, detail=outcome.detail, next_at=None, updated_at=now).where(
        DeliveryRow.id.in_([row.id for row in rows])
    ).execute()
    journal.append([event_of(delivery_of(row), outcome, owner, now) for row in rows])
    for batch_id in {row.batch_id for row in rows}:
        batches.finish(batch_id, owner, now)


def allow_again(address: str, owner: Owner, now: datetime, why: str) -> bool:
    """Take an address off, at its owner's wish; False if it was not on the list."""
    with transaction():
        gone = SuppressionRow.delete().where(SuppressionRow.address == address.casefold()).execute()
        if gone:
            _tell(_("Mailings to {address} again: {why}").format(address=address, why=why), owner, now)
    return bool(gone)


# Models


def models() -> list[LetterModel]:
    """All models by name."""
    return [
        LetterModel(row.name, row.subject, row.body, row.promotional, row.id)
        for row in LetterModelRow.select().order_by(LetterModelRow.name)
    ]


def save_model(model: LetterModel) -> LetterModel:
    """Store a model; one of that name is replaced."""
    name = checked_name(model.name)
    values = {"subject": model.subject, "body": model.body, "promotional": model.promotional}
    with transaction():
        LetterModelRow.insert(name=name, **values).on_conflict(
            conflict_target=[LetterModelRow.name], update=values
        ).execute()
        row = LetterModelRow.get(LetterModelRow.name == name)
    return replace(model, name=name, id=row.id)


def delete_model(model_id: int) -> None:
    """Forget a model."""
    with transaction():
        LetterModelRow.delete().where(LetterModelRow.id == model_id).execute()


def _key(values: Any) -> PersonKey:
    resident_id, role, number = values
    return PersonKey(int(resident_id), Role(role), int(number))


def _key_values(key: PersonKey) -> dict[str, Any]:
    return {"resident": key.resident_id, "role": key.role, "number": key.number}


def _tell(detail: str, owner: Owner, now: datetime) -> None:
    journal.append([Event(EventKind.SETTING_CHANGED, now, operator=owner.operator, host=owner.host, detail=detail)])
