"""What a refusal means: what to do with the row and the account, and the sentence for the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuimail.domain.i18n import _
from tuimail.domain.periods import format_moment
from tuimail.sending.parser import Reply
from tuimail.sending.smtp import Stage


class Action(StrEnum):
    """What the engine does."""

    RETRY = "retry"
    """The row is deferred; the account goes on."""
    FAIL = "fail"
    """The row has failed; the account goes on."""
    SLOW = "slow"
    """The row is deferred and the account slows down."""
    QUOTA = "quota"
    """The row is deferred and the account sends nothing for a while: the next row would fare no better."""
    PAUSE = "pause"
    """The batch pauses until somebody changes the account; the row waits with it."""


class Meaning(StrEnum):
    """What the server meant."""

    UNKNOWN_ADDRESS = "unknown-address"
    UNKNOWN_DOMAIN = "unknown-domain"
    MAILBOX_FULL = "mailbox-full"
    TOO_LARGE = "too-large"
    TEMPORARY = "temporary"
    BUSY = "busy"
    QUOTA = "quota"
    CREDENTIALS = "credentials"
    OAUTH = "oauth"
    SENDER = "sender"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a refusal comes to."""

    action: Action
    meaning: Meaning
    code: str
    """The enhanced status code, or the three digits."""
    reply: str
    """The reply as it came."""

    def sentence(self, at: datetime | None = None, now: datetime | None = None) -> str:
        """For the operator; `at` is when it goes on, told with its day if `now` is on another one."""
        waits = self.action in (Action.RETRY, Action.SLOW, Action.QUOTA)
        if self.meaning is Meaning.MAILBOX_FULL and not waits:
            return _("Mailbox full: tell the family")
        if at is not None and waits and (sentence := _sentence_until(self.meaning)):
            return sentence.format(time=_clock(at, now))
        return _sentence(self.meaning)


def sort(stage: Stage, reply: Reply) -> Verdict:
    """What `reply`, a 4xx or 5xx at `stage`, means. Its enhanced code wins over the basic one."""
    meaning = _meaning(stage, reply)
    return Verdict(_action(stage, reply, meaning), meaning, reply.status, reply.text)


def unacknowledged() -> str:
    """The sentence for a message whose closing dot got no reply."""
    return _("No acknowledgement: perhaps sent, to be checked")


def queue_id(reply: Reply) -> str:
    """Under which name the server queued the message, for its administrator; empty if it does not tell."""
    found = _QUEUE_ID.search(" ".join(reply.lines))
    return next(filter(None, found.groups()), "") if found else ""


def _sentence(meaning: Meaning) -> str:
    return {
        Meaning.UNKNOWN_ADDRESS: _("Unknown address: to be corrected"),
        Meaning.UNKNOWN_DOMAIN: _("Domain not found"),
        Meaning.MAILBOX_FULL: _("Mailbox full"),
        Meaning.TOO_LARGE: _("Message too large"),
        Meaning.TEMPORARY: _("Temporary refusal"),
        Meaning.BUSY: _("Server busy, sending slowed down"),
        Meaning.QUOTA: _("Quota reached, sending suspended"),
        Meaning.CREDENTIALS: _("Credentials refused: batch paused"),
        Meaning.OAUTH: _("Plain password refused by Microsoft: OAuth 2 required"),
        Meaning.SENDER: _("Sender not authorised"),
        Meaning.REFUSED: _("Message refused by the server"),
    }[meaning]


def _sentence_until(meaning: Meaning) -> str:
    return {
        Meaning.MAILBOX_FULL: _("Mailbox full: new try at {time}"),
        Meaning.TEMPORARY: _("Temporary refusal, new try at {time}"),
        Meaning.QUOTA: _("Quota reached, sending suspended until {time}"),
    }.get(meaning, "")


def _clock(at: datetime, now: datetime | None) -> str:
    local = at.astimezone()
    if now is not None and now.astimezone().date() != local.date():
        return format_moment(at)
    return f"{local:%H:%M}"


_BY_DETAIL = {
    "1.1": Meaning.UNKNOWN_ADDRESS,
    "1.3": Meaning.UNKNOWN_ADDRESS,
    "1.6": Meaning.UNKNOWN_ADDRESS,
    "1.10": Meaning.UNKNOWN_ADDRESS,
    "2.1": Meaning.UNKNOWN_ADDRESS,
    # Exchange Online for a recipient that its directory does not know.
    "4.1": Meaning.UNKNOWN_ADDRESS,
    "1.2": Meaning.UNKNOWN_DOMAIN,
    "4.4": Meaning.UNKNOWN_DOMAIN,
    "2.2": Meaning.MAILBOX_FULL,
    "2.3": Meaning.TOO_LARGE,
    "3.4": Meaning.TOO_LARGE,
    "1.7": Meaning.SENDER,
    "1.8": Meaning.SENDER,
    "7.1": Meaning.SENDER,
    "7.60": Meaning.SENDER,
    "4.5": Meaning.QUOTA,
    "7.3": Meaning.CREDENTIALS,
    "7.8": Meaning.CREDENTIALS,
    "7.57": Meaning.CREDENTIALS,
    "7.139": Meaning.CREDENTIALS,
    "7.30": Meaning.OAUTH,
}
"""What follows the 5 of a permanent enhanced code."""

