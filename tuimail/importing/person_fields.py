"""The fields of a row of residents, each with what it is called on the card and how its cell is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tuimail.domain.people import FamilyStatus, Guardian, Policy, Relative, Sex
from tuimail.domain.places import PostalAddress
from tuimail.importing import card_cells, cells
from tuimail.importing.fields import Field
from tuimail.importing.refusals import RowReader
from tuimail.importing.source import Cell

UNTOLD: Any = object()
"""What an empty cell of ticks means: nothing at all, where the others empty what is known."""

Part = tuple[Field, str, Callable[[Cell], Any], Any]
"""A field, its name in `Resident`, `Guardian`, `Relative` or `Billing`, its reader, and what an empty cell means."""

PLAIN: Sequence[Part] = (
    (Field.TITLE, "title", cells.text, ""),
    (Field.SEX, "sex", card_cells.sex, Sex.UNKNOWN),
    (Field.BIRTH_NAME, "birth_name", cells.text, ""),
    (Field.BIRTH_DATE, "birth_date", cells.birth_day, None),
    (Field.BIRTH_PLACE, "birth_place", cells.text, ""),
    (Field.FAMILY_STATUS, "family_status", card_cells.family_status, FamilyStatus.UNKNOWN),
    (Field.WIDOWHOOD_DATE, "widowhood_date", cells.past_day, None),
    (Field.ROOM, "room", cells.text, ""),
    (Field.UNIT, "unit", cells.text, ""),
    (Field.ENTRY_DATE, "entry_date", cells.day, None),
    (Field.DEPARTURE_DATE, "departure_date", cells.day, None),
)
BILLING: Sequence[Part] = (
    (Field.POLICY, "policy", card_cells.policy, Policy.DEFAULT),
    (Field.PAPER, "paper", cells.flag, UNTOLD),
    (Field.LANGUAGE, "language", card_cells.language, "fr"),
    (Field.MAILINGS, "mailings", cells.flag, UNTOLD),
    (Field.CONSENT_DATE, "consent_date", cells.past_day, None),
    (Field.CONSENT_SOURCE, "consent_source", cells.text, ""),
)
GUARDIAN: Sequence[Part] = (
    (Field.GUARDIAN_KIND, "kind", card_cells.protection, ""),
    (Field.GUARDIAN_TITLE, "title", cells.text, ""),
    (Field.GUARDIAN_NAME, "delegate", cells.text, ""),
    (Field.GUARDIAN_ADDRESS, "lines", card_cells.lines, ()),
    (Field.GUARDIAN_ADDRESS_MORE, "more", card_cells.lines, ()),
    (Field.GUARDIAN_POSTCODE, "postcode", cells.number, ""),
    (Field.GUARDIAN_CITY, "city", cells.text, ""),
    (Field.GUARDIAN_PHONE, "phone", card_cells.phone, ""),
    (Field.GUARDIAN_FAX, "fax", card_cells.phone, ""),
    (Field.GUARDIAN_MOBILE, "mobile", card_cells.phone, ""),
    (Field.GUARDIAN_EMAIL, "email", cells.address, ""),
    (Field.GUARDIAN_RECEIVES, "receives", cells.flag, UNTOLD),
)
RELATIVE: Sequence[Part] = (
    (Field.RELATIVE_NAME, "name", cells.text, ""),
    (Field.RELATIVE_LINK, "link", cells.text, ""),
    (Field.RELATIVE_LABEL, "label", cells.text, ""),
    (Field.RELATIVE_ADDRESS, "lines", card_cells.lines, ()),
    (Field.RELATIVE_ADDRESS_MORE, "more", card_cells.lines, ()),
    (Field.RELATIVE_POSTCODE, "postcode", cells.number, ""),
    (Field.RELATIVE_CITY, "city", cells.text, ""),
    (Field.RELATIVE_PHONE, "phone", card_cells.phone, ""),
    (Field.RELATIVE_EMAIL, "email", cells.address, ""),
    (Field.RELATIVE_RECEIVES, "receives", cells.flag, UNTOLD),
)
_POSTAL = ("lines", "more", "postcode", "city")
REACHED = (*_POSTAL, "phone")
"""What is said of how a relative is reached beside the e-mail address."""

Getters = tuple[tuple[str, Callable[[], Any]], ...]


def getters(reader: RowReader, parts: Sequence[Part], number: int = 0) -> Getters:
    """Those of the fields that the table has, by their name: each gives its value in the loaded row."""
    return tuple(
        (name, reader.getter((field, number), parse, empty))
        for field, name, parse, empty in parts
        if reader.has((field, number))
    )


def told(found: Getters) -> dict[str, Any]:
    """What the loaded row says."""
    return {name: value for name, get in found if (value := get()) is not UNTOLD}


def with_address(values: Mapping[str, Any], known: Guardian | Relative) -> dict[str, Any]:
    """`values` of a guardian or relative with the parts of the postal address made one, the untold ones as known.

    No e-mail address among them tells nothing.
    """
    plain = {n: value for n, value in values.items() if n not in _POSTAL and (value or n != "email")}
    if not any(name in values for name in _POSTAL):
        return plain
    lines = known.address.lines
    if "lines" in values or "more" in values:
        lines = (*values.get("lines", ()), *values.get("more", ()))
    postcode, city = (values.get(name, getattr(known.address, name)) for name in ("postcode", "city"))
    return plain | {"address": PostalAddress(lines, postcode, city)}
