"""What a column can hold."""

from __future__ import annotations

from enum import StrEnum

from tuimail.domain.i18n import _


class Subject(StrEnum):
    """What a file is about."""

    RESIDENTS = "residents"
    INVOICES = "invoices"


class Field(StrEnum):
    """What a column holds. The values are what `--map "Header=field"` takes."""

    STRUCTURE = "structure"
    CODE = "code"
    TITLE = "title"
    LAST_NAME = "last-name"
    FIRST_NAME = "first-name"
    NAME = "name"
    """Last and first name in one."""
    SEX = "sex"
    BIRTH_NAME = "birth-name"
    BIRTH_DATE = "birth-date"
    BIRTH_PLACE = "birth-place"
    FAMILY_STATUS = "family-status"
    WIDOWHOOD_DATE = "widowhood-date"
    ROOM = "room"
    UNIT = "unit"
    """Floor, ward or service of the house."""
    ENTRY_DATE = "entry-date"
    DEPARTURE_DATE = "departure-date"
    EMAIL = "email"
    GUARDIAN_KIND = "guardian-kind"
    GUARDIAN_TITLE = "guardian-title"
    GUARDIAN_NAME = "guardian-name"
    GUARDIAN_ADDRESS = "guardian-address"
    GUARDIAN_ADDRESS_MORE = "guardian-address-more"
    """The line below the first."""
    GUARDIAN_POSTCODE = "guardian-postcode"
    GUARDIAN_CITY = "guardian-city"
    GUARDIAN_PHONE = "guardian-phone"
    GUARDIAN_FAX = "guardian-fax"
    GUARDIAN_MOBILE = "guardian-mobile"
    GUARDIAN_EMAIL = "guardian-email"
    GUARDIAN_RECEIVES = "guardian-receives"
    RELATIVE_NAME = "relative-name"
    RELATIVE_LINK = "relative-link"
    RELATIVE_LABEL = "relative-label"
    """Printed before the postal address."""
    RELATIVE_ADDRESS = "relative-address"
    RELATIVE_ADDRESS_MORE = "relative-address-more"
    RELATIVE_POSTCODE = "relative-postcode"
    RELATIVE_CITY = "relative-city"
    RELATIVE_PHONE = "relative-phone"
    RELATIVE_EMAIL = "relative-email"
    RELATIVE_RECEIVES = "relative-receives"
    POLICY = "policy"
    PAPER = "paper"
    LANGUAGE = "language"
    MAILINGS = "mailings"
    CONSENT_DATE = "consent-date"
    CONSENT_SOURCE = "consent-source"
    NUMBER = "number"
    KIND = "kind"
    PERIOD = "period"
    ISSUED_ON = "date"
    DUE_ON = "due-date"
    HEADING = "heading"
    LABEL = "label"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit-price"
    AMOUNT = "amount"
    VAT = "vat"
    FILE = "file"
    """Name or path of the document's own PDF."""


Target = tuple[Field, int]
"""A field and which of several: address 1 or 2, relative 1 to n; 0 where there is one."""

NUMBERED = {Field.EMAIL: 2} | {field: 99 for field in Field if field.startswith("relative-")}
"""The fields there are several of, with how many at most; a card holds any number of relatives."""

_WHO = (Field.STRUCTURE, Field.CODE, Field.NAME)
OFFERED = {
    Subject.RESIDENTS: (
        *_WHO, Field.LAST_NAME, Field.FIRST_NAME, Field.TITLE, Field.SEX, Field.BIRTH_NAME, Field.BIRTH_DATE,
        Field.BIRTH_PLACE, Field.FAMILY_STATUS, Field.WIDOWHOOD_DATE, Field.ROOM, Field.UNIT, Field.ENTRY_DATE,
        Field.DEPARTURE_DATE, Field.EMAIL, *(field for field in Field if field.startswith("guardian-")),
        *(field for field in Field if field.startswith("relative-")), Field.POLICY, Field.PAPER, Field.LANGUAGE,
        Field.MAILINGS, Field.CONSENT_DATE, Field.CONSENT_SOURCE,
    ),
    Subject.INVOICES: (
        Field.NUMBER, *_WHO, Field.FIRST_NAME, Field.KIND, Field.PERIOD, Field.ISSUED_ON, Field.DUE_ON,
        Field.HEADING, Field.LABEL, Field.QUANTITY, Field.UNIT_PRICE, Field.AMOUNT, Field.VAT, Field.FILE,
    ),
}  # fmt: skip
"""What a column may be said to hold, in the order of a card or an invoice."""


