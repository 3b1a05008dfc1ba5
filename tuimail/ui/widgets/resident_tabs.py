"""The fields of a resident's card, tab by tab."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tuimail.domain.addresses import normalise_address
from tuimail.domain.changes import Hidden
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.lookalikes import lookalike
from tuimail.domain.pages import checked_pdf_password
from tuimail.domain.people import FamilyStatus, Policy, Sex
from tuimail.domain.resident_card import parse_day, parse_text, show_day
from tuimail.ui.widgets.entry import ChoiceEntry, Entry, TextEntry, TickEntry
from tuimail.ui.widgets.field import SecretField
from tuimail.ui.widgets.form import Tab
from tuimail.ui.widgets.relatives import RelativesEntry

ADDRESS_PATHS = ("email1", "email2", "guardian.email")
"""The e-mail fields of the card itself."""


def resident_tabs(homes: Sequence[str], receives: Widget, past: Widget) -> tuple[Tab, ...]:
    """The tabs. `receives` says who receives, `past` lists what was sent."""
    return (
        Tab(_("General"), _general(homes)),
        Tab(_("Relatives"), [RelativesEntry()]),
        Tab(_("Guardianship"), _guardian()),
        Tab(_("Invoicing"), [*_billing(), receives]),
        Tab(_("History"), [past]),
    )


def relative_entries() -> list[Entry]:
    """The fields of one relative."""
    return [
        _text("name", _("Name")),
        _text("link", _("Relation")),
        _text("label", _("Label before address")),
        *_postal(""),
        _text("phone", _("Telephone")),
        _email("email", _("E-mail")),
        TickEntry("receives", _("Receives invoices")),
    ]


def _general(homes: Sequence[str]) -> list[Entry]:
    return [
        _text("last_name", _("Last name")),
        _text("first_name", _("First name")),
        _text("birth_name", _("Name at birth")),
        _text("title", pgettext("of a person", "Title")),
        ChoiceEntry("sex", _("Sex"), [(str(sex), sex.label or "-") for sex in Sex], parse=Sex),
        _day("birth_date", _("Born on")),
        _text("birth_place", _("Born in")),
        ChoiceEntry(
            "family_status",
            _("Family status"),
            [(str(status), status.label or "-") for status in FamilyStatus],
            parse=FamilyStatus,
        ),
        _day("widowhood_date", _("Widowed since")),
        _email("email1", _("E-mail")),
        _email("email2", _("Second e-mail")),
        ChoiceEntry("home", _("Home"), [(home, home) for home in homes]),
        _text("room", pgettext("of a resident", "Room")),
        _text("unit", _("Unit")),
        _text("code", _("Code")),
        _day("entry_date", _("Entry")),
        _day("departure_date", _("Departure")),
    ]


def _guardian() -> list[Entry]:
    return [
        _text("guardian.kind", _("Kind")),
        _text("guardian.title", pgettext("of a person", "Title")),
        _text("guardian.delegate", _("Delegate")),
        *_postal("guardian."),
        _text("guardian.phone", _("Telephone")),
        _text("guardian.fax", _("Fax")),
        _text("guardian.mobile", _("Mobile")),
        _email("guardian.email", _("E-mail")),
        TickEntry("guardian.receives", _("Receives invoices")),
    ]


def _billing() -> list[Entry]:
    return [
        ChoiceEntry(
            "billing.policy", _("Who receives"), [(str(policy), policy.label) for policy in Policy], parse=Policy
        ),
        TickEntry("billing.paper", _("On paper as well")),
        ChoiceEntry("billing.language", _("Language of the mail"), (("fr", _("French")), ("en", _("English")))),
        TickEntry("billing.mailings", _("Accepts mailings")),
        _day("billing.consent_date", _("Said on")),
        _text("billing.consent_source", _("Said where, how")),
        TextEntry(
            "pdf_password",
            _("Password of the PDFs"),
            field=SecretField,
            default=_("none: they open without"),
            parse=_password,
            advise=lambda text: _("Tell it to the family by telephone or letter, never by e-mail.") if text else "",
        ),
    ]


def _password(text: str) -> Hidden:
    return Hidden(checked_pdf_password(text) if text else "")


def _postal(before: str) -> list[Entry]:
    return [
        TextEntry(f"{before}address.lines", _("Postal address"), parse=_lines, show=_shown_lines),
        _text(f"{before}address.postcode", _("Postcode")),
        _text(f"{before}address.city", _("City")),
    ]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in (parse_text(part) for part in text.split(" / ")) if line)


def _shown_lines(value: object) -> str:
    return " / ".join(value) if isinstance(value, tuple) else ""


def _text(path: str, label: str) -> TextEntry:
    return TextEntry(path, label, parse=parse_text)


def _day(path: str, label: str) -> TextEntry:
    return TextEntry(path, label, parse=parse_day, show=show_day)


def _email(path: str, label: str) -> TextEntry:
    return TextEntry(path, label, parse=_address, advise=_advice)


def _address(text: str) -> str:
    return normalise_address(text) if text.strip() else ""


def _advice(text: str) -> str:
    try:
        kept = _address(text)
    except BadInput:
        return ""
    meant = lookalike(kept) if kept else None
    if meant:
        return _("Was {address} meant?").format(address=meant)
    if kept and not text.isascii():
        return _("Sent as {address}").format(address=kept)
    return ""
