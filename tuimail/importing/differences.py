"""What an import changes about a known resident, field by field, for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tuimail.domain.i18n import _
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_day
from tuimail.importing.fields import Field, Target, field_label, target_key
from tuimail.importing.outcomes import FieldChange


def differences(old: Resident, new: Resident, structures: Mapping[int, str]) -> tuple[FieldChange, ...]:
    """The fields in which the two are not alike; `structures`: names by id."""
    before, after = _told(old, structures), _told(new, structures)
    return tuple(
        FieldChange(target_key(target), field_label(target), before.get(target, ""), after.get(target, ""))
        for target in dict.fromkeys([*before, *after])
        if before.get(target, "") != after.get(target, "")
    )


def _told(resident: Resident, structures: Mapping[int, str]) -> dict[Target, str]:
    """A resident field by field, for people."""

    def day(value: date | None) -> str:
        return format_day(value) if value else ""

    def yes(flag: bool) -> str:
        return _("yes") if flag else _("no")

    told: dict[Target, str] = {
        (Field.STRUCTURE, 0): structures.get(resident.structure_id, ""),
        (Field.CODE, 0): resident.code,
        (Field.TITLE, 0): resident.title,
        (Field.LAST_NAME, 0): resident.last_name,
        (Field.FIRST_NAME, 0): resident.first_name,
        (Field.SEX, 0): resident.sex.label,
        (Field.BIRTH_NAME, 0): resident.birth_name,
        (Field.BIRTH_DATE, 0): day(resident.birth_date),
        (Field.BIRTH_PLACE, 0): resident.birth_place,
        (Field.FAMILY_STATUS, 0): resident.family_status.label,
        (Field.WIDOWHOOD_DATE, 0): day(resident.widowhood_date),
        (Field.ROOM, 0): resident.room,
        (Field.UNIT, 0): resident.unit,
        (Field.ENTRY_DATE, 0): day(resident.entry_date),
        (Field.DEPARTURE_DATE, 0): day(resident.departure_date),
    }
    told |= {(Field.EMAIL, n): address for n, address in enumerate(resident.emails, 1)}
    if guardian := resident.guardian:
        told |= {
            (Field.GUARDIAN_KIND, 0): guardian.kind,
            (Field.GUARDIAN_TITLE, 0): guardian.title,
            (Field.GUARDIAN_NAME, 0): guardian.delegate,
            (Field.GUARDIAN_ADDRESS, 0): " / ".join(guardian.address.lines),
            (Field.GUARDIAN_POSTCODE, 0): guardian.address.postcode,
            (Field.GUARDIAN_CITY, 0): guardian.address.city,
            (Field.GUARDIAN_PHONE, 0): guardian.phone,
            (Field.GUARDIAN_FAX, 0): guardian.fax,
            (Field.GUARDIAN_MOBILE, 0): guardian.mobile,
            (Field.GUARDIAN_EMAIL, 0): guardian.email,
            (Field.GUARDIAN_RECEIVES, 0): yes(guardian.receives),
        }
    for n, relative in enumerate(resident.relatives, 1):
        told |= {
            (Field.RELATIVE_NAME, n): relative.name,
            (Field.RELATIVE_LINK, n): relative.link,
            (Field.RELATIVE_LABEL, n): relative.label,
            (Field.RELATIVE_ADDRESS, n): " / ".join(relative.address.lines),
            (Field.RELATIVE_POSTCODE, n): relative.address.postcode,
            (Field.RELATIVE_CITY, n): relative.address.city,
            (Field.RELATIVE_PHONE, n): relative.phone,
            (Field.RELATIVE_EMAIL, n): relative.email,
            (Field.RELATIVE_RECEIVES, n): yes(relative.receives),
        }
    billing = resident.billing
    return told | {
        (Field.POLICY, 0): billing.policy.label,
        (Field.PAPER, 0): yes(billing.paper),
        (Field.LANGUAGE, 0): billing.language,
        (Field.MAILINGS, 0): yes(billing.mailings),
        (Field.CONSENT_DATE, 0): day(billing.consent_date),
        (Field.CONSENT_SOURCE, 0): billing.consent_source,
    }
