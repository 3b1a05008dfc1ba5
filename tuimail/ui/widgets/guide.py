"""What stands in place of an empty list: what is missing, and how it comes about."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rich.text import Text

from tuimail.config.paths import Paths, find_paths
from tuimail.domain.billing import DocumentKind
from tuimail.domain.drafting import JOINED
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure
from tuimail.store import accounts, structures

_INDENT = " " * 7
_ON = f"\\\n{_INDENT}    "
"""A command goes on below, and can still be copied as it is."""


def first_steps(paths: Paths) -> Text:
    """What to do before the first send; what is done is ticked."""
    command = _command(paths)
    places = structures.structures()
    name = shlex.quote(_without_sender(places).name) if places else '"EHPAD Saint-Éloi"'
    text = Text(_("No invoice yet.") + "\n\n", "bold")
    steps = (
        (
            bool(places),
            _("Import what your billing software exports: key I, or"),
            "import residents.csv factures-2026-10.csv",
        ),
        (
            bool(accounts.accounts()),
            _("Say which server the mail leaves through"),
            f"smtp set --host smtp.exemple.fr --port 587 {_ON}--user compta@exemple.fr",
        ),
        (
            bool(places) and all(place.sender.email for place in places),
            _("Say who sends, for each home"),
            f'sender set --structure {name} {_ON}--name "Virginie Dubois" --email compta@exemple.fr',
        ),
    )
    for number, (done, sentence, words) in enumerate(steps, 1):
        text.append(f"[{'x' if done else ' '}] {number}. {sentence}\n", "bold")
        text.append(f"{_INDENT}{command} {words}\n\n", "not bold")
    text.append(_("Type these commands in another terminal: this page follows by itself.") + "\n", "not bold")
    text.append(_("To see first what it looks like: tuimail demo"), "not bold")
    return text


def nothing_here(period: Period, structure: str, newest: Period | None) -> Text:
    """A month without invoices."""
    sentence = _("No invoice for {period}.").format(period=period.label())
    if structure:
        sentence = _("No invoice for {period} in {structure}.").format(period=period.label(), structure=structure)
    text = Text(sentence + "\n\n", "bold")
    if newest is not None and newest != period:
        text.append(_("The newest invoices are those of {period}.").format(period=newest.label()) + "\n", "not bold")
    text.append(_("[ and ] change the month, t the home."), "not bold")
    return text


def no_document(kind: DocumentKind, period: Period) -> Text:
    """A month without documents of a kind that is made here."""
    text = Text(_("{kind}, {period}: none.").format(kind=kinds_name(kind), period=period.label()) + "\n\n", "bold")
    if kind in JOINED:
        step = _(
            "One is made from the card of its invoice: Enter on the invoice, then A (credit note) or D (statement)."
        )
    else:
        step = _("N makes one.")
    text.append(step + "\n" + _("k chooses another kind of document, [ and ] the month."), "not bold")
    return text


def nothing_found(search: str) -> Text:
    """A filter or a search that leaves nothing."""
    text = Text(
        (_("Nothing holds “{text}”.").format(text=search) if search else _("No invoice is in this state.")) + "\n\n",
        "bold",
    )
    text.append(_("Esc shows all invoices again."), "not bold")
    return text


def _without_sender(places: Sequence[Structure]) -> Structure:
    return next((place for place in places if not place.sender.email), places[0])


def _command(paths: Paths) -> str:
    """`tuimail`, with the database where it is not the one it would find by itself."""
    if find_paths().database == paths.database:
        return "tuimail"
    return f"tuimail --database {shlex.quote(str(paths.database))}"
