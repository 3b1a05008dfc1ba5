"""The month-end sheet: where every document of a period ended, counted so that it adds up, or says what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tuimail.domain.billing import DocumentKind, DocumentState
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period


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
        """Its name in the interface's language."""
        return {
            Outcome.SENT: _("sent by mail"),
            Outcome.PARTIAL: _("sent in part"),
            Outcome.BOUNCED: _("sent and come back"),
            Outcome.FAILED: _("failed"),
            Outcome.UNCERTAIN: pgettext("document", "uncertain"),
            Outcome.WAITING: _("waiting to leave"),
            Outcome.POSTED: _("sent on paper"),
            Outcome.TO_POST: _("still to post"),
            Outcome.EXCLUDED: _("excluded"),
            Outcome.NOT_SENT: _("not sent yet"),
        }[self]


@dataclass(frozen=True, slots=True)
class Disposition:
    """What an operator decided about a document beside its messages: posted on a day, or excluded with a reason."""

    outcome: Outcome
    """POSTED or EXCLUDED."""
    on: date
    operator: str
    reason: str = ""


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

    @property
    def vat(self) -> int:
        """Tax in cents."""
        return self.gross - self.net


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
    def settled(self) -> bool:
        """Whether nothing is left to do for the period."""
        done = (Outcome.SENT, Outcome.POSTED, Outcome.EXCLUDED)
        return not self.of(*(outcome for outcome in Outcome if outcome not in done))

    def equation(self) -> str:
        """`139 documents = 106 envoyés par mail + 33 à poster`."""
        parts = [_("{n} {outcome}").format(n=total.documents, outcome=o.label) for o, total in self.outcomes()]
        documents = ngettext("{n} document", "{n} documents", len(self.entries))
        return documents + " = " + (" + ".join(parts) or "0")


def _named(numbers: Iterable[str], sentence: str) -> list[str]:
    known = sorted(set(numbers))
    return [sentence.format(numbers=", ".join(known[:20]) + ("…" if len(known) > 20 else ""))] if known else []


def outcome_of(state: DocumentState, reachable: bool, decided: Disposition | None, *, bounced: bool = False) -> Outcome:
    """Where a document ended: what its messages say first, then an operator's decision, then whether mail can go."""
    if bounced and state in (DocumentState.SENT, DocumentState.PARTIAL):
        return decided.outcome if decided is not None else Outcome.BOUNCED
    by_mail = {
        DocumentState.SENT: Outcome.SENT,
        DocumentState.QUEUED: Outcome.WAITING,
        DocumentState.UNCERTAIN: Outcome.UNCERTAIN,
    }.get(state)
    if by_mail is not None:
        return by_mail
    if decided is not None:
        return decided.outcome
    if state is DocumentState.PARTIAL:
        return Outcome.PARTIAL
    if state is DocumentState.FAILED:
        return Outcome.FAILED
    return Outcome.NOT_SENT if reachable else Outcome.TO_POST
