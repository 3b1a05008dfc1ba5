"""What one try of a delivery comes to: what is written down, and what the engine does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tuimail.domain.errors import NotSettled, ServerError, TuimailError
from tuimail.domain.mail import Delivery, DeliveryState, Settlement
from tuimail.domain.pacing import retry_at
from tuimail.sending.composer import Envelope
from tuimail.sending.failures import ConnectionFailed, Rejected, ServerBusy, Uncertain
from tuimail.sending.parser import Reply
from tuimail.sending.replies import Action, queue_id, unacknowledged

QUICK_TRIES = 3
"""Tries of a message that a broken connection cut, before it is deferred like any other."""
QUOTA_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed delivery with its message, or with why there is none."""

    delivery: Delivery
    envelope: Envelope | TuimailError


@dataclass(frozen=True, slots=True)
class Result:
    """How a try ended, and what follows once that is written down."""

    delivery: Delivery
    outcome: Settlement
    slow_down: bool = False
    """The server asked for it."""
    not_before: datetime | None = None
    """A quota holds the whole account until then."""
    lost: str = ""
    """Why the connection is lost, in a sentence; empty if it is not, or if the loss is no trouble by itself."""
    pause: bool = False
    """The batch waits for somebody to change the account."""
    stop: str = ""
    """Why the run ends here, in a sentence."""


def sent(delivery: Delivery, reply: Reply) -> Result:
    """The server accepted the message."""
    return Result(delivery, Settlement(DeliveryState.SENT, reply.status, reply.text, queue_id(reply)))


def uncertain(delivery: Delivery, error: Uncertain) -> Result:
    """The dot was written and no clear answer came."""
    said = error.reply.text if error.reply else ""
    return Result(delivery, Settlement(DeliveryState.UNCERTAIN, reply=said, detail=unacknowledged()))


def refused(delivery: Delivery, error: Rejected, now: datetime) -> Result:
    """The server refused the message with a clear reply."""
    verdict = error.verdict
    state = DeliveryState.DEFERRED
    next_at: datetime | None = retry_at(delivery.attempt, now)
    if verdict.action is Action.QUOTA:
        next_at = now + QUOTA_PAUSE
    elif verdict.action is Action.FAIL:
        state, next_at = DeliveryState.FAILED, None
    elif verdict.action is Action.PAUSE:
        state, next_at = DeliveryState.QUEUED, None
    detail = verdict.sentence(next_at, now)
    return Result(
        delivery,
        Settlement(state, verdict.code, verdict.reply, "", next_at, detail),
        slow_down=verdict.action is Action.SLOW,
        not_before=next_at if verdict.action is Action.QUOTA else None,
        pause=verdict.action is Action.PAUSE,
        stop=detail if verdict.action is Action.PAUSE else "",
    )


def cut(delivery: Delivery, error: ConnectionFailed, now: datetime) -> Result:
    """The connection failed before the dot: nothing was accepted, so the message is simply tried again."""
    code, reply = (error.reply.status, error.reply.text) if error.reply else ("", "")
    if delivery.attempt >= QUICK_TRIES:
        later = retry_at(delivery.attempt, now)
        outcome = Settlement(DeliveryState.DEFERRED, code, reply, next_at=later, detail=error.sentence)
    else:
        outcome = Settlement(DeliveryState.QUEUED, code, reply, detail=error.sentence)
    return Result(delivery, outcome, slow_down=isinstance(error, ServerBusy), lost=error.sentence)


def held(delivery: Delivery, error: ServerError | NotSettled) -> Result:
    """The account itself is refused: trying again is of no use before somebody changes it."""
    outcome = Settlement(DeliveryState.QUEUED, detail=error.sentence)
    return Result(delivery, outcome, pause=True, stop=str(error))


def unfit(delivery: Delivery, error: TuimailError) -> Result:
    """No message can be made: its PDF or an attachment is not what it was."""
    return Result(delivery, Settlement(DeliveryState.FAILED, detail=str(error)))
