"""What stays although a file leaves its cell empty: e-mail addresses, which may have been typed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from tuimail.domain.people import Guardian, Resident
from tuimail.importing.people import PersonRecord, name_key

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def in_slots(
    told: Mapping[K, T],
    gaps: Collection[int],
    slots: int,
    known: Mapping[K, T],
    stays: Callable[[T], bool],
) -> tuple[T, ...]:
    """What a row says, in its order, and at their places those known whom it does not mention and who stay.

    Both by what tells whether two are the same. `slots`: how many the file has room for; `gaps`: which of them, from 0,
    are empty in the row. Where none is empty, whoever is known beyond them stays: the file could not have told. Where
    one is, whoever `stays` goes only if somebody new stands in the same place.
    """
    filled = (place for place in range(slots) if place not in gaps)
    replaced = {place for place, key in zip(filled, told, strict=False) if not gaps or key not in known}
    found = list(told.values())
    for place, (key, item) in enumerate(known.items()):
        if key not in told and place not in replaced and (stays(item) if gaps else place >= slots):
            found.insert(place, item)
    return tuple(found)


def name_keys(names: Sequence[str]) -> list[Hashable]:
    """What tells whether two relatives are the same: the name, and the how manieth of that name it is."""
    seen: Counter[Hashable] = Counter()
    keys: list[Hashable] = []
    for key in map(name_key, names):
        keys.append((key, seen[key]))
        seen[key] += 1
    return keys


def says_nothing(guardian: Mapping[str, Any]) -> bool:
    """Whether a row has nothing of a guardian but a tick, which may stand in every row of an export."""
    return not any(value for name, value in guardian.items() if name != "receives")


def is_another(told: Mapping[str, Any], known: Guardian) -> bool:
    """Whether a row names a delegate other than the known one, whose address is not theirs.

    `UDAF` and `UDAF du Nord` are one.
    """
    new, old = set(name_key(told.get("delegate", ""))), set(name_key(known.delegate))
    return bool(new and old) and not (new <= old or old <= new)


def kept_addresses(record: PersonRecord, known: Resident, merged: Resident) -> Iterator[str]:
    """The addresses that stay though the row has an empty cell for them."""
    if record.email_gaps:
        told = {address.casefold() for address in record.emails or ()}
        yield from (address for address in merged.emails if address.casefold() not in told)
    said, before, after = record.guardian, known.guardian, merged.guardian
    # A row that says nothing of a guardian would have taken all of one away.
    emptied = said is not None and (says_nothing(said) or said.get("email") == "")
    if emptied and before and after and after.email and after.email == before.email:
        yield after.email
    if record.relatives is not None:
        rows = dict(zip(name_keys([row["name"] for row in record.relatives]), record.relatives, strict=True))
        keys = name_keys([relative.name for relative in merged.relatives])
        for key, relative in zip(keys, merged.relatives, strict=True):
            row = rows.get(key)
            if relative.email and (bool(record.relative_gaps) if row is None else row.get("email") == ""):
                yield relative.email
