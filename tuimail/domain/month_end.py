"""The month-end sheet: where every document of a period ended, counted so that it adds up, or says what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tuimail.domain.billing import DocumentKind, DocumentState
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_day


class Outcome(StrEnum):
    """Where a document ended. Each is in exactly one."""

    SENT = "sent"
    """By mail to every address."""
    PARTIAL = "partial"
    """By mail to some of its addresses."""
    BOUNCED = "bounced"
    """Taken by the server, come back since, and not sent again."""
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WAITING = "waiting"
    """Messages of it are still to leave."""
    POSTED = "posted"
    """On paper, by an operator's word."""
    TO_POST = "to-post"
    """Nobody receives it by mail."""
    EXCLUDED = "excluded"
    """Not to be sent, by an operator's decision, with the reason."""
    NOT_SENT = "not-sent"
    """It could be sent and was not."""

    @property
    def label(self) -> str:
        """What one document of it is, in the interface's language."""
        return self.words(1)

    def words(self, n: int) -> str:
        """What `n` documents of it are."""
        return {
            Outcome.SENT: ngettext("sent by mail", "sent by mail", n),
            Outcome.PARTIAL: ngettext("sent in part", "sent in part", n),
            Outcome.BOUNCED: ngettext("sent and come back", "sent and come back", n),
            Outcome.FAILED: ngettext("failed", "failed", n),
            Outcome.UNCERTAIN: ngettext("perhaps sent", "perhaps sent", n),
            Outcome.WAITING: ngettext("waiting to leave", "waiting to leave", n),
            Outcome.POSTED: ngettext("sent on paper", "sent on paper", n),
            Outcome.TO_POST: ngettext("still to post", "still to post", n),
            Outcome.EXCLUDED: ngettext("excluded", "excluded", n),
            Outcome.NOT_SENT: ngettext("not sent yet", "not sent yet", n),
        }[self]


OPEN = (
    Outcome.FAILED,
    Outcome.BOUNCED,
    Outcome.UNCERTAIN,
    Outcome.PARTIAL,
    Outcome.TO_POST,
    Outcome.NOT_SENT,
    Outcome.WAITING,
)
"""Those that something is left to do about, what went wrong first."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """What an operator decided about a document beside its messages: posted on a day, or excluded with a reason."""

    outcome: Outcome
    """POSTED or EXCLUDED."""
    on: date
    operator: str
    reason: str = ""

    @property
    def sentence(self) -> str:
        """`postée le 12/11/2026`, or `exclue : décédé`."""
        if self.outcome is Outcome.POSTED:
            return _("posted on {day}").format(day=format_day(self.on))
        return _("excluded: {reason}").format(reason=self.reason)

    def keeps_back(self, *, chosen: bool) -> bool:
        """Whether the document may not leave by mail; who chose to send a posted one again knows what they do."""
        return self.outcome is Outcome.EXCLUDED or not chosen


@dataclass(frozen=True, slots=True)
class Entry:
    """One document. Amounts are cents."""

    document_id: int
    number: str
    resident: str
    structure: str
    net: int
    gross: int
    outcome: Outcome
    delivered: int
    """Addresses that have it."""
    addresses: int
    """Addresses it was or would be sent to."""
    at: datetime | None
    """The last success."""
    reason: str = ""
    printed: bool = False
    """The resident's card asks for paper, instead of mail or beside it."""
    decided: Disposition | None = None

    @property
    def vat(self) -> int:
        """Tax in cents."""
        return self.gross - self.net

    @property
    def to_post(self) -> bool:
        """Whether it is to be put into an envelope: nobody has it by mail, or the card asks for paper too."""
        return self.decided is None and (self.outcome in (Outcome.TO_POST, Outcome.FAILED) or self.printed)

    @property
    def may_be_posted(self) -> bool:
        """Whether an envelope could help: the same, what reached only some, and what the last send left out."""
        left_out = self.outcome is Outcome.NOT_SENT and bool(self.reason)
        return self.to_post or (self.decided is None and (self.outcome is Outcome.PARTIAL or left_out))


