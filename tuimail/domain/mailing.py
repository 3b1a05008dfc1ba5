"""Lists of people that are kept, the selection of the moment, and models of letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tuimail.domain.addresses import normalise_address
from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.criteria import Criteria
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.text import clean, has_control

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class MailingList:
    """People to write to: a live list asks its criteria anew each time, a fixed one names its people."""

    name: str
    criteria: Criteria
    fixed: bool = False
    members: tuple[PersonKey, ...] = ()
    """Of a fixed list."""
    operator: str = ""
    changed_at: datetime | None = None
    id: int = 0

    def people(self, everybody: Sequence[Person], today: date) -> list[Person]:
        """Who is in it now; raises BadInput for criteria that no longer make sense."""
        if not self.fixed:
            return self.criteria.matching(everybody, today)
        members = frozenset(self.members)
        return [person for person in everybody if person.key in members]

    def gone(self, everybody: Sequence[Person]) -> int:
        """How many of a fixed list are not known any more."""
        return len(frozenset(self.members) - {person.key for person in everybody}) if self.fixed else 0


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that wants no mailing; no import takes it off."""

    address: str
    since: datetime
    operator: str
    source: str
    """How that is known, such as `lien de désinscription`."""


@dataclass(frozen=True, slots=True)
class LetterModel:
    """A subject and text kept to be used again."""

    name: str
    subject: str
    body: str
    promotional: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """What an operator has put together: the criteria, and the people chosen so far in their order."""

    criteria: Criteria = field(default_factory=Criteria)
    chosen: tuple[PersonKey, ...] = ()

    def choose(self, people: Iterable[Person], unwilling: frozenset[str]) -> Selection:
        """Those people as well, except who has no address or wants no mail (`unwilling`: their addresses)."""
        known = frozenset(self.chosen)
        added = tuple(p.key for p in people if p.key not in known and objection(p, unwilling) == "")
        return replace(self, chosen=self.chosen + added)

    def give_back(self, keys: Iterable[PersonKey]) -> Selection:
        """Without those people."""
        gone = frozenset(keys)
        return replace(self, chosen=tuple(key for key in self.chosen if key not in gone))


def how_chosen(
    chosen: Sequence[Person],
    criteria: Criteria,
    everybody: Sequence[Person],
    unwilling: frozenset[str],
    lists: Iterable[MailingList],
    today: date,
) -> str:
    """How these people came to be written to, as the mailing keeps it: by a list, by criteria, or one by one.

    A list or criteria are only named if they are exactly who can be written to of them.
    """
    keys = frozenset(person.key for person in chosen)

    def are(people: Iterable[Person]) -> bool:
        return keys == frozenset(Selection().choose(people, unwilling).chosen)

    for kept in lists:
        if kept.fixed and are(kept.people(everybody, today)):
            return _("list “{name}”").format(name=kept.name)
    try:
        if are(criteria.matching(everybody, today)):
            return criteria.sentence()
    except BadInput:
        # Criteria that make no sense any more found nobody.
        pass
    return ngettext("{n} person chosen one by one", "{n} people chosen one by one", len(keys))


def objection(person: Person, unwilling: frozenset[str]) -> str:
    """Why no letter can be written to that person, in a sentence; empty if one can."""
    if not person.address:
        return _("no address is known")
    if person.address.casefold() in unwilling:
        return _("wants no mailing: unsubscribed")
    return ""


def consent_objection(person: Person) -> str:
    """Why no promotional letter can be written to that person, in a sentence; empty if one can."""
    return "" if person.accepts else _("does not accept promotional letters")


def checked_name(text: str) -> str:
    """The name of a list or model as it is kept; raises BadInput."""
    name = clean(text)
    if not name or has_control(name) or len(name) > LONGEST_NAME:
        raise BadInput(
            _("“{name}” cannot be a name.").format(name=name[:LONGEST_NAME]),
            _("Write one line of {n} characters at most.").format(n=LONGEST_NAME),
        )
    return name


def suppressed(address: str, operator: str, source: str, now: datetime) -> Suppression:
    """The entry for an address that wants no mailing; raises BadAddress."""
    return Suppression(normalise_address(address), now, operator, source)
