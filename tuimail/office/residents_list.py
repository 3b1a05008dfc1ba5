"""The residents as a table: every field of their cards that the import knows, under titles that it knows."""

from __future__ import annotations

from datetime import date

from tuimail.domain.i18n import _, pgettext
from tuimail.domain.people import Guardian, Relative, Resident, Role
from tuimail.domain.periods import format_day
from tuimail.domain.recipients import decide


def titles(relatives: int) -> list[str]:
    """The titles of the columns, with those of so many relatives."""
    found = [
        pgettext("csv", "Home"),
        pgettext("csv", "Code"),
        pgettext("csv", "Title"),
        pgettext("csv", "Sex"),
        pgettext("csv", "Last name"),
        pgettext("csv", "First name"),
        pgettext("csv", "Name at birth"),
        pgettext("csv", "Birth date"),
        pgettext("csv", "Birth place"),
        pgettext("csv", "Family status"),
        pgettext("csv", "Widowed since"),
        pgettext("csv", "Room"),
        pgettext("csv", "Unit"),
        pgettext("csv", "Entry"),
        pgettext("csv", "Departure"),
        pgettext("csv", "E-mail"),
        pgettext("csv", "E-mail 2"),
        pgettext("csv", "Guardianship"),
        pgettext("csv", "Guardian's title"),
        pgettext("csv", "Delegate"),
        pgettext("csv", "Guardian's postal address"),
        pgettext("csv", "Guardian's postcode"),
        pgettext("csv", "Guardian's city"),
        pgettext("csv", "Guardian's telephone"),
        pgettext("csv", "Guardian's fax"),
        pgettext("csv", "Guardian's mobile"),
        pgettext("csv", "Guardian's e-mail"),
        pgettext("csv", "Guardian receives"),
    ]
    for n in range(1, relatives + 1):
        found += [
            pgettext("csv", "Relative {n}").format(n=n),
            pgettext("csv", "Relation {n}").format(n=n),
            pgettext("csv", "Label before address of relative {n}").format(n=n),
            pgettext("csv", "Postal address of relative {n}").format(n=n),
            pgettext("csv", "Relative's postcode {n}").format(n=n),
            pgettext("csv", "Relative's city {n}").format(n=n),
            pgettext("csv", "Relative's telephone {n}").format(n=n),
            pgettext("csv", "Relative's e-mail {n}").format(n=n),
            pgettext("csv", "Relative receives {n}").format(n=n),
        ]
    return [
        *found,
        pgettext("csv", "Who receives"),
        pgettext("csv", "Paper as well"),
        pgettext("csv", "Language of the mail"),
        pgettext("csv", "Accepts mailings"),
        pgettext("csv", "Consent date"),
        pgettext("csv", "Source of the consent"),
        pgettext("csv", "Receives now"),
    ]


def values(person: Resident, home: str, relatives: int) -> list[str]:
    """A resident's row below `titles`; `home`: the structure's name."""
    found = [
        home,
        person.code,
        person.title,
        person.sex.label,
        person.last_name,
        person.first_name,
        person.birth_name,
        _day(person.birth_date),
        person.birth_place,
        person.family_status.label,
        _day(person.widowhood_date),
        person.room,
        person.unit,
        _day(person.entry_date),
        _day(person.departure_date),
        *(*person.emails, "", "")[:2],
        *_of_guardian(person.guardian),
    ]
    known = (*person.relatives, *[None] * relatives)[:relatives]
    found += [value for relative in known for value in _of_relative(relative)]
    billing = person.billing
    decision = decide(person)
    return [
        *found,
        billing.policy.label,
        _yes(billing.paper),
        billing.language,
        _yes(billing.mailings),
        _day(billing.consent_date),
        billing.consent_source,
        ", ".join(filter(None, (decision.addresses(role) for role in Role))),
    ]


def _of_guardian(guardian: Guardian | None) -> list[str]:
    if guardian is None:
        return [""] * 11
    return [
        guardian.kind,
        guardian.title,
        guardian.delegate,
        *_postal(guardian),
        guardian.phone,
        guardian.fax,
        guardian.mobile,
        guardian.email,
        _yes(guardian.receives),
    ]


def _of_relative(relative: Relative | None) -> list[str]:
    if relative is None:
        return [""] * 9
    return [
        relative.name,
        relative.link,
        relative.label,
        *_postal(relative),
        relative.phone,
        relative.email,
        _yes(relative.receives),
    ]


def _postal(somebody: Guardian | Relative) -> tuple[str, str, str]:
    """The lines in one cell, parted as on the card."""
    address = somebody.address
    return " / ".join(address.lines), address.postcode, address.city


def _day(day: date | None) -> str:
    return format_day(day) if day else ""


def _yes(flag: bool) -> str:
    return _("yes") if flag else _("no")
