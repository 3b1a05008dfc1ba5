"""Who receives a resident's invoices, and why: each address with its reason, and what was left out with its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from tuimail.domain.addresses import is_address
from tuimail.domain.i18n import _
from tuimail.domain.people import Resident, Role


class Reason(StrEnum):
    """Why an address receives the invoice, or why it does not."""

    OWN = "own"
    GUARDIAN = "guardian"
    FIRST_RELATIVE = "first-relative"
    NO_ADDRESS = "no-address"
    NOT_FLAGGED = "not-flagged"
    LATER_RELATIVE = "later-relative"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address that receives, or that was left out, with the reason."""

    address: str
    role: Role
    name: str
    reason: Reason
    position: int = 0
    """Which relative, counted from 1; 0 for others."""
    link: str = ""

    def sentence(self) -> str:
        """The reason for people, such as `proche 2 « Fille » : seul le premier proche coché reçoit`."""
        who = {
            Role.RESIDENT: _("resident"),
            Role.GUARDIAN: _("guardian"),
            Role.RELATIVE: _("relative {n}").format(n=self.position),
            Role.OTHER: _("other address"),
        }[self.role]
        if self.link:
            who = _("{who} “{link}”").format(who=who, link=self.link)
        why = {
            Reason.NO_ADDRESS: _("no address"),
            Reason.NOT_FLAGGED: _("not ticked to receive invoices"),
            Reason.LATER_RELATIVE: _("only the first ticked relative receives"),
            Reason.DUPLICATE: _("the same address already receives"),
            Reason.INVALID: _("the address cannot be used"),
        }.get(self.reason, "")
        return _("{who}: {why}").format(who=who, why=why) if why else who


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of the rule for one resident."""

    recipients: tuple[Recipient, ...]
    left_out: tuple[Recipient, ...]

    def address(self, role: Role) -> str:
        """The first address of that role, or an empty text."""
        return next((r.address for r in self.recipients if r.role is role), "")


def decide(resident: Resident) -> Decision:
    """The default rule: the resident's own addresses, the guardian if flagged, the first flagged relative.

    A relative without an address that can be used leaves the place to the next one. Nobody vanishes: every person
    known for the resident stands in one of the two lists.
    """
    chosen: list[Recipient] = []
    left_out: list[Recipient] = []
    seen: set[str] = set()
    for candidate in _candidates(resident):
        reason = _objection(candidate, seen) if candidate.reason in _RECEIVING else candidate.reason
        if reason is None:
            chosen.append(candidate)
            seen.add(candidate.address.casefold())
        else:
            left_out.append(replace(candidate, reason=reason))
    return Decision(tuple(chosen), tuple(left_out))


_RECEIVING = (Reason.OWN, Reason.GUARDIAN, Reason.FIRST_RELATIVE)


def _objection(candidate: Recipient, seen: set[str]) -> Reason | None:
    if not candidate.address:
        return Reason.NO_ADDRESS
    if not is_address(candidate.address):
        return Reason.INVALID
    return Reason.DUPLICATE if candidate.address.casefold() in seen else None


def _candidates(resident: Resident) -> Iterator[Recipient]:
    for address in resident.emails or ("",):
        yield Recipient(address, Role.RESIDENT, resident.name, Reason.OWN if address else Reason.NO_ADDRESS)
    if guardian := resident.guardian:
        reason = Reason.GUARDIAN if guardian.receives else Reason.NOT_FLAGGED
        yield Recipient(guardian.email, Role.GUARDIAN, guardian.delegate, reason, link=guardian.kind)
    found = False
    for position, relative in enumerate(resident.relatives, 1):
        if not relative.receives:
            reason = Reason.NOT_FLAGGED
        elif not relative.email:
            reason = Reason.NO_ADDRESS
        elif not is_address(relative.email):
            reason = Reason.INVALID
        elif found:
            reason = Reason.LATER_RELATIVE
        else:
            reason = Reason.FIRST_RELATIVE
            found = True
        yield Recipient(relative.email, Role.RELATIVE, relative.name, reason, position, relative.link)
