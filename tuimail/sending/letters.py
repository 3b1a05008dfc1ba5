"""The control of a letter: who would get it, who would not and why; and its messages before they are sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Protocol

from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import domain_of
from tuimail.domain.audience import Person, PersonKey, keys_text
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut, Letter, Mailing, Unsubscribing, together
from tuimail.domain.mail import Batch, NewBatch, NewDelivery, Purpose, Wording, files_text
from tuimail.domain.mailing import consent_objection, objection
from tuimail.domain.pacing import forecast
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure
from tuimail.domain.sizes import size_words
from tuimail.sending.composer import compose_letter
from tuimail.sending.control import account_for, senders_in_effect
from tuimail.sending.message import Part, encode_attachment, make_message_id
from tuimail.sending.rehearsal import TEST_MARK, Composed
from tuimail.sending.sizes import message_size
from tuimail.store import letters, limits, mailings


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody who gets the letter, with what its keywords become."""

    person: Person
    values: Mapping[str, str]
    files: tuple[Attachment, ...] = ()
    """What goes along with this letter alone."""
    readers: tuple[PersonKey, ...] = ()
    """Who else reads it in the same mailbox."""


@dataclass(frozen=True, slots=True)
class LetterControl:
    """What a press of Send would do. Everybody who was chosen is among the ready, the left out or the undecided."""

    account: Account
    letter: Letter
    criteria: str
    """The sentence of the criteria that people were chosen by."""
    ready: tuple[Addressed, ...]
    """One an address."""
    left_out: tuple[LeftOut, ...]
    undecided: Mapping[str, tuple[Person, ...]]
    """By the spelling of a keyword, who has no value for it; what becomes of them is to be decided first."""
    wordings: Mapping[int, Wording]
    """By structure of the person: who writes."""
    unsubscribing: Unsubscribing
    today: date
    limit: int = 0
    """The largest message that the account's server takes, in bytes; 0: it never said."""

    def sizes(self) -> list[int]:
        """About how many bytes each message takes."""
        all_ = [each.size for each in self.letter.attachments]
        return [
            message_size(
                self.wordings[addressed.person.structure_id].body, (*all_, *(each.size for each in addressed.files))
            )
            for addressed in self.ready
        ]

    @property
    def people(self) -> int:
        """How many were chosen."""
        return len(self.ready) + len(self.left_out) + len(self._waiting)

    @property
    def _waiting(self) -> set[Person]:
        return {person for people in self.undecided.values() for person in people}

    @property
    def messages(self) -> int:
        """One an address."""
        return len(self.ready)

    @property
    def seconds(self) -> float:
        """How long the send will take at the account's pace."""
        return forecast(self.account, self.messages)

    @property
    def label(self) -> str:
        """What the send is called in the journal and everywhere."""
        return _("letter: {subject}").format(subject=self.letter.subject)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why people are left out, the most frequent first."""
        return Counter(each.cause or each.reason for each in self.left_out).most_common()

    @property
    def too_large(self) -> str:
        """A sentence where the server would refuse a message for its size; empty if none, or it never said."""
        if not self.limit or (largest := max(self.sizes(), default=0)) <= self.limit:
            return ""
        sizes = {"size": size_words(largest), "limit": size_words(self.limit)}
        return _("A message would be {size}; the server takes {limit} at most.").format(**sizes)

    def check_ready(self) -> None:
        """Raise BadInput if something has to be decided or nobody would get it."""
        for word, people in self.undecided.items():
            raise BadInput(
                _("“{word}” has no value for {n} of the people chosen.").format(word=word, n=len(people)),
                _("Leave them out, or say what stands in its place."),
            )
        if not self.ready:
            raise BadInput(_("Nobody is left to write to."), _("Choose people first."))
        if self.too_large:
            raise BadInput(self.too_large, _("Take a file off, or attach a smaller one."))

    def queue(self, attachments: Sequence[tuple[int, Attachment]], owner: Owner, now: datetime) -> Batch:
        """Write it to the outbox in one transaction; raises BadInput as `check_ready` does."""
        self.check_ready()
        mailing = Mailing(self.letter, self.label, self.criteria, owner.operator, now, self.unsubscribing)
        return letters.queue(mailing, self._batch(attachments), self.left_out, owner, now)

    def _batch(self, attachments: Sequence[tuple[int, Attachment]]) -> NewBatch:
        used = {addressed.person.structure_id for addressed in self.ready}
        domains = {structure_id: domain_of(self.wordings[structure_id].sender_email) for structure_id in used}
        period = Period.of(self.today)
        deliveries = tuple(
            NewDelivery(
                document_id=0,
                structure_id=person.structure_id,
                number="",
                period=period,
                resident=person.resident,
                address=person.address,
                role=person.role,
                recipient_name=person.name,
                message_id=make_message_id(domains[person.structure_id]),
                pdf=None,
                purpose=Purpose.LETTER,
                resident_id=person.key.resident_id,
                person=person.key.number,
                merge_values=json.dumps(addressed.values, ensure_ascii=False),
                files=files_text(addressed.files),
                readers=keys_text(addressed.readers),
                not_before=self.letter.scheduled_at,
            )
            for addressed in self.ready
            for person in (addressed.person,)
        )
        files = tuple((0, attachment) for attachment in self.letter.attachments)
        wordings = tuple(self.wordings[structure_id] for structure_id in sorted(used))
        return NewBatch(self.account.id, self.label, wordings, deliveries, attachments=(*files, *attachments))


def check_letter(
    letter: Letter, people: Sequence[Person], criteria: str, *, operator: str = "", now: datetime
) -> LetterControl:
    """The control of a letter to these people, in their order.

    Raises BadInput for a letter that cannot be sent, NotSettled where no account or sender is codified.
    """
    letter = letter.checked()
    if not people:
        raise BadInput(_("Nobody is chosen."), _("Choose people first."))
    if letter.scheduled_at is not None and letter.scheduled_at <= now:
        raise BadInput(_("The hour to send it has gone by."), _("Choose a later one, or send it at once."))
    wordings, association_id = _wordings(letter, people)
    account = account_for({association_id}, operator)
    day = (letter.scheduled_at or now).astimezone().date()
    ready, left_out, undecided = _sorted(letter, people, wordings, day)
    ways = letters.unsubscribing(association_id)
    found = (tuple(ready), tuple(left_out), undecided)
    return LetterControl(account, letter, criteria, *found, wordings, ways, day, limits.limit(account))


def _wordings(letter: Letter, people: Sequence[Person]) -> tuple[dict[int, Wording], int]:
    places = senders_in_effect()
    used = [places[structure_id] for structure_id in dict.fromkeys(p.structure_id for p in people)]
    if letter.structure_id and letter.structure_id not in places:
        raise BadInput(_("The home that was to write is not there any more."), _("Choose who writes again."))
    writers = [places[letter.structure_id]] * len(used) if letter.structure_id else used
    owners = {place.association_id for place in (*used, *writers)}
    if len(owners) > 1:
        raise NotSettled(
            _("The people chosen belong to several associations, each with its own mail account."),
            _("Write to those of one association at a time."),
        )
    if not any(writer.sender.email for writer in writers):
        raise NotSettled(
            _("No sender is codified for {structure}.").format(structure=writers[0].name),
            _("Codify one first: tuimail sender set --structure NAME --name NAME --email ADDRESS."),
        )
    pairs = zip(used, writers, strict=True)
    return {place.id: _wording(place, writer, letter) for place, writer in pairs}, owners.pop()


def _wording(place: Structure, writer: Structure, letter: Letter) -> Wording:
    sender = writer.sender
    # A receipt of every letter to hundreds of people is wanted by nobody.
    return Wording(place.id, place.name, sender.name, sender.email, sender.reply_to, False, letter.subject, letter.body)


def _sorted(
    letter: Letter, people: Iterable[Person], wordings: Mapping[int, Wording], day: date
) -> tuple[list[Addressed], list[LeftOut], dict[str, tuple[Person, ...]]]:
    unwilling = mailings.unwilling()
    spelt = letter.spelt
    instead = dict(letter.instead)
    ready: dict[str, list[Addressed]] = {}
    """By mailbox, whoever is reached there: the first gets the letter, for all of them."""
    left_out: list[LeftOut] = []
    undecided: dict[str, list[Person]] = {}
    for person in people:
        wording = wordings[person.structure_id]
        reason = _reason(letter, person, wording, unwilling)
        values = letter.values(person, wording.sender_name, day) if not reason else {}
        open_ones = []
        for name in [name for name, value in values.items() if not value]:
            if name not in instead:
                open_ones.append(spelt[name])
            elif instead[name]:
                values[name] = instead[name]
            else:
                reason = reason or _("has no value for “{word}”").format(word=spelt[name])
        sharing, cause = ready.get(person.address.casefold()), ""
        if not reason and sharing:
            sharing.append(Addressed(person, values, letter.files_for(person.key)))
            first = sharing[0].person.name
            reason, cause = _("same mailbox as {name}").format(name=first), _("same mailbox as another")
        if reason:
            left_out.append(LeftOut(person.key, person.name, person.address, reason, cause))
        elif open_ones:
            for word in open_ones:
                undecided.setdefault(word, []).append(person)
        else:
            ready[person.address.casefold()] = [Addressed(person, values, letter.files_for(person.key))]
    addressed = [
        Addressed(
            all_[0].person,
            together([each.values for each in all_]),
            tuple(dict.fromkeys(file for each in all_ for file in each.files)),
            tuple(each.person.key for each in all_[1:]),
        )
        for all_ in ready.values()
    ]
    return addressed, left_out, {word: tuple(found) for word, found in undecided.items()}


def _reason(letter: Letter, person: Person, wording: Wording, unwilling: frozenset[str]) -> str:
    if reason := objection(person, unwilling):
        return reason
    if letter.promotional and (reason := consent_objection(person)):
        return reason
    return "" if wording.sender_email else _("the structure has no sender address")


class AttachedFiles(Protocol):
    """Where the content of kept files comes from; raises a TuimailError when it is not what it was."""

    def attached(self, attachment: Attachment) -> bytes:
        """The attachment as it was when it was kept."""


def letter_parts(attachments: Iterable[Attachment], files: AttachedFiles) -> list[Part]:
    """Attached files as a message carries them; raises a TuimailError."""
    return [Part(each.name, each.media_type, encode_attachment(files.attached(each))) for each in attachments]


def composed_letter(control: LetterControl, addressed: Addressed, parts: Sequence[Part], to: str = "") -> Composed:
    """The message that this person would get; `to`: to that address in their place. Raises BadInput."""
    wording = control.wordings[addressed.person.structure_id]
    message_id = make_message_id(domain_of(wording.sender_email))
    address = to or addressed.person.address
    envelope = compose_letter(
        wording, addressed.values, address, message_id, control.unsubscribing, parts=parts, date=datetime.now(UTC)
    )
    return Composed(addressed.person.name, envelope.sender, address, envelope.wire, message_id)


def rehearsed(control: LetterControl, files: AttachedFiles) -> Iterator[Composed]:
    """Every message that would leave; raises a TuimailError as they are made."""
    parts = letter_parts(control.letter.attachments, files)
    for addressed in control.ready:
        yield composed_letter(control, addressed, [*parts, *letter_parts(addressed.files, files)])


def as_test(control: LetterControl, addressed: Addressed, files: AttachedFiles, to: str) -> Composed:
    """What that person would get, to the writer's own address and marked as a test. Raises a TuimailError."""

    def marked(wording: Wording) -> Wording:
        return replace(wording, subject=f"{TEST_MARK} {wording.subject}")

    wordings = {key: marked(wording) for key, wording in control.wordings.items()}
    parts = letter_parts((*control.letter.attachments, *addressed.files), files)
    return composed_letter(replace(control, wordings=wordings), addressed, parts, to)
