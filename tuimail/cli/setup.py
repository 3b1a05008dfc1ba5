"""`tuimail init` and `tuimail doctor`."""

from __future__ import annotations

from argparse import Namespace

from tuimail.cli.output import columns, say, say_json
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _


def init(args: Namespace, paths: Paths) -> int:
    """Make a database; one that others use as well stands in a folder that their group shares."""
    from tuimail.office import setup

    if bool(args.shared) != bool(args.group):
        raise BadInput(
            _("A shared folder and its group go together."), _("Write: tuimail init --shared FOLDER --group GROUP.")
        )
    if not args.shared:
        setup.init(paths)
        say(_("The database is {path}.").format(path=paths.database))
        return 0
    made = setup.init_shared(args.shared, args.group)
    say(_("The database is {path}, shared with the group {group}.").format(path=made.database, group=args.group))
    say(_("Each operator sets: export TUIMAIL_DATABASE={path}").format(path=made.database))
    return 0


def doctor(args: Namespace, paths: Paths) -> int:
    """Say what is fine and what is not; 1 if something must be mended."""
    from tuimail.office.doctor import Level, examine

    words = {Level.OK: _("OK"), Level.WARN: _("WARN"), Level.ERR: _("ERR")}
    worst = 0
    for found in examine(paths):
        worst = max(worst, found.level is Level.ERR)
        if args.json:
            say_json(
                {
                    "event": "check",
                    "check": found.subject,
                    "level": str(found.level),
                    "text": found.text,
                    "next_step": found.next_step,
                }
            )
            continue
        say(columns([(words[found.level], 4), (found.subject, 14), (found.text, 0)]))
        if found.next_step:
            say(f"{'':22}{found.next_step}")
    return worst
