"""One sender an account: who may become it, who is told to wait, and who has lost it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from builders import NOW, home, owner

from tuimail.domain.account import Account, Owner
from tuimail.domain.errors import AccountBusy
from tuimail.store.accounts import LEASE_SECONDS, acquire, heartbeat, holder, release

pytestmark = pytest.mark.usefixtures("store", "english")

US, THEM = owner("virginie", pid=100), owner("thomas", pid=200)
LATER = NOW + timedelta(seconds=LEASE_SECONDS)


def says(answer: bool | None) -> Callable[[Owner], bool | None]:
    return lambda _owner: answer


@pytest.fixture
def account() -> Account:
    return home(0).account


def test_the_first_to_ask_becomes_the_sender(account: Account) -> None:
    lease = acquire(account.id, US, NOW, says(None))
    assert (lease.account_id, lease.owner, lease.epoch) == (account.id, US, 1)
    assert lease.expires_at == LATER
    assert holder(account.id, NOW) == (US, NOW)


@pytest.mark.parametrize("alive", [True, None])
def test_while_one_sends_others_are_told_who_and_since_when(account: Account, alive: bool | None) -> None:
    acquire(account.id, US, NOW, says(None))
    with pytest.raises(AccountBusy, match="virginie has been sending from bureau since") as told:
        acquire(account.id, THEM, NOW + timedelta(seconds=10), says(alive))
    assert told.value.exit_status == 3
    assert f"{NOW.astimezone():%H:%M}" in told.value.sentence
    assert holder(account.id, NOW) == (US, NOW)


def test_the_holder_is_asked_after_as_it_was_written_down(account: Account) -> None:
    acquire(account.id, US, NOW, says(None))
    asked: list[Owner] = []

    def is_alive(found: Owner) -> bool:
        asked.append(found)
        return False

    acquire(account.id, THEM, NOW, is_alive)
    assert asked == [US]


def test_a_dead_sender_is_replaced_at_once_with_a_new_epoch(account: Account) -> None:
    dead = acquire(account.id, US, NOW, says(None))
    lease = acquire(account.id, THEM, NOW, says(False))
    assert lease.epoch == dead.epoch + 1
    assert holder(account.id, NOW) == (THEM, NOW)


@pytest.mark.parametrize("alive", [True, None])
def test_a_sender_that_cannot_be_asked_after_is_waited_for_until_its_lease_runs_out(
    account: Account, alive: bool | None
) -> None:
    acquire(account.id, US, NOW, says(None))
    with pytest.raises(AccountBusy):
        acquire(account.id, THEM, LATER - timedelta(microseconds=1), says(alive))
    assert acquire(account.id, THEM, LATER, says(alive)).owner == THEM


def test_a_heartbeat_keeps_the_lease(account: Account) -> None:
    lease = acquire(account.id, US, NOW, says(None))
    assert heartbeat(lease, NOW + timedelta(seconds=20))
    with pytest.raises(AccountBusy):
        acquire(account.id, THEM, LATER, says(None))
    assert holder(account.id, LATER) == (US, NOW)


def test_whoever_was_replaced_is_told_at_the_next_heartbeat(account: Account) -> None:
    lost = acquire(account.id, US, NOW, says(None))
    lease = acquire(account.id, THEM, LATER, says(None))
    assert not heartbeat(lost, LATER)
    assert heartbeat(lease, LATER)
    assert holder(account.id, LATER) == (THEM, LATER)


def test_a_process_that_asks_again_has_a_new_epoch_and_its_old_lease_is_void(account: Account) -> None:
    first = acquire(account.id, US, NOW, says(True))
    second = acquire(account.id, US, NOW, says(True))
    assert second.epoch == first.epoch + 1
    assert not heartbeat(first, NOW)
    assert heartbeat(second, NOW)


def test_a_lease_that_was_given_back_is_free(account: Account) -> None:
    lease = acquire(account.id, US, NOW, says(None))
    release(lease)
    assert holder(account.id, NOW) is None
    assert not heartbeat(lease, NOW)
    assert acquire(account.id, THEM, NOW, says(True)).epoch == 2


def test_giving_back_what_another_has_taken_over_changes_nothing(account: Account) -> None:
    lost = acquire(account.id, US, NOW, says(None))
    acquire(account.id, THEM, NOW, says(False))
    release(lost)
    assert holder(account.id, NOW) == (THEM, NOW)


def test_nobody_holds_what_nobody_asked_for_or_what_ran_out(account: Account) -> None:
    assert holder(account.id, NOW) is None
    acquire(account.id, US, NOW, says(None))
    moments: list[datetime] = [LATER - timedelta(seconds=1), LATER]
    assert [holder(account.id, at) is None for at in moments] == [False, True]


def test_accounts_have_leases_of_their_own(account: Account) -> None:
    acquire(account.id, US, NOW, says(None))
    other = home(0).account
    assert acquire(other.id, THEM, NOW, says(True)).epoch == 1
