"""The messages whose end is not known yet: uncertain, to be tried again, queued."""

from __future__ import annotations

from collections.abc import Sequence

from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.store.delivery_rows import delivery_of
from tuimail.store.tables.outbox import DeliveryRow

MOST = 1000
"""Messages read of one state: who has more in the queue looks at the send, not at each of them."""
WAITING = (DeliveryState.CLAIMED, DeliveryState.INFLIGHT, DeliveryState.QUEUED)
"""On the way or queued."""


def unsettled(states: Sequence[DeliveryState]) -> list[Delivery]:
    """The messages in one of these states, in the order in which they leave or became so; at most `MOST`."""
    query = DeliveryRow.select().where(DeliveryRow.state.in_(list(states)))
    return [delivery_of(row) for row in query.order_by(DeliveryRow.next_at, DeliveryRow.id).limit(MOST)]


def count(states: Sequence[DeliveryState]) -> int:
    """How many messages are in one of these states."""
    return int(DeliveryRow.select().where(DeliveryRow.state.in_(list(states))).count())
