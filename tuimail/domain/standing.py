"""Where a document stands with each address it was sent to, and which of them nobody waits at any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tuimail.domain.mail import LIVE_STATES, DeliveryState
from tuimail.domain.people import Role

_NOT_GOT = (DeliveryState.FAILED, DeliveryState.CANCELLED)


class Try(Protocol):
    """What counts of a message about a document: a `Delivery`, or a row of the database with the same names."""

    @property
    def batch_id(self) -> int:
        """Sends are numbered in the order in which they were asked for."""

    @property
    def address(self) -> str:
        """As it was written."""

    @property
    def role(self) -> str:
        """A `Role`."""

    @property
    def recipient_name(self) -> str:
        """Of whoever reads there."""

    @property
    def state(self) -> str:
        """A `DeliveryState`."""

    @property
    def detail(self) -> str:
        """How it ended, in a sentence."""

    @property
    def code(self) -> str:
        """The server's enhanced status code; empty without one."""


def address_is_wrong(code: str) -> bool:
    """Whether an enhanced status code says that there is no such address, or that its mailbox is closed."""
    return code.startswith(("5.1.", "5.2.1")) and code not in _THE_SENDERS


_THE_SENDERS = ("5.1.7", "5.1.8")
"""These speak of the sender's address."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An address of a document."""

    state: DeliveryState
    """QUEUED for whatever can still leave. What may have arrived outweighs a later refusal."""
    detail: str = ""
    """What is said of the last message that made it stand so."""
    delivered: bool = False
    """A message to it was accepted, whatever happened since."""

    @property
    def problem(self) -> str:
        """What keeps the document from having arrived there, in a sentence; empty if it has, or nothing was said."""
        return self.detail if self.state not in (DeliveryState.SENT, DeliveryState.CANCELLED) else ""


def standing(tries: Iterable[Try]) -> dict[str, Standing]:
    """Each address of one document that counts, from the messages to it, oldest first."""
    by_address = _by_address(tries)
    gone = _superseded(by_address)
    return {address: _stands(found) for address, found in by_address.items() if address not in gone}


def asked_at(found: Mapping[str, Standing]) -> int:
    """How many addresses a document was sent to; 0 where everything was taken back, as if it had never been asked."""
    return len(found) if any(each.state is not DeliveryState.CANCELLED for each in found.values()) else 0


def superseded(tries: Iterable[Try]) -> set[str]:
    """The addresses of one document that do not count any more: what they did not get is with its reader.

    `tries`: every message of the document, oldest first. An address that can still get it, or perhaps got it, is never
    among them. Of those that only failed or were cancelled these are:

    - one that a later send left out, while the same reader got the document at another address: it was corrected;
    - that of the only reader who still lacked the document, the server having said that there is no such address, when
      a later send took it to an address typed for once;
    - one typed for once, if any other address has the document: nobody waits there.
    """
    return _superseded(_by_address(tries))


def _by_address(tries: Iterable[Try]) -> dict[str, list[Try]]:
    found: dict[str, list[Try]] = defaultdict(list)
    for each in tries:
        found[each.address].append(each)
    return found


def _superseded(by_address: dict[str, list[Try]]) -> set[str]:
    lacking = {address for address, found in by_address.items() if all(each.state in _NOT_GOT for each in found)}
    if not lacking or not any(each.state == DeliveryState.SENT for found in by_address.values() for each in found):
        return set()
    once = {address for address in lacking if all(each.role == Role.OTHER for each in by_address[address])}
    return once | (lacking & _replaced([each for found in by_address.values() for each in found]))


def _replaced(tries: Sequence[Try]) -> set[str]:
    """Addresses of the card that a later send did without, from one send to the next."""
    sends: dict[int, list[Try]] = defaultdict(list)
    for each in tries:
        sends[each.batch_id].append(each)
    readers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    together: dict[str, set[str]] = defaultdict(set)
    """With which addresses each was in a send so far."""
    waiting: set[str] = set()
    wrong: set[str] = set()
    got: set[str] = set()
    replaced: set[str] = set()
    for _batch, now in sorted(sends.items()):
        asked = {each.address for each in now}
        arrived = [each for each in now if each.state == DeliveryState.SENT]
        left_out = waiting - asked
        for each in arrived:
            # Who was asked at both, and only got it late at this one, has not given up the other.
            late = together[each.address] if each.address not in got else ()
            replaced |= {a for a in left_out if _reader(each) in readers[a] and a not in late}
        left_out -= replaced
        if any(each.role == Role.OTHER for each in arrived) and len(_readers(left_out, readers)) == 1:
            # A mailbox that was only full is tried again: who typed another address may have meant somebody else.
            replaced |= left_out & wrong
        got |= {each.address for each in arrived}
        for each in now:
            together[each.address] |= asked
            if each.state == DeliveryState.FAILED:
                (wrong.add if address_is_wrong(each.code) else wrong.discard)(each.address)
            if each.role != Role.OTHER:
                readers[each.address].add(_reader(each))
        # A new try that fails takes nothing back.
        waiting = {address for address in readers if address not in got and address not in replaced}
    return replaced


def _reader(each: Try) -> tuple[str, str]:
    """Who reads there: a document has one resident and one guardian, whatever their names, and several relatives.

    Relatives whose names are not known, such as those that were erased, are told apart by their addresses.
    """
    return str(each.role), "" if each.role in (Role.RESIDENT, Role.GUARDIAN) else each.recipient_name or each.address


def _readers(addresses: Collection[str], readers: dict[str, set[tuple[str, str]]]) -> set[tuple[str, str]]:
    return {reader for address in addresses for reader in readers[address]}


def _stands(tries: Sequence[Try]) -> Standing:
    state = _state([each.state for each in tries])
    alike = LIVE_STATES if state is DeliveryState.QUEUED else (state,)
    return Standing(
        state,
        next(each.detail for each in reversed(tries) if each.state in alike),
        any(each.state == DeliveryState.SENT for each in tries),
    )


def _state(states: Sequence[str]) -> DeliveryState:
    if any(state in LIVE_STATES for state in states):
        return DeliveryState.QUEUED
    # What may have arrived outweighs a later refusal: a new try that fails takes nothing back.
    arrived = [state for state in states if state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)]
    if arrived:
        return DeliveryState(arrived[-1])
    return DeliveryState.FAILED if DeliveryState.FAILED in states else DeliveryState.CANCELLED
