"""What is codified for an association or a structure, and what is missing, beside the tree."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from tuimail.domain.account import Account
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.identifiers import in_groups
from tuimail.domain.places import Association, Structure
from tuimail.domain.templates import effective

_LABEL = 14
"""Cells of the labels."""


def about_structure(place: Structure, association: Association) -> Text:
    """Who it is, how it is paid, who sends; then what is missing."""
    sender = effective(place.sender, association)
    text = Text(place.name, "bold")
    if place.archived:
        text.append("  " + _("archived"), "yellow not bold")
    text.append("\n\n", "not bold")
    _lines(
        text,
        (_("Legal name"), place.legal_name),
        (_("Address"), ", ".join(place.address.block())),
        (_("Telephone"), place.phone),
        ("SIRET", in_groups(place.siret, 3, 3, 3, 5)),
        ("FINESS", place.finess),
        ("IBAN", in_groups(place.iban, 4)),
        (_("VAT"), place.vat_regime.label if place.vat_regime else ""),
    )
    text.append("\n")
    _lines(
        text,
        (_("Sender"), sender.name if sender.email else ""),
        (_("E-mail"), sender.email),
        (_("Replies to"), sender.reply_to),
        (_("Copy to"), sender.copy_to),
        (_("Receipt"), _("asked for") if sender.receipt else ""),
        (_("Subject"), sender.subject),
    )
    wanted = (
        (place.sender.email, _("sender's address")),
        (sender.name, _("sender's name")),
        (place.siret, "SIRET"),
        (place.iban, "IBAN"),
        (place.address.block(), _("postal address")),
    )
    missing = [name for value, name in wanted if not value]
    if missing:
        text.append("\n" + _("Still to codify: {names}").format(names=", ".join(missing)), "yellow")
    return text


def about_association(place: Association, structures: Sequence[Structure], account: Account | None) -> Text:
    """How many structures it has, its mail server, and what its structures say where they say nothing themselves."""
    text = Text(place.name, "bold")
    text.append("\n\n", "not bold")
    offered = sum(not each.archived for each in structures)
    server = _("{host}, port {port}").format(host=account.host, port=account.port) if account else ""
    _lines(
        text,
        (_("Homes"), ngettext("{n} home", "{n} homes", offered)),
        (_("Mail server"), server or _("not codified")),
        (_("Sender"), place.sender_name),
        (_("Subject"), place.subject),
        (_("Text"), _("own default text") if place.body else _("the usual one")),
    )
    if not account:
        text.append("\n" + _("Nothing can be sent before its mail server is codified."), "yellow")
    return text


def _lines(text: Text, *lines: tuple[str, str]) -> None:
    for label, value in lines:
        if value:
            text.append(f"{label.ljust(_LABEL)}", "dim")
            text.append(f"{value}\n", "not dim")
