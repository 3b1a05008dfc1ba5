"""`tuimail invoices` and `tuimail render`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from tuimail.cli.making import Making
from tuimail.cli.output import columns, say, say_json
from tuimail.cli.places import structure_named
from tuimail.cli.words import state_word
from tuimail.config.paths import Paths
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.listing import InvoiceFilter, InvoiceIndex, InvoiceRow
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_moment
from tuimail.domain.places import Structure
from tuimail.office import Office
from tuimail.store import listing

_PAGE = 200


def label_of(period: Period, structure: Structure | None) -> str:
    """What is listed or sent, for people: `octobre 2026, EHPAD Saint-Éloi`."""
    return ", ".join(filter(None, (period.label(), structure.name if structure else "")))


def list_invoices(args: Namespace, paths: Paths) -> int:
    """Print the invoices of a month."""
    shown = args.shown or InvoiceFilter.ALL
    with Office(paths, to_read=True):
        structure = structure_named(args.structure) if args.structure else None
        index = listing.index(args.period, structure.id if structure else None, shown, kind=args.kind)
        if args.json:
            for row in _rows(index):
                say_json(_as_json(row, args.period))
        else:
            _print_table(index, label_of(args.period, structure))
    return 0


def render_invoices(args: Namespace, paths: Paths) -> int:
    """Write the invoices of a month as PDF."""
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        index = listing.index(args.period, structure.id if structure else None, kind=args.kind)
        with Making() as making:
            count = office.render(list(index.ids), args.out, making)
    say(ngettext("{n} document written to {path}.", "{n} documents written to {path}.", count).format(path=args.out))
    return 0


def _rows(index: InvoiceIndex) -> Iterator[InvoiceRow]:
    for start in range(0, len(index), _PAGE):
        yield from listing.rows(index.ids[start : start + _PAGE])


def _addresses(row: InvoiceRow) -> str:
    return ", ".join(filter(None, (row.primary, row.guardian, row.relative)))


def _as_json(row: InvoiceRow, period: Period) -> dict[str, Any]:
    values = {
        "event": "invoice",
        "number": row.number,
        "period": str(period),
        "structure": row.structure,
        "heading": row.heading,
        "resident": row.resident,
        "recipient": _addresses(row),
        "state": str(row.state),
        "net": row.net / 100,
        "delivered": row.delivered,
        "addresses": row.addresses,
    }
    if row.last_sent:
        values["at"] = row.last_sent.isoformat()
    if row.problem:
        values["detail"] = row.problem
    return values


def _print_table(index: InvoiceIndex, label: str) -> None:
    counts = index.counts
    if not counts.total:
        say(_("No invoice for {label}.").format(label=label))
        return
    rows = list(_rows(index))
    number, name = (max([8, *(len(text) for text in texts)]) for texts in _texts(rows))
    head = [
        (pgettext("column", "No."), number),
        (_("Resident"), name),
        (_("State"), 14),
        (pgettext("column", "Sent"), 16),
        (_("Net"), -12),
    ]
    position = 0
    if rows:
        say(columns([*head, (_("Addresses"), 0)]))
    for group in index.groups:
        say(f"{group.title} ({group.count}, {format_cents(group.net, currency=True)})")
        for row in rows[position : position + group.count]:
            sent = format_moment(row.last_sent, year=True) if row.last_sent else ""
            cells = [(row.number, number), (row.resident, name), (state_word(row), 14), (sent, 16)]
            remark = f"  ({row.problem})" if row.problem else ""
            say(columns([*cells, (format_cents(row.net), -12), (_addresses(row) + remark, 0)]))
        position += group.count
    parts = [
        _("{n} in all").format(n=counts.total),
        _("{n} to send").format(n=counts.unsent),
        pgettext("invoices", "{n} sent").format(n=counts.sent),
        _("{n} with problems").format(n=counts.problems),
        _("{n} without address").format(n=counts.unreachable),
        *([_("{n} posted or excluded").format(n=counts.decided)] if counts.decided else []),
    ]
    say(_("{label}: {counts}").format(label=label, counts=", ".join(parts)))


def _texts(rows: list[InvoiceRow]) -> tuple[list[str], list[str]]:
    return [row.number for row in rows], [row.resident for row in rows]
