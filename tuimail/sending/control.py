"""The control before sending: what would go to whom, and every document that would not, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import domain_of
from tuimail.domain.billing import Attachment, Document, DocumentKind, KeptFile
from tuimail.domain.concerns import concerns
from tuimail.domain.errors import NotSettled
from tuimail.domain.events import Summary
from tuimail.domain.i18n import _
from tuimail.domain.mail import LIVE_STATES, Batch, BlockedDocument, DeliveryState, Mend, NewBatch, NewDelivery
from tuimail.domain.one_address import one_address
from tuimail.domain.pacing import forecast
from tuimail.domain.people import Policy, Resident, Role
from tuimail.domain.places import Structure
from tuimail.domain.recipients import Reason, Recipient, decide
from tuimail.domain.templates import effective
from tuimail.sending.address_checks import noted
from tuimail.sending.corrections import corrected
from tuimail.sending.message import make_message_id
from tuimail.sending.refused import sentence, settled, still_wrong
from tuimail.sending.sizes import message_size
from tuimail.sending.wordings import Typed, objection, said, wording
from tuimail.store import (
    accounts,
    address_notes,
    batches,
    brought,
    dispositions,
    documents,
    limits,
    related,
    residents,
    standing,
    structures,
)
from tuimail.store.listing import unreachable_reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document of the selection with those of its addresses that this send is for."""

    document: Document
    resident: Resident
    recipients: tuple[Recipient, ...]
    last_sent: datetime | None = None
    remarks: tuple[str, ...] = ()
    """What is worth a look before it leaves, in sentences."""

    def blocked(self, reason: str, mend: Mend = Mend.NOWHERE) -> BlockedDocument:
        """The same document as one that cannot go."""
        document = self.document
        return BlockedDocument(document.id, document.number, document.period, self.resident.name, reason, mend)


