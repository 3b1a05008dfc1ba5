"""Texts as the page can print them."""

from __future__ import annotations

import unicodedata

from tuimail.documents.typeface import is_drawn

_NO_BREAK_SPACE = "\u00a0"
_LOOKALIKES = str.maketrans(
    {
        "\u00ad": None,
        "\u2007": _NO_BREAK_SPACE,
        "\u2009": _NO_BREAK_SPACE,
        "\u202f": _NO_BREAK_SPACE,
        "\u2028": "\n",
        "\u2029": "\n",
        "\u2212": "\u2013",
    }
)


class Unprintable(ValueError):
    """The fonts do not have this character, and nothing stands for it."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character

    @property
    def shown(self) -> str:
        """The character and its code, or the code alone where it cannot be seen."""
        code = f"U+{ord(self.character):04X}"
        return f"{self.character} ({code})" if self.character.isprintable() else code


def plain(text: str) -> str:
    """`text` on one line; raises Unprintable.

    Composed (NFC), line ends and tabs as spaces, narrow spaces as no-break ones, invisible marks (soft hyphens,
    direction marks) left out. Other control characters are damage from elsewhere and count as unprintable: leaving one
    out could change a name.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return plain_lines(text).replace("\n", " ")


def shown(text: str) -> str:
    """As `plain`, with a question mark for what cannot be printed: for the home's own lists, which must not fail."""
    while True:
        try:
            return plain(text)
        except Unprintable as error:
            text = unicodedata.normalize("NFC", text).replace(error.character, "?")


def plain_lines(text: str) -> str:
    """As `plain`, and the line ends stay."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_LOOKALIKES)
    return "".join(c if is_drawn(c) else _stand_in(c) for c in composed).strip()


def _stand_in(character: str) -> str:
    if character == "\n":
        return "\n"
    if character in "\t\v\f" or unicodedata.category(character) == "Zs":
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    compatible = unicodedata.normalize("NFKC", character)
    if compatible != character and all(is_drawn(c) for c in compatible):
        return compatible
    raise Unprintable(character)
