"""How large messages are on the wire, before they are composed."""

from __future__ import annotations

from collections.abc import Iterable

_LINE = 57
"""Bytes that a line of base64 holds; with its end it takes 78."""
_PART = 300
"""Bytes of a part's headers, at most as a rule."""
_HEADERS = 1500


def encoded(size: int) -> int:
    """Bytes on the wire of a file of `size` bytes: a third more."""
    return -(-size // _LINE) * (_LINE + 21)


def message_size(text: str, files: Iterable[int]) -> int:
    """Bytes on the wire, a few hundred more or less, of a message with that text and files of these sizes."""
    return _HEADERS + encoded(len(text.encode("utf-8", "replace"))) + sum(encoded(size) + _PART for size in files)
