"""What an account signs in with: a password, or a token that is fetched anew before each connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """An OAuth 2 access token; its `repr` does not show it."""

    value: str


Credentials = str | Callable[[], Awaitable[Token]] | None
"""A password, what gives a token, or None where nothing is known."""
