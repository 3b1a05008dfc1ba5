"""`tuimail backup`."""

from __future__ import annotations

from argparse import Namespace

from tuimail.cli.output import say, warn
from tuimail.config.paths import Paths
from tuimail.domain.i18n import _
from tuimail.office import Office


def backup(args: Namespace, paths: Paths) -> int:
    """Copy the database; the kept files are named, because they are not in it."""
    with Office(paths, to_read=True) as office:
        head = office.backup(args.file, force=args.force)
    size = args.file.stat().st_size / 1_000_000
    say(_("{path}: {size:.1f} MB, seal of its journal {seal}").format(path=args.file, size=size, seal=head))
    kept = [folder for folder in (paths.documents, paths.attachments) if folder.is_dir()]
    if kept:
        warn(_("Not in it, to be copied as well: {folders}.").format(folders=", ".join(map(str, kept))))
    return 0