@dataclass(frozen=True, slots=True)
class Control:
    """What a press of Send would do. Every document of the selection stands in exactly one of the seven lists."""

    account: Account
    label: str
    ready: tuple[Candidate, ...]
    already_sent: tuple[Candidate, ...]
    """Sent to every address: left alone unless it is a resend."""
    on_the_way: tuple[Candidate, ...]
    uncertain: tuple[Candidate, ...]
    """Perhaps sent: left alone until someone decides, or asks for a resend."""
    blocked: tuple[BlockedDocument, ...]
    structures: Mapping[int, Structure]
    """Each with the sender and text that it has in effect."""
    to_post: tuple[BlockedDocument, ...] = ()
    """On paper only, as the residents' cards say: nothing is wrong with them."""
    set_aside: tuple[BlockedDocument, ...] = ()
    """What an operator has posted already, or excluded."""
    in_part: tuple[BlockedDocument, ...] = ()
    """Those of the ready that leave without an address which refused them, with the reason."""
    resend: bool = False
    only_to: tuple[str, ...] = ()
    """The addresses that were asked for instead of those of the rule; empty: those of the rule."""
    files: Mapping[int, KeptFile] = field(default_factory=dict)
    """The PDF of each ready document, by document id; empty until they are prepared."""
    joined: tuple[tuple[int, Attachment], ...] = ()
    """Statements that go along, each with the id of its document; empty until the PDFs are prepared."""
    typed: Typed = field(default_factory=dict)
    """Subject and text of this send, where they are not those that are codified."""
    limit: int = 0
    """Bytes of a message that the server takes at most; 0: not known."""

    @property
    def to_check(self) -> tuple[Candidate, ...]:
        """Those of the ready that are worth a look before they leave."""
        return tuple(candidate for candidate in self.ready if candidate.remarks)

    @property
    def kept_back(self) -> tuple[BlockedDocument, ...]:
        """The blocked, and those of the ready that do not go to everybody."""
        ready = {candidate.document.id for candidate in self.ready}
        return (*self.blocked, *(part for part in self.in_part if part.document_id in ready))

    @property
    def messages(self) -> int:
        """One an address."""
        return sum(len(candidate.recipients) for candidate in self.ready)

    @property
    def copies(self) -> int:
        """Own copies that follow the messages."""
        return sum(len(c.recipients) for c in self.ready if self.structures[c.document.structure_id].sender.copy_to)

    @property
    def addresses(self) -> int:
        """Different addresses: a guardian of several residents counts once."""
        return len({r.address.casefold() for candidate in self.ready for r in candidate.recipients})

    @property
    def net(self) -> int:
        """Cents without tax of what is ready."""
        return sum(candidate.document.net for candidate in self.ready)

    def sizes(self, attachments: Sequence[tuple[int, Attachment]] = ()) -> dict[int, int]:
        """About how many bytes each message about a ready document takes, by document id; the PDFs must be prepared.

        `attachments`: files that go along besides, each with the id of its document, or 0 for every message.
        """
        along: dict[int, list[int]] = {}
        for document_id, attachment in (*self.joined, *attachments):
            along.setdefault(document_id, []).append(attachment.size)
        found = {}
        for document in (candidate.document for candidate in self.ready):
            files = (self.files[document.id].size, *along.get(0, ()), *along.get(document.id, ()))
            body = said(self.structures[document.structure_id], document.kind, self.typed).body
            found[document.id] = message_size(body, files)
        return found

    def total(self, attachments: Sequence[tuple[int, Attachment]] = ()) -> int:
        """About how many bytes leave in all; the PDFs must be prepared."""
        sizes = self.sizes(attachments)
        return sum(sizes[candidate.document.id] * len(candidate.recipients) for candidate in self.ready)

    def only(self, document_id: int) -> Control:
        """The same of one document, ready to be composed wherever it stands, for who wants to see its message."""
        lists = (self.ready, self.already_sent, self.on_the_way, self.uncertain)
        found = tuple(c for each in lists for c in each if c.document.id == document_id)
        return replace(self, ready=found, already_sent=(), on_the_way=(), uncertain=(), blocked=())

    def without(self, failed: Mapping[int, tuple[str, Mend]]) -> Control:
        """The same with these ready documents (id -> reason, and where it is mended) blocked."""
        return replace(
            self,
            ready=tuple(c for c in self.ready if c.document.id not in failed),
            blocked=self.blocked
            + tuple(c.blocked(*failed[c.document.id]) for c in self.ready if c.document.id in failed),
        )

    def remarked(self, remarks: Mapping[int, str]) -> Control:
        """The same with more to be looked at, by document id."""
        more = {key: (text,) for key, text in remarks.items()}
        return replace(
            self, ready=tuple(replace(c, remarks=c.remarks + more.get(c.document.id, ())) for c in self.ready)
        )

    @property
    def seconds(self) -> float:
        """How long the send will take at the account's pace."""
        return forecast(self.account, self.messages + self.copies)

    @property
    def document_ids(self) -> list[int]:
        """The whole selection."""
        lists = (self.ready, self.already_sent, self.on_the_way, self.uncertain)
        others = (*self.blocked, *self.to_post, *self.set_aside)
        return [c.document.id for each in lists for c in each] + [other.document_id for other in others]

    def with_waiting(self, summary: Summary) -> Summary:
        """`summary` with every message of the selection that waits or is uncertain by now, whichever send it is of."""
        found = batches.outcomes(self.document_ids)
        states = Counter(
            state for (_id, address), state in found.items() if not self.only_to or address in self.only_to
        )
        waiting = sum(states[state] for state in LIVE_STATES) - states[DeliveryState.DEFERRED]
        return replace(
            summary,
            queued=waiting,
            deferred=states[DeliveryState.DEFERRED],
            uncertain=states[DeliveryState.UNCERTAIN],
            to_post=len(self.to_post),
        )

    def with_files(
        self,
        files: Mapping[int, KeptFile],
        failed: Mapping[int, str],
        joined: Sequence[tuple[int, Attachment]] = (),
    ) -> Control:
        """The control once the PDFs are made; those that could not be (id -> reason) are blocked."""
        return replace(
            self,
            files=files,
            joined=tuple(joined),
            ready=tuple(c for c in self.ready if c.document.id in files and c.document.id not in failed),
            blocked=self.blocked
            + tuple(c.blocked(failed[c.document.id]) for c in self.ready if c.document.id in failed),
        )

    def queue(self, attachments: Sequence[tuple[int, Attachment]], owner: Owner, now: datetime) -> Batch | None:
        """Write it to the outbox; None if another send has taken all of it meanwhile."""
        return batches.queue(self.batch(attachments), owner, now)

    def batch(self, attachments: Sequence[tuple[int, Attachment]] = ()) -> NewBatch:
        """What the outbox is asked to write; the PDFs must be prepared."""
        used = {candidate.document.structure_id for candidate in self.ready}
        sent = {candidate.document.id for candidate in self.ready}
        kinds = {candidate.document.kind for candidate in self.ready}
        # A list, and so a send, is of one kind; should several go together the home's own words fit them best.
        kind = kinds.pop() if len(kinds) == 1 else DocumentKind.INVOICE
        wordings = tuple(wording(self.structures[structure_id], kind, self.typed) for structure_id in sorted(used))
        domains = {wording.structure_id: domain_of(wording.sender_email) for wording in wordings}
        deliveries = tuple(
            NewDelivery(
                document_id=candidate.document.id,
                structure_id=candidate.document.structure_id,
                number=candidate.document.number,
                period=candidate.document.period,
                resident=candidate.resident.name,
                address=recipient.address,
                role=recipient.role,
                recipient_name=recipient.name,
                message_id=make_message_id(domains[candidate.document.structure_id]),
                pdf=self.files[candidate.document.id],
                issued_on=candidate.document.issued_on,
                due_on=candidate.document.due_on,
                gross=candidate.document.gross,
                language=candidate.resident.billing.language,
            )
            for candidate in self.ready
            for recipient in candidate.recipients
        )
        return NewBatch(
            self.account.id,
            self.label,
            wordings,
            deliveries,
            self.kept_back,
            (*(pair for pair in self.joined if pair[0] in sent), *attachments),
            self.resend,
        )


