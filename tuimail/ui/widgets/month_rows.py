"""Rows, totals and sentences of the month-end sheet and of the letters to be posted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from rich.style import Style
from rich.text import Text

from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import format_cents
from tuimail.domain.month_end import Entry, MonthEnd, Outcome, Send, Total
from tuimail.domain.periods import format_moment
from tuimail.office.month_tables import Letter, why_on_paper
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.table_model import Styled, TableColumn

_GREEN, _YELLOW, _RED = (Style(color=name) for name in ("green", "yellow", "red"))
_COLOURS = {
    Outcome.SENT: _GREEN,
    Outcome.POSTED: _GREEN,
    Outcome.FAILED: _RED,
    Outcome.WAITING: Style(color="cyan"),
    Outcome.EXCLUDED: Style.null(),
}
_WORDS, _COUNT, _AMOUNT = 24, 11, 14


class Sheet(StrEnum):
    """What the list below the totals shows."""

    OPEN = "open"
    ALL = "all"
    SENDS = "sends"

    @property
    def label(self) -> str:
        """Its name."""
        return {Sheet.OPEN: _("still open"), Sheet.ALL: _("all documents"), Sheet.SENDS: _("who sent what")}[self]

    def next(self) -> Sheet:
        """The one after it, the first after the last."""
        order = list(Sheet)
        return order[(order.index(self) + 1) % len(order)]


def totals(sheet: MonthEnd) -> Text:
    """A line an outcome, and their sum."""
    text = Text()
    titles = (_("Net amount"), _("VAT"), _("With tax"))
    head = fit(_("Outcome"), _WORDS) + fit(_("Documents"), _COUNT, "right")
    text.append(head + "".join(fit(title, _AMOUNT, "right") for title in titles), "bold")
    for outcome, total in sheet.outcomes():
        text.append("\n")
        words = fit(outcome.words(total.documents), _WORDS)
        text.append(words, _COLOURS.get(outcome, _YELLOW))
        text.append(_figures(total))
    text.append("\n" + fit(_("All of them"), _WORDS) + _figures(sheet.total()), "bold")
    return text


def _figures(total: Total) -> str:
    amounts = (total.net, total.vat, total.gross)
    return fit(str(total.documents), _COUNT, "right") + "".join(
        fit(format_cents(cents), _AMOUNT, "right") for cents in amounts
    )


def verdict(sheet: MonthEnd) -> Text:
    """The equation, then what does not add up, or that everything does."""
    text = Text(sheet.equation(), "bold")
    wrong = sheet.discrepancies()
    for sentence in wrong:
        text.append(f"\n{sentence}", "bold red")
    if not wrong:
        text.append("\n" + _("Documents, lines, messages and journal agree to the cent."), "not bold green")
    return text


def document_columns() -> tuple[TableColumn, ...]:
    """The columns of a list of documents, for 78 cells."""
    return (
        TableColumn("number", pgettext("column", "No."), 6, gap=1),
        TableColumn("resident", _("Resident"), 19, gap=1),
        TableColumn("gross", _("With tax"), 15, "right", gap=2),
        TableColumn("outcome", _("Outcome"), 19, gap=1),
        TableColumn("why", pgettext("column", "Detail"), 18, flexible=True),
    )


def document_row(entry: Entry) -> KnownRow:
    """One document."""
    return str(entry.document_id), {
        "number": entry.number,
        "resident": entry.resident,
        "gross": format_cents(entry.gross),
        "outcome": Styled(entry.outcome.label, _COLOURS.get(entry.outcome, _YELLOW)),
        "why": _detail(entry),
    }


def _detail(entry: Entry) -> str:
    if entry.decided is not None and entry.outcome in (Outcome.POSTED, Outcome.EXCLUDED):
        return entry.decided.sentence
    if entry.reason:
        return entry.reason
    return format_moment(entry.at, year=True) if entry.at else ""


def about(entry: Entry) -> list[str]:
    """All that is to be said about a document."""
    parts = [f"{entry.number} {entry.resident}", entry.structure, entry.outcome.label]
    if entry.at is not None:
        reached = ngettext("{n} address of {all}", "{n} addresses of {all}", entry.delivered)
        parts.append(f"{format_moment(entry.at, year=True)}, {reached.format(all=entry.addresses)}")
    if entry.decided is not None:
        parts.append(f"{entry.decided.sentence} ({entry.decided.operator})")
    elif entry.reason:
        parts.append(entry.reason)
    if entry.to_post and entry.outcome is not Outcome.TO_POST:
        parts.append(_("to be posted"))
    return [part for part in parts if part]


def send_columns() -> tuple[TableColumn, ...]:
    """The columns of the list of sends."""
    return (
        TableColumn("at", pgettext("column", "Date"), 17, gap=1),
        TableColumn("operator", _("Operator"), 11, gap=1),
        TableColumn("label", pgettext("sheet", "What"), 14, gap=1, flexible=True),
        TableColumn("documents", _("Documents"), 10, "right", gap=1),
        TableColumn("sent", pgettext("sheet", "Sent"), 8, "right", gap=1),
        TableColumn("failed", pgettext("sheet", "Failed"), 8, "right", gap=1),
        TableColumn("uncertain", pgettext("sheet", "Uncertain"), 10, "right"),
    )


def send_row(number: int, send: Send) -> KnownRow:
    """One press of Send."""
    return f"s{number}", {
        "at": format_moment(send.at, year=True),
        "operator": send.operator,
        "label": send.label,
        "documents": str(send.documents),
        "sent": str(send.sent),
        "failed": Styled(str(send.failed), _RED) if send.failed else "0",
        "uncertain": Styled(str(send.uncertain), _YELLOW) if send.uncertain else "0",
    }


def about_send(send: Send) -> list[str]:
    """All that is to be said about a send."""
    counts = ngettext("{n} document", "{n} documents", send.documents)
    return [format_moment(send.at, year=True), send.operator, send.label, counts]


def letter_columns(decided: bool) -> tuple[TableColumn, ...]:
    """The columns of the letters: where they go, or what was decided about them."""
    where = (
        (TableColumn("why", pgettext("column", "Detail"), 28, flexible=True),)
        if decided
        else (
            TableColumn("to", _("Recipient"), 18, gap=1),
            TableColumn("city", pgettext("column", "Postcode and city"), 19, gap=1, flexible=True),
            TableColumn("why", _("Outcome"), 10),
        )
    )
    return (
        TableColumn("box", "", 4, gap=1),
        TableColumn("number", pgettext("column", "No."), 6, gap=1),
        TableColumn("resident", _("Resident"), 19, gap=1),
        *where,
    )


def letter_row(letter: Letter, ticked: Collection[int], decided: bool) -> KnownRow:
    """One letter."""
    entry, envelope = letter.entry, letter.envelope
    city = f"{envelope.address.postcode} {envelope.address.city}".strip()
    return str(entry.document_id), {
        "box": "[x]" if entry.document_id in ticked else "[ ]",
        "number": entry.number,
        "resident": entry.resident,
        "to": envelope.names[0] if envelope.names else "",
        "city": city if envelope.complete else Styled(city or _("no address"), _RED),
        "why": (entry.decided.sentence if entry.decided else "") if decided else _short(entry),
    }


def _short(entry: Entry) -> str:
    if entry.outcome is Outcome.PARTIAL:
        return pgettext("letter", "in part")
    return pgettext("letter", "on paper") if entry.printed else entry.outcome.label


def envelope_lines(letter: Letter, lines: int) -> Sequence[str]:
    """Where a letter goes and why, on so many lines."""
    where = ", ".join((*letter.envelope.names, *letter.envelope.address.block()))
    entry = letter.entry
    decided = entry.decided
    why = f"{decided.sentence} ({decided.operator})" if decided else why_on_paper(entry)
    return [where, why, *[""] * (lines - 2)][:lines]
