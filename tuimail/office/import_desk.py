"""What the import desk and `tuimail import` can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import Document, KeptFile
from tuimail.domain.imports import ImportProfile, LastImport, Undone
from tuimail.domain.periods import Period
from tuimail.store import imports, undo

if TYPE_CHECKING:
    from tuimail.config.paths import Paths
    from tuimail.domain.account import Owner
    from tuimail.importing.plan import ImportReport, Wishes
    from tuimail.importing.profiles import Examined
    from tuimail.importing.reading import ImportFile


class Imports:
    """Exports in, and the last of them out again. Every method may be called from any thread."""

    def __init__(self, paths: Paths, owner: Owner) -> None:
        self._paths, self._owner = paths, owner

    def examine(self, file: ImportFile, period: Period | None = None) -> Examined:
        """What a file seems to hold; raises BadFile for what is no export."""
        from tuimail.importing.plan import examine_file

        return examine_file(file, period=period)

    def run(
        self, files: Sequence[ImportFile], wishes: Wishes, overrides: Mapping[str, str] | None = None
    ) -> ImportReport:
        """Import these files, or rehearse it; see `importing.plan.import_files`."""
        from tuimail.importing.plan import import_files

        return import_files(
            files,
            owner=self._owner,
            overrides=overrides,
            wishes=wishes,
            fallback=self._paths.database.parent,
            keep_pdf=self._keep_pdf,
        )

    def _keep_pdf(self, path: Path, _document: Document) -> KeptFile:
        from tuimail.documents.received import keep_received

        return keep_received(self._paths.documents, path)

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
