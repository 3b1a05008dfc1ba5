"""The way of an import: read everything, plan it against the store, apply it, all in one transaction or not at all."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tuimail.domain.account import Owner
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period
from tuimail.importing.fields import Subject, title_key
from tuimail.importing.invoices import Invoices, read_invoices
from tuimail.importing.mapping import Table, find_table, parse_overrides
from tuimail.importing.matching import Homes
from tuimail.importing.people import People, read_people
from tuimail.importing.plan_invoices import plan_invoices
from tuimail.importing.plan_people import plan_people
from tuimail.importing.reader import read
from tuimail.importing.refused_file import RefusedFile, path_for
from tuimail.importing.report import FileReport, ImportReport
from tuimail.store import documents, journal, residents
from tuimail.store.database import rehearsal, transaction

__all__ = ["ImportReport", "import_files"]


def import_files(
    files: Sequence[Path],
    *,
    owner: Owner,
    period: Period | None = None,
    overrides: Mapping[str, str] | None = None,
    dry_run: bool = False,
    fallback: Path | None = None,
) -> ImportReport:
    """Import exports of residents and of invoices into the open store; residents go first, whatever the order given.

    `period`: that of invoices whose file tells none. `overrides`: title of a column -> field, as `--map` has them; an
    empty field leaves the column aside. `dry_run`: do everything, then undo it. `fallback`: the folder for refused
    rows where that of the input cannot be written; None: the current one.

    Raises BadFile or BadInput before anything is written, and StoreError with nothing of it kept.
    """
    if not files:
        raise BadInput(_("No file to import was named."), _("Name one or several exports."))
    with _without_collector():
        return _import(files, owner, period, overrides or {}, dry_run, fallback or Path.cwd())


@contextmanager
def _without_collector() -> Iterator[None]:
    """No search for cycles meanwhile: there are none among a million cells, and looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _import(
    files: Sequence[Path],
    owner: Owner,
    period: Period | None,
    overrides: Mapping[str, str],
    dry_run: bool,
    fallback: Path,
) -> ImportReport:
    tables = _tables(files, period, overrides)
    contents = [read_people(t) if t.subject is Subject.RESIDENTS else read_invoices(t, period) for t in tables]
    outputs = _outputs(tables, fallback)
    reports: list[FileReport] = []
    with ExitStack() as undo:
        with rehearsal() if dry_run else transaction():
            homes = Homes()
            for table, content, output in zip(tables, contents, outputs, strict=True):
                report = _apply(table, content, homes)
                if report.refused and not dry_run:
                    undo.callback(output.discard)
                    output.write(table, report.refused)
                reports.append(report)
            if not dry_run:
                _record(reports, owner)
        undo.pop_all()
    if not dry_run:
        reports = [
            replace(report, refused_file=output.publish()) for report, output in zip(reports, outputs, strict=True)
        ]
    return ImportReport(tuple(reports), tuple(homes.made), dry_run)


def _tables(files: Sequence[Path], period: Period | None, overrides: Mapping[str, str]) -> list[Table]:
    given = parse_overrides(overrides)
    tables = [find_table(read(path), given, period_given=period is not None) for path in files]
    titles = {title_key(title) for table in tables for title in table.headers}
    for header in overrides:
        if title_key(header) not in titles:
            raise BadInput(
                _("No file has a column “{title}”.").format(title=header),
                _("The columns are: {titles}.").format(
                    titles=", ".join(dict.fromkeys(title for table in tables for title in table.headers if title))
                ),
            )
    return sorted(tables, key=lambda table: table.subject is Subject.INVOICES)


def _outputs(tables: Sequence[Table], fallback: Path) -> list[RefusedFile]:
    """Where each table's refused rows would go: never over an input, never two in one place."""
    paths = [table.source.path for table in tables]
    inputs = {path.absolute() for path in paths}
    wanted = Counter(path_for(path).absolute() for path in paths)
    crowded = [wanted[path_for(path).absolute()] > 1 or path_for(path).absolute() in inputs for path in paths]
    return [RefusedFile(path, fallback, whole_name=full) for path, full in zip(paths, crowded, strict=True)]


def _apply(table: Table, content: People | Invoices, homes: Homes) -> FileReport:
    """Plan one file, store what it brings, and report it; called inside the transaction."""
    repeated = refused_invoices = 0
    doubtful: tuple[int, ...] = ()
    if isinstance(content, People):
        plan = plan_people(table, content, homes)
        residents.save_residents(plan.to_save)
        repeated = content.repeated
    else:
        plan = plan_invoices(table, content, homes)
        documents.save_documents(plan.to_save)
        doubtful = content.doubtful
        refused_invoices = content.refused_invoices + plan.refused_invoices
    return FileReport(
        path=table.source.path,
        sha256=table.source.sha256,
        subject=table.subject,
        encoding=table.source.encoding,
        delimiter=table.source.delimiter,
        sheet=table.sheet.name,
        unused=table.unused,
        new=plan.new,
        unchanged=plan.unchanged,
        changes=tuple(plan.changes),
        refused=tuple(sorted([*content.refused, *plan.refused], key=lambda refusal: refusal.line)),
        refused_invoices=refused_invoices,
        totals=content.totals,
        repeated=repeated,
        doubtful=doubtful,
    )


def _record(reports: Sequence[FileReport], owner: Owner) -> None:
    """A line in the journal for each file, and a run for each that brought anything."""
    now = datetime.now(UTC)
    for report in reports:
        if not report.idle:
            journal.add_import_run(
                now, owner.operator, report.path.name, report.sha256, str(report.subject), report.counts
            )
    journal.append(
        Event(EventKind.IMPORTED, now, operator=owner.operator, host=owner.host, detail=report.sentence())
        for report in reports
    )
