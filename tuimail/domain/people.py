"""Who invoices are about, and who may receive them. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tuimail.domain.i18n import _
from tuimail.domain.places import PostalAddress


class Role(StrEnum):
    """In which quality somebody receives a document."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    OTHER = "other"
    """An address typed for one send."""
    COPY = "copy"
    """The home itself, which gets a copy of what it sent."""


class Sex(StrEnum):
    """Civil status; empty where it is not known."""

    UNKNOWN = ""
    FEMALE = "f"
    MALE = "m"

    @property
    def label(self) -> str:
        """For people."""
        return {Sex.UNKNOWN: "", Sex.FEMALE: _("female"), Sex.MALE: _("male")}[self]


class FamilyStatus(StrEnum):
    """Civil status; empty where it is not known."""

    UNKNOWN = ""
    SINGLE = "single"
    MARRIED = "married"
    PARTNERSHIP = "partnership"
    """A registered one, or living together."""
    SEPARATED = "separated"
    DIVORCED = "divorced"
    WIDOWED = "widowed"

    @property
    def label(self) -> str:
        """For people."""
        return {
            FamilyStatus.UNKNOWN: "",
            FamilyStatus.SINGLE: _("single"),
            FamilyStatus.MARRIED: _("married"),
            FamilyStatus.PARTNERSHIP: _("in a partnership"),
            FamilyStatus.SEPARATED: _("separated"),
            FamilyStatus.DIVORCED: _("divorced"),
            FamilyStatus.WIDOWED: _("widowed"),
        }[self]


class Policy(StrEnum):
    """Who receives a resident's invoices by mail."""

    DEFAULT = ""
    """The resident's own addresses, the guardian if flagged, the first relative flagged."""
    ALL_RELATIVES = "all-relatives"
    """As the default, but every relative flagged."""
    GUARDIAN_ONLY = "guardian-only"
    PAPER = "paper"
    """Nobody: the invoice is printed."""

    @property
    def label(self) -> str:
        """For people."""
        return {
            Policy.DEFAULT: _("default rule"),
            Policy.ALL_RELATIVES: _("all ticked relatives"),
            Policy.GUARDIAN_ONLY: _("guardian only"),
            Policy.PAPER: _("paper only"),
        }[self]


@dataclass(frozen=True, slots=True)
class Billing:
    """How a resident's invoices and letters go out."""

    policy: Policy = Policy.DEFAULT
    paper: bool = False
    """Printed as well, whoever receives mail."""
    language: str = "fr"
    """Of the mail: one of `LANGUAGES`."""
    mailings: bool = False
    """Whether letters other than invoices are welcome."""
    consent_date: date | None = None
    consent_source: str = ""
    """Where and how that was said, such as `contrat de séjour`."""

    @property
    def printed(self) -> bool:
        """Whether the invoice is to be posted."""
        return self.paper or self.policy is Policy.PAPER


@dataclass(frozen=True, slots=True)
class Guardian:
    """Legal protection of a resident."""

    kind: str = ""
    delegate: str = ""
    email: str = ""
    receives: bool = False
    address: PostalAddress = field(default_factory=PostalAddress)
    phone: str = ""
    fax: str = ""
    mobile: str = ""
    title: str = ""
    """The delegate's form of address."""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Relative:
    """Family of a resident; their order counts."""

    name: str
    link: str = ""
    email: str = ""
    receives: bool = False
    label: str = ""
    """Printed before the postal address."""
    address: PostalAddress = field(default_factory=PostalAddress)
    phone: str = ""
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Resident:
    """Who the invoices are about."""

    structure_id: int
    code: str
    last_name: str
    first_name: str
    title: str = ""
    birth_date: date | None = None
    room: str = ""
    entry_date: date | None = None
    departure_date: date | None = None
    emails: tuple[str, ...] = ()
    """At most two own addresses."""
    guardian: Guardian | None = None
    relatives: tuple[Relative, ...] = ()
    pdf_password: str = field(default="", repr=False)
    """What opens this resident's PDFs; empty: they are not encrypted."""
    id: int = 0
    sex: Sex = Sex.UNKNOWN
    birth_name: str = ""
    birth_place: str = ""
    family_status: FamilyStatus = FamilyStatus.UNKNOWN
    widowhood_date: date | None = None
    unit: str = ""
    """Part of the house: a floor, a ward, a service."""
    billing: Billing = field(default_factory=Billing)

    @property
    def name(self) -> str:
        """`BERNARD Paul`."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every e-mail address of the resident and those around, whoever receives."""
        found = (*self.emails, self.guardian.email if self.guardian else "", *(r.email for r in self.relatives))
        return tuple(dict.fromkeys(address for address in found if address))

    def has_left(self, today: date) -> bool:
        """Whether the departure lies behind; on its day the resident is still there."""
        return self.departure_date is not None and self.departure_date < today
