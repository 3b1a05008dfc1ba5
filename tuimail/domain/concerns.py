"""What is wrong with who receives a resident's invoices: what keeps them back, and what is worth a look.

Kept back is what somebody has to decide: a guardian who should receive and has no address, an address that no mail can
be sent to, several relatives flagged where the default rule lets one receive, the same address twice. The rule would
settle the last two by itself, but whoever ticked two relatives meant both, and an address that stands twice is most
often one that was typed in the wrong place. Worth a look is a guardian without an address who is not to receive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.addresses import is_address
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.people import Policy, Resident


class ConcernKind(StrEnum):
    """What is wrong."""

    GUARDIAN_WITHOUT_ADDRESS = "guardian-without-address"
    INVALID_ADDRESS = "invalid-address"
    SEVERAL_RELATIVES = "several-relatives"
    SAME_ADDRESS = "same-address"


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is wrong, in a sentence."""

    kind: ConcernKind
    sentence: str
    blocks: bool
    """Whether the invoice is kept back until it is mended, or sent to addresses that were chosen by hand."""


def concerns(resident: Resident) -> tuple[Concern, ...]:
    """What is wrong with who receives the resident's invoices, what keeps them back first."""
    if resident.billing.policy is Policy.PAPER:
        return ()
    return tuple(sorted(_concerns(resident), key=lambda concern: not concern.blocks))


def _concerns(resident: Resident) -> Iterator[Concern]:
    policy, guardian = resident.billing.policy, resident.guardian
    only_guardian = policy is Policy.GUARDIAN_ONLY
    if guardian and not guardian.email:
        needed = guardian.receives or only_guardian
        who = guardian.delegate or guardian.kind or _("guardian")
        sentence = _("guardianship without an address: {who}").format(who=who)
        yield Concern(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, sentence, blocks=needed)
    elif guardian is None and only_guardian:
        sentence = _("only the guardian is to receive, and there is none")
        yield Concern(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, sentence, blocks=True)
    meant = _meant(resident)
    for address in dict.fromkeys(meant):
        if not is_address(address):
            sentence = _("the address “{address}” cannot be used").format(address=address)
            yield Concern(ConcernKind.INVALID_ADDRESS, sentence, blocks=True)
    flagged = [r for r in resident.relatives if r.receives and r.email]
    if len(flagged) > 1 and policy is Policy.DEFAULT:
        sentence = ngettext(
            "{n} relative is ticked: leave one, or choose “all ticked relatives”",
            "{n} relatives are ticked: leave one, or choose “all ticked relatives”",
            len(flagged),
        ).format(n=len(flagged))
        yield Concern(ConcernKind.SEVERAL_RELATIVES, sentence, blocks=True)
    for folded, times in Counter(address.casefold() for address in meant).items():
        if times > 1:
            address = next(address for address in meant if address.casefold() == folded)
            sentence = _("the same address {n} times ({address}): leave it once").format(address=address, n=times)
            yield Concern(ConcernKind.SAME_ADDRESS, sentence, blocks=True)


def _meant(resident: Resident) -> list[str]:
    """The addresses that are meant to receive, usable or not, as often as they stand there."""
    policy, guardian = resident.billing.policy, resident.guardian
    meant = []
    if guardian and (guardian.receives or policy is Policy.GUARDIAN_ONLY):
        meant.append(guardian.email)
    if policy is not Policy.GUARDIAN_ONLY:
        meant = [*resident.emails, *meant, *(r.email for r in resident.relatives if r.receives)]
    return [address for address in meant if address]
