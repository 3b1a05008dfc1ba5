"""What waits on the mail accounts while this process sends nothing: another session's send, or what a cut one left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tuimail.config import process
from tuimail.domain.account import Account
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_moment
from tuimail.store import accounts, batches, halts, outbox
from tuimail.store.ongoing import ongoing
from tuimail.store.waiting import next_departure, scheduled

HELD = timedelta(seconds=60)
"""A wait beyond this is the server's doing or a limit's, not the account's pace."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about an account."""

    sentence: str
    account: Account
    offer: str = ""
    """What a key would do about it, in a word or two; empty if there is nothing to be done here."""
    at_once: bool = False
    """Whether that key hurries what would leave by itself later."""
    halted: bool = False
    """Whether somebody has paused the account: that key ends it."""


def notice(now: datetime, operator: str) -> Notice | None:
    """What an operator should know before anything else; None if nothing waits.

    Another operator's own account is theirs to send from.
    """
    found = (_notice_of(account, now) for account in accounts.usable_by(operator))
    return next((each for each in found if each is not None), None)


def _notice_of(account: Account, now: datetime) -> Notice | None:
    other = ongoing(account, now, process.is_alive)
    if other is not None:
        return Notice(other.sentence(), account)
    if halt := halts.halt(account.id):
        return Notice(f"{halt.short()}.", account, _("go on"), halted=True)
    waiting = batches.summary([batch.id for batch in batches.open_batches(account.id)])
    if waiting.queued:
        until = next_departure(account, now)
        if until is not None and until > now + HELD:
            sentence = ngettext(
                "Held until {time}: {n} message is queued.",
                "Held until {time}: {n} messages are queued.",
                waiting.queued,
            )
            return Notice(sentence.format(time=_clock(until, now)), account, _("try now"), at_once=True)
        sentence = ngettext(
            "An interrupted send has left {n} message queued.",
            "An interrupted send has left {n} messages queued.",
            waiting.queued,
        )
        return Notice(sentence, account, _("send them now"))
    due = outbox.next_due(account.id)
    if due is None:
        return None
    if due <= now:
        sentence = ngettext(
            "{n} message is to be tried again.", "{n} messages are to be tried again.", waiting.deferred
        )
        return Notice(sentence, account, _("send them now"))
    if waiting.deferred == scheduled(account.id):
        sentence = ngettext("{n} letter leaves about {time}.", "{n} letters leave about {time}.", waiting.deferred)
        return Notice(sentence.format(time=_clock(due, now)), account)
    sentence = ngettext(
        "{n} message to be tried again about {time}.",
        "{n} messages to be tried again about {time}.",
        waiting.deferred,
    )
    return Notice(sentence.format(time=_clock(due, now)), account, _("try now"), at_once=True)


def _clock(moment: datetime, now: datetime) -> str:
    """The time alone where it can only be today's or tonight's."""
    return f"{moment.astimezone():%H:%M}" if moment < now + timedelta(hours=12) else format_moment(moment)
