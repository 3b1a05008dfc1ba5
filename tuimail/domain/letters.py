"""Letters to many: what the writer puts down, its keywords, and what becomes of each person it was meant for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from tuimail.domain.addresses import normalise_address
from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import N_, _
from tuimail.domain.keywords import Keyword, Vocabulary
from tuimail.domain.mailing import LetterModel
from tuimail.domain.people import Role
from tuimail.domain.settings import checked_body, checked_subject
from tuimail.domain.text import clean, fold, has_control

KEYWORDS = (
    Keyword("name", N_("the name of whoever receives it"), ("&nom", "&name", "<NOM>")),
    Keyword("title", N_("the form of address"), ("&civilite", "&civilité", "&title", "<CIVILITE>")),
    Keyword("resident", N_("the resident's name"), ("&resident", "&résident", "&personne", "&person", "<NOMRESIDENT>")),
    Keyword(
        "structure", N_("the home's name"), ("&structure", "&etablissement", "&établissement", "&home", "<NOMSOC>")
    ),
    Keyword("room", N_("the resident's room"), ("&chambre", "&room", "<CHAMBRE>")),
    Keyword("relation", N_("what the relative is to the resident"), ("&lien", "&relation", "<LIEN>")),
    Keyword("sender", N_("the sender's name"), ("&expediteur", "&expéditeur", "&sender", "<EXPEDITEUR>")),
    Keyword("date", N_("the day on which it is sent"), ("&date", "<DATE>")),
)
"""Those that every letter has; a writer adds fields of the letter's own."""

_OWN = "own:"
"""Before the name of a letter's own field, in the names of values."""
_FIELD = re.compile(r"[^\W\d]\w*")
_LONGEST_FIELD = 500
MOST_FIELDS = 20

Fields = tuple[tuple[str, str], ...]
"""A letter's own fields, each with its text."""


@lru_cache(maxsize=64)
def _vocabulary(names: tuple[str, ...]) -> Vocabulary:
    own = (Keyword(_OWN + name, "", (f"&{name}",)) for name in names)
    return Vocabulary((*KEYWORDS, *own))


def vocabulary(fields: Fields = ()) -> Vocabulary:
    """The keywords of a letter with these fields of its own."""
    return _vocabulary(tuple(name for name, _text in fields))


def vocabulary_of(values: Mapping[str, str]) -> Vocabulary:
    """The keywords that these values were made for."""
    return _vocabulary(tuple(name[len(_OWN) :] for name in values if name.startswith(_OWN)))


@dataclass(frozen=True, slots=True)
class Letter:
    """What the writer puts down, as it is kept until it is sent."""

    subject: str = ""
    body: str = ""
    promotional: bool = False
    structure_id: int = 0
    """Whose sender writes it; 0: each person's own structure."""
    fields: Fields = ()
    attachments: tuple[Attachment, ...] = ()
    instead: Fields = ()
    """What stands in the place of a keyword that somebody has no value for; an empty text: they are left out."""
    scheduled_at: datetime | None = None
    own_files: tuple[tuple[PersonKey, Attachment], ...] = ()
    """What goes along with the letter to one person alone."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Its keywords."""
        return vocabulary(self.fields)

    @property
    def spelt(self) -> dict[str, str]:
        """How each keyword of its text is spelt there, by the name of its value."""
        used = self.vocabulary.used(f"{self.subject}\n{self.body}")
        return {keyword.value: word for word, keyword in used.items()}

    @property
    def blank(self) -> bool:
        """Nothing was put down yet."""
        return not (self.subject.strip() or self.body.strip())

    def checked(self) -> Letter:
        """The letter as it can be sent; raises BadInput for an empty text or a misspelt keyword."""
        subject = checked_subject(self.subject, self.vocabulary)
        body = checked_body(self.body, self.vocabulary)
        if not subject:
            raise BadInput(_("The letter has no subject."), _("Write one: it is what people see first."))
        if not body:
            raise BadInput(_("The letter has no text."), _("Write it first."))
        return replace(self, subject=subject, body=body)

    def comes_of(self, draft: Letter) -> bool:
        """Whether that draft is what was sent as this, whatever was decided for the send."""
        try:
            checked = draft.checked()
        except BadInput:
            return False
        return replace(self, instead=(), own_files=()) == replace(checked, instead=(), own_files=())

    def files_for(self, key: PersonKey) -> tuple[Attachment, ...]:
        """What goes along with the letter to that person alone."""
        return tuple(each for whose, each in self.own_files if whose == key)

    def only_to(self, people: Iterable[Person]) -> Letter:
        """Without the files of anybody else."""
        keys = {person.key for person in people}
        return replace(self, own_files=tuple(pair for pair in self.own_files if pair[0] in keys))

    def decided(self, keyword: str, text: str) -> Letter:
        """With what stands in the place of that keyword; an empty text: who has no value is left out."""
        return replace(self, instead=(*(pair for pair in self.instead if pair[0] != keyword), (keyword, text)))

    def values(self, person: Person, sender: str, today: date) -> dict[str, str]:
        """What the keywords of its text become for that person; empty where nothing is known."""
        known = {
            "name": person.name,
            "title": person.title,
            "resident": person.resident,
            "structure": person.structure,
            "room": person.room,
            "relation": person.link,
            "sender": sender,
            "date": f"{today:%d/%m/%Y}",
        } | {_OWN + name: text for name, text in self.fields}
        used = self.vocabulary.used(f"{self.subject}\n{self.body}").values()
        return {keyword.value: known[keyword.value].strip() for keyword in used}

    def with_model(self, model: LetterModel) -> Letter:
        """The subject, text and kind of a model in place of its own."""
        return replace(self, subject=model.subject, body=model.body, promotional=model.promotional, instead=())

    def to_json(self) -> str:
        """As it is kept."""
        kept = asdict(self) | {"scheduled_at": self.scheduled_at.isoformat() if self.scheduled_at else None}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Letter:
        """Read what `to_json` wrote."""
        kept = json.loads(text)
        at = kept["scheduled_at"]
        return cls(
            kept["subject"],
            kept["body"],
            kept["promotional"],
            kept["structure_id"],
            _pairs(kept["fields"]),
            tuple(Attachment(**each) for each in kept["attachments"]),
            _pairs(kept["instead"]),
            datetime.fromisoformat(at) if at else None,
            tuple((_key(key), Attachment(**each)) for key, each in kept.get("own_files", ())),
        )


