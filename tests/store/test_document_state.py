"""What a document's state is, from the states of its deliveries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.billing import DocumentState
from tuimail.domain.mail import LIVE_STATES, DeliveryState
from tuimail.domain.people import Role
from tuimail.domain.standing import address_is_wrong, superseded
from tuimail.store.documents import derive_state
from tuimail.store.standing import Tried

LETTERS = {
    "q": DeliveryState.QUEUED,
    "l": DeliveryState.CLAIMED,
    "i": DeliveryState.INFLIGHT,
    "d": DeliveryState.DEFERRED,
    "S": DeliveryState.SENT,
    "F": DeliveryState.FAILED,
    "U": DeliveryState.UNCERTAIN,
    "C": DeliveryState.CANCELLED,
    "X": DeliveryState.FAILED,
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
    assert derive_state(apart([[LETTERS[letter] for letter in address] for address in addresses.split()])) is state


def apart(addresses: Sequence[Sequence[DeliveryState]]) -> list[Tried]:
    """Each address somebody else's: none stands in for another."""
    return [
        Tried(batch, f"a{n}@x.example", Role.RELATIVE, f"relative {n}", state, "", "")
        for n, states in enumerate(addresses)
        for batch, state in enumerate(states, 1)
    ]


def told(history: str) -> list[Tried]:
    """Sends parted by `|`, messages by a space: reader, address, outcome.

    Readers: R resident, G guardian, P and Q relatives, O an address typed once. Outcome X: there is no such address.
    """
    roles = {"R": Role.RESIDENT, "G": Role.GUARDIAN, "P": Role.RELATIVE, "Q": Role.RELATIVE, "O": Role.OTHER}
    return [
        Tried(
            batch,
            address,
            roles[reader],
            "" if reader == "O" else f"name of {reader}",
            LETTERS[state],
            "",
            "5.1.1" if state == "X" else "",
        )
        for batch, send in enumerate(history.split("|"), 1)
        for reader, address, state in send.split()
    ]


@pytest.mark.parametrize(
    ("history", "state", "gone"),
    [
        # Corrected on the card: the same reader has it at another address.
        ("RaF GbS PcS", DocumentState.PARTIAL, ""),
        ("RaF GbS PcS | RdS", DocumentState.SENT, "a"),
        ("RaF | RbS", DocumentState.SENT, "a"),
        ("RaC | RbS", DocumentState.SENT, "a"),
        ("RaF | RaF | RbF | RcS", DocumentState.SENT, "ab"),
        ("RaF RbF | RcS", DocumentState.SENT, "ab"),
        ("PaF QbS | PcS", DocumentState.SENT, "a"),
        # Not yet, or another reader.
        ("RaF | RbF", DocumentState.FAILED, ""),
        ("RaF GcS | RbF", DocumentState.PARTIAL, ""),
        ("RaF | Rbq", DocumentState.QUEUED, ""),
        ("RaF GcS | RbU", DocumentState.UNCERTAIN, ""),
        ("RaF | GbS", DocumentState.PARTIAL, ""),
        ("PaF | QbS", DocumentState.PARTIAL, ""),
        # Two addresses of one reader in one send: each counts, also where one of them gets it late.
        ("RaF RbS", DocumentState.PARTIAL, ""),
        ("RaF RbF | RbS", DocumentState.PARTIAL, ""),
        ("RaF RbU | RbS", DocumentState.PARTIAL, ""),
        ("RbS | RaF | RaF RbS", DocumentState.PARTIAL, ""),
        ("RaF RbS | RbS", DocumentState.SENT, "a"),
        # What can still leave there, or perhaps did, always counts.
        ("Rad | RbS", DocumentState.QUEUED, ""),
        ("RaU | RbS", DocumentState.UNCERTAIN, ""),
        # A new try at the old address takes nothing back.
        ("RaF | RbS | RaF", DocumentState.SENT, "a"),
        ("RaF | RbS | OaF", DocumentState.SENT, "a"),
        ("RaF | RbS | RaS", DocumentState.SENT, ""),
        # Typed for once: in the place of the only reader who lacked it.
        ("RaX GbS | OcS", DocumentState.SENT, "a"),
        ("RaF | RaX GbS | OcS", DocumentState.SENT, "a"),
        ("RaF GbS | OcS", DocumentState.PARTIAL, ""),
        ("RaX RdX GbS | OcS", DocumentState.SENT, "ad"),
        ("RaX RdF GbS | OcS", DocumentState.PARTIAL, "a"),
        ("RaX GbX PdS | OcS", DocumentState.PARTIAL, ""),
        ("RaX GbF | GdS | OcS", DocumentState.SENT, "ab"),
        ("RaX OcS", DocumentState.PARTIAL, ""),
        ("OcS | RaX", DocumentState.PARTIAL, ""),
        ("RaX | RaX OcS", DocumentState.PARTIAL, ""),
        # Typed for once and refused: nobody waits there.
        ("RaS | OcF", DocumentState.SENT, "c"),
        ("RaS | OcC", DocumentState.SENT, "c"),
        ("OcF | RaS", DocumentState.SENT, "c"),
        ("OcF | OdS", DocumentState.SENT, "c"),
        ("RaF | OcF", DocumentState.FAILED, ""),
        ("RaF GbS | OcF", DocumentState.PARTIAL, "c"),
        ("RaS | OcU", DocumentState.UNCERTAIN, ""),
        ("RaS | Ocq", DocumentState.QUEUED, ""),
        ("RaS | RcF", DocumentState.PARTIAL, ""),
    ],
)
def test_the_table_of_what_is_superseded(history: str, state: DocumentState, gone: str) -> None:
    tries = told(history)
    assert (derive_state(tries), superseded(tries)) == (state, set(gone))