def check(
    document_ids: Sequence[int],
    label: str,
    *,
    resend: bool = False,
    to: Sequence[Recipient] | None = None,
    operator: str = "",
    typed: Typed | None = None,
    refused_again: bool = True,
) -> Control:
    """The control of these documents, in their order.

    `resend`: also what was already sent or is uncertain. `to`: to these addresses instead of those of the rule.
    `operator`: whose own mail account goes before the association's, if there is one. `typed`: subject and text of
    this send in place of those that are codified. `refused_again`: also to addresses of the rule that refused this
    very document for good and were not changed since; always if it is a resend, or `to` names them.
    Raises NotSettled where no SMTP account, or for none of the structures a sender, is codified.
    """
    found = documents.documents(list(document_ids))
    people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in found}))}
    places = senders_in_effect()
    account = account_for({places[d.structure_id].association_id for d in found}, operator)
    if found and not any(places[d.structure_id].sender.email for d in found):
        raise NotSettled(
            _("No sender is codified for {structure}.").format(structure=places[found[0].structure_id].name),
            _("Codify one: 3, Enter on the home, tab Mail in the application, or tuimail sender set."),
        )
    taken = batches.outcomes(d.id for d in found)
    troubled = standing.troubled([d.id for d in found])
    if to is None and not resend:
        taken |= settled(troubled)
    spared = not (refused_again or resend) and to is None
    known = address_notes.notes(sorted(people))
    sent = documents.last_sent([d.id for d in found])
    held = brought.held_for(d.id for d in found)
    notes = related.credit_notes([d.id for d in found])
    typed = typed or {}
    lists: dict[str, list[Candidate]] = {"ready": [], "already_sent": [], "on_the_way": [], "uncertain": []}
    blocked: list[BlockedDocument] = []
    to_post: list[BlockedDocument] = []
    set_aside: list[BlockedDocument] = []
    in_part: list[BlockedDocument] = []
    decided = dispositions.dispositions([d.id for d in found])
    for document in found:
        person = people[document.resident_id]
        wanted = tuple(to) if to is not None else decide(person).recipients
        candidate = Candidate(document, person, wanted, sent.get(document.id))
        decision = decided.get(document.id)
        could_go = not wanted or _sorted(candidate, taken, resend)[0] == "ready"
        if decision and could_go and decision.keeps_back(chosen=resend or to is not None):
            set_aside.append(candidate.blocked(decision.sentence))
            continue
        if not wanted:
            of_its_kind = to_post if person.billing.policy is Policy.PAPER else blocked
            of_its_kind.append(candidate.blocked(unreachable_reason(person), Mend.RESIDENT))
            continue
        # Whoever chose the addresses by hand has settled what the rule cannot.
        wrong = concerns(person) if to is None else ()
        name, rest = _sorted(candidate, taken, resend)
        notes_on = known.get(person.id, {})
        refused = still_wrong(rest, troubled.get(document.id, ()), notes_on) if spared and name == "ready" else ()
        if name == "ready" and document.id in held:
            reason = _("its PDF must be looked at first: {why}").format(why=held[document.id].sentence)
            blocked.append(candidate.blocked(reason, Mend.BROUGHT))
        elif name == "ready" and not places[document.structure_id].sender.email:
            blocked.append(candidate.blocked(_("the structure has no sender address"), Mend.STRUCTURE))
        elif name == "ready" and any(concern.blocks for concern in wrong):
            reason = " ; ".join(concern.sentence for concern in wrong if concern.blocks)
            blocked.append(candidate.blocked(reason, Mend.RESIDENT))
        elif name == "ready" and (why := objection(document, person, places[document.structure_id], typed)):
            blocked.append(candidate.blocked(why, Mend.STRUCTURE))
        elif refused and len(refused) == len(rest):
            blocked.append(candidate.blocked(sentence(refused), Mend.RESIDENT))
        else:
            if refused:
                in_part.append(candidate.blocked(sentence(refused), Mend.RESIDENT))
                rest = tuple(recipient for recipient in rest if recipient not in refused)
            remarks = (
                *corrected(notes.get(document.id, ())),
                *(concern.sentence for concern in wrong),
                *noted(rest, notes_on, person.addresses),
            )
            lists[name].append(replace(candidate, recipients=rest, remarks=remarks))
    return Control(
        account=account,
        label=label,
        blocked=tuple(blocked),
        ready=tuple(lists["ready"]),
        already_sent=tuple(lists["already_sent"]),
        on_the_way=tuple(lists["on_the_way"]),
        uncertain=tuple(lists["uncertain"]),
        structures=places,
        to_post=tuple(to_post),
        set_aside=tuple(set_aside),
        in_part=tuple(in_part),
        resend=resend,
        only_to=tuple(recipient.address for recipient in to or ()),
        typed=typed,
        limit=limits.limit(account),
    )


