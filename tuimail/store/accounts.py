"""SMTP accounts, the lease that lets one process send from an account, and the account's pacing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from tuimail.domain.account import Account, Authentication, Lease, Owner, Security
from tuimail.domain.errors import AccountBusy
from tuimail.domain.i18n import _
from tuimail.domain.pacing import PacingState, Window
from tuimail.domain.periods import format_moment
from tuimail.store.database import execute, transaction
from tuimail.store.tables.account import AccountRow, LeaseRow, SlotRow
from tuimail.store.tables.base import from_text, to_text

LEASE_SECONDS = 30
HEARTBEAT_SECONDS = 5
_ACCOUNT = tuple(field.name for field in fields(Account) if field.name not in ("association_id", "id"))


def accounts() -> list[Account]:
    """All SMTP accounts."""
    return [_account(row) for row in AccountRow.select().order_by(AccountRow.id)]


def usable_by(operator: str) -> list[Account]:
    """The accounts which that operator may send from: the associations', and the own ones."""
    return [each for each in accounts() if each.operator in ("", operator)]


def account(account_id: int) -> Account:
    """The account of that id, which must exist."""
    return _account(AccountRow.get_by_id(account_id))


def account_of(association_id: int, operator: str = "") -> Account | None:
    """The association's account, or that operator's own, if it is codified."""
    row = AccountRow.get_or_none((AccountRow.association == association_id) & (AccountRow.operator == operator))
    return _account(row) if row else None


def account_for(association_id: int, operator: str) -> Account | None:
    """What that operator sends with: the own account if there is one, else the association's."""
    own = account_of(association_id, operator) if operator else None
    return own or account_of(association_id)


def save_account(account: Account) -> Account:
    """Store the account of that association and operator, new or changed; returns it with its id."""
    values = {name: getattr(account, name) for name in _ACCOUNT}
    with transaction():
        before = account_of(account.association_id, account.operator)
        if before is None:
            return _account(AccountRow.create(association=account.association_id, **values))
        AccountRow.update(**values).where(AccountRow.id == before.id).execute()
        return _account(AccountRow.get_by_id(before.id))


def acquire(account_id: int, owner: Owner, now: datetime, is_alive: Callable[[Owner], bool | None]) -> Lease:
    """Become the account's only sender, with a new epoch; call inside the transaction that mends what a dead one left.

    `is_alive` says True, False, or None where it cannot know (another host). Raises AccountBusy while another sends.
    """
    expires_at = now + timedelta(seconds=LEASE_SECONDS)
    with transaction():
        row = LeaseRow.get_or_none(LeaseRow.account == account_id)
        if row is None:
            row = LeaseRow.create(account=account_id)
        if row.owner and row.owner != owner.id and row.expires_at > now:
            holder = Owner(row.owner, row.operator, row.host, row.pid, row.started)
            if is_alive(holder) is not False:
                raise AccountBusy(
                    _("{operator} has been sending from {host} since {time}.").format(
                        operator=row.operator, host=row.host, time=format_moment(row.since)
                    ),
                    _("Wait for the end of that send, then try again."),
                )
        epoch = row.epoch + 1
        LeaseRow.update(
            epoch=epoch,
            owner=owner.id,
            operator=owner.operator,
            host=owner.host,
            pid=owner.pid,
            started=owner.started,
            since=now,
            expires_at=expires_at,
        ).where(LeaseRow.id == row.id).execute()
    return Lease(account_id, owner, epoch, expires_at)


def holder(account_id: int, now: datetime) -> tuple[Owner, datetime] | None:
    """Who sends from the account, and since when; None if nobody does or the lease ran out."""
    row = LeaseRow.get_or_none(LeaseRow.account == account_id)
    if row is None or not row.owner or row.expires_at <= now:
        return None
    return Owner(row.owner, row.operator, row.host, row.pid, row.started), row.since


def heartbeat(lease: Lease, now: datetime) -> bool:
    """Keep the lease for another `LEASE_SECONDS`; False once another sender has taken over."""
    with transaction():
        changed = LeaseRow.update(expires_at=now + timedelta(seconds=LEASE_SECONDS)).where(_held(lease)).execute()
    return bool(changed)


def release(lease: Lease) -> None:
    """Give the lease back, if it is still ours."""
    with transaction():
        LeaseRow.update(owner="", expires_at=None).where(_held(lease)).execute()


def _held(lease: Lease) -> Any:
    return (LeaseRow.account == lease.account_id) & (LeaseRow.owner == lease.owner.id) & (LeaseRow.epoch == lease.epoch)


def pacing(account_id: int) -> PacingState:
    """What is remembered of the account's past."""
    row = execute(_READ_PACING, account_id).fetchone()
    if row is None:
        return PacingState()
    last, since_pause, slow_gap, successes, complaints, not_before = row
    return PacingState(from_text(last), since_pause, slow_gap, successes, complaints, from_text(not_before))


def save_pacing(account_id: int, state: PacingState) -> None:
    """Remember it; inside a transaction of the caller's."""
    last, not_before = to_text(state.last), to_text(state.not_before)
    values = (last, state.since_pause, state.slow_gap, state.successes, state.complaints, not_before)
    if not execute(_WRITE_PACING, *values, account_id).rowcount:
        execute(_ADD_PACING, *values, account_id)


_READ_PACING = "SELECT last, since_pause, slow_gap, successes, complaints, not_before FROM pacing WHERE account_id = ?"
_WRITE_PACING = (
    "UPDATE pacing SET last = ?, since_pause = ?, slow_gap = ?, successes = ?, complaints = ?, not_before = ?"
    " WHERE account_id = ?"
)
_ADD_PACING = (
    "INSERT INTO pacing (last, since_pause, slow_gap, successes, complaints, not_before, account_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def windows(account: Account, now: datetime) -> list[Window]:
    """The account's sliding windows with the messages that count in them."""
    found = []
    for seconds, limit in ((60, account.per_minute), (3600, account.per_hour), (86_400, account.per_day)):
        if limit:
            query = (
                SlotRow.select(SlotRow.at)
                .where((SlotRow.account == account.id) & (SlotRow.at > now - timedelta(seconds=seconds)))
                .order_by(SlotRow.at.desc())
                .limit(limit)
            )
            found.append(Window(seconds, limit, [row.at for row in query][::-1]))
    return found


def take_slot(account: Account, at: datetime) -> None:
    """Count a message in the windows, where there are any."""
    if account.per_minute or account.per_hour or account.per_day:
        with transaction():
            SlotRow.create(account=account.id, at=at)
            SlotRow.delete().where((SlotRow.account == account.id) & (SlotRow.at < at - timedelta(days=1))).execute()


def _account(row: Any) -> Account:
    values = {name: getattr(row, name) for name in _ACCOUNT}
    values |= {"security": Security(row.security), "authentication": Authentication(row.authentication)}
    return Account(association_id=row.association_id, id=row.id, **values)
