"""Who a letter may be written to: one entry a person around a resident, and what a list can ask of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.people import Role
from tuimail.domain.text import fold


class PersonKey(NamedTuple):
    """Names a person for good: nobody else is ever named so, whatever becomes of the cards."""

    resident_id: int
    role: Role
    number: int
    """A resident's own addresses count from 1; a guardian or relative has an id of their own."""


def keys_text(keys: Sequence[PersonKey]) -> str:
    """People as the store keeps them; empty for none."""
    return json.dumps(keys) if keys else ""


def keys_of(text: str) -> tuple[PersonKey, ...]:
    """What `keys_text` wrote."""
    kept = json.loads(text) if text else ()
    return tuple(PersonKey(resident_id, Role(role), number) for resident_id, role, number in kept)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a letter may be written to, in one of the qualities in which the house knows them."""

    key: PersonKey
    name: str
    """`BERNARD Paul`, a guardian's delegate, or a relative's name."""
    address: str
    """Empty: none is known."""
    title: str
    resident: str
    """Whom they are known for; the same as `name` for a resident."""
    structure_id: int
    structure: str
    room: str
    unit: str
    """The part of the house the resident lives in."""
    family: str
    """The billing family: the heading of the resident's last invoice."""
    link: str
    """What the relative is to the resident, or the kind of legal protection."""
    birth_date: date | None
    """The resident's, as everything below."""
    entry_date: date | None
    departure_date: date | None
    unsent: bool
    """Has an invoice that was not sent to anyone yet."""
    unpaid: bool
    """Has an invoice of which something is still to be paid."""
    accepts: bool
    """Agrees to promotional letters."""
    bounced: bool
    """Mail to this address came back."""

    @property
    def role(self) -> Role:
        """In which quality they are known."""
        return self.key.role

    def age(self, today: date) -> int | None:
        """The resident's age in full years; None if the birth date is not known."""
        born = self.birth_date
        if born is None:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class Kind(StrEnum):
    """What a field holds, and so what can be asked of it."""

    TEXT = "text"
    ROLE = "role"
    NUMBER = "number"
    DAY = "day"
    FACT = "fact"
    """Holds or does not."""


Value = str | int | date | bool | None
Reader = Callable[[Person, date], Value]
"""Reads a field of a person on a day; text is folded (see `domain/text.py`)."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of a person, by the names an own filter may call it. The first name is the one shown."""

    key: str
    kind: Kind
    french: tuple[str, ...]
    english: tuple[str, ...]
    read: Reader

    @property
    def label(self) -> str:
        """What it is called on screen."""
        return _labels()[self.key]


# The same homes, forms of address and families are compared again at every key.
_folded = lru_cache(100_000)(fold)


def _text(name: str) -> Reader:
    return lambda person, _today: _folded(getattr(person, name))


def _plain(name: str) -> Reader:
    def read(person: Person, _today: date) -> Value:
        value: Value = getattr(person, name)
        return value

    return read


FIELDS = {
    field.key: field
    for field in (
        Field("structure", Kind.TEXT, ("structure",), ("home", "structure"), _text("structure")),
        Field("unit", Kind.TEXT, ("unité", "service"), ("unit",), _text("unit")),
        Field("role", Kind.ROLE, ("rôle", "qualité"), ("role",), _plain("role")),
        Field("title", Kind.TEXT, ("civilité", "titre"), ("title",), _text("title")),
        Field("name", Kind.TEXT, ("nom",), ("name",), _text("name")),
        Field("resident", Kind.TEXT, ("résident",), ("resident",), _text("resident")),
        Field("link", Kind.TEXT, ("lien", "relation"), ("relation", "link"), _text("link")),
        Field("family", Kind.TEXT, ("famille",), ("family",), _text("family")),
        Field("room", Kind.TEXT, ("chambre",), ("room",), _text("room")),
        Field("address", Kind.TEXT, ("adresse", "email"), ("address", "email"), _text("address")),
        Field("age", Kind.NUMBER, ("âge",), ("age",), lambda person, today: person.age(today)),
        Field("entry", Kind.DAY, ("entrée",), ("entry",), _plain("entry_date")),
        Field("departure", Kind.DAY, ("départ", "sortie"), ("departure",), _plain("departure_date")),
        Field("gone", Kind.FACT, ("parti",), ("gone",), lambda person, today: _gone(person, today)),
        Field("unsent", Kind.FACT, ("non_envoyée",), ("unsent",), _plain("unsent")),
        Field("unpaid", Kind.FACT, ("impayée",), ("unpaid",), _plain("unpaid")),
        Field("bounced", Kind.FACT, ("revenu",), ("bounced",), _plain("bounced")),
        Field("accepts", Kind.FACT, ("accepte",), ("accepts",), _plain("accepts")),
    )
}
"""Every field by its key: what saved lists name, so a key never changes its meaning."""


def _gone(person: Person, today: date) -> bool:
    return person.departure_date is not None and person.departure_date < today


def _labels() -> dict[str, str]:
    return {
        "structure": _("home"),
        "unit": _("unit"),
        "role": _("quality"),
        "title": _("form of address"),
        "name": _("name"),
        "resident": _("resident"),
        "link": _("relation"),
        "family": _("billing family"),
        "room": _("room"),
        "address": _("address"),
        "age": _("age"),
        "entry": _("entry"),
        "departure": _("departure"),
        "gone": _("has left"),
        "unsent": _("has an invoice not sent"),
        "unpaid": _("has an invoice not paid"),
        "bounced": _("mail was refused or came back before"),
        "accepts": _("accepts promotional letters"),
    }


def role_label(role: Role) -> str:
    """How that quality is called, in the singular."""
    return {
        Role.RESIDENT: _("resident"),
        Role.GUARDIAN: _("guardian"),
        Role.RELATIVE: _("relative"),
        Role.OTHER: _("other address"),
    }[role]


def parse_value(field: Field, text: str) -> Value:
    """What was typed for that field, as it is compared; raises BadInput."""
    if field.kind is Kind.ROLE:
        return parse_role(text)
    if field.kind is Kind.NUMBER:
        if not text.strip().isdecimal() or len(text.strip()) > 6:
            raise BadInput(_("“{text}” is not a number.").format(text=text), _("Write it in figures, such as 80."))
        return int(text)
    if field.kind is Kind.DAY:
        return parse_day(text)
    return fold(text)


def parse_day(text: str) -> date:
    """`31/10/2026` or `2026-10-31`; raises BadInput."""
    pieces = text.strip().replace(".", "/").split("/")
    pieces = pieces[::-1] if len(pieces) == 3 else text.strip().split("-")
    try:
        year, month, day = (int(piece) for piece in pieces)
        return date(year, month, day)
    except ValueError as error:
        step = _("Write it as 31/10/2026, or 2026-10-31.")
        raise BadInput(_("“{text}” is not a day.").format(text=text), step) from error


def parse_role(text: str) -> Role:
    """A quality by its name in French or English; raises BadInput."""
    names = {
        **dict.fromkeys(("resident", "residente", "residents"), Role.RESIDENT),
        **dict.fromkeys(("guardian", "guardians", "tutelle", "tuteur", "tutrice"), Role.GUARDIAN),
        **dict.fromkeys(("relative", "relatives", "proche", "proches"), Role.RELATIVE),
    }
    found = names.get(fold(text))
    if found is None:
        raise BadInput(_("“{text}” is not a quality.").format(text=text), _("Write resident, guardian or relative."))
    return found
