"""The cards of an association and of a structure: their tabs, and the rules at each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from textual.binding import BindingType

from tuimail.domain.account import Account
from tuimail.domain.addresses import normalise_address
from tuimail.domain.billing import DocumentKind
from tuimail.domain.cards import association_labels, structure_labels, titled
from tuimail.domain.changes import Labels
from tuimail.domain.drafting import checked_prefix, numbered
from tuimail.domain.i18n import _
from tuimail.domain.identifiers import (
    checked_bic,
    checked_finess,
    checked_iban,
    checked_number,
    checked_phone,
    checked_siret,
    in_groups,
)
from tuimail.domain.periods import Period
from tuimail.domain.places import Association, FacturX, Structure, VatRegime
from tuimail.domain.settings import (
    checked_body,
    checked_optional_address,
    checked_sender_name,
    checked_subject,
    foreign_sender,
)
from tuimail.domain.templates import DEFAULT_BODY, DEFAULT_SUBJECT, message_values
from tuimail.store import accounts, documents, listing, numbering, residents, tree
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.structures import PLACE_CARD
from tuimail.ui.desk import Desk
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.screens.page import Page
from tuimail.ui.widgets.entry import ChoiceEntry, Entry, FigureEntry, PathEntry, TextEntry, TickEntry
from tuimail.ui.widgets.field import path_of
from tuimail.ui.widgets.form import Tab
from tuimail.ui.widgets.letter import BlockEntry, KeywordEntry, Preview

_MOST_DAYS = 365
_HIGHEST_NUMBER = 999_999_999


class _Fields:
    """Makes fields with the labels of their card."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def __call__(self, kind: type[Entry], path: str, *values: Any, **options: Any) -> Entry:
        return kind(path, titled(self._labels[path]), *values, **options)


class PlaceCard(FormScreen):
    """A card whose message is previewed while it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE_CARD)

    prefix = ""
    """Before the path of the fields of the message."""
    fallback = Association("")
    """What is said where the card says nothing."""

    def begin(self) -> None:
        """Show the message."""
        self.on_entry_edited()

    def on_entry_edited(self) -> None:
        """The message follows what is typed."""

        def typed(name: str) -> str:
            return self.form.entry(f"{self.prefix}{name}").text.strip()

        own = self.fallback
        name = typed("name") if self.prefix else typed("sender_name")
        for preview in self.query(Preview):
            preview.show(
                name or own.sender_name,
                typed("subject") or own.subject or DEFAULT_SUBJECT,
                typed("body") or own.body or DEFAULT_BODY,
            )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The message is read where it is written."""
        if action == "read":
            return self.form.here == len(self.form.tabs) - 1
        return super().check_action(action, parameters)

    def action_read(self) -> None:
        """Show the whole message."""
        self.app.push_screen(Page([self.subject.title, _("Preview")], self.query_one(Preview).message))


class StructureCard(PlaceCard):
    """The card of a structure. Its logo is kept when it is saved."""

    prefix = "sender."

    def begin(self) -> None:
        """Say what the next invoice will be called."""
        self._numbers = numbering.numbers(self.subject.id, DocumentKind.INVOICE)
        super().begin()

    def on_entry_edited(self) -> None:
        """The number follows the prefix that is typed."""
        super().on_entry_edited()
        machines = self.form.entry("factur_x")
        if machines.text != FacturX.NONE and not self.form.entry("siret").text.strip():
            machines.note(_("It needs the SIRET, on the first tab."))
        entry = self.form.entry("next_number")
        if not entry.look():
            return
        prefix, start = self.form.entry("number_prefix").text.strip(), entry.value()
        if prefix or start:
            number, _after = numbered(self._numbers, prefix, start)
            entry.note(_("The next invoice that is made here: {number}").format(number=number))
        else:
            entry.note(_("Without both, an invoice that is made here follows the newest one of its year."))

    async def prepare(self, typed: Structure) -> Structure:
        """Keep the file that was named as logo."""
        if not typed.logo or typed.logo == self.form.state.logo:
            return typed
        return replace(typed, logo=await in_background(self.desk.office.logos.keep, path_of(typed.logo)))


def association_screen(desk: Desk, association: Association) -> FormScreen:
    """The card of an association: its name, and what its structures say where they say nothing themselves."""
    field = _Fields(association_labels())
    preview = _preview(None, association.name)
    tabs = (
        Tab(_("Identity"), (field(TextEntry, "name", parse=tree.checked_name),)),
        Tab(
            _("Mail"),
            (
                field(TextEntry, "sender_name", parse=lambda text: checked_sender_name(text, "-")),
                field(KeywordEntry, "subject", parse=checked_subject, default=DEFAULT_SUBJECT),
                field(BlockEntry, "body", parse=checked_body, default=DEFAULT_BODY),
                preview,
            ),
        ),
    )
    subject = tree.association_card(association.id, association.name)
    return PlaceCard(desk, subject, [association.name], tabs, association)


