"""Keywords in the subject and text of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping

KEYWORDS = {"&personne": "person", "&periode": "period", "&période": "period"}
"""Spelling in the text -> name of the value."""

_KEYWORD = re.compile(r"&(?:personne|p[eé]riode)\b")


def expand(text: str, values: Mapping[str, str]) -> str:
    """`text` with each keyword replaced by its value; the values are never searched for keywords themselves."""
    return _KEYWORD.sub(lambda match: values[KEYWORDS[match[0]]], text)


DEFAULT_SUBJECT = "Votre facture"
"""The subject of a structure that has not codified one: families read French whatever the operator's interface."""

DEFAULT_BODY = """Bonjour,

Veuillez trouver ci-joint la facture de &personne pour la période de &periode.

Cordialement,
"""
