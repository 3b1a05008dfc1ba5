"""The free field for one address: what people paste into it from a mail program, answered in clear words."""

from __future__ import annotations

import re

from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import BadAddress
from tuimail.domain.i18n import _
from tuimail.domain.text import has_control

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")


def one_address(text: str) -> str:
    """The one address that was typed, as it is kept; raises BadAddress with what to type instead."""
    bare = text.strip()
    if has_control(bare):
        return normalise_address(text)
    found = list(dict.fromkeys(_ADDRESS.findall(text)))
    if len(found) > 1:
        raise BadAddress(
            _("Several addresses stand in the field: {addresses}.").format(addresses=", ".join(found[:4])),
            _("Type one, press Enter, then type the next one."),
        )
    if found and found[0] != bare:
        raise BadAddress(
            _("Beside the address there is something else: “{text}”.").format(text=bare[:80]),
            _("Type the address alone: {address}").format(address=found[0]),
        )
    return normalise_address(text)
