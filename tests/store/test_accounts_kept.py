from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from builders import NOW, home

from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.errors import StoreError
from tuimail.domain.pacing import PacingState, Window
from tuimail.store.accounts import (
    account,
    account_for,
    account_of,
    accounts,
    pacing,
    save_account,
    save_pacing,
    take_slot,
    windows,
)
from tuimail.store.structures import add_association
from tuimail.store.tables.account import SlotRow

pytestmark = pytest.mark.usefixtures("store")

FULL = replace(
    Account(1, "smtp.example", 465, Security.TLS, "compta", "/etc/ca.pem", 1.5, 7, 30.0, 20, 300, 2000),
    authentication=Authentication.OAUTH,
    signed_in_as="virginie@home.example",
    tenant="home.example",
    client_id="11111111-2222-3333-4444-555555555555",
    clear_host="smtp.example",
    connect_timeout=12.0,
    reply_timeout=45.0,
    operator="virginie",
)


def test_an_account_comes_back_as_saved() -> None:
    saved = save_account(replace(FULL, association_id=add_association("A").id))
    assert all(getattr(saved, f.name) for f in fields(saved))
    assert account(saved.id) == saved == replace(FULL, association_id=saved.association_id, id=saved.id)
    assert account(saved.id).security is Security.TLS


def test_an_association_has_one_account_that_keeps_its_id_when_changed() -> None:
    one, two = add_association("A"), add_association("B")
    assert account_of(one.id) is None
    first = save_account(replace(FULL, association_id=one.id, operator=""))
    changed = save_account(Account(one.id, "other.example", 25, Security.NONE))
    second = save_account(replace(FULL, association_id=two.id, operator=""))
    assert changed == Account(one.id, "other.example", 25, Security.NONE, id=first.id)
    assert accounts() == [changed, second]
    assert account_of(one.id) == changed


def test_an_operators_own_account_stands_beside_the_associations() -> None:
    one = add_association("A")
    assert account_for(one.id, "virginie") is None
    common = save_account(replace(FULL, association_id=one.id, operator=""))
    assert account_for(one.id, "virginie") == common
    own = save_account(replace(FULL, association_id=one.id, user="virginie@home.example"))
    assert account_for(one.id, "virginie") == own
    assert account_for(one.id, "karim") == account_for(one.id, "") == account_of(one.id) == common


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(StoreError):
        save_account(replace(FULL, association_id=add_association("A").id, port=port))
    assert accounts() == []


def test_pacing_is_remembered_for_each_account() -> None:
    one, two = home(0).account, home(0).account
    assert pacing(one.id) == PacingState()
    state = PacingState(NOW, 3, 4.5, 6, 7, NOW + timedelta(minutes=1))
    save_pacing(one.id, state)
    assert (pacing(one.id), pacing(two.id)) == (state, PacingState())
    save_pacing(one.id, PacingState(last=NOW))
    assert pacing(one.id) == PacingState(last=NOW)


def test_windows_hold_the_messages_that_still_count_oldest_first() -> None:
    limited = home(0, per_minute=3, per_hour=10).account
    other = home(0, per_minute=3).account
    moments = [NOW - timedelta(seconds=s) for s in (3600, 3599, 60, 59, 20, 1)]
    for at in moments:
        take_slot(limited, at)
    take_slot(other, NOW)
    assert windows(limited, NOW) == [Window(60, 3, moments[3:]), Window(3600, 10, moments[1:])]


def test_of_a_window_that_is_full_only_the_latest_are_looked_at() -> None:
    limited = home(0, per_minute=2).account
    for second in range(5):
        take_slot(limited, NOW + timedelta(seconds=second))
    ((_, _, moments),) = [(w.seconds, w.limit, w.moments) for w in windows(limited, NOW + timedelta(seconds=5))]
    assert moments == [NOW + timedelta(seconds=3), NOW + timedelta(seconds=4)]


def test_an_account_without_limits_counts_nothing() -> None:
    free = home(0).account
    take_slot(free, NOW)
    assert windows(free, NOW) == []
    assert SlotRow.select().count() == 0


def test_slots_older_than_a_day_are_forgotten() -> None:
    limited = home(0, per_day=5).account
    take_slot(limited, NOW - timedelta(days=2))
    take_slot(limited, NOW - timedelta(hours=23))
    take_slot(limited, NOW)
    assert [row.at for row in SlotRow.select().order_by(SlotRow.at)] == [NOW - timedelta(hours=23), NOW]
