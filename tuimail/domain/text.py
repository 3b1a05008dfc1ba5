"""Comparing and sorting names: accents, case and ligatures do not count."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "’": "'", "‘": "'", "‐": "-", "‑": "-"})


def fold(text: str) -> str:
    """`text` for searching and sorting: lower case, no accents, single spaces, one kind of apostrophe and hyphen."""
    lower = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return " ".join(bare.split())


def clean(text: str) -> str:
    """`text` as it is kept: NFC, without spaces around it, every kind of space inside it kept."""
    return unicodedata.normalize("NFC", text).strip()


def has_control(text: str) -> bool:
    """Whether `text` holds a control or line-separating character, which no name, address or header may hold."""
    # What is printable holds none, and is told so at once.
    return not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text)
