"""What the import desk and `tuimail import` can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.domain.brought import Outcome
from tuimail.domain.errors import TuimailError
from tuimail.domain.imports import ImportProfile, LastImport, Undone
from tuimail.domain.periods import Period
from tuimail.store import imports, undo, undo_around

if TYPE_CHECKING:
    from pathlib import Path

    from tuimail.config.paths import Paths
    from tuimail.domain.account import Owner
    from tuimail.importing.plan import ImportReport, Wishes
    from tuimail.importing.profiles import Examined
    from tuimail.importing.reading import ImportFile
    from tuimail.importing.report import FileReport
    from tuimail.office.prints import Prints


class Imports:
    """Exports in, and the last of them out again. Every method may be called from any thread."""

    def __init__(self, paths: Paths, owner: Owner, prints: Callable[[], Prints]) -> None:
        """`prints`: gives what looks at the PDFs that come with an export."""
        self._paths, self._owner, self._prints = paths, owner, prints

    def examine(self, file: ImportFile, period: Period | None = None) -> Examined:
        """What a file seems to hold; raises BadFile for what is no export."""
        from tuimail.importing.plan import examine_file

        return examine_file(file, period=period)

    @staticmethod
    def check_pdf_folder(folder: Path) -> None:
        """Raise BadInput where no PDF can be looked for in that folder."""
        from tuimail.importing.pdfs import listed

        listed(folder)

    def run(
        self, files: Sequence[ImportFile], wishes: Wishes, overrides: Mapping[str, str] | None = None
    ) -> ImportReport:
        """Import these files, or rehearse it; see `importing.plan.import_files`.

        PDFs that come with them are then looked at as any others that are brought: see `Prints.bring_named`.
        """
        from tuimail.importing.plan import import_files

        report = import_files(
            files,
            owner=self._owner,
            overrides=overrides,
            wishes=wishes,
            fallback=self._paths.database.parent,
        )
        if wishes.dry_run:
            return report
        return replace(report, files=tuple(self._with_pdfs(file) for file in report.files))

    def _with_pdfs(self, file: FileReport) -> FileReport:
        if not file.pdf_paths:
            return file
        before = undo_around.before_bringing(file.pdf_paths)
        try:
            accounts = self._prints().bring_named(file.pdf_paths)
        except TuimailError as error:
            return replace(file, pdfs=0, pdf_problems=(*file.pdf_problems, str(error)))
        undo_around.remember(before, self._owner.operator)
        told = [sentence for account in accounts for sentence in account.doubts()]
        return replace(
            file,
            pdfs=sum(a.documents(Outcome.MATCHED) + a.documents(Outcome.UNCHANGED) for a in accounts),
            pdfs_held=sum(a.documents(Outcome.HELD) for a in accounts),
            pdf_problems=(*file.pdf_problems, *told),
        )

    def profiles(self) -> list[ImportProfile]:
        """The profiles there are, the newest first."""
        return imports.profiles()

    def save_profile(self, examined: Examined, name: str) -> ImportProfile:
        """Keep how that file is read under a name; raises BadInput without one."""
        from tuimail.importing.profiles import as_profile

        return imports.save_profile(as_profile(examined, name), self._owner.operator, datetime.now(UTC))

    def remove_profile(self, profile: ImportProfile) -> None:
        """Forget a profile."""
        imports.remove_profile(profile.id)

    def last(self) -> LastImport | None:
        """The import that can be undone."""
        return undo.last_import()

    def undo(self) -> Undone:
        """Take the last import back; raises BadInput where it was sent, changed or used since."""
        return undo.undo_last_import(self._owner, datetime.now(UTC))