def target_key(target: Target) -> str:
    """A field for programs, as `parse_target` reads it: `email-2`, `relative-1-email`."""
    field, number = target
    if not number:
        return str(field)
    first, dash, rest = field.partition("-")
    return f"{first}-{number}{dash}{rest}"


def field_label(target: Target) -> str:
    """A field for people."""
    field, number = target
    label = {
        Field.STRUCTURE: _("structure"),
        Field.CODE: _("resident's code"),
        Field.TITLE: _("title"),
        Field.LAST_NAME: _("last name"),
        Field.FIRST_NAME: _("first name"),
        Field.NAME: _("resident's name"),
        Field.SEX: _("sex"),
        Field.BIRTH_NAME: _("name at birth"),
        Field.BIRTH_DATE: _("birth date"),
        Field.BIRTH_PLACE: _("birth place"),
        Field.FAMILY_STATUS: _("family status"),
        Field.WIDOWHOOD_DATE: _("widowed since"),
        Field.ROOM: _("room"),
        Field.UNIT: _("unit"),
        Field.ENTRY_DATE: _("entry date"),
        Field.DEPARTURE_DATE: _("departure date"),
        Field.EMAIL: _("e-mail"),
        Field.GUARDIAN_KIND: _("kind of protection"),
        Field.GUARDIAN_TITLE: _("guardian's title"),
        Field.GUARDIAN_NAME: _("delegate"),
        Field.GUARDIAN_ADDRESS: _("guardian's postal address"),
        Field.GUARDIAN_ADDRESS_MORE: _("guardian's postal address, more"),
        Field.GUARDIAN_POSTCODE: _("guardian's postcode"),
        Field.GUARDIAN_CITY: _("guardian's city"),
        Field.GUARDIAN_PHONE: _("guardian's telephone"),
        Field.GUARDIAN_FAX: _("guardian's fax"),
        Field.GUARDIAN_MOBILE: _("guardian's mobile"),
        Field.GUARDIAN_EMAIL: _("guardian's e-mail"),
        Field.GUARDIAN_RECEIVES: _("guardian receives invoices"),
        Field.RELATIVE_NAME: _("relative"),
        Field.RELATIVE_LINK: _("relative's link"),
        Field.RELATIVE_LABEL: _("relative's label before address"),
        Field.RELATIVE_ADDRESS: _("relative's postal address"),
        Field.RELATIVE_ADDRESS_MORE: _("relative's postal address, more"),
        Field.RELATIVE_POSTCODE: _("relative's postcode"),
        Field.RELATIVE_CITY: _("relative's city"),
        Field.RELATIVE_PHONE: _("relative's telephone"),
        Field.RELATIVE_EMAIL: _("relative's e-mail"),
        Field.RELATIVE_RECEIVES: _("relative receives invoices"),
        Field.POLICY: _("who receives"),
        Field.PAPER: _("paper as well"),
        Field.LANGUAGE: _("language of the mail"),
        Field.MAILINGS: _("accepts mailings"),
        Field.CONSENT_DATE: _("consent given on"),
        Field.CONSENT_SOURCE: _("source of the consent"),
        Field.NUMBER: _("invoice number"),
        Field.KIND: _("kind of document"),
        Field.PERIOD: _("period"),
        Field.ISSUED_ON: _("invoice date"),
        Field.DUE_ON: _("due date"),
        Field.HEADING: _("heading"),
        Field.LABEL: _("label"),
        Field.QUANTITY: _("quantity"),
        Field.UNIT_PRICE: _("unit price"),
        Field.AMOUNT: _("net amount"),
        Field.VAT: _("VAT rate"),
        Field.FILE: _("PDF file"),
    }[field]
    return f"{label} {number}" if field in NUMBERED and number else label
