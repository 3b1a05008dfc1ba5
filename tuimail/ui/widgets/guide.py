"""What stands in place of an empty list: what is missing, and how it comes about."""

from __future__ import annotations

from rich.text import Text

from tuimail.domain.billing import DocumentKind
from tuimail.domain.drafting import JOINED
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.periods import Period
from tuimail.store import accounts, structures

_INDENT = " " * 7


def first_steps() -> Text:
    """What to do before the first send, and by which keys; what is done is ticked."""
    places = structures.structures()
    text = Text(_("No invoice yet.") + "\n\n", "bold")
    steps = (
        (
            bool(places),
            _("Make the association and its homes"),
            _("3, then A (association) and a (home); or an import"),
        ),
        (
            bool(accounts.accounts()),
            _("Say which server the mail leaves through"),
            _("S; there F5 tries it and Enter keeps it"),
        ),
        (
            bool(places) and all(place.sender.email for place in places),
            _("Say who sends, for each home"),
            _("3, Enter on the home, then the tab Mail (PgUp)"),
        ),
        (False, _("Import what your billing software exports"), _("I, then the paths of the files")),
    )
    for number, (done, sentence, keys) in enumerate(steps, 1):
        text.append(f"[{'x' if done else ' '}] {number}. {sentence}\n", "bold")
        text.append(_("{indent}Keys: {keys}").format(indent=_INDENT, keys=keys) + "\n\n", "not bold")
    commands = _("Commands do the same: tuimail --help")
    text.append(commands + "\n", "not bold")
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
