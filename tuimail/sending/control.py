"""The control before sending: what would go to whom, and every document that would not, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import domain_of, normalise_address
from tuimail.domain.billing import Attachment, Document, DocumentKind, KeptFile
from tuimail.domain.concerns import concerns
from tuimail.domain.errors import NotSettled
from tuimail.domain.events import Summary
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import mail_of
from tuimail.domain.mail import LIVE_STATES, Batch, BlockedDocument, DeliveryState, NewBatch, NewDelivery, Wording
from tuimail.domain.pacing import forecast
from tuimail.domain.people import Resident, Role
from tuimail.domain.periods import format_moment
from tuimail.domain.places import Structure
from tuimail.domain.recipients import Reason, Recipient, decide
from tuimail.domain.templates import effective, message_values, objections
from tuimail.sending.message import make_message_id
from tuimail.store import accounts, address_notes, batches, brought, documents, residents, structures
from tuimail.store.address_notes import AddressNote
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

    def blocked(self, reason: str) -> BlockedDocument:
        """The same document as one that cannot go."""
        return BlockedDocument(self.document.id, self.document.number, self.document.period, self.resident.name, reason)


@dataclass(frozen=True, slots=True)
class Control:
    """What a press of Send would do. Every document of the selection stands in exactly one of the five lists."""

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
    resend: bool = False
    only_to: tuple[str, ...] = ()
    """The addresses that were asked for instead of those of the rule; empty: those of the rule."""
    files: Mapping[int, KeptFile] = field(default_factory=dict)
    """The PDF of each ready document, by document id; empty until they are prepared."""
    joined: tuple[tuple[int, Attachment], ...] = ()
    """Statements that go along, each with the id of its document; empty until the PDFs are prepared."""

    @property
    def to_check(self) -> tuple[Candidate, ...]:
        """Those of the ready that are worth a look before they leave."""
        return tuple(candidate for candidate in self.ready if candidate.remarks)

    @property
    def messages(self) -> int:
        """One an address."""
        return sum(len(candidate.recipients) for candidate in self.ready)

    @property
    def addresses(self) -> int:
        """Different addresses: a guardian of several residents counts once."""
        return len({r.address.casefold() for candidate in self.ready for r in candidate.recipients})

    @property
    def net(self) -> int:
        """Cents without tax of what is ready."""
        return sum(candidate.document.net for candidate in self.ready)

    @property
    def seconds(self) -> float:
        """How long the send will take at the account's pace."""
        return forecast(self.account, self.messages)

    @property
    def document_ids(self) -> list[int]:
        """The whole selection."""
        lists = (self.ready, self.already_sent, self.on_the_way, self.uncertain)
        return [c.document.id for each in lists for c in each] + [blocked.document_id for blocked in self.blocked]

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
        wordings = tuple(_wording(self.structures[structure_id], kind) for structure_id in sorted(used))
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
            )
            for candidate in self.ready
            for recipient in candidate.recipients
        )
        return NewBatch(
            self.account.id,
            self.label,
            wordings,
            deliveries,
            self.blocked,
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
) -> Control:
    """The control of these documents, in their order.

    `resend`: also what was already sent or is uncertain. `to`: to these addresses instead of those of the rule.
    `operator`: whose own mail account goes before the association's, if there is one.
    Raises NotSettled where no SMTP account, or for none of the structures a sender, is codified.
    """
    found = documents.documents(list(document_ids))
    people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in found}))}
    places = senders_in_effect()
    account = account_for({places[d.structure_id].association_id for d in found}, operator)
    if found and not any(places[d.structure_id].sender.email for d in found):
        raise NotSettled(
            _("No sender is codified for {structure}.").format(structure=places[found[0].structure_id].name),
            _("Codify one first: tuimail sender set --structure NAME --name NAME --email ADDRESS."),
        )
    taken = batches.outcomes(d.id for d in found)
    known = address_notes.notes(sorted(people))
    sent = documents.last_sent([d.id for d in found])
    held = brought.held_for(d.id for d in found)
    lists: dict[str, list[Candidate]] = {"ready": [], "already_sent": [], "on_the_way": [], "uncertain": []}
    blocked: list[BlockedDocument] = []
    for document in found:
        person = people[document.resident_id]
        wanted = tuple(to) if to is not None else decide(person).recipients
        candidate = Candidate(document, person, wanted, sent.get(document.id))
        if not wanted:
            blocked.append(candidate.blocked(unreachable_reason(person)))
            continue
        # Whoever chose the addresses by hand has settled what the rule cannot.
        wrong = concerns(person) if to is None else ()
        if document.id in held:
            reason = _("its PDF must be looked at first: {why}").format(why=held[document.id].sentence)
            blocked.append(candidate.blocked(reason))
            continue
        name, rest = _sorted(candidate, taken, resend)
        if name == "ready" and not places[document.structure_id].sender.email:
            blocked.append(candidate.blocked(_("the structure has no sender address")))
        elif name == "ready" and any(concern.blocks for concern in wrong):
            blocked.append(candidate.blocked(" ; ".join(concern.sentence for concern in wrong if concern.blocks)))
        elif name == "ready" and (objection := _objection(candidate, places[document.structure_id])):
            blocked.append(candidate.blocked(objection))
        else:
            remarks = (*(concern.sentence for concern in wrong), *_noted(rest, known.get(person.id, {})))
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
        resend=resend,
        only_to=tuple(recipient.address for recipient in to or ()),
    )


def _noted(recipients: Sequence[Recipient], known: Mapping[str, AddressNote]) -> Iterator[str]:
    """Addresses that came back, or that nothing has reached since they were typed anew."""
    for recipient in recipients:
        note = known.get(recipient.address.casefold())
        if note is not None and note.bounces and note.bounced_at:
            yield _("{address} came back on {moment}").format(
                address=recipient.address, moment=format_moment(note.bounced_at)
            )
        elif note is not None and note.unproven and note.changed_at:
            yield _("{address} changed on {moment}").format(
                address=recipient.address, moment=format_moment(note.changed_at)
            )


def other_address(text: str) -> Recipient:
    """An address typed for one send; raises BadAddress."""
    return Recipient(normalise_address(text), Role.OTHER, "", Reason.OWN)


def account_for(association_ids: set[int], operator: str) -> Account:
    """The account that these associations' mail leaves by for that operator; raises NotSettled."""
    # An operator's own account comes last, and so goes before the association's.
    usable = sorted((a for a in accounts.accounts() if a.operator in ("", operator)), key=lambda a: a.operator)
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
            _("Codify it first: tuimail smtp set --host NAME --port NUMBER --security none|starttls|tls."),
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


def _objection(candidate: Candidate, place: Structure) -> str:
    document = candidate.document
    values = message_values(
        person=candidate.resident.name,
        period=document.period,
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        gross=document.gross,
        structure=place.name,
        sender=place.sender.name,
    )
    return objections(place.sender.subject, place.sender.body, values)


def _wording(structure: Structure, kind: DocumentKind = DocumentKind.INVOICE) -> Wording:
    sender = structure.sender
    subject, body = mail_of(kind, sender.name) or (sender.subject, sender.body)
    return Wording(
        structure.id,
        structure.name,
        sender.name,
        sender.email,
        sender.reply_to,
        sender.receipt,
        subject,
        body,
        sender.copy_to,
    )