def structure_screen(desk: Desk, structure: Structure, association: Association) -> FormScreen:
    """The card of a structure: identity, billing, VAT, mail."""
    field = _Fields(structure_labels())
    account = accounts.account_of(association.id)
    tabs = (
        Tab(_("Identity"), _identity(field)),
        Tab(_("Billing"), _billing(field)),
        Tab(_("VAT"), _vat(field)),
        Tab(_("Mail"), (*_mail(field, association, account), _preview(structure.id, structure.name))),
    )
    card = StructureCard(desk, tree.structure_card(structure), [association.name, structure.name], tabs, structure)
    card.fallback = association
    return card


def _identity(field: _Fields) -> Sequence[Entry]:
    return (
        field(TextEntry, "name", parse=tree.checked_name),
        field(TextEntry, "legal_name"),
        field(TextEntry, "address.lines", parse=_street_lines, show=", ".join),
        field(TextEntry, "address.postcode"),
        field(TextEntry, "address.city"),
        field(TextEntry, "phone", parse=checked_phone),
        field(TextEntry, "email", parse=checked_optional_address),
        field(TextEntry, "siret", parse=checked_siret, show=lambda text: in_groups(text, 3, 3, 3, 5)),
        field(TextEntry, "finess", parse=checked_finess),
        field(PathEntry, "logo", show=_logo_name),
    )


def _billing(field: _Fields) -> Sequence[Entry]:
    return (
        field(TextEntry, "iban", parse=checked_iban, show=lambda text: in_groups(text, 4)),
        field(TextEntry, "bic", parse=checked_bic),
        field(TextEntry, "payment_terms"),
        field(FigureEntry, "due_days", parse=lambda text: checked_number(text, 0, _MOST_DAYS)),
        field(FigureEntry, "due_day", parse=lambda text: checked_number(text, 0, 31), advise=_explained_day),
        field(TextEntry, "number_prefix", parse=checked_prefix),
        field(
            FigureEntry,
            "next_number",
            parse=lambda text: checked_number(text or "0", 0, _HIGHEST_NUMBER),
            show=lambda number: str(number or ""),
        ),
    )


def _vat(field: _Fields) -> Sequence[Entry]:
    regimes = [(str(regime), regime.label) for regime in VatRegime]
    return (
        field(ChoiceEntry, "vat_regime", regimes, parse=VatRegime, advise=_usual_text),
        field(TextEntry, "legal_text"),
        field(
            ChoiceEntry,
            "factur_x",
            [(str(kind), kind.label) for kind in FacturX],
            parse=FacturX,
            advise=_explained_facturx,
        ),
    )


def _mail(field: _Fields, association: Association, account: Account | None) -> Sequence[Entry]:
    return (
        field(
            TextEntry,
            "sender.name",
            parse=lambda text: checked_sender_name(text, association.sender_name or "-"),
            default=association.sender_name,
        ),
        field(
            TextEntry,
            "sender.email",
            parse=checked_optional_address,
            advise=lambda text: foreign_sender(normalise_address(text), account) if text else "",
        ),
        field(TextEntry, "sender.reply_to", parse=checked_optional_address),
        field(TextEntry, "sender.copy_to", parse=checked_optional_address),
        field(TickEntry, "sender.receipt"),
        field(TickEntry, "sender.html"),
        field(KeywordEntry, "sender.subject", parse=checked_subject, default=association.subject or DEFAULT_SUBJECT),
        field(BlockEntry, "sender.body", parse=checked_body, default=association.body or DEFAULT_BODY),
    )


def _street_lines(text: str) -> tuple[str, ...]:
    return tuple(line for part in text.split(",") if (line := part.strip()))


def _logo_name(kept: str) -> str:
    return kept.partition("-")[2] or kept


def _explained_day(text: str) -> str:
    day = checked_number(text, 0, 31)
    return _("Due on the next {day} of a month, the last day where it is shorter.").format(day=day) if day else ""


def _explained_facturx(text: str) -> str:
    if FacturX(text) is FacturX.NONE:
        return ""
    return _("The PDF carries the invoice for machines too; one that opens with a password cannot.")


def _usual_text(text: str) -> str:
    usual = VatRegime(text).usual_text
    return _("Such invoices must say why, as: {text}").format(text=usual) if usual else ""


def _preview(structure_id: int | None, name: str) -> Preview:
    """On the newest invoice of the structure, or of any, that there is; on an invented one before the first."""
    for period in reversed(documents.periods()):
        index = listing.index(period, structure_id)
        if len(index):
            (document,) = documents.documents([index.ids[0]])
            resident = residents.resident(document.resident_id)
            whom = _("{resident}, invoice {number}").format(resident=resident.name, number=document.number)
            values = message_values(
                person=resident.name,
                period=period,
                number=document.number,
                issued_on=document.issued_on,
                due_on=document.due_on,
                gross=document.gross,
                structure=name,
                sender="",
            )
            return Preview(whom, values)
    day = date(2026, 10, 31)
    values = message_values(
        person="DUPONT Jeanne",
        period=Period.of(day),
        number="001",
        issued_on=day,
        due_on=day,
        gross=200_000,
        structure=name,
        sender="",
    )
    return Preview(_("an invented resident, there is no invoice yet"), values)
