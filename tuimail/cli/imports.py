"""`tuimail import`."""

from __future__ import annotations

from argparse import Namespace

from tuimail.cli.output import say, say_json
from tuimail.config.paths import Paths
from tuimail.office import Office


def import_exports(args: Namespace, paths: Paths) -> int:
    """Read the files and report; 1 if a row was refused."""
    with Office(paths) as office:
        report = office.import_files(
            args.files,
            period=str(args.period) if args.period else None,
            overrides=dict(args.map),
            dry_run=args.dry_run,
        )
    if args.json:
        for line in report.as_json():
            say_json(line)
    else:
        for sentence in report.lines():
            say(sentence)
    return report.exit_status
