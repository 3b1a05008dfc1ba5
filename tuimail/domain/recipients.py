"""Who receives a resident's invoices, and why: each address with its reason, and what was left out with its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from tuimail.domain.addresses import is_address
from tuimail.domain.i18n import _
from tuimail.domain.people import Policy, Resident, Role


class Reason(StrEnum):
    """Why an address receives the invoice, or why it does not."""

    OWN = "own"
    GUARDIAN = "guardian"
    FIRST_RELATIVE = "first-relative"
    FLAGGED_RELATIVE = "flagged-relative"
    """Another one than the first, where all who are flagged receive."""
    NO_ADDRESS = "no-address"
    NOT_FLAGGED = "not-flagged"
    LATER_RELATIVE = "later-relative"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    ONLY_GUARDIAN = "only-guardian"
    """The resident's policy: the guardian alone."""
    PAPER = "paper"
    """The resident's policy: on paper."""


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
            Reason.ONLY_GUARDIAN: _("only the guardian receives"),
            Reason.PAPER: _("on paper only"),
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

    def addresses(self, role: Role) -> str:
        """All addresses of that role, joined by a comma and a space; empty if there is none."""
        return ", ".join(r.address for r in self.recipients if r.role is role)


def decide(resident: Resident) -> Decision:
    """The default rule: the resident's own addresses, the guardian if flagged, the first flagged relative.

    A relative without an address that can be used leaves the place to the next one. The resident's policy may let all
    flagged relatives receive, the guardian alone (flagged or not), or nobody. Nobody vanishes: every person known for
    the resident stands in one of the two lists.
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


_RECEIVING = (Reason.OWN, Reason.GUARDIAN, Reason.FIRST_RELATIVE, Reason.FLAGGED_RELATIVE)


def _objection(candidate: Recipient, seen: set[str]) -> Reason | None:
    if not candidate.address:
        return Reason.NO_ADDRESS
    if not is_address(candidate.address):
        return Reason.INVALID
    return Reason.DUPLICATE if candidate.address.casefold() in seen else None


def _candidates(resident: Resident) -> Iterator[Recipient]:
    policy = resident.billing.policy
    barred = {Policy.PAPER: Reason.PAPER, Policy.GUARDIAN_ONLY: Reason.ONLY_GUARDIAN}.get(policy)
    for address in resident.emails or ("",):
        reason = (barred or Reason.OWN) if address else Reason.NO_ADDRESS
        yield Recipient(address, Role.RESIDENT, resident.name, reason)
    if guardian := resident.guardian:
        if policy is Policy.PAPER:
            reason = Reason.PAPER
        else:
            receives = guardian.receives or policy is Policy.GUARDIAN_ONLY
            reason = Reason.GUARDIAN if receives else Reason.NOT_FLAGGED
        yield Recipient(guardian.email, Role.GUARDIAN, guardian.delegate, reason, link=guardian.kind)
    found = False
    for position, relative in enumerate(resident.relatives, 1):
        if not relative.receives:
            reason = Reason.NOT_FLAGGED
        elif not relative.email:
            reason = Reason.NO_ADDRESS
        elif not is_address(relative.email):
            reason = Reason.INVALID
        elif barred:
            reason = barred
        elif not found:
            reason = Reason.FIRST_RELATIVE
            found = True
        else:
            reason = Reason.FLAGGED_RELATIVE if policy is Policy.ALL_RELATIVES else Reason.LATER_RELATIVE
        yield Recipient(relative.email, Role.RELATIVE, relative.name, reason, position, relative.link)
