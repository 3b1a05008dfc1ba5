"""Cells that hold what a resident's card offers as a choice, and how somebody is reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from tuimail.domain.i18n import _
from tuimail.domain.people import FamilyStatus, Policy, Sex
from tuimail.importing.cells import BadCell, folded, text
from tuimail.importing.source import Cell

_PHONE_FIGURES = 9
"""Of a French number whose first zero a spreadsheet has eaten."""

T = TypeVar("T", bound=StrEnum)

_SEXES = {
    Sex.FEMALE: ("f", "feminin", "femme", "female", "woman", "2"),
    Sex.MALE: ("m", "h", "masculin", "homme", "male", "man", "1"),
    Sex.UNKNOWN: ("inconnu", "unknown", "non renseigne", "-"),
}
_STATUSES = {
    FamilyStatus.SINGLE: ("celibataire", "single", "c"),
    FamilyStatus.MARRIED: ("marie", "mariee", "married"),
    FamilyStatus.PARTNERSHIP: ("pacse", "pacsee", "pacs", "concubinage", "concubin", "concubine", "vie maritale",
                               "en couple", "union libre", "pacse ou en couple", "partnership", "in a partnership"),
    FamilyStatus.SEPARATED: ("separe", "separee", "separated"),
    FamilyStatus.DIVORCED: ("divorce", "divorcee", "divorced"),
    FamilyStatus.WIDOWED: ("veuf", "veuve", "widowed", "widow", "widower"),
    FamilyStatus.UNKNOWN: ("inconnu", "inconnue", "unknown", "non renseigne", "non renseignee", "autre", "-"),
}  # fmt: skip
_POLICIES = {
    Policy.DEFAULT: ("regle par defaut", "default rule", "default", "defaut", "mail", "email", "e-mail"),
    Policy.ALL_RELATIVES: ("tous les proches coches", "all ticked relatives", "tous les proches"),
    Policy.GUARDIAN_ONLY: ("tutelle seule", "guardian only", "tuteur seul"),
    Policy.PAPER: ("papier seulement", "papier", "courrier", "paper only", "poste"),
}
_NO_PROTECTION = {"aucune", "aucun", "non", "sans", "neant", "none", "no", "-"}
_LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


def _choice(known: Mapping[T, tuple[str, ...]], reason: Callable[[], str]) -> Callable[[Cell], T]:
    """Reads a cell that holds one of these: its word in either language, with both endings, or its own value."""
    words = {word: value for value, said in known.items() for word in (*said, str(value)) if word}

    @lru_cache(maxsize=1 << 10, typed=True)
    def parse(cell: Cell) -> T:
        plain = re.sub(r"\(\w+\)", "", folded(text(cell))).rstrip(". ")
        if plain not in words:
            raise BadCell(reason())
        return words[plain]

    return parse


sex = _choice(_SEXES, lambda: _("F or M was expected"))
"""A sex, as `F`, `féminin` or `2`, the figure of the health card."""
family_status = _choice(
    _STATUSES, lambda: _("single, married, in a partnership, separated, divorced or widowed was expected")
)
policy = _choice(_POLICIES, lambda: _("default rule, all ticked relatives, guardian only or paper only was expected"))


def protection(cell: Cell) -> str:
    """The kind of legal protection as written; nothing for `Aucune`."""
    found = text(cell)
    return "" if folded(found) in _NO_PROTECTION else found


def language(cell: Cell) -> str:
    """The language of the mail, one of `LANGUAGES`."""
    try:
        return _LANGUAGES[folded(text(cell))]
    except KeyError as error:
        raise BadCell(_("French or English was expected")) from error


def phone(cell: Cell) -> str:
    """A telephone number as written; a French one that a spreadsheet keeps as a number gets its zero back."""
    found = text(cell)
    return f"0{found}" if not isinstance(cell, str) and len(found) == _PHONE_FIGURES and found.isdecimal() else found


@lru_cache(maxsize=1 << 13, typed=True)
def lines(cell: Cell) -> tuple[str, ...]:
    """The lines of a postal address, parted by line breaks or ` / ` as on the card."""
    parts = re.split(r"[\r\n]+|\s/\s", cell) if isinstance(cell, str) else [cell]
    return tuple(line for line in map(text, parts) if line)