def _key(kept: Sequence[Any]) -> PersonKey:
    resident_id, role, number = kept
    return PersonKey(resident_id, Role(role), number)


def _pairs(kept: Sequence[Sequence[str]]) -> Fields:
    return tuple((name, text) for name, text in kept)


def together(values: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What the keywords become in the one letter to a mailbox that is reached for several residents, or shared.

    Each thing that is said of them stands there once, whatever its case and accents: `BERNARD Paul et BERNARD Luc`.
    """
    found = {}
    for keyword in values[0]:
        texts: dict[str, str] = {}
        for each in values:
            if text := each[keyword]:
                texts.setdefault(fold(text), text)
        *before, last = texts.values() or [""]
        found[keyword] = _(" and ").join([", ".join(before), last]) if before else last
    return found


def fields_text(fields: Fields) -> str:
    """A letter's own fields as they are typed, one a line."""
    return "\n".join(f"{name} = {text}" for name, text in fields)


def parse_fields(text: str) -> Fields:
    """`lieu = Salle des fêtes`, one a line; raises BadInput."""
    found: dict[str, str] = {}
    taken = Vocabulary(KEYWORDS)
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = (part.strip() for part in line.partition("="))
        name = name.removeprefix("&")
        if not equals or not _FIELD.fullmatch(name) or not value or len(value) > _LONGEST_FIELD or has_control(value):
            raise BadInput(
                _("“{line}” is not a field.").format(line=line[:60]), _("Write one a line, as: place = Town hall.")
            )
        if taken.known(f"&{name}") or fold(name) in map(fold, found):
            raise BadInput(_("“&{name}” is a keyword already.").format(name=name), _("Give the field another name."))
        found[name] = clean(value)
    if len(found) > MOST_FIELDS:
        raise BadInput(_("A letter has {n} fields at most.").format(n=MOST_FIELDS), _("Leave some out."))
    return tuple(found.items())


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who was chosen and gets no message of their own, with the reason for people."""

    key: PersonKey
    name: str
    address: str
    reason: str
    cause: str = ""
    """The same reason for all whom it holds for; empty: it names nobody."""


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Where whoever wants no more mailings can say so."""

    address: str = ""
    """Empty: the answers' address of the letter."""
    url: str = ""
    """An https address that takes a one-click request (RFC 8058), `{address}` standing for who it is; empty: none."""

    def headers(self, recipient: str, reply_to: str) -> tuple[str, ...]:
        """The header lines (RFC 2369, RFC 8058) of a message; `reply_to` is where its answers go."""
        wish = quote(f"unsubscribe {recipient}")
        ways = [f"<mailto:{quote(self.address or reply_to, safe='@+')}?subject={wish}>"]
        if self.url:
            ways.append(f"<{self.url.replace('{address}', quote(recipient, safe=''))}>")
        lines = ["List-Unsubscribe: " + ",\r\n ".join(ways)]
        if self.url:
            lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        return tuple(lines)


_LONGEST_URL = 400


def checked_unsubscribing(address: str, url: str) -> Unsubscribing:
    """Where one unsubscribes, as it is kept; raises BadInput."""
    url = url.strip()
    if url:
        split = urlsplit(url)
        plain = url.isascii() and url.isprintable() and not set(url) & set(' <>,"')
        if split.scheme != "https" or not split.hostname or not plain or len(url) > _LONGEST_URL:
            raise BadInput(
                _("“{url}” is not an address that mail programs can call.").format(url=url[:60]),
                _("Write an https address, such as https://home.example/unsubscribe?who={address}."),
            )
        if "{address}" not in url:
            raise BadInput(
                _("The address does not say who unsubscribes."),
                _("Put {address} where the recipient's address belongs."),
            )
    return Unsubscribing(normalise_address(address) if address.strip() else "", url)


@dataclass(frozen=True, slots=True)
class Mailing:
    """A letter that was handed to the outbox."""

    letter: Letter
    label: str
    criteria: str
    """The sentence of the criteria it was chosen by."""
    operator: str
    created_at: datetime
    unsubscribing: Unsubscribing = Unsubscribing()
    batch_id: int = 0
    """The send it began with; one to the failed is another."""
    id: int = 0
