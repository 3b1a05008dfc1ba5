"""`tuimail journal`."""

from __future__ import annotations

import csv
import io
from argparse import Namespace

from tuimail.cli.output import columns, one_line, say, say_json, write_bytes
from tuimail.cli.words import event_word, role_word
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.personal import harmless
from tuimail.office import Office
from tuimail.store import chain, journal


def print_journal(args: Namespace, paths: Paths) -> int:
    """Print what happened, oldest first; or with `--verify` whether the journal is whole, 1 if it is not."""
    if args.verify:
        return _verify(args, paths)
    if args.seal:
        raise BadInput(_("--seal names what the journal is verified against."), _("Add --verify."))
    with Office(paths):
        found = journal.events(period=args.period)
        if args.format == "json":
            for event in found:
                say_json(event.as_json())
        elif args.format == "csv":
            # A byte order mark and semicolons: what a French spreadsheet opens without a question.
            write_bytes(b"\xef\xbb\xbf" + _csv_row(_titles()))
            for event in found:
                write_bytes(_csv_row([harmless(value) for value in _values(event)]))
        else:
            for event in found:
                say(_table_row(event))
    return 0


def _verify(args: Namespace, paths: Paths) -> int:
    if args.period or args.format == "csv":
        raise BadInput(
            _("The journal is verified as a whole, and the answer is no table."),
            _("Leave --period and --format csv out."),
        )
    with Office(paths):
        verdict = chain.verify(args.seal)
    if args.format == "json":
        say_json(verdict.as_json())
    else:
        say(verdict.sentence())
        if verdict.intact:
            say(_("Its seal, worth noting elsewhere: {seal}").format(seal=verdict.head))
    return 0 if verdict.intact else 1


def _csv_row(values: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(values)
    return text.getvalue().encode("utf-8", "replace")


def _titles() -> list[str]:
    return [
        _("Date"),
        _("Event"),
        _("Period"),
        pgettext("column", "No."),
        _("Resident"),
        _("Recipient"),
        _("Role"),
        _("Code"),
        _("Reply"),
        _("Detail"),
        _("Operator"),
        _("Machine"),
        "Message-ID",
        _("Queue ID"),
        _("SHA-256 of the PDF"),
    ]


def _values(event: Event) -> list[str]:
    return [
        f"{event.at.astimezone():%d/%m/%Y %H:%M:%S}",
        event_word(event.event),
        event.period,
        event.number,
        event.resident,
        event.recipient,
        role_word(event.role),
        event.code,
        one_line(event.reply),
        event.detail,
        event.operator,
        event.host,
        event.message_id,
        event.queue_id,
        event.pdf_sha256,
    ]


def _table_row(event: Event) -> str:
    said = " · ".join(filter(None, (event.detail, one_line(event.reply))))
    return columns(
        [
            (f"{event.at.astimezone():%d/%m/%Y %H:%M:%S}", 19),
            (event_word(event.event), 12),
            (event.number, 8),
            (event.resident, 24),
            (event.recipient, 32),
            (event.operator, 10),
            (said, 0),
        ]
    )
