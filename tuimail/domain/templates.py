"""Keywords in the subject and text of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping

KEYWORDS = {"&personne": "person", "&periode": "period", "&période": "period"}
"""Spelling in the text -> name of the value."""

_KEYWORD = re.compile(r"(\b[Dd])?(?(1)e )(&(?:personne|p[eé]riode)\b)")
_ELIDING = tuple("aàâeéèêiîoôuûyœ")


def expand(text: str, values: Mapping[str, str]) -> str:
    """`text` with each keyword replaced by its value; the values are never searched for keywords themselves.

    French elides before a month: `de &periode` becomes `d'octobre 2026`, and `de septembre 2026`.
    """

    def value(match: re.Match[str]) -> str:
        found = values[KEYWORDS[match[2]]]
        if match[1] is None:
            return found
        elided = KEYWORDS[match[2]] == "period" and found.lower().startswith(_ELIDING)
        return f"{match[1]}'{found}" if elided else f"{match[1]}e {found}"

    return _KEYWORD.sub(value, text)


DEFAULT_SUBJECT = "Votre facture"
"""The subject of a structure that has not codified one: families read French whatever the operator's interface."""

DEFAULT_BODY = """Bonjour,

Veuillez trouver ci-joint la facture de &personne pour la période de &periode.

Cordialement,
"""
