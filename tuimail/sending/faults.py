"""Where on a resident's card stands what keeps an invoice back, or is worth a look before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tuimail.domain.addresses import is_address
from tuimail.domain.concerns import ConcernKind, concerns
from tuimail.domain.people import Policy, Resident, Role
from tuimail.domain.recipients import decide
from tuimail.sending.address_checks import noted
from tuimail.store.address_notes import AddressNote


@dataclass(frozen=True, slots=True)
class Fault:
    """A field of the card, by its path in a `ResidentCard`."""

    path: str
    relative: int = 0
    """Which of the relatives, from 0 on, where `path` is that of all of them."""


def fault_of(resident: Resident, known: Mapping[str, AddressNote]) -> Fault:
    """The field to begin with; that of the first address where nothing stands out.

    `known`: the notes on the resident's addresses, by address in lower case.
    """
    return next(_faults(resident, known), Fault("email1"))


def _faults(resident: Resident, known: Mapping[str, AddressNote]) -> Iterator[Fault]:
    decision, fields = decide(resident), list(_fields(resident))
    if not decision.recipients:
        yield from _unreachable(resident)
    for concern in concerns(resident):
        if concern.kind is ConcernKind.GUARDIAN_WITHOUT_ADDRESS:
            yield Fault("guardian.email" if resident.guardian else "billing.policy")
        elif concern.kind is ConcernKind.INVALID_ADDRESS:
            yield from (field for address, field in fields if not is_address(address))
        elif concern.kind is ConcernKind.SEVERAL_RELATIVES:
            flagged = [n for n, relative in enumerate(resident.relatives) if relative.receives and relative.email]
            yield Fault("relatives", flagged[1])
        else:
            folded = [address.casefold() for address, _field in fields]
            yield from (field for n, (_address, field) in enumerate(fields) if folded[n] in folded[:n])
    for recipient in decision.recipients:
        if any(noted([recipient], known, resident.addresses)):
            yield from (field for address, field in fields if address.casefold() == recipient.address.casefold())


def _unreachable(resident: Resident) -> Iterator[Fault]:
    policy = resident.billing.policy
    if policy is Policy.PAPER or (policy is Policy.GUARDIAN_ONLY and resident.guardian is None):
        yield Fault("billing.policy")
    for person in decide(resident).left_out:
        if person.role is Role.GUARDIAN:
            yield Fault("guardian.receives" if is_address(person.address) else "guardian.email")
        elif person.role is Role.RELATIVE:
            same = (
                n
                for n, each in enumerate(resident.relatives)
                if (each.name, each.email) == (person.name, person.address)
            )
            yield Fault("relatives", next(same, 0))
        elif person.address and not is_address(person.address):
            yield from (field for address, field in _fields(resident) if address == person.address)


def _fields(resident: Resident) -> Iterator[tuple[str, Fault]]:
    """Every address with where it stands."""
    yield from zip(resident.emails, (Fault("email1"), Fault("email2")), strict=False)
    if resident.guardian and resident.guardian.email:
        yield resident.guardian.email, Fault("guardian.email")
    yield from ((each.email, Fault("relatives", n)) for n, each in enumerate(resident.relatives) if each.email)
