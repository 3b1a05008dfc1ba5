"""Who is still the same person once a card was saved: lists and letters name people, never their place on a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tuimail.domain.text import fold

GONE = 0
"""Where an own address stands that is none of the resident's any more."""


class Known(NamedTuple):
    """A guardian or relative as far as it tells who they are. `id` is 0 for whoever the store has not seen yet."""

    id: int
    name: str
    email: str


def ids_of(before: Sequence[Known], after: Sequence[Known]) -> list[int]:
    """The id of each of `after`: that of the one of `before` who is the same person; 0 for somebody new.

    Whoever was changed on the card stays the same as long as the name or the address does: with both, an entry was
    written over with somebody else. What comes without an id, as from a file, is known again by the name.
    """
    left = list(before)
    found = [0] * len(after)

    def take(same: Callable[[Known, Known], bool]) -> None:
        for n, person in enumerate(after):
            if not found[n]:
                known = next((known for known in left if same(known, person)), None)
                if known is not None:
                    found[n] = known.id
                    left.remove(known)

    take(lambda known, person: known.id == person.id and (_same_name(known, person) or _same_address(known, person)))
    take(lambda known, person: _same_name(known, person) and _same_address(known, person))
    take(_same_name)
    return found


def _same_name(one: Known, other: Known) -> bool:
    return fold(one.name) == fold(other.name)


def _same_address(one: Known, other: Known) -> bool:
    return bool(one.email) and one.email.casefold() == other.email.casefold()


def own_addresses_moved(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Where each of a resident's own addresses stands now, counted from 1, if anywhere else; GONE: nowhere.

    An address that another took the place of was corrected. A resident without any is still reached at the first.
    """
    old, new = ([address.casefold() for address in addresses] for addresses in (before, after))
    moved = {}
    for place, address in enumerate(old or [""], 1):
        if address in new:
            now = new.index(address) + 1
        elif place <= len(new):
            now = GONE if new[place - 1] in old else place
        else:
            now = place if place == 1 else GONE
        if now != place:
            moved[place] = now
    return moved