@dataclass(frozen=True, slots=True)
class Send:
    """One press of Send that had documents of the period; counts are of their messages."""

    at: datetime
    operator: str
    label: str
    documents: int
    sent: int
    failed: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class Total:
    """Documents of one outcome, or of all; amounts are cents."""

    documents: int
    net: int
    gross: int

    @property
    def vat(self) -> int:
        """Tax in cents."""
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class Witness:
    """The same, counted another way: what the entries must agree with."""

    documents: int
    net: int
    gross: int
    lines_net: Mapping[int, int]
    """Sum of the lines' amounts by document, where it is not the document's."""
    unproven: tuple[str, ...]
    """Numbers of documents with a delivery that stands as sent without a line of the journal that says so."""
    unknown: tuple[str, ...]
    """Numbers that the journal says were sent and whose deliveries do not."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The sheet of a period, of one structure or of all."""

    period: Period
    kind: DocumentKind
    structure: str
    """Empty: all of them."""
    made_at: datetime
    operator: str
    entries: tuple[Entry, ...]
    sends: tuple[Send, ...]
    witness: Witness

    def total(self, *outcomes: Outcome) -> Total:
        """The documents of these outcomes, or of all."""
        found = [e for e in self.entries if not outcomes or e.outcome in outcomes]
        return Total(len(found), sum(e.net for e in found), sum(e.gross for e in found))

    def outcomes(self) -> list[tuple[Outcome, Total]]:
        """Those that have documents, in order."""
        counts = Counter(entry.outcome for entry in self.entries)
        return [(outcome, self.total(outcome)) for outcome in Outcome if counts[outcome]]

    def of(self, *outcomes: Outcome) -> list[Entry]:
        """The entries of these outcomes."""
        return [entry for entry in self.entries if entry.outcome in outcomes]

    def discrepancies(self) -> list[str]:
        """What does not add up, in sentences; empty if everything does."""
        total, other = self.total(), self.witness
        found = []
        if total.documents != other.documents:
            found.append(
                _("The sheet has {n} documents, the database {m}.").format(n=total.documents, m=other.documents)
            )
        if (total.net, total.gross) != (other.net, other.gross):
            found.append(
                _("The sheet adds up to {mine} with tax, the database to {other}.").format(
                    mine=format_cents(total.gross, currency=True), other=format_cents(other.gross, currency=True)
                )
            )
        found += _named(
            [e.number for e in self.entries if e.document_id in other.lines_net],
            ngettext(
                "The lines of {n} document do not add up to its total: {numbers}.",
                "The lines of {n} documents do not add up to their totals: {numbers}.",
                len(other.lines_net),
            ),
        )
        found += _named(
            other.unproven,
            ngettext(
                "{n} document stands as sent without a line of the journal: {numbers}.",
                "{n} documents stand as sent without a line of the journal: {numbers}.",
                len(other.unproven),
            ),
        )
        found += _named(
            other.unknown,
            ngettext(
                "The journal says that {n} document was sent, its messages do not: {numbers}.",
                "The journal says that {n} documents were sent, their messages do not: {numbers}.",
                len(other.unknown),
            ),
        )
        return found

    @property
    def unfinished(self) -> list[Entry]:
        """The entries that something is left to do about, what went wrong first."""
        rank = {outcome: place for place, outcome in enumerate(OPEN)}
        return sorted(self.of(*OPEN), key=lambda entry: rank[entry.outcome])

    @property
    def to_post(self) -> list[Entry]:
        """The entries that are to be put into an envelope."""
        return [entry for entry in self.entries if entry.to_post]

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do for the period."""
        return not self.unfinished and not self.to_post

    @property
    def title(self) -> str:
        """What it is about: `octobre 2026, EHPAD Saint-Éloi`, and the kind where that is not the invoices."""
        what = self.period.label()
        if self.kind is not DocumentKind.INVOICE:
            what = f"{kinds_name(self.kind)} {what}"
        if self.structure:
            return _("{period}, {structure}").format(period=what, structure=self.structure)
        return _("{period}, all homes").format(period=what)

    def equation(self) -> str:
        """`139 documents = 106 envoyés par mail + 33 à poster`."""
        parts = [f"{total.documents} {o.words(total.documents)}" for o, total in self.outcomes()]
        documents = ngettext("{n} document", "{n} documents", len(self.entries))
        return documents + " = " + (" + ".join(parts) or "0")


def _named(numbers: Iterable[str], sentence: str) -> list[str]:
    known = sorted(set(numbers))
    return [sentence.format(numbers=", ".join(known[:20]) + ("…" if len(known) > 20 else ""))] if known else []


def outcome_of(state: DocumentState, reachable: bool, decided: Disposition | None, *, bounced: bool = False) -> Outcome:
    """Where a document ended: what its messages prove first, then an operator's decision, then whether mail can go."""
    came_back = bounced and state in (DocumentState.SENT, DocumentState.PARTIAL)
    if state is DocumentState.SENT and not came_back:
        return Outcome.SENT
    if state is DocumentState.QUEUED:
        return Outcome.WAITING
    if decided is not None:
        return decided.outcome
    if came_back:
        return Outcome.BOUNCED
    by_mail = {
        DocumentState.PARTIAL: Outcome.PARTIAL,
        DocumentState.FAILED: Outcome.FAILED,
        DocumentState.UNCERTAIN: Outcome.UNCERTAIN,
    }
    if state in by_mail:
        return by_mail[state]
    return Outcome.NOT_SENT if reachable else Outcome.TO_POST
