"""The addresses that one document could go to: who, why, what became of the last message, and which are proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tuimail.domain.i18n import _
from tuimail.domain.mail import LIVE_STATES, Delivery, DeliveryState
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_moment
from tuimail.domain.recipients import Reason, Recipient, decide
from tuimail.domain.standing import superseded

_UNUSABLE = (Reason.NO_ADDRESS, Reason.INVALID, Reason.DUPLICATE)


@dataclass(slots=True)
class Choice:
    """An address the invoice could go to."""

    recipient: Recipient
    last: Delivery | None
    success: Delivery | None = None
    """The last message about this resident that the address took, whichever the document."""
    ticked: bool = False

    @property
    def on_the_way(self) -> bool:
        """A message to it has not left yet: no second one is made."""
        return self.last is not None and self.last.state in LIVE_STATES

    @property
    def received(self) -> bool:
        """Whether the last message to it was accepted, or may have been."""
        return self.last is not None and self.last.state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)

    def sentence(self) -> str:
        """Who it is, and when a server last took anything for it."""
        who = self.recipient.sentence()
        if self.success is None or self.success.updated_at is None:
            return _("{who}; no success yet").format(who=who)
        return _("{who}; last success {moment}, {number}").format(
            who=who, moment=format_moment(self.success.updated_at, year=True), number=self.success.number
        )


def choices(
    resident: Resident, deliveries: Iterable[Delivery], successes: Mapping[str, Delivery] | None = None
) -> list[Choice]:
    """Every address known for the invoice: those of the rule first, then who is left out, then what was typed once.

    Ticked are those of the rule that have not received it; all of the rule, if all have; without those that are
    superseded (`domain.standing`). `deliveries`: of the document, oldest first; `successes`: the last of the resident
    by address in lower case.
    """
    deliveries = list(deliveries)
    gone = superseded(deliveries)
    last = {
        delivery.address.casefold(): delivery
        for delivery in deliveries
        if delivery.state is not DeliveryState.CANCELLED
    }
    decision = decide(resident)
    found = [Choice(recipient, last.get(recipient.address.casefold())) for recipient in decision.recipients]
    counting = [choice for choice in found if choice.recipient.address not in gone] or found
    missing = [choice for choice in counting if not (choice.last and choice.last.state is DeliveryState.SENT)]
    for choice in missing or counting:
        choice.ticked = not choice.on_the_way
    known = {choice.recipient.address.casefold() for choice in found}
    for person in decision.left_out:
        if person.reason not in _UNUSABLE and person.address.casefold() not in known:
            known.add(person.address.casefold())
            found.append(Choice(person, last.get(person.address.casefold())))
    for address, delivery in last.items():
        if address not in known:
            other = Recipient(delivery.address, delivery.role, delivery.recipient_name, Reason.OWN)
            found.append(Choice(other, delivery))
    for choice in found:
        choice.success = (successes or {}).get(choice.recipient.address.casefold())
    return found
