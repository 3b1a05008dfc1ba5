"""What a command is, and the six places it can stand in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tuimail.domain.i18n import N_, _


class Place(StrEnum):
    """The six places, in the order of their keys."""

    INVOICES = "invoices"
    RESIDENTS = "residents"
    STRUCTURES = "structures"
    JOURNAL = "journal"
    MAILINGS = "mailings"
    SETTINGS = "settings"

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return _(PLACE_WORDS[self])


PLACE_WORDS = {
    Place.INVOICES: N_("Invoices"),
    Place.RESIDENTS: N_("Residents"),
    Place.STRUCTURES: N_("Homes"),
    Place.JOURNAL: N_("Journal"),
    Place.MAILINGS: N_("Mailings"),
    Place.SETTINGS: N_("Settings"),
}


PLACE_SENTENCES = {
    Place.INVOICES: N_("Go to the invoices"),
    Place.RESIDENTS: N_("Go to the residents"),
    Place.STRUCTURES: N_("Go to the homes"),
    Place.JOURNAL: N_("Go to the journal"),
    Place.MAILINGS: N_("Go to the mailings"),
    Place.SETTINGS: N_("Go to the settings"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the operator can do. `keys` are Textual's names or the characters themselves, the shown one first."""

    scope: str
    action: str
    keys: tuple[str, ...]
    words: str
    """One or two words in English, for the keys line and the palette."""
    sentence: str
    """What it does, in English, for help and the palette."""
    footer: bool = True
    """Whether the keys line shows it."""

    @property
    def id(self) -> str:
        """The binding's id, unique."""
        return f"{self.scope}.{self.action}"

    @property
    def label(self) -> str:
        """`words` in the interface's language."""
        return _(self.words)

    @property
    def help(self) -> str:
        """`sentence` in the interface's language."""
        return _(self.sentence)

    @property
    def key(self) -> str:
        """The first key, as it is written on a keyboard."""
        return key_name(self.keys[0])

    @property
    def key_while_typing(self) -> str | None:
        """The first key that is no text in a field; None if there is none."""
        return next((key_name(key) for key in self.keys if len(key) > 1 and key != "space"), None)


_KEY_WORDS = {
    "space": N_("Space"),
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "tab": N_("Tab"),
    "shift+tab": N_("Shift+Tab"),
    "up": N_("Up"),
    "down": N_("Down"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "delete": N_("Del"),
}
_KEY_SIGNS = {"left": "←", "right": "→"}


def key_name(key: str) -> str:
    """How a key is called in the interface's language."""
    if key in _KEY_WORDS:
        return _(_KEY_WORDS[key])
    if key in _KEY_SIGNS:
        return _KEY_SIGNS[key]
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key
