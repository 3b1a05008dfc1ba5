"""States, events and roles in a word or two: the same on every screen, in every table and file."""

from __future__ import annotations

from tuimail.domain.events import EventKind
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.imap import Filed
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Role
from tuimail.domain.returns import Harvest, ReturnKind


def delivery_word(state: DeliveryState) -> str:
    """Where a message stands."""
    return {
        DeliveryState.QUEUED: pgettext("message", "queued"),
        DeliveryState.CLAIMED: pgettext("message", "on the way"),
        DeliveryState.INFLIGHT: pgettext("message", "on the way"),
        DeliveryState.SENT: pgettext("message", "sent"),
        DeliveryState.DEFERRED: pgettext("message", "to be tried again"),
        DeliveryState.FAILED: pgettext("message", "refused"),
        DeliveryState.UNCERTAIN: pgettext("message", "uncertain"),
        DeliveryState.CANCELLED: pgettext("message", "cancelled"),
    }[state]


def event_word(kind: EventKind) -> str:
    """What happened."""
    return {
        EventKind.QUEUED: pgettext("event", "queued"),
        EventKind.SENT: pgettext("event", "sent"),
        EventKind.FAILED: pgettext("event", "refused"),
        EventKind.DEFERRED: pgettext("event", "to be tried again"),
        EventKind.UNCERTAIN: pgettext("event", "uncertain"),
        EventKind.REQUEUED: pgettext("event", "queued again"),
        EventKind.CANCELLED: pgettext("event", "cancelled"),
        EventKind.BLOCKED: pgettext("event", "blocked"),
        EventKind.MARKED_SENT: pgettext("event", "marked sent"),
        EventKind.MARKED_UNSENT: pgettext("event", "marked unsent"),
        EventKind.RETRY_ASKED: pgettext("event", "retry asked for"),
        EventKind.DRAFT_WRITTEN: pgettext("event", "draft written"),
        EventKind.HANDED_OVER: pgettext("event", "handed over"),
        EventKind.TESTED: pgettext("event", "test"),
        EventKind.BATCH_STARTED: pgettext("event", "send asked for"),
        EventKind.BATCH_PAUSED: pgettext("event", "send paused"),
        EventKind.BATCH_RESUMED: pgettext("event", "send resumed"),
        EventKind.BATCH_CANCELLED: pgettext("event", "send stopped"),
        EventKind.BATCH_ENDED: pgettext("event", "send ended"),
        EventKind.ACCOUNT_PAUSED: pgettext("event", "account paused"),
        EventKind.ACCOUNT_RESUMED: pgettext("event", "account resumed"),
        EventKind.IMPORTED: pgettext("event", "import"),
        EventKind.SETTING_CHANGED: pgettext("event", "setting"),
        EventKind.IMPORT_UNDONE: pgettext("event", "import undone"),
        EventKind.ERASED: pgettext("event", "erased"),
        EventKind.DOCUMENT_MADE: pgettext("event", "document made"),
        EventKind.DOCUMENT_CHANGED: pgettext("event", "document changed"),
        EventKind.PDF_BROUGHT: pgettext("event", "PDF brought"),
        EventKind.PDF_DECIDED: pgettext("event", "PDF looked at"),
        EventKind.POSTED: pgettext("event", "posted"),
        EventKind.EXCLUDED: pgettext("event", "excluded"),
        EventKind.BOUNCED: pgettext("event", "came back"),
        EventKind.READ: pgettext("event", "read"),
        EventKind.FILED: pgettext("event", "put into Sent"),
        EventKind.TAKEN_BACK: pgettext("event", "decision taken back"),
        EventKind.CONNECTING: pgettext("event", "connecting"),
        EventKind.WAITING: pgettext("event", "waiting"),
        EventKind.SUMMARY: pgettext("event", "summary"),
    }[kind]


def role_word(role: str) -> str:
    """In which quality somebody receives; empty for an event that is about nobody."""
    words: dict[str, str] = {
        Role.RESIDENT: pgettext("role", "resident"),
        Role.GUARDIAN: pgettext("role", "guardian"),
        Role.RELATIVE: pgettext("role", "relative"),
        Role.OTHER: pgettext("role", "other address"),
        Role.COPY: pgettext("role", "own copy"),
    }
    return words.get(role, "")


def harvest_sentence(harvest: Harvest) -> str:
    """`312 messages regardés · 2 revenus · 14 lus · 1 sans correspondance`."""
    counts = (
        (
            harvest.count(ReturnKind.BOUNCED),
            ngettext("{n} came back", "{n} came back", harvest.count(ReturnKind.BOUNCED)),
        ),
        (harvest.count(ReturnKind.DELAYED), ngettext("{n} delayed", "{n} delayed", harvest.count(ReturnKind.DELAYED))),
        (harvest.count(ReturnKind.READ), ngettext("{n} read", "{n} read", harvest.count(ReturnKind.READ))),
        (harvest.unmatched, ngettext("{n} unmatched", "{n} unmatched", harvest.unmatched)),
        (harvest.moved, ngettext("{n} moved", "{n} moved", harvest.moved)),
    )
    looked = ngettext("{n} new message looked at", "{n} new messages looked at", harvest.looked_at)
    return " · ".join([looked, *(words for count, words in counts if count)])


def filed_sentences(filed: Filed) -> list[str]:
    """What was done, a sentence each."""
    if not filed.done:
        return [_("Everything that was sent is in the Sent folder already.")]
    found = [ngettext("{n} message put into the Sent folder.", "{n} messages put into the Sent folder.", filed.filed)]
    if filed.there:
        found.append(ngettext("{n} was there already.", "{n} were there already.", filed.there))
    if filed.changed:
        found.append(
            ngettext(
                "{n} cannot be made again as it went, and is not put there.",
                "{n} cannot be made again as they went, and are not put there.",
                filed.changed,
            )
        )
    if filed.waiting:
        found.append(
            ngettext("{n} waits: its PDF is not at hand.", "{n} wait: their PDFs are not at hand.", filed.waiting)
        )
    return found
