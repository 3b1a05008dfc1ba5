"""`tuimail import`."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from tuimail.cli.output import columns, say, say_json
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadFile, BadInput, os_reason
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imports import Dates, Decimals
from tuimail.domain.periods import format_moment
from tuimail.domain.text import fold
from tuimail.office import Office


def import_exports(args: Namespace, paths: Paths) -> int:
    """Read the files and report; 1 if a row was refused."""
    if args.template:
        return _write_template(args)
    if args.undo:
        return _undo(args, paths)
    if args.profiles or args.remove_profile:
        return _profiles(args, paths)
    if not args.files:
        raise BadInput(_("No file to import was named."), _("Name one or several exports."))
    from tuimail.importing.plan import Wishes
    from tuimail.importing.reading import ImportFile, ReadAs

    how = ReadAs(
        encoding=args.encoding or "",
        delimiter="\t" if args.delimiter in ("tab", "\\t") else args.delimiter or "",
        sheet=args.sheet or "",
        dates=Dates(args.dates) if args.dates else None,
        decimals=Decimals(args.decimals) if args.decimals else None,
    )
    files = [ImportFile(path, how, profile=args.profile) for path in args.files]
    wishes = Wishes(args.period, pdf_folder=args.pdf_folder, dry_run=args.dry_run, save_profile=args.save_profile or "")
    with Office(paths) as office:
        report = office.imports.run(files, wishes, dict(args.map))
    if args.json:
        for line in report.as_json():
            say_json(line)
    else:
        for sentence in report.lines():
            say(sentence)
    return report.exit_status


def _write_template(args: Namespace) -> int:
    """To standard output, or to the one file that is named, which must not be there yet."""
    from tuimail.importing.fields import Subject
    from tuimail.importing.template import template

    content = template(Subject(args.template))
    if not args.files:
        sys.stdout.write(content.decode("utf-8-sig").replace("\r\n", "\n"))
        return 0
    if len(args.files) > 1:
        raise BadInput(_("A template is written to one file."), _("Name one, or none to see it."))
    target: Path = args.files[0]
    try:
        with target.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise BadFile(_("{name} is there already.").format(name=target), _("Choose another name.")) from error
    except OSError as error:
        raise BadFile(
            _("{name} cannot be written: {reason}.").format(name=target, reason=os_reason(error)),
            _("Choose another folder."),
        ) from error
    say(_("Template written to {path}.").format(path=target))
    return 0


def _profiles(args: Namespace, paths: Paths) -> int:
    """List the profiles, or forget one."""
    if args.files:
        raise BadInput(_("The profiles take no file."), _("Leave the files out."))
    with Office(paths) as office:
        known = office.imports.profiles()
        if args.remove_profile:
            found = next((p for p in known if fold(p.name) == fold(args.remove_profile)), None)
            if found is None:
                raise BadInput(
                    _("There is no profile “{name}”.").format(name=args.remove_profile),
                    _("See which ones there are: tuimail import --profiles."),
                )
            office.imports.remove_profile(found)
            say(_("The profile {name} is forgotten.").format(name=found.name))
            return 0
    for profile in known:
        saved = format_moment(profile.saved_at, year=True) if profile.saved_at else ""
        if args.json:
            say_json({"event": "profile", "name": profile.name, "operator": profile.operator, "at": saved,
                      "titles": list(profile.titles), "columns": dict(profile.columns)})  # fmt: skip
        else:
            titles = ngettext("{n} column", "{n} columns", len(profile.titles)).format(n=len(profile.titles))
            say(columns([(profile.name, 28), (titles, 14), (saved, 18), (profile.operator, 0)]))
    if not known and not args.json:
        say(_("No profile is kept: --save-profile NAME keeps how a file is read."))
    return 0


def _undo(args: Namespace, paths: Paths) -> int:
    if args.files:
        raise BadInput(_("--undo is about the last import, and takes no file."), _("Leave the files out."))
    with Office(paths) as office:
        undone = office.imports.undo()
    if args.json:
        say_json(
            {
                "event": "undone",
                "residents_removed": undone.residents_removed,
                "residents_restored": undone.residents_restored,
                "documents_removed": undone.documents_removed,
                "documents_restored": undone.documents_restored,
                "structures_removed": undone.structures_removed,
            }
        )
        return 0
    parts = (
        ngettext("{n} resident removed", "{n} residents removed", undone.residents_removed),
        ngettext("{n} as before", "{n} as before", undone.residents_restored),
        ngettext("{n} invoice removed", "{n} invoices removed", undone.documents_removed),
        ngettext("{n} as before", "{n} as before", undone.documents_restored),
        ngettext("{n} structure removed", "{n} structures removed", undone.structures_removed),
    )
    say(_("The last import is undone: {told}.").format(told=", ".join(parts)))
    return 0
