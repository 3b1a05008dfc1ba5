"""The way of an import: read everything, plan it against the store, apply it, all in one transaction or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tuimail.config import collector
from tuimail.domain.account import Owner
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.domain.imports import ImportProfile
from tuimail.domain.periods import Period
from tuimail.domain.text import fold
from tuimail.importing.addresses_told import tell_addresses
from tuimail.importing.content import Known
from tuimail.importing.fields import Subject
from tuimail.importing.invoices import Invoices, read_invoices
from tuimail.importing.mapping import Table
from tuimail.importing.matches import column_key
from tuimail.importing.matching import Homes
from tuimail.importing.pdfs import Pdfs
from tuimail.importing.people import People, read_people
from tuimail.importing.plan_invoices import plan_invoices
from tuimail.importing.plan_people import Decisions, Plan, plan_people
from tuimail.importing.profiles import Examined, as_profile, examine
from tuimail.importing.reading import ImportFile
from tuimail.importing.refused_file import RefusedFile, path_for
from tuimail.importing.report import FileReport, ImportReport
from tuimail.store import documents, imports, journal, residents, structures
from tuimail.store.database import rehearsal, transaction
from tuimail.store.undo import DOCUMENT, RESIDENT, STRUCTURE, Recording

__all__ = ["ImportReport", "examine_file", "import_files"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of an import beside its files."""

    period: Period | None = None
    """That of invoices whose file tells none."""
    decisions: Mapping[str, Decisions] = field(default_factory=dict)
    """SHA-256 of a file -> what the operator has decided about its unclear rows."""
    pdf_folder: Path | None = None
    """Holds the PDFs that rows name, and PDFs called by their invoice's number."""
    dry_run: bool = False
    """Do everything, then undo it."""
    save_profile: str = ""
    """Name under which the reading of the one file is kept; empty: it is not."""


def import_files(
    files: Sequence[Path | ImportFile],
    *,
    owner: Owner,
    period: Period | None = None,
    overrides: Mapping[str, str] | None = None,
    dry_run: bool = False,
    fallback: Path | None = None,
    wishes: Wishes | None = None,
) -> ImportReport:
    """Import exports of residents and of invoices into the open store; residents go first, whatever the order given.

    `overrides`: title of a column -> field, as `--map` has them, for all of the files. `wishes`: in place of `period`
    and `dry_run`. `fallback`: the folder for refused rows where that of the input cannot be written; None: the current
    one. The PDFs that come with the files are only found: see `FileReport.pdf_paths`.

    Raises BadFile or BadInput before anything is written, and StoreError with nothing of it kept.
    """
    if not files:
        raise BadInput(_("No file to import was named."), _("Name one or several exports."))
    wishes = wishes or Wishes(period, dry_run=dry_run)
    named = [file if isinstance(file, ImportFile) else ImportFile(file) for file in files]
    # It would take a fifth of the time, looking for circles among a million cells.
    with collector.off():
        return _import(named, owner, overrides or {}, wishes, fallback or Path.cwd())


def examine_file(file: ImportFile, *, period: Period | None = None) -> Examined:
    """What a file seems to hold, with the profiles and names of the open store; raises BadFile for what is none."""
    return examine(file, imports.profiles(), period_given=period is not None, known=_known)


def _known() -> Known:
    people = residents.codes()
    return Known(frozenset(fold(place.name) for place in structures.structures()), people)


def _import(
    files: Sequence[ImportFile],
    owner: Owner,
    overrides: Mapping[str, str],
    wishes: Wishes,
    fallback: Path,
) -> ImportReport:
    examined, tables = _examined(files, wishes.period, overrides)
    profile = _to_save(examined, wishes.save_profile)
    contents = [read_people(t) if t.subject is Subject.RESIDENTS else read_invoices(t, wishes.period) for t in tables]
    outputs = _outputs(tables, fallback)
    pdfs = Pdfs(wishes.pdf_folder)
    work = list(zip(examined, tables, contents, outputs, strict=True))
    # Once a file is planned its rows are let go: those of the next one need the memory.
    del examined, tables, contents
    reports: list[FileReport] = []
    now = datetime.now(UTC)
    with ExitStack() as undo:
        with rehearsal() if wishes.dry_run else transaction():
            homes, recording = Homes(), Recording()
            while work:
                found, table, content, output = work.pop(0)
                decisions = wishes.decisions.get(table.source.sha256, {})
                applied = _Applying(table, content, homes, recording, pdfs, wishes.dry_run)
                report = replace(applied.report(decisions), profile=found.profile)
                if report.refused and not wishes.dry_run:
                    undo.callback(output.discard)
                    output.write(table, report.refused)
                reports.append(report)
                del found, table, content, applied
            if not wishes.dry_run:
                recording.made(STRUCTURE, homes.made_ids)
                if any(report.added or report.changes or report.pdf_paths for report in reports):
                    recording.keep(now, owner.operator, [report.path.name for report in reports])
                if profile is not None:
                    imports.save_profile(profile, owner.operator, now)
                _record(reports, owner, now)
        undo.pop_all()
    if not wishes.dry_run:
        reports = [
            replace(report, refused_file=output.publish()) for report, output in zip(reports, outputs, strict=True)
        ]
    return ImportReport(tuple(reports), tuple(homes.made), wishes.dry_run)


