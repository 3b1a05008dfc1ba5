"""Addresses that are one slip away from a better one: `paul@gmial.com`, `paul@orange.f`, a sister's with a letter less.

Nothing is corrected by itself: whoever typed it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

PROVIDERS = (
    "aliceadsl.fr", "aol.com", "bbox.fr", "club-internet.fr", "cegetel.net", "free.fr", "gmail.com", "gmx.fr",
    "gmx.com", "googlemail.com", "hotmail.be", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "live.be",
    "live.com", "live.fr", "mac.com", "mail.com", "me.com", "msn.com", "neuf.fr", "netcourrier.com", "noos.fr",
    "numericable.fr", "orange.fr", "outlook.com", "outlook.fr", "proton.me", "protonmail.com", "sfr.fr", "skynet.be",
    "voila.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr", "ymail.com",
)  # fmt: skip
"""Where the families of French homes have their mailboxes."""

_KNOWN = frozenset(PROVIDERS)
_LEAST_LOCAL = 5
"""Shorter ones are too often one letter apart by chance."""
_SHORT = 3


def lookalike(address: str, family: Iterable[str] = ()) -> str | None:
    """The address that was perhaps meant; None where nothing is striking.

    Asked of what was typed, valid or not. `family`: other addresses known for the same resident.
    """
    local, at, domain = address.strip().rpartition("@")
    domain = domain.lower()
    if not at or not local:
        return None
    if domain not in _KNOWN and (best := _near(domain)):
        return f"{local}@{best}"
    typed = f"{local}@{domain}".casefold()
    known = [other for other in family if other.casefold() != typed]
    if len(known) < len(list(family)):
        return None
    for other in known:
        other_local, _at, other_domain = other.casefold().rpartition("@")
        if other_domain == domain and len(local) >= _LEAST_LOCAL and one_slip(local.casefold(), other_local):
            return other
        if other_local == local.casefold() and domain not in _KNOWN and one_slip(domain, other_domain):
            return other
    return None


@lru_cache(maxsize=1 << 12)
def _near(domain: str) -> str:
    """The provider that this domain is one slip away from, or nothing. Thousands of addresses have few domains."""
    near = [provider for provider in PROVIDERS if one_slip(domain, provider) and _telling(domain, provider)]
    # Of several the one that begins alike: what is missing is more often the end.
    return max(near, key=lambda provider: _alike(domain, provider), default="")


def others_than(address: str, addresses: Iterable[str]) -> list[str]:
    """Those of `addresses` that are another one."""
    folded = address.casefold()
    return [other for other in addresses if other.casefold() != folded]


def _telling(domain: str, provider: str) -> bool:
    """A slip in a name of two or three letters makes any other name of it: there only the end is looked at."""
    name = provider.partition(".")[0]
    return len(name) > _SHORT or domain.startswith(f"{name}.")


def _alike(one: str, other: str) -> int:
    """How many letters they have in common from the first on."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def one_slip(typed: str, meant: str) -> bool:
    """Whether one letter too many, too few, another one, or two letters in the wrong order make the difference."""
    if typed == meant:
        return False
    start = _alike(typed, meant)
    rest, wanted = typed[start:], meant[start:]
    if len(rest) == len(wanted):
        return rest[1:] == wanted[1:] or (rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:])
    longer, shorter = (rest, wanted) if len(rest) > len(wanted) else (wanted, rest)
    return len(longer) - len(shorter) == 1 and longer[1:] == shorter
