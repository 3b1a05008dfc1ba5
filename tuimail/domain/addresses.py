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
        raise BadAddress(_problem(bare) + _reason(bare), _("Correct it.")) from error
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


def _reason(text: str) -> str:
    """Why an address is refused. The validator's own words are English: what it objects to is found out anew."""
    local, _at, domain = text.rpartition("@")
    if "<" in text or '"' in text:
        return _("the address alone is wanted, without a name, quotation marks or brackets.")
    if text.count("@") != 1:
        return _("an address has one @.")
    if not local:
        return _("something must stand before the @.")
    if "." not in domain:
        return _("the domain after the @ is incomplete.")
    if text.startswith(".") or ".." in text or local.endswith(".") or domain.startswith(".") or domain.endswith("."):
        return _("a dot stands where none can be.")
    if len(local) > _LONGEST_LOCAL:
        return _("it has more than {n} characters before the @.").format(n=_LONGEST_LOCAL)
    if len(text) > _LONGEST_ADDRESS or any(len(label) > _LONGEST_LABEL for label in domain.split(".")):
        return _("it is too long.")
    if any(label.startswith("-") or label.endswith("-") for label in domain.split(".")):
        return _("a hyphen stands where none can be.")
    strange = sorted({c for c in local if not (c.isalnum() or c in _LOCAL_SIGNS)})
    strange += sorted({c for c in domain if not (c.isalnum() or c in "-.") and c not in strange})
    if strange:
        return _("it holds what an address cannot hold: {characters}").format(characters=" ".join(strange))
    top = domain.rpartition(".")[2].lower()
    if len(top) == 1 or top.isdigit() or top in _SPECIAL:
        return _("no domain ends in “.{top}”.").format(top=top)
    return _("the mail standards do not allow it.")


_LONGEST_LOCAL = 64
_LONGEST_LABEL = 63
_LONGEST_ADDRESS = 254
_LOCAL_SIGNS = frozenset("!#$%&'*+-/=?^_`{|}~.")


def split_addresses(text: str) -> list[str]:
    """What stands between semicolons, commas, spaces and line breaks, as it was typed; one item for one address."""
    return [part for part in re.split(r"[\s;,]+", text) if part]


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]