def _to_save(examined: Sequence[Examined], name: str) -> ImportProfile | None:
    if not name:
        return None
    if len(examined) > 1:
        raise BadInput(
            _("A profile is the reading of one file, and {n} files are named.").format(n=len(examined)),
            _("Import the file of that layout by itself to save its profile."),
        )
    return as_profile(examined[0], name)


def _examined(
    files: Sequence[ImportFile], period: Period | None, overrides: Mapping[str, str]
) -> tuple[list[Examined], list[Table]]:
    """The files as they are understood, residents first; raises BadInput for a title that no file has."""
    examined = [examine_file(replace(file, overrides={**overrides, **file.overrides}), period=period) for file in files]
    # What is wrong with a file is told before what is wrong with a mapping.
    tables = [found.table() for found in examined]
    titles = [title for table in tables for title in table.headers]
    keys = {column_key(title) for title in titles}
    for header in overrides:
        if not header.strip().startswith("#") and column_key(header) not in keys:
            raise BadInput(
                _("No file has a column “{title}”.").format(title=header),
                _("The columns are: {titles}.").format(
                    titles=", ".join(dict.fromkeys(title for title in titles if title))
                ),
            )
    pairs = sorted(zip(examined, tables, strict=True), key=lambda pair: pair[1].subject is Subject.INVOICES)
    return [found for found, _table in pairs], [table for _found, table in pairs]


def _outputs(tables: Sequence[Table], fallback: Path) -> list[RefusedFile]:
    """Where each table's refused rows would go: never over an input, never two in one place."""
    paths = [table.source.path for table in tables]
    inputs = {path.absolute() for path in paths}
    wanted = Counter(path_for(path).absolute() for path in paths)
    crowded = [wanted[path_for(path).absolute()] > 1 or path_for(path).absolute() in inputs for path in paths]
    return [RefusedFile(path, fallback, whole_name=full) for path, full in zip(paths, crowded, strict=True)]


class _Applying:
    """Plans one file, stores what it brings, and reports it; inside the transaction."""

    def __init__(
        self, table: Table, content: People | Invoices, homes: Homes, recording: Recording, pdfs: Pdfs, dry_run: bool
    ) -> None:
        self.table, self.content, self.homes = table, content, homes
        self.recording, self.pdfs, self.dry_run = recording, pdfs, dry_run

    def report(self, decisions: Decisions) -> FileReport:
        """Do it, and say what came of it."""
        table, content = self.table, self.content
        repeated = refused_invoices = 0
        pdf_paths: dict[int, Path] = {}
        doubtful: tuple[int, ...] = ()
        problems: list[str] = []
        if isinstance(content, People):
            plan = plan_people(table, content, self.homes, decisions)
            self._remember(RESIDENT, plan)
            saved = residents.save_residents(plan.to_save)
            self.recording.made(RESIDENT, [s.id for s, p in zip(saved, plan.to_save, strict=True) if not p.id])
            repeated = content.repeated
        else:
            plan = plan_invoices(table, content, self.homes, decisions, tell_known=self.pdfs.has_folder)
            self._remember(DOCUMENT, plan)
            stored = documents.save_documents(plan.to_save)
            self.recording.made(DOCUMENT, [s.id for s, p in zip(stored, plan.to_save, strict=True) if not p.id])
            doubtful = content.doubtful
            refused_invoices = content.refused_invoices + plan.refused_invoices
            pdf_paths, problems = self.pdfs.find(plan.files, [*stored, *plan.known], table.source.path)
        return FileReport(
            path=table.source.path,
            sha256=table.source.sha256,
            subject=table.subject,
            encoding=table.source.encoding,
            delimiter=table.source.delimiter,
            sheet=table.sheet.name,
            unused=table.unused,
            added=tuple(plan.added),
            unchanged=plan.unchanged,
            changes=tuple(plan.changes),
            refused=tuple(sorted([*content.refused, *plan.refused], key=lambda refusal: refusal.line)),
            refused_invoices=refused_invoices,
            totals=content.totals,
            repeated=repeated,
            doubtful=doubtful,
            addresses=tuple(table.header(column) for column in table.addresses),
            pdf_paths=pdf_paths,
            lookalikes=tuple(plan.lookalikes),
            kept=tuple(plan.kept),
            pdfs=len(pdf_paths),
            pdf_problems=tuple(problems),
        )

    def _remember(self, kind: str, plan: Plan) -> None:
        if not self.dry_run:
            self.recording.will_change(kind, [item.id for item in plan.to_save if item.id])


def _record(reports: Sequence[FileReport], owner: Owner, now: datetime) -> None:
    """A line in the journal for each file, and a run for each that brought anything."""
    for report in reports:
        if not report.idle:
            journal.add_import_run(
                now, owner.operator, report.path.name, report.sha256, str(report.subject), report.counts
            )
    journal.append(
        Event(EventKind.IMPORTED, now, operator=owner.operator, host=owner.host, detail=report.sentence())
        for report in reports
    )
    for report in reports:
        tell_addresses(report, owner, now)
