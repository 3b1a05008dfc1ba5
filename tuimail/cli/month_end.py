"""`tuimail sheet` and `tuimail to-post`."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tuimail.cli.options.month_end import TODAY
from tuimail.cli.output import columns, one_line, say, say_json, warn
from tuimail.cli.places import structure_named
from tuimail.config.paths import Paths
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import format_cents
from tuimail.domain.month_end import Entry, MonthEnd, Total
from tuimail.domain.periods import format_day, format_moment
from tuimail.office import Office


def print_sheet(args: Namespace, paths: Paths) -> int:
    """Print or write the month-end sheet; 1 if it does not add up."""
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        found = office.month_ends.sheet(args.period, structure.id if structure else None, args.kind)
        if args.out is not None:
            office.month_ends.write_sheet(found, args.out)
    if args.json:
        _say_json(found)
    elif args.out is None:
        _print(found)
    else:
        say(_("{what}: written to {path}.").format(what=found.title, path=args.out))
        say(found.equation())
    wrong = found.discrepancies()
    if args.out is not None:
        for sentence in wrong:
            warn(sentence)
    return 1 if wrong else 0


def _print(found: MonthEnd) -> None:
    say(_("Month-end sheet, {what}").format(what=found.title))
    head = (pgettext("column", "Outcome"), pgettext("column", "Documents"))
    amounts = (_("Net amount"), _("VAT"), _("With tax"))
    say(columns([(head[0], 24), (head[1], -9), *((title, -14) for title in amounts)]))
    for outcome, total in found.outcomes():
        say(_line(outcome.words(total.documents), total))
    say(_line(_("All of them"), found.total()))
    say(found.equation())
    for entry in found.unfinished:
        name = f"{entry.number} {entry.resident}, {entry.outcome.label}"
        told = _("{name}: {reason}").format(name=name, reason=one_line(entry.reason)) if entry.reason else name
        say(f"  {told}")
    for send in found.sends:
        told = _("{moment} {operator}: {label}, {documents}, {messages}").format(
            moment=format_moment(send.at, year=True),
            operator=send.operator,
            label=send.label,
            documents=ngettext("{n} document", "{n} documents", send.documents),
            messages=ngettext("{n} message sent", "{n} messages sent", send.sent),
        )
        say(f"  {told}")
    wrong = found.discrepancies()
    for sentence in wrong:
        say(sentence)
    if not wrong:
        say(_("Documents, lines, messages and journal agree to the cent."))


def _line(words: str, total: Total) -> str:
    amounts = [(format_cents(cents), -14) for cents in (total.net, total.vat, total.gross)]
    return columns([(words, 24), (str(total.documents), -9), *amounts])


def _say_json(found: MonthEnd) -> None:
    for entry in found.entries:
        say_json(_as_json(entry, found))
    for send in found.sends:
        told = {"event": "send", "at": send.at.isoformat(), "operator": send.operator, "label": send.label}
        say_json(
            told | {"documents": send.documents, "sent": send.sent, "failed": send.failed, "uncertain": send.uncertain}
        )
    for outcome, total in found.outcomes():
        say_json({"event": "outcome", "outcome": str(outcome)} | _totals(total))
    for sentence in found.discrepancies():
        say_json({"event": "discrepancy", "detail": sentence})
    told = {"event": "summary", "period": str(found.period), "structure": found.structure}
    say_json(told | _totals(found.total()) | {"settled": found.settled})


def _as_json(entry: Entry, found: MonthEnd) -> dict[str, Any]:
    values: dict[str, Any] = {
        "event": "document",
        "number": entry.number,
        "period": str(found.period),
        "structure": entry.structure,
        "resident": entry.resident,
        "outcome": str(entry.outcome),
        "net": entry.net / 100,
        "gross": entry.gross / 100,
        "delivered": entry.delivered,
        "addresses": entry.addresses,
        "to_post": entry.to_post,
    }
    if entry.at is not None:
        values["at"] = entry.at.isoformat()
    if entry.decided is not None:
        values |= {"day": entry.decided.on.isoformat(), "operator": entry.decided.operator}
    if entry.reason:
        values["detail"] = entry.reason
    return values


def _totals(total: Total) -> dict[str, Any]:
    return {
        "documents": total.documents,
        "net": total.net / 100,
        "vat": total.vat / 100,
        "gross": total.gross / 100,
    }


def write_letters(args: Namespace, paths: Paths) -> int:
    """Write what is still to be posted as one PDF, and its addresses; mark it as posted where that is asked for."""
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        ends = office.month_ends
        found = ends.sheet(args.period, structure.id if structure else None, args.kind)
        letters = ends.letters(found.to_post)
        if not letters:
            say(_("{what}: nothing to post.").format(what=found.title))
            return 0
        day = datetime.now(UTC).astimezone().date() if args.mark == TODAY else args.mark
        if day is not None:
            ends.check_day(day)
        count = ends.write_letters(letters, args.out, args.list)
        say(
            ngettext("{n} document written to {path}.", "{n} documents written to {path}.", count).format(path=args.out)
        )
        if lost := sum(1 for letter in letters if not letter.envelope.complete):
            warn(_without_address(lost, args.list))
        if day is not None:
            marked = ends.mark_posted([letter.entry.document_id for letter in letters], day)
            told = ngettext("{n} marked as posted on {day}.", "{n} marked as posted on {day}.", marked)
            say(told.format(day=format_day(day)))
    return 0


def _without_address(count: int, addresses: Path | None) -> str:
    if addresses is None:
        return ngettext(
            "{n} of them has no whole postal address: --list FILE.csv writes which.",
            "{n} of them have no whole postal address: --list FILE.csv writes which.",
            count,
        )
    return ngettext(
        "{n} of them has no whole postal address: see the list.",
        "{n} of them have no whole postal address: see the list.",
        count,
    )
