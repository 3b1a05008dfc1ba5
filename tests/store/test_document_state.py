"""What a document's state is, from the states of its deliveries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.billing import DocumentState
from tuimail.domain.mail import LIVE_STATES, DeliveryState
from tuimail.store.documents import derive_state

LETTERS = {
    "q": DeliveryState.QUEUED,
    "l": DeliveryState.CLAIMED,
    "i": DeliveryState.INFLIGHT,
    "d": DeliveryState.DEFERRED,
    "S": DeliveryState.SENT,
    "F": DeliveryState.FAILED,
    "U": DeliveryState.UNCERTAIN,
    "C": DeliveryState.CANCELLED,
}


@pytest.mark.parametrize(
    ("addresses", "state"),
    [
        ("", DocumentState.UNSENT),
        ("q", DocumentState.QUEUED),
        ("l", DocumentState.QUEUED),
        ("i", DocumentState.QUEUED),
        ("d", DocumentState.QUEUED),
        ("S", DocumentState.SENT),
        ("F", DocumentState.FAILED),
        ("U", DocumentState.UNCERTAIN),
        ("C", DocumentState.UNSENT),
        ("S S", DocumentState.SENT),
        ("S q", DocumentState.QUEUED),
        ("F q", DocumentState.QUEUED),
        ("U q", DocumentState.QUEUED),
        ("S F", DocumentState.PARTIAL),
        ("S C", DocumentState.PARTIAL),
        ("F C", DocumentState.FAILED),
        ("F F", DocumentState.FAILED),
        ("C C", DocumentState.UNSENT),
        ("S U", DocumentState.UNCERTAIN),
        ("F U", DocumentState.UNCERTAIN),
        # Several tries at one address, oldest first.
        ("FS", DocumentState.SENT),
        ("SF", DocumentState.SENT),
        ("SC", DocumentState.SENT),
        ("SU", DocumentState.UNCERTAIN),
        ("SUF", DocumentState.UNCERTAIN),
        ("US", DocumentState.SENT),
        ("USF", DocumentState.SENT),
        ("UF", DocumentState.UNCERTAIN),
        ("UC", DocumentState.UNCERTAIN),
        ("CF", DocumentState.FAILED),
        ("FC", DocumentState.FAILED),
        ("CS", DocumentState.SENT),
        ("Sq", DocumentState.QUEUED),
        ("SF S", DocumentState.SENT),
        ("SF F", DocumentState.PARTIAL),
        ("S CF FS", DocumentState.PARTIAL),
    ],
)
def test_the_table_of_states(addresses: str, state: DocumentState) -> None:
    assert derive_state([[LETTERS[letter] for letter in address] for address in addresses.split()]) is state


HISTORIES = st.lists(st.lists(st.sampled_from(list(DeliveryState)), min_size=1, max_size=4), max_size=4)


@given(HISTORIES)
def test_whatever_can_still_leave_makes_it_queued(addresses: list[list[DeliveryState]]) -> None:
    live = any(state in LIVE_STATES for states in addresses for state in states)
    assert (derive_state(addresses) is DocumentState.QUEUED) == live


@given(HISTORIES)
def test_sent_means_that_every_address_got_it(addresses: list[list[DeliveryState]]) -> None:
    if derive_state(addresses) is DocumentState.SENT:
        assert all(DeliveryState.SENT in states for states in addresses)


@given(HISTORIES)
def test_what_nobody_got_is_never_shown_as_sent(addresses: list[list[DeliveryState]]) -> None:
    if not any(DeliveryState.SENT in states for states in addresses):
        assert derive_state(addresses) not in (DocumentState.SENT, DocumentState.PARTIAL)


@given(HISTORIES)
def test_unsent_means_that_nothing_ever_left(addresses: list[list[DeliveryState]]) -> None:
    nothing = all(state == DeliveryState.CANCELLED for states in addresses for state in states)
    assert (derive_state(addresses) is DocumentState.UNSENT) == nothing


@given(HISTORIES)
def test_an_uncertain_last_word_is_never_hidden(addresses: list[list[DeliveryState]]) -> None:
    doubtful = any(
        [s for s in states if s in (DeliveryState.SENT, DeliveryState.UNCERTAIN)][-1:] == [DeliveryState.UNCERTAIN]
        for states in addresses
    )
    if doubtful:
        assert derive_state(addresses) in (DocumentState.UNCERTAIN, DocumentState.QUEUED)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_addresses_does_not_count(addresses: list[list[DeliveryState]], random: object) -> None:
    shuffled = list(addresses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive_state(shuffled) is derive_state(addresses)
