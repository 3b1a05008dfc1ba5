"""E-mail addresses: what is kept is what can be written on an envelope."""

from __future__ import annotations

import re
from functools import lru_cache

from tuimail.domain.errors import BadAddress
from tuimail.domain.i18n import _
from tuimail.domain.text import clean, has_control

_PLAIN = re.compile(
    r"(?P<local>[a-z0-9_]+(?:[.+-][a-z0-9_]+)*)@(?P<domain>(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?P<top>[a-z]{2,24}))", re.I
)
"""What nearly every address looks like, and nobody doubts."""
_LONGEST_PLAIN = 64
_SPECIAL = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))
"""Top domains that are not plain."""


@lru_cache(maxsize=1 << 15)
def normalise_address(text: str) -> str:
    """`text` as the address that is stored and sent to: domain in ASCII (IDNA) and lower case, local part as typed.

    One address without a display name. Raises BadAddress with the reason otherwise. The check needs no network.
    """
    # The first page of a list asks for some two hundred: it need not wait for the validator to be imported.
    plain = _PLAIN.fullmatch(text)
    if plain and len(text) <= _LONGEST_PLAIN and plain["top"].lower() not in _SPECIAL:
        return f"{plain['local']}@{plain['domain'].lower()}"
    from email_validator import EmailNotValidError, validate_email

    bare = clean(text)
    if has_control(bare):
        raise BadAddress(_problem(bare) + _("it holds a line break or control character."), _("Type it again."))
    if any(mark in bare for mark in ";, "):
        raise BadAddress(_problem(bare) + _("a field holds one address."), _("Put the second one in the second field."))
    local = bare.rpartition("@")[0]
    if not local.isascii():
        raise BadAddress(
            _problem(bare) + _("there is an accented letter before the @."),
            _("Ask the family for the exact spelling."),
        )
    try:
        checked = validate_email(
            bare, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise BadAddress(_problem(bare) + _reason(bare, error), _("Correct it.")) from error
    return f"{checked.local_part}@{checked.ascii_domain}"


def _problem(text: str) -> str:
    shown = "".join(c if not has_control(c) else "?" for c in text)
    return _("The address “{text}” cannot be used: ").format(text=shown)


def is_address(text: str) -> bool:
    """Whether `text` could be kept as an address."""
    try:
        normalise_address(text)
    except BadAddress:
        return False
    return True


def _reason(text: str, error: Exception) -> str:
    if text.count("@") != 1:
        return _("an address has one @.")
    if "." not in text.rpartition("@")[2]:
        return _("the domain after the @ is incomplete.")
    return _("the mail standards do not allow it ({reason}).").format(reason=str(error).rstrip("."))


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]