_BUSY_CODES = (421, 432)
_AUTH_CODES = (530, 534, 535, 538)
_OPENING = (Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.TLS, Stage.AUTH)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_BASIC_AUTHENTICATION = _words(r"basic authentication is")
_SENDING_LIMIT = _words(
    r"QuotaExceededException"
    r"|\b(?:send|sending|submission|outgoing|relay|daily|hourly|rate)\b\W+(?:\w+\W+){0,2}(?:quota|limit)"
    r"|exceeded the max|too many (?:e-?mails|mails|messages)"
)
_FULL = _words(r"over ?quota|(?<!system )storage|\bfull\b|mailbox.{0,30}quota|quota.{0,30}mailbox")
_QUOTA = _words(r"quota")
_CONTENT = _words(r"spam|virus|malware|content|attachment")
_RELAY = _words(r"relay|not (?:allowed|authori[sz]ed|permitted) to send|sender")
_NO_DOMAIN = _words(r"domain (?:not found|does not exist|unknown)|(?:unknown|no such) domain|unroutable|unrouteable")
_POLICY = _words(r"block|black ?list|denied|policy|reputation|banned|\bDNSBL\b")
_GREYLIST = _words(r"gr[ea]y-?list")
_QUEUE_ID = _words(
    r"queued as ([\w.-]+)|\bid=([\w-]+)|InternalId=(\d+)|\bok +(\d+ \S+) - gsmtp|(\w+) message accepted for delivery"
)


def _permanent(reply: Reply) -> bool:
    return reply.status.startswith("5") and reply.code not in _BUSY_CODES


def _meaning(stage: Stage, reply: Reply) -> Meaning:
    text = " ".join(reply.lines)
    if _BASIC_AUTHENTICATION.search(text):
        return Meaning.OAUTH
    if reply.code in _AUTH_CODES or (stage is Stage.AUTH and _permanent(reply)):
        return Meaning.OAUTH if reply.enhanced == "5.7.30" else Meaning.CREDENTIALS
    if _SENDING_LIMIT.search(text):
        return Meaning.QUOTA
    if reply.enhanced.endswith(".2.2"):
        return Meaning.MAILBOX_FULL
    if reply.code in _BUSY_CODES or reply.enhanced in ("4.3.2", "4.4.5"):
        return Meaning.BUSY
    if _QUOTA.search(text) and not _FULL.search(text):
        return Meaning.QUOTA
    return _permanent_meaning(stage, reply, text) if _permanent(reply) else _temporary_meaning(reply, text)


def _temporary_meaning(reply: Reply, text: str) -> Meaning:
    return Meaning.MAILBOX_FULL if not reply.enhanced and _FULL.search(text) else Meaning.TEMPORARY


def _permanent_meaning(stage: Stage, reply: Reply, text: str) -> Meaning:
    known = _BY_DETAIL.get(reply.enhanced[2:])
    if known is Meaning.SENDER and _CONTENT.search(text):
        return Meaning.REFUSED
    if known is not None:
        return known
    if reply.code == 552:
        return Meaning.MAILBOX_FULL if _FULL.search(text) else Meaning.TOO_LARGE
    if reply.enhanced.startswith("5.7."):
        return Meaning.REFUSED
    if stage is Stage.MAIL and reply.code in (501, 550, 553):
        return Meaning.SENDER
    if stage is Stage.RCPT:
        return _recipient_meaning(reply, text)
    return Meaning.REFUSED


def _recipient_meaning(reply: Reply, text: str) -> Meaning:
    """A permanent refusal of the recipient without a code that says why."""
    for words, meaning in (
        (_NO_DOMAIN, Meaning.UNKNOWN_DOMAIN),
        (_FULL, Meaning.MAILBOX_FULL),
        (_RELAY, Meaning.SENDER),
        (_POLICY, Meaning.REFUSED),
    ):
        if words.search(text):
            return meaning
    if reply.code in (521, 556):
        return Meaning.UNKNOWN_DOMAIN
    return Meaning.UNKNOWN_ADDRESS if reply.code in (550, 551, 553) else Meaning.REFUSED


def _action(stage: Stage, reply: Reply, meaning: Meaning) -> Action:
    if meaning in (Meaning.CREDENTIALS, Meaning.OAUTH):
        return Action.PAUSE
    if not _permanent(reply):
        slow = meaning in (Meaning.BUSY, Meaning.QUOTA) or stage in _OPENING
        grey = _GREYLIST.search(reply.text)
        return Action.SLOW if slow or (reply.enhanced.startswith("4.7.") and not grey) else Action.RETRY
    if meaning is Meaning.QUOTA:
        return Action.QUOTA
    return Action.PAUSE if stage in _OPENING else Action.FAIL
