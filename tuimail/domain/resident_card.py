"""A resident as a card: flat fields by path, with their labels, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tuimail.domain.changes import Hidden
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.people import Billing, FamilyStatus, Guardian, Relative, Resident, Sex
from tuimail.domain.periods import format_day
from tuimail.domain.text import clean, has_control

_FIRST_YEAR = 1880


@dataclass(frozen=True, slots=True)
class ResidentCard:
    """What a card is filled in with. A guardian of whom nothing is known is none."""

    last_name: str = ""
    first_name: str = ""
    birth_name: str = ""
    title: str = ""
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    birth_place: str = ""
    family_status: FamilyStatus = FamilyStatus.UNKNOWN
    widowhood_date: date | None = None
    home: str = ""
    """The structure's name."""
    code: str = ""
    room: str = ""
    unit: str = ""
    entry_date: date | None = None
    departure_date: date | None = None
    email1: str = ""
    email2: str = ""
    relatives: tuple[Relative, ...] = ()
    guardian: Guardian = field(default_factory=Guardian)
    billing: Billing = field(default_factory=Billing)
    pdf_password: Hidden = field(default=Hidden(""), repr=False)
    """Opens the PDFs about that resident; empty: they open without."""


_SAME = (
    "last_name", "first_name", "birth_name", "title", "sex", "birth_date", "birth_place", "family_status",
    "widowhood_date", "code", "room", "unit", "entry_date", "departure_date", "relatives", "billing",
)  # fmt: skip


def card_of(resident: Resident, homes: Mapping[int, str]) -> ResidentCard:
    """The card of that resident; `homes`: the structures' names by id."""
    first, second = (*resident.emails, "", "")[:2]
    return ResidentCard(
        **{name: getattr(resident, name) for name in _SAME},
        home=homes.get(resident.structure_id, ""),
        pdf_password=Hidden(resident.pdf_password),
        email1=first,
        email2=second,
        guardian=resident.guardian or Guardian(),
    )


def resident_of(card: ResidentCard, homes: Mapping[int, str], resident_id: int = 0) -> Resident:
    """The resident whom that card describes; raises BadInput where there is no such home."""
    structure_id = next((known for known, name in homes.items() if name == card.home), 0)
    if not structure_id:
        raise BadInput(_("There is no home “{name}”.").format(name=card.home), _("Choose one that there is."))
    emails = tuple(dict.fromkeys(address for address in (card.email1, card.email2) if address))
    return Resident(
        **{name: getattr(card, name) for name in _SAME},
        structure_id=structure_id,
        pdf_password=str(card.pdf_password),
        emails=emails,
        guardian=None if card.guardian == Guardian() else card.guardian,
        id=resident_id,
    )


def check(card: ResidentCard) -> None:
    """Raise BadInput for a card that contradicts itself or says too little."""
    if not card.last_name:
        raise BadInput(_("A resident has a name."), _("Type it in the first field."))
    if card.entry_date and card.departure_date and card.departure_date < card.entry_date:
        raise BadInput(
            _("The departure on {day} is before the entry on {entry}.").format(
                day=format_day(card.departure_date), entry=format_day(card.entry_date)
            ),
            _("Correct one of the two dates."),
        )
    if card.birth_date and card.entry_date and card.entry_date < card.birth_date:
        raise BadInput(_("The entry is before the birth."), _("Correct one of the two dates."))
    for relative in card.relatives:
        if not relative.name:
            raise BadInput(_("A relative has a name."), _("Type it, or remove that relative."))


def archived(card: ResidentCard, day: date) -> ResidentCard:
    """The card once the resident has left; the invoices stay."""
    return replace(card, departure_date=day)


def parse_day(text: str, *, ahead: bool = False) -> date | None:
    """`31/10/2026`, `31.10.26` or `2026-10-31`; None for nothing. Raises BadInput.

    Two figures of a year mean one that has begun, or the next; with `ahead`, as of invoices, any of this century.
    """
    text = text.strip()
    if not text:
        return None
    parts = text.replace(".", "/").replace("-", "/").replace(" ", "/").split("/")
    if len(parts) == 1 and text.isdigit() and len(text) in (6, 8):
        parts = [text[:2], text[2:4], text[4:]]
    try:
        numbers = [int(part) for part in parts]
        if len(parts[0]) != 4:
            numbers.reverse()
        year, month, day = numbers
        if year < 100:
            # Two figures: nobody enters a home before being born, and nobody's departure is far off.
            year += 2000 if ahead or year <= date.today().year % 100 + 1 else 1900  # noqa: DTZ011
        found = date(year, month, day)
    except ValueError:
        raise BadInput(_("“{text}” is no date.").format(text=text), _("Write it as 31/10/2026.")) from None
    if found.year < _FIRST_YEAR:
        raise BadInput(_("“{text}” is too long ago.").format(text=text), _("Write the year with four figures."))
    return found


def show_day(day: date | None) -> str:
    """The date as it is typed."""
    return format_day(day) if day else ""


def parse_text(text: str) -> str:
    """A line of text as it is kept; raises BadInput for one that holds control characters."""
    kept = " ".join(clean(text).split(" "))
    if has_control(kept):
        raise BadInput(_("It holds a line break or control character."), _("Type it again."))
    return kept


def labels() -> dict[str, str]:
    """The fields that are compared and told, by path."""
    guardian = _("guardianship")
    return {
        "last_name": _("last name"),
        "first_name": _("first name"),
        "birth_name": _("name at birth"),
        "title": pgettext("of a person", "title"),
        "sex": _("sex"),
        "birth_date": _("born on"),
        "birth_place": _("born in"),
        "family_status": _("family status"),
        "widowhood_date": _("widowed since"),
        "home": _("home"),
        "code": _("code"),
        "room": pgettext("of a resident", "room"),
        "unit": _("unit"),
        "entry_date": _("entry"),
        "departure_date": _("departure"),
        "email1": _("e-mail address"),
        "email2": _("second e-mail address"),
        "relatives": _("relatives"),
        "guardian.kind": guardian,
        "guardian.receives": f"{guardian}, {_('receives invoices')}",
        "guardian.title": f"{guardian}, {pgettext('of a person', 'title')}",
        "guardian.delegate": f"{guardian}, {_('delegate')}",
        "guardian.address.lines": f"{guardian}, {_('postal address')}",
        "guardian.address.postcode": f"{guardian}, {_('postcode')}",
        "guardian.address.city": f"{guardian}, {_('city')}",
        "guardian.phone": f"{guardian}, {_('telephone')}",
        "guardian.fax": f"{guardian}, {_('fax')}",
        "guardian.mobile": f"{guardian}, {_('mobile')}",
        "guardian.email": f"{guardian}, {_('e-mail address')}",
        "billing.policy": _("who receives"),
        "billing.paper": _("paper as well"),
        "billing.language": _("language of the mail"),
        "billing.mailings": _("accepts mailings"),
        "billing.consent_date": _("consent given on"),
        "billing.consent_source": _("source of the consent"),
        "pdf_password": _("password of the PDFs"),
    }
