"""`tuimail journal`."""

from __future__ import annotations

from argparse import Namespace

from tuimail.cli.output import columns, one_line, say, say_json, warn, write_bytes
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event
from tuimail.domain.i18n import _
from tuimail.domain.words import event_word
from tuimail.office import Office
from tuimail.office.journal_file import csv_lines
from tuimail.office.lost import emptied_file, lost_content
from tuimail.store import chain, journal


def print_journal(args: Namespace, paths: Paths) -> int:
    """Print what happened, oldest first; or with `--verify` whether the journal is whole, 1 if it is not."""
    if args.verify:
        return _verify(args, paths)
    if args.seal:
        raise BadInput(_("--seal names what the journal is verified against."), _("Add --verify."))
    with Office(paths, to_read=True):
        found = journal.events(period=args.period)
        if args.format == "json":
            for event in found:
                say_json(event.as_json())
        elif args.format == "csv":
            for line in csv_lines(found):
                write_bytes(line)
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
    if emptied := emptied_file(paths):
        raise emptied
    with Office(paths, to_read=True):
        verdict = chain.verify(args.seal)
        lost = lost_content(paths)
    if args.format == "json":
        say_json(verdict.as_json() | ({"detail": str(lost)} if lost else {}))
    else:
        say(verdict.sentence())
        if verdict.intact and verdict.head.lines:
            say(_("Its seal, worth noting elsewhere: {seal}").format(seal=verdict.head))
    if lost:
        warn(str(lost))
    return 0 if verdict.intact and not lost else 1


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