SENDS = st.lists(
    st.builds(
        Tried,
        batch_id=st.integers(1, 5),
        address=st.sampled_from("abcd"),
        role=st.sampled_from([Role.RESIDENT, Role.GUARDIAN, Role.RELATIVE, Role.OTHER]),
        recipient_name=st.sampled_from(["", "x", "y"]),
        state=st.sampled_from(list(DeliveryState)),
        detail=st.just(""),
        code=st.just(""),
    ),
    max_size=9,
).map(lambda found: sorted(found, key=lambda each: each.batch_id))


@given(SENDS)
def test_only_what_did_not_arrive_is_superseded_and_only_if_somebody_has_it(tries: list[Tried]) -> None:
    gone = superseded(tries)
    lost = (DeliveryState.FAILED, DeliveryState.CANCELLED)
    assert all(each.state in lost for each in tries if each.address in gone)
    assert not gone or any(each.state == DeliveryState.SENT for each in tries)


@given(SENDS)
def test_open_and_uncertain_ones_always_count(tries: list[Tried]) -> None:
    live = any(each.state in LIVE_STATES for each in tries)
    assert (derive_state(tries) is DocumentState.QUEUED) == live
    if derive_state(tries) is DocumentState.SENT:
        last = {t.address: t.state for t in tries if t.state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)}
        assert DeliveryState.UNCERTAIN not in last.values()


@given(SENDS)
def test_a_slip_in_an_address_typed_once_never_breaks_what_was_sent(tries: list[Tried]) -> None:
    if derive_state(tries) is DocumentState.SENT:
        slip = Tried(9, "slip@x.example", Role.OTHER, "", DeliveryState.FAILED, "", "")
        assert derive_state([*tries, slip]) is DocumentState.SENT


@given(SENDS)
def test_whoever_got_it_at_a_corrected_address_has_it(tries: list[Tried]) -> None:
    mine = [each for each in tries if each.role == Role.RESIDENT and each.address in superseded(tries)]
    new = Tried(9, "new@x.example", Role.RESIDENT, "x", DeliveryState.SENT, "", "")
    assert {each.address for each in mine} <= superseded([*tries, new])
    lost = {t.address for t in tries if t.role == Role.RESIDENT} - {
        t.address for t in tries if t.state not in (DeliveryState.FAILED, DeliveryState.CANCELLED)
    }
    assert lost <= superseded([*tries, new])


def test_relatives_without_a_name_are_told_apart() -> None:
    tries = [
        Tried(1, "#1", Role.RELATIVE, "", DeliveryState.FAILED, "", ""),
        Tried(2, "#2", Role.RELATIVE, "", DeliveryState.SENT, "", ""),
    ]
    assert superseded(tries) == set()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("5.1.1", True),
        ("5.1.10", True),
        ("5.2.1", True),
        ("5.1.7", False),
        ("5.1.8", False),
        ("5.2.2", False),
        ("", False),
    ],
)
def test_what_is_said_of_the_sender_is_not_said_of_the_recipient(code: str, wrong: bool) -> None:
    assert address_is_wrong(code) == wrong


HISTORIES = st.lists(st.lists(st.sampled_from(list(DeliveryState)), min_size=1, max_size=4), max_size=4)


@given(HISTORIES)
def test_whatever_can_still_leave_makes_it_queued(addresses: list[list[DeliveryState]]) -> None:
    live = any(state in LIVE_STATES for states in addresses for state in states)
    assert (derive_state(apart(addresses)) is DocumentState.QUEUED) == live


@given(HISTORIES)
def test_sent_means_that_every_address_got_it(addresses: list[list[DeliveryState]]) -> None:
    if derive_state(apart(addresses)) is DocumentState.SENT:
        assert all(DeliveryState.SENT in states for states in addresses)


@given(HISTORIES)
def test_what_nobody_got_is_never_shown_as_sent(addresses: list[list[DeliveryState]]) -> None:
    if not any(DeliveryState.SENT in states for states in addresses):
        assert derive_state(apart(addresses)) not in (DocumentState.SENT, DocumentState.PARTIAL)


@given(HISTORIES)
def test_unsent_means_that_nothing_ever_left(addresses: list[list[DeliveryState]]) -> None:
    nothing = all(state == DeliveryState.CANCELLED for states in addresses for state in states)
    assert (derive_state(apart(addresses)) is DocumentState.UNSENT) == nothing


@given(HISTORIES)
def test_an_uncertain_last_word_is_never_hidden(addresses: list[list[DeliveryState]]) -> None:
    doubtful = any(
        [s for s in states if s in (DeliveryState.SENT, DeliveryState.UNCERTAIN)][-1:] == [DeliveryState.UNCERTAIN]
        for states in addresses
    )
    if doubtful:
        assert derive_state(apart(addresses)) in (DocumentState.UNCERTAIN, DocumentState.QUEUED)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_addresses_does_not_count(addresses: list[list[DeliveryState]], random: object) -> None:
    shuffled = list(addresses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive_state(apart(shuffled)) is derive_state(apart(addresses))
