"""How large a file is, for people."""

from __future__ import annotations

from tuimail.domain.i18n import _, language


def size_words(size: int) -> str:
    """`412 ko` or `1,3 Mo`; `size` is in bytes."""
    if size < 1_000_000:
        return _("{n} kB").format(n=max(1, round(size / 1000)))
    number = f"{size / 1_000_000:.1f}"
    return _("{n} MB").format(n=number.replace(".", ",") if language() == "fr" else number)