def other_address(text: str) -> Recipient:
    """An address typed for one send; raises BadAddress."""
    return Recipient(one_address(text), Role.OTHER, "", Reason.OWN)


def account_for(association_ids: set[int], operator: str) -> Account:
    """The account that these associations' mail leaves by for that operator; raises NotSettled."""
    # An operator's own account comes last, and so goes before the association's.
    usable = sorted(accounts.usable_by(operator), key=lambda a: a.operator)
    known = {a.association_id: a for a in usable}
    if len(association_ids) > 1:
        raise NotSettled(
            _("The selection holds invoices of several associations, each with its own mail account."),
            _("Send those of one association at a time."),
        )
    account = known.get(next(iter(association_ids))) if association_ids else next(iter(known.values()), None)
    if account is None:
        raise NotSettled(
            _("No SMTP account is codified yet."),
            _("Codify it: key S in the application, or tuimail smtp set."),
        )
    return account


def _sorted(
    candidate: Candidate, taken: Mapping[tuple[int, str], DeliveryState], resend: bool
) -> tuple[str, tuple[Recipient, ...]]:
    states = [taken.get((candidate.document.id, r.address)) for r in candidate.recipients]
    rest = tuple(
        r
        for r, state in zip(candidate.recipients, states, strict=True)
        if state is None or (resend and state not in LIVE_STATES)
    )
    if rest:
        return "ready", rest
    counted = Counter(state for state in states)
    if any(counted[state] for state in LIVE_STATES):
        return "on_the_way", candidate.recipients
    return "uncertain" if counted[DeliveryState.UNCERTAIN] else "already_sent", candidate.recipients


def senders_in_effect() -> dict[int, Structure]:
    """All structures, archived ones too, each with the sender that it has in effect."""
    owners = {association.id: association for association in structures.associations()}
    return {
        place.id: replace(place, sender=effective(place.sender, owners[place.association_id]))
        for place in structures.structures(archived=True)
    }
